//! Values of a document with their variables put in.

use async_graphql::parser::types::{Directive, Field, OperationDefinition};
use async_graphql::{Name, Value, Variables};

/// What an operation is given.
#[derive(Clone, Copy)]
pub(crate) struct Inputs<'d> {
    operation: &'d OperationDefinition,
    variables: &'d Variables,
}

impl<'d> Inputs<'d> {
    /// The variables of a request for `operation`.
    pub(crate) fn new(operation: &'d OperationDefinition, variables: &'d Variables) -> Self {
        Self {
            operation,
            variables,
        }
    }

    /// An argument of a field; `None` where it is left out or its variable has no value.
    pub(crate) fn of_field(&self, field: &Field, name: &str) -> Option<Value> {
        let argument = field.get_argument(name)?.node.clone();
        argument
            .into_const_with(|name| self.variable(&name).ok_or(()))
            .ok()
    }

    /// An argument of a directive; variables without a value are null.
    pub(crate) fn of_directive(&self, directive: &Directive, name: &str) -> Option<Value> {
        let argument = directive.get_argument(name)?.node.clone();
        let resolved = argument.into_const_with(|name| -> Result<Value, ()> {
            Ok(self.variable(&name).unwrap_or(Value::Null))
        });
        resolved.ok()
    }

    /// A variable, or its default.
    fn variable(&self, name: &Name) -> Option<Value> {
        self.variables.get(name).cloned().or_else(|| {
            let mut definitions = self.operation.variable_definitions.iter();
            let definition = definitions.find(|d| d.node.name.node == *name)?;
            Some(definition.node.default_value.as_ref()?.node.clone())
        })
    }
}
