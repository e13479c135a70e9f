//! Products, variants, pictures and collections, as buyers see them.

pub mod collection;
pub mod facet;
pub mod filter;
pub mod image;
pub mod loads;
pub mod media;
pub mod option;
pub mod product;
pub mod query;
pub mod selling_plan;
pub mod sort_keys;
pub mod taxonomy;
pub mod variant;
pub mod variant_extras;

pub use collection::{Collection, CollectionConnection};
pub use image::Image;
pub use media::{ExternalVideo, Media, MediaImage, Model3d, Video};
pub use option::{ProductOption, ProductOptionValue, SelectedOption, SelectedOptionInput};
pub use product::{Product, ProductConnection};
pub use query::CatalogQuery;
pub use variant::ProductVariant;
