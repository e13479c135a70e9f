//! Filters of product lists. The types stand; filtering comes with the search slice, and until then
//! no filter is offered.

use async_graphql::{Enum, InputObject, SimpleObject};

use super::media::MediaImage;
use crate::scalars::{Color, Json};

/// How a filter is shown.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum FilterPresentation {
    /// With pictures.
    Image,
    /// With swatches.
    Swatch,
    /// With words.
    Text,
}

/// What a filter takes.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum FilterType {
    /// Yes or no.
    Boolean,
    /// Values of a list.
    List,
    /// Two prices.
    PriceRange,
}

/// A way of narrowing a list down.
#[derive(SimpleObject)]
pub struct Filter {
    /// Its id.
    pub id: String,
    /// What it is called.
    pub label: String,
    /// How it is shown.
    pub presentation: Option<FilterPresentation>,
    /// What it takes.
    #[graphql(name = "type")]
    pub kind: FilterType,
    /// Its values.
    pub values: Vec<FilterValue>,
}

/// A value of a filter.
#[derive(SimpleObject)]
pub struct FilterValue {
    /// How many products it leaves.
    pub count: i32,
    /// Its id.
    pub id: String,
    /// A picture to show it by.
    pub image: Option<MediaImage>,
    /// What to send to use it.
    pub input: Json,
    /// What it is called.
    pub label: String,
    /// A swatch to show it by.
    pub swatch: Option<Swatch>,
}

/// A color or picture that stands for a value.
#[derive(SimpleObject)]
pub struct Swatch {
    /// The color.
    pub color: Option<Color>,
    /// The picture.
    pub image: Option<MediaImage>,
}

/// Which products of a collection are wanted.
#[derive(InputObject)]
pub struct ProductFilter {
    /// Only those that can be bought, or only the others.
    pub available: Option<bool>,
    /// Only those of a category.
    pub category: Option<CategoryFilter>,
    /// Only those whose price lies in a range.
    pub price: Option<PriceRangeFilter>,
    /// Only those with a metafield.
    pub product_metafield: Option<MetafieldFilter>,
    /// Only those of a type.
    pub product_type: Option<String>,
    /// Only those of a vendor.
    pub product_vendor: Option<String>,
    /// Only those with a tag.
    pub tag: Option<String>,
    /// Only those with a metafield of their category.
    pub taxonomy_metafield: Option<TaxonomyMetafieldFilter>,
    /// Only those with a variant that has a metafield.
    pub variant_metafield: Option<MetafieldFilter>,
    /// Only those with a variant that has an option value.
    pub variant_option: Option<VariantOptionFilter>,
}

/// A category of the standard taxonomy.
#[derive(InputObject)]
pub struct CategoryFilter {
    /// Its id.
    pub id: String,
}

/// A range of prices.
#[derive(InputObject)]
pub struct PriceRangeFilter {
    /// The highest.
    pub max: Option<f64>,
    /// The lowest.
    #[graphql(default_with = "Some(0.0)")]
    pub min: Option<f64>,
}

/// A metafield with a value.
#[derive(InputObject)]
pub struct MetafieldFilter {
    /// Its name.
    pub key: String,
    /// Its namespace.
    pub namespace: String,
    /// Its value.
    pub value: String,
}

/// A metafield of a category with a value.
#[derive(InputObject)]
pub struct TaxonomyMetafieldFilter {
    /// Its name.
    pub key: String,
    /// Its namespace.
    pub namespace: String,
    /// Its value.
    pub value: String,
}

/// An option with a value.
#[derive(InputObject)]
pub struct VariantOptionFilter {
    /// The option's name.
    pub name: String,
    /// The value.
    pub value: String,
}

/// What a list of products tells beside its rows.
#[derive(SimpleObject, Default)]
pub struct ProductFilters {
    /// The ways of narrowing the list down.
    pub filters: Vec<Filter>,
}
