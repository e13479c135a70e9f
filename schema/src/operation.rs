//! What a request asks for, looked at before it runs.

use async_graphql::parser::types::{ExecutableDocument, OperationDefinition, OperationType};
use async_graphql::{ErrorExtensionValues, Name, Request, ServerError};

use crate::context::Place;
use crate::cost::{Plan, Types};
use crate::limits::{Excess, Limits};
use crate::shape::Fault;
use crate::{directives, errors, shape};

/// What an operation does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It only reads.
    Query,
    /// It may write.
    Mutation,
    /// It listens; no schema here offers that.
    Subscription,
}

impl Kind {
    /// The keyword.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Query => "query",
            Self::Mutation => "mutation",
            Self::Subscription => "subscription",
        }
    }
}

/// The operation that a request selects.
#[derive(Clone, Debug)]
pub struct Operation {
    /// What it does.
    pub kind: Kind,
    /// Its name, if it has one.
    pub name: Option<String>,
    /// Where it is asked for.
    pub place: Place,
    /// What it costs.
    pub plan: Plan,
}

/// Parses the request, applies the limits to its document and finds its operation.
///
/// # Errors
/// A public error; the request must not be run.
pub fn inspect(
    request: &mut Request,
    types: &Types,
    limits: &Limits,
) -> Result<Operation, ServerError> {
    shape::check_text(&request.query, limits).map_err(excess)?;
    let name = request.operation_name.clone();
    let variables = request.variables.clone();
    let document = request.parsed_query()?;
    shape::check_document(document, limits).map_err(|fault| match fault {
        Fault::Excess(what) => excess(what),
        Fault::Introspection => {
            refusal("`__schema` and `__type` are not answered here; read the published schema")
        }
        Fault::Circle(name) => refusal(format!("the fragment `{name}` spreads itself")),
    })?;
    let (name, operation) = select(document, name.as_deref())?;
    let place = directives::place(operation, &variables).map_err(refusal)?;
    let plan = Plan::of(types, document, operation, &variables);
    let rows = usize::try_from(plan.rows()).unwrap_or(usize::MAX);
    let full = "rows to read if all its pages are full";
    let words = ["rows", full, "ask for smaller pages, or nest fewer of them"];
    Excess::check(rows, limits.rows, words).map_err(excess)?;
    Ok(Operation {
        kind: match operation.ty {
            OperationType::Query => Kind::Query,
            OperationType::Mutation => Kind::Mutation,
            OperationType::Subscription => Kind::Subscription,
        },
        name: name.map(ToString::to_string),
        place,
        plan,
    })
}

/// An error that names the limit, for programs and for people.
fn excess(excess: Excess) -> ServerError {
    let mut error = ServerError::new(excess.to_string(), None);
    let mut extensions = ErrorExtensionValues::default();
    extensions.set("code", errors::LIMIT);
    extensions.set("limit", excess.limit);
    extensions.set("maximum", excess.most);
    error.extensions = Some(extensions);
    error
}

/// An error in what the caller sent.
fn refusal(what: impl Into<String>) -> ServerError {
    let mut error = ServerError::new(what, None);
    let mut extensions = ErrorExtensionValues::default();
    extensions.set("code", errors::INVALID);
    error.extensions = Some(extensions);
    error
}

fn select<'d>(
    document: &'d ExecutableDocument,
    wanted: Option<&str>,
) -> Result<(Option<&'d Name>, &'d OperationDefinition), ServerError> {
    let mut operations = document.operations.iter();
    let found = match wanted {
        Some(wanted) => operations.find(|(name, _)| name.is_some_and(|name| name == wanted)),
        None => match (operations.next(), operations.next()) {
            (Some(only), None) => Some(only),
            _ => {
                return Err(refusal(
                    "the document has several operations: give `operationName`",
                ));
            }
        },
    };
    found
        .map(|(name, operation)| (name, &operation.node))
        .ok_or_else(|| {
            refusal(format!(
                "the document has no operation `{}`",
                wanted.unwrap_or("")
            ))
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codes::{CountryCode, LanguageCode};
    use crate::storefront;
    use async_graphql::{Variables, value};

    fn inspected(request: impl Into<Request>) -> Result<Operation, String> {
        let refused = |error: ServerError| error.message;
        inspect(&mut request.into(), storefront::types(), &Limits::default()).map_err(refused)
    }

    #[test]
    fn the_place_is_read_from_literals_variables_and_defaults() {
        let text = "query A($c: CountryCode = FR, $l: LanguageCode) \
                    @inContext(country: $c, language: $l) { shop { name } }";
        let variables = Variables::from_value(value!({ "l": "DE" }));
        let operation = inspected(Request::new(text).variables(variables)).unwrap();
        assert_eq!(operation.name.as_deref(), Some("A"));
        assert_eq!(operation.place.country, Some(CountryCode::Fr));
        assert_eq!(operation.place.language, Some(LanguageCode::De));
        let operation = inspected("mutation @inContext(country: ZZ) { a }").unwrap();
        assert_eq!(
            (operation.kind, operation.place),
            (Kind::Mutation, Place::default())
        );
        let bad = inspected("query @inContext(country: QQ) { a }").unwrap_err();
        assert_eq!(bad, "`QQ` is not a country code of the schema");
    }

    #[test]
    fn bombs_are_measured_without_exploding() {
        let mut bomb = String::from("{...f0}");
        for i in 0..60 {
            bomb.push_str(&format!(
                "fragment f{i} on QueryRoot{{...f{0} ...f{0}}}",
                i + 1
            ));
        }
        bomb.push_str("fragment f60 on QueryRoot{__typename}");
        assert_eq!(
            inspected(bomb).unwrap_err(),
            "the document has more than 10000 selections; split it into several operations"
        );
        let circle = "{...a} fragment a on QueryRoot{...b} fragment b on QueryRoot{...a}";
        let refused = inspected(circle).unwrap_err();
        assert_eq!(refused, "the fragment `a` spreads itself");
        // Not spread by any operation: validation refuses it.
        assert!(inspected("{a} fragment a on QueryRoot{...a}").is_ok());
    }
}
