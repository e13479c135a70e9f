//! What lists of the catalogue can be sorted by.

use async_graphql::Enum;
use commerce::catalog::collections::CollectionSort;
use commerce::catalog::media::MediaSort;
use commerce::catalog::model::Collection;
use commerce::catalog::product_list::{CollectionProductSort, ProductSort};
use commerce::catalog::variants::VariantSort;

/// What the shop's products are sorted by.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProductSortKeys {
    /// How many were sold, most first.
    BestSelling,
    /// When they were made.
    CreatedAt,
    /// Their ids.
    Id,
    /// Their lowest prices.
    Price,
    /// Their types.
    ProductType,
    /// How well they fit the query, best first.
    Relevance,
    /// Their titles.
    Title,
    /// When they last changed.
    UpdatedAt,
    /// Their vendors.
    Vendor,
}

impl From<ProductSortKeys> for ProductSort {
    fn from(key: ProductSortKeys) -> Self {
        match key {
            ProductSortKeys::BestSelling => Self::BestSelling,
            ProductSortKeys::CreatedAt => Self::CreatedAt,
            ProductSortKeys::Id => Self::Id,
            ProductSortKeys::Price => Self::Price,
            ProductSortKeys::ProductType => Self::ProductType,
            ProductSortKeys::Relevance => Self::Relevance,
            ProductSortKeys::Title => Self::Title,
            ProductSortKeys::UpdatedAt => Self::UpdatedAt,
            ProductSortKeys::Vendor => Self::Vendor,
        }
    }
}

/// What the products of a collection are sorted by.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProductCollectionSortKeys {
    /// How many were sold, most first.
    BestSelling,
    /// As the collection says.
    CollectionDefault,
    /// When they were made.
    Created,
    /// Their ids.
    Id,
    /// As the merchant placed them.
    Manual,
    /// Their lowest prices.
    Price,
    /// As the collection says.
    Relevance,
    /// Their titles.
    Title,
}

impl ProductCollectionSortKeys {
    /// The order that it means for this collection.
    #[must_use]
    pub fn of(self, collection: &Collection) -> CollectionProductSort {
        match self {
            Self::BestSelling => CollectionProductSort::BestSelling,
            Self::Created => CollectionProductSort::Created,
            Self::Id => CollectionProductSort::Id,
            Self::Manual => CollectionProductSort::Manual,
            Self::Price => CollectionProductSort::Price,
            Self::Title => CollectionProductSort::Title,
            Self::CollectionDefault | Self::Relevance => CollectionProductSort::of(collection),
        }
    }
}

/// What collections are sorted by.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum CollectionSortKeys {
    /// Their ids.
    Id,
    /// Their ids.
    Relevance,
    /// Their titles.
    Title,
    /// When they last changed.
    UpdatedAt,
}

impl From<CollectionSortKeys> for CollectionSort {
    fn from(key: CollectionSortKeys) -> Self {
        match key {
            CollectionSortKeys::Title => Self::Title,
            CollectionSortKeys::UpdatedAt => Self::UpdatedAt,
            CollectionSortKeys::Id | CollectionSortKeys::Relevance => Self::Id,
        }
    }
}

/// What the variants of a product are sorted by.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProductVariantSortKeys {
    /// Their ids.
    Id,
    /// As the merchant placed them.
    Position,
    /// As the merchant placed them.
    Relevance,
    /// Their stock keeping units.
    Sku,
    /// Their titles.
    Title,
}

impl From<ProductVariantSortKeys> for VariantSort {
    fn from(key: ProductVariantSortKeys) -> Self {
        match key {
            ProductVariantSortKeys::Id => Self::Id,
            ProductVariantSortKeys::Position | ProductVariantSortKeys::Relevance => Self::Position,
            ProductVariantSortKeys::Sku => Self::Sku,
            ProductVariantSortKeys::Title => Self::Title,
        }
    }
}

/// What the pictures of a product are sorted by.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProductImageSortKeys {
    /// When they were made.
    CreatedAt,
    /// Their ids.
    Id,
    /// As the merchant placed them.
    Position,
    /// As the merchant placed them.
    Relevance,
}

impl From<ProductImageSortKeys> for MediaSort {
    fn from(key: ProductImageSortKeys) -> Self {
        match key {
            ProductImageSortKeys::CreatedAt => Self::Created,
            ProductImageSortKeys::Id => Self::Id,
            ProductImageSortKeys::Position | ProductImageSortKeys::Relevance => Self::Position,
        }
    }
}

/// What the media of a product are sorted by.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProductMediaSortKeys {
    /// Their ids.
    Id,
    /// As the merchant placed them.
    Position,
    /// As the merchant placed them.
    Relevance,
}

impl From<ProductMediaSortKeys> for MediaSort {
    fn from(key: ProductMediaSortKeys) -> Self {
        match key {
            ProductMediaSortKeys::Id => Self::Id,
            ProductMediaSortKeys::Position | ProductMediaSortKeys::Relevance => Self::Position,
        }
    }
}

/// What recommended products are for.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProductRecommendationIntent {
    /// They go together with the product.
    Complementary,
    /// They could be bought in its place.
    Related,
}
