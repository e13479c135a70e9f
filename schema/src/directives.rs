//! `@inContext` on operations, `@defer` on fragments and `@accessRestricted` on definitions, at the places
//! that the contract gives them.
//!
//! async-graphql declares directives of fields only, but its registry takes any location. The
//! values of `@inContext` are read from the parsed operation before it runs ([`place`]); `@defer`
//! is accepted and answered complete, which the specification allows.

use std::borrow::Cow;

use async_graphql::indexmap::IndexMap;
use async_graphql::parser::types::{Directive, OperationDefinition};
use async_graphql::registry::{Deprecation, MetaDirective, MetaInputValue, Registry};
use async_graphql::{
    ContextDirective, CustomDirective, CustomDirectiveFactory, ID, InputObject, InputType,
    ServerResult, Value, Variables,
};

use crate::codes::{CountryCode, LanguageCode};
use crate::context::Place;
use crate::inputs::Inputs;
use crate::storefront::{interfaces, unreferenced};

/// Who the buyer is, for prices of companies.
#[derive(InputObject, Clone, Debug)]
pub struct BuyerInput {
    /// Names the signed-in customer.
    pub customer_access_token: String,
    /// The company's branch that the customer buys for.
    pub company_location_id: Option<ID>,
}

/// What the visitor agreed to.
#[derive(InputObject, Clone, Debug)]
pub struct VisitorConsent {
    /// Keeping preferences.
    pub preferences: Option<bool>,
    /// Counting visits.
    pub analytics: Option<bool>,
    /// Advertising.
    pub marketing: Option<bool>,
    /// Selling or sharing data.
    pub sale_of_data: Option<bool>,
}

/// Declares `@inContext`.
pub struct InContext;

/// Declares `@defer`.
pub struct Defer;

/// Declares `@accessRestricted`, which marks nothing here: whatever the schema has, everybody may ask for.
pub struct AccessRestricted;

struct Nothing;
impl CustomDirective for Nothing {}

impl CustomDirectiveFactory for InContext {
    fn name(&self) -> Cow<'static, str> {
        "inContext".into()
    }

    fn register(&self, registry: &mut Registry) {
        use async_graphql::registry::__DirectiveLocation::{MUTATION, QUERY};
        let args = [
            argument::<Option<CountryCode>>(registry, "country", "The buyer's country."),
            argument::<Option<LanguageCode>>(registry, "language", "The language to answer in."),
            argument::<Option<BuyerInput>>(registry, "buyer", "Who the buyer is."),
            argument::<Option<ID>>(registry, "preferredLocationId", "Where stock is preferred."),
            argument::<Option<VisitorConsent>>(
                registry,
                "visitorConsent",
                "What the visitor agreed to.",
            ),
        ];
        registry.add_directive(MetaDirective {
            name: "inContext".to_owned(),
            description: Some("Answers for a buyer in this country, in this language.".to_owned()),
            locations: vec![QUERY, MUTATION],
            args: args.into_iter().map(|a| (a.name.clone(), a)).collect(),
            is_repeatable: false,
            visible: None,
            composable: None,
        });
    }

    fn create(
        &self,
        _ctx: &ContextDirective<'_>,
        _directive: &Directive,
    ) -> ServerResult<Box<dyn CustomDirective>> {
        Ok(Box::new(Nothing))
    }
}

impl CustomDirectiveFactory for Defer {
    fn name(&self) -> Cow<'static, str> {
        "defer".into()
    }

    fn register(&self, registry: &mut Registry) {
        use async_graphql::registry::__DirectiveLocation::{FRAGMENT_SPREAD, INLINE_FRAGMENT};
        let mut wanted = argument::<Option<bool>>(registry, "if", "Whether it may come later.");
        wanted.default_value = Some("true".to_owned());
        let label = argument::<Option<String>>(registry, "label", "Names the part in the answer.");
        let args: IndexMap<_, _> = [wanted, label]
            .into_iter()
            .map(|a| (a.name.clone(), a))
            .collect();
        registry.add_directive(MetaDirective {
            name: "defer".to_owned(),
            description: Some("The fragment may come later; it is answered at once.".to_owned()),
            locations: vec![FRAGMENT_SPREAD, INLINE_FRAGMENT],
            args,
            is_repeatable: false,
            visible: None,
            composable: None,
        });
    }

    fn create(
        &self,
        _ctx: &ContextDirective<'_>,
        _directive: &Directive,
    ) -> ServerResult<Box<dyn CustomDirective>> {
        Ok(Box::new(Nothing))
    }
}

impl CustomDirectiveFactory for AccessRestricted {
    fn name(&self) -> Cow<'static, str> {
        "accessRestricted".into()
    }

    fn register(&self, registry: &mut Registry) {
        use async_graphql::registry::__DirectiveLocation::{FIELD_DEFINITION, OBJECT};
        let reason = argument::<Option<String>>(registry, "reason", "Why not everybody may.");
        registry.add_directive(MetaDirective {
            name: "accessRestricted".to_owned(),
            description: Some("Not everybody may ask for this.".to_owned()),
            locations: vec![FIELD_DEFINITION, OBJECT],
            args: IndexMap::from([(reason.name.clone(), reason)]),
            is_repeatable: false,
            visible: None,
            composable: None,
        });
        unreferenced::declare(registry);
        interfaces::declare(registry);
    }

    fn create(
        &self,
        _ctx: &ContextDirective<'_>,
        _directive: &Directive,
    ) -> ServerResult<Box<dyn CustomDirective>> {
        Ok(Box::new(Nothing))
    }
}

pub(crate) fn argument<T: InputType>(
    registry: &mut Registry,
    name: &str,
    about: &str,
) -> MetaInputValue {
    MetaInputValue {
        name: name.to_owned(),
        description: Some(about.to_owned()),
        ty: T::create_type_info(registry),
        deprecation: Deprecation::NoDeprecated,
        default_value: None,
        visible: None,
        inaccessible: false,
        tags: Vec::new(),
        is_secret: false,
        directive_invocations: Vec::new(),
    }
}

/// The country and language that an operation's `@inContext` names.
///
/// # Errors
/// A sentence about an argument that is not one of its type's codes; the engine does not check
/// variables in directives of operations.
pub fn place(operation: &OperationDefinition, variables: &Variables) -> Result<Place, String> {
    let directive = operation
        .directives
        .iter()
        .find(|d| d.node.name.node == "inContext");
    let Some(directive) = directive else {
        return Ok(Place::default());
    };
    let inputs = Inputs::new(operation, variables);
    let code = |name: &str| -> Option<String> {
        match inputs.of_directive(&directive.node, name)? {
            Value::Enum(code) => Some(code.to_string()),
            Value::String(code) => Some(code),
            Value::Null => None,
            other => Some(other.to_string()),
        }
    };
    let country = code("country").map(|code| {
        CountryCode::from_code(&code).ok_or(format!("`{code}` is not a country code of the schema"))
    });
    let language = code("language").map(|code| {
        LanguageCode::from_code(&code)
            .ok_or(format!("`{code}` is not a language code of the schema"))
    });
    Ok(Place {
        country: country
            .transpose()?
            .filter(|country| *country != CountryCode::Zz),
        language: language.transpose()?,
    })
}
