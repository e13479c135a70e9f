//! The standard taxonomy of products, and counts.

use async_graphql::{Enum, ID, SimpleObject};

/// A category of the standard taxonomy; products are not sorted into it yet.
#[derive(SimpleObject)]
pub struct TaxonomyCategory {
    /// The categories that it lies in.
    pub ancestors: Vec<TaxonomyCategory>,
    /// Its id.
    #[graphql(owned)]
    pub id: ID,
    /// Its name.
    pub name: String,
}

/// How exact a count is.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum CountPrecision {
    /// There may be more.
    AtLeast,
    /// There are as many.
    Exact,
}

/// How many there are.
#[derive(SimpleObject)]
pub struct Count {
    /// The number.
    pub count: i32,
    /// How exact it is.
    pub precision: CountPrecision,
}
