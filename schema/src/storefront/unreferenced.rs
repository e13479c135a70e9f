//! Types that the contract lists although none of its fields leads to them.
//!
//! async-graphql shows only types that something leads to. So introspection itself gets two more fields,
//! which nobody who asks for the specified ones sees, and which answer null.

use async_graphql::registry::{MetaInputValue, MetaType, Registry};
use async_graphql::{ID, InputObject, OutputType, SimpleObject};

use super::address::MailingAddressInput;
use super::cart::inputs::DeliveryAddressValidationStrategy;
use crate::directives::argument;

/// What a field depends on that `@inContext` says.
#[derive(SimpleObject)]
pub struct InContextAnnotation {
    /// How it depends on it.
    pub description: String,
    /// What says it.
    #[graphql(name = "type")]
    pub kind: InContextAnnotationType,
}

/// The type of an argument of `@inContext`.
#[derive(SimpleObject)]
pub struct InContextAnnotationType {
    /// What kind of type it is, as introspection calls it.
    pub kind: String,
    /// The type's name.
    pub name: String,
}

/// An address that a buyer prefers, as earlier versions of the contract took it.
#[derive(InputObject)]
pub struct DeliveryAddressInput {
    /// An address of the buyer's account.
    pub customer_address_id: Option<ID>,
    /// An address.
    pub delivery_address: Option<MailingAddressInput>,
    /// How strictly it is looked at.
    #[graphql(default_with = "Some(DeliveryAddressValidationStrategy::CountryCodeOnly)")]
    pub delivery_address_validation_strategy: Option<DeliveryAddressValidationStrategy>,
    /// Whether it must not be kept in the buyer's address book.
    #[graphql(default_with = "Some(false)")]
    pub one_time_use: Option<bool>,
}

/// Makes the types known.
pub(crate) fn declare(registry: &mut Registry) {
    let annotations = <Option<Vec<InContextAnnotation>>>::create_type_info(registry);
    add(
        registry,
        "__Field",
        "inContextAnnotations",
        annotations,
        None,
    );
    let accepts = <Option<bool> as OutputType>::create_type_info(registry);
    let address = argument::<Option<DeliveryAddressInput>>(
        registry,
        "deliveryAddress",
        "An address that a buyer prefers.",
    );
    add(registry, "__Schema", "accepts", accepts, Some(address));
}

/// Gives a type of introspection one more field, made after one that it has.
fn add(registry: &mut Registry, to: &str, name: &str, ty: String, takes: Option<MetaInputValue>) {
    let Some(MetaType::Object { fields, .. }) = registry.types.get_mut(to) else {
        return;
    };
    let Some(mut field) = fields.values().next().cloned() else {
        return;
    };
    field.name = name.to_owned();
    field.description = Some("Nothing is said of this.".to_owned());
    field.ty = ty;
    field.args = takes.into_iter().map(|a| (a.name.clone(), a)).collect();
    fields.insert(field.name.clone(), field);
}
