//! Named values that storefronts attach to carts, lines and orders.

use async_graphql::{InputObject, SimpleObject};
use commerce::pricing;

/// A named value.
#[derive(SimpleObject, Clone, Debug)]
pub struct Attribute {
    /// Its name.
    pub key: String,
    /// Its value.
    pub value: Option<String>,
}

impl From<&pricing::Attribute> for Attribute {
    fn from(attribute: &pricing::Attribute) -> Self {
        Self {
            key: attribute.key.clone(),
            value: Some(attribute.value.clone()),
        }
    }
}

impl Attribute {
    /// The attribute with this key.
    #[must_use]
    pub fn find(attributes: &[pricing::Attribute], key: &str) -> Option<Self> {
        let found = attributes.iter().find(|attribute| attribute.key == key);
        found.map(Self::from)
    }
}

/// A named value, as a client gives it.
#[derive(InputObject, Clone, Debug)]
pub struct AttributeInput {
    /// Its name.
    pub key: String,
    /// Its value.
    pub value: String,
}

/// Reads a list of attributes.
#[must_use]
pub fn read(inputs: Vec<AttributeInput>) -> Vec<pricing::Attribute> {
    let read = |input: AttributeInput| pricing::Attribute {
        key: input.key,
        value: input.value,
    };
    inputs.into_iter().map(read).collect()
}
