//! Rows of the catalogue as the rest of the program sees them.

use chrono::{DateTime, Utc};
use diesel::Queryable;
use diesel::sql_types::{Array, BigInt, Bool, Integer, Nullable, SmallInt, Text, Timestamptz};

use super::measure::Measure;
use crate::kernel::{Currency, Id, Money, id};

/// A product, without its long texts.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct Product {
    /// Its id.
    pub id: Id<id::Product>,
    /// Its name in URLs.
    pub handle: String,
    /// Its name.
    pub title: String,
    /// Who makes or sells it.
    pub vendor: String,
    /// What kind of thing it is.
    pub product_type: String,
    /// Words that the merchant sorts it by.
    pub tags: Vec<String>,
    /// Whether it is a gift card.
    pub is_gift_card: bool,
    /// Since when the public sees it.
    pub published_at: DateTime<Utc>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
    /// The lowest price of its variants, in minor units.
    pub price_min_minor: i64,
    /// The highest.
    pub price_max_minor: i64,
    /// The lowest price to compare with, if any variant has one.
    pub compare_at_min_minor: Option<i64>,
    /// The highest.
    pub compare_at_max_minor: Option<i64>,
    /// The currency of all prices.
    pub currency: Currency,
    /// The names of its options in order.
    pub option_names: Vec<String>,
    /// Its first picture.
    pub featured: Option<Media>,
}

/// The columns of [`Product`]: of [`PRODUCTS`].
pub(crate) const PRODUCT: &str = "p.id, p.handle, p.title, p.vendor, p.product_type, p.tags, \
    p.is_gift_card, p.published_at, p.created_at, p.updated_at, p.price_min_minor, p.price_max_minor, \
    p.compare_at_min_minor, p.compare_at_max_minor, (SELECT currency FROM shops), p.option_names, \
    m.id, m.kind, m.url, m.alt, m.width, m.height, m.preview_media_id, m.mime_type, m.bytes";

/// Where [`PRODUCT`] is read from.
pub(crate) const PRODUCTS: &str = "products p LEFT JOIN media m ON m.id = p.featured_media_id";

/// The types of [`PRODUCT`].
pub(crate) type ProductColumns = (
    BigInt,
    Text,
    Text,
    Text,
    Text,
    Array<Text>,
    Bool,
    Timestamptz,
    Timestamptz,
    Timestamptz,
    BigInt,
    BigInt,
    Nullable<BigInt>,
    Nullable<BigInt>,
    Text,
    Array<Text>,
    Nullable<MediaColumns>,
);

/// The long texts of a product, read only when they are asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Queryable)]
pub struct ProductTexts {
    /// The description without markup.
    pub description: String,
    /// The description.
    pub description_html: String,
    /// A title for search engines, if it is not the product's.
    pub seo_title: Option<String>,
    /// A description for search engines, if it is not the product's.
    pub seo_description: Option<String>,
}

/// Something that can be bought.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct Variant {
    /// Its id.
    pub id: Id<id::ProductVariant>,
    /// The product that it is a variant of.
    pub product_id: Id<id::Product>,
    /// Its place among the product's variants.
    pub position: i32,
    /// Its name, made of its option values.
    pub title: String,
    /// The merchant's stock keeping unit.
    pub sku: Option<String>,
    /// Its barcode.
    pub barcode: Option<String>,
    /// The value of the option in position 1.
    pub value1_id: Option<i64>,
    /// The value of the option in position 2.
    pub value2_id: Option<i64>,
    /// The value of the option in position 3.
    pub value3_id: Option<i64>,
    /// Its price in minor units.
    pub price_minor: i64,
    /// A price to compare with.
    pub compare_at_minor: Option<i64>,
    /// The currency of both.
    pub currency: Currency,
    /// Its picture.
    pub media_id: Option<i64>,
    /// Whether it has to be delivered.
    pub requires_shipping: bool,
    /// Whether taxes apply.
    pub taxable: bool,
    /// Its weight in grams.
    pub grams: i32,
    /// The unit that its weight is shown in: `g`, `kg`, `oz` or `lb`.
    pub weight_unit: String,
    /// Whether stock is counted.
    pub inventory_tracked: bool,
    /// Whether it is sold on when the stock is empty.
    pub sells_when_empty: bool,
    /// The names of its option values in the order of the options.
    pub option_values: Vec<String>,
    /// How much of something it is: the columns of [`Measure`].
    pub measure: Option<(i64, String, i32, String)>,
}

/// The columns of [`Variant`]: of `variants v`.
pub(crate) const VARIANT: &str = "v.id, v.product_id, v.position, v.title, v.sku, v.barcode, \
    v.value1_id, v.value2_id, v.value3_id, v.price_minor, v.compare_at_minor, v.currency, v.media_id, \
    v.requires_shipping, v.taxable, v.grams, v.weight_unit, v.inventory_tracked, \
    v.inventory_policy = 'continue', v.option_values, v.measure_thousandths, v.measure_unit, \
    v.reference_value, v.reference_unit";

/// The types of [`VARIANT`].
pub(crate) type VariantColumns = (
    BigInt,
    BigInt,
    Integer,
    Text,
    Nullable<Text>,
    Nullable<Text>,
    Nullable<BigInt>,
    Nullable<BigInt>,
    Nullable<BigInt>,
    BigInt,
    Nullable<BigInt>,
    Text,
    Nullable<BigInt>,
    Bool,
    Bool,
    Integer,
    Text,
    Bool,
    Bool,
    Array<Text>,
    Nullable<(BigInt, Text, Integer, Text)>,
);

impl Variant {
    /// Its price.
    #[must_use]
    pub fn price(&self) -> Money {
        Money::new(self.price_minor, self.currency)
    }

    /// How much of something it is, for its unit price.
    #[must_use]
    pub fn measure(&self) -> Option<Measure> {
        self.measure.clone().and_then(Measure::of)
    }

    /// The price to compare with, if it is higher or lower at all.
    #[must_use]
    pub fn compare_at_price(&self) -> Option<Money> {
        self.compare_at_minor
            .map(|minor| Money::new(minor, self.currency))
    }

    /// Its option values in the order of the options.
    pub fn values(&self) -> impl Iterator<Item = i64> {
        [self.value1_id, self.value2_id, self.value3_id]
            .into_iter()
            .flatten()
    }

    /// Whether it can be bought, given how many of it are left.
    #[must_use]
    pub fn available_for_sale(&self, left: i64) -> bool {
        !self.inventory_tracked || self.sells_when_empty || left > 0
    }

    /// Whether the answer to [`Variant::available_for_sale`] depends on the stock.
    #[must_use]
    pub fn depends_on_stock(&self) -> bool {
        self.inventory_tracked && !self.sells_when_empty
    }
}

/// An option of a product, such as its size, with the values that it takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProductOption {
    /// Its id.
    pub id: Id<id::ProductOption>,
    /// The product.
    pub product_id: Id<id::Product>,
    /// What it is called.
    pub name: String,
    /// Its place, 1 to 3.
    pub position: i16,
    /// Its values in order.
    pub values: Vec<OptionValue>,
}

/// A value of an option.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OptionValue {
    /// Its id.
    pub id: Id<id::ProductOptionValue>,
    /// What it is called.
    pub name: String,
    /// What stands for it.
    pub swatch: Option<Swatch>,
}

/// A colour, a picture, or both, that stand for an option's value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Swatch {
    /// The colour, `#rrggbb`.
    pub color: Option<String>,
    /// The picture's medium.
    pub media_id: Option<i64>,
}

impl Swatch {
    /// What the columns `color` and `media_id` say; `None` where a join found no swatch.
    #[must_use]
    pub fn of(color: Option<String>, media_id: Option<i64>) -> Option<Self> {
        (color.is_some() || media_id.is_some()).then_some(Self { color, media_id })
    }
}

/// A picture or another medium.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct Media {
    /// Its id.
    pub id: i64,
    /// `image`, `video`, `external_video` or `model_3d`.
    pub kind: String,
    /// Where it is.
    pub url: String,
    /// What it shows, in words.
    pub alt: Option<String>,
    /// Pixels across.
    pub width: Option<i32>,
    /// Pixels down.
    pub height: Option<i32>,
    /// The picture that stands for a film or a model.
    pub preview_id: Option<i64>,
    /// What kind of file it is, if the merchant said so.
    pub mime_type: Option<String>,
    /// How large the file is.
    pub bytes: Option<i32>,
}

/// The columns of [`Media`]: of `media m`.
pub(crate) const MEDIA: &str =
    "m.id, m.kind, m.url, m.alt, m.width, m.height, m.preview_media_id, m.mime_type, m.bytes";

/// The types of [`MEDIA`].
pub(crate) type MediaColumns = (
    BigInt,
    Text,
    Text,
    Nullable<Text>,
    Nullable<Integer>,
    Nullable<Integer>,
    Nullable<BigInt>,
    Nullable<Text>,
    Nullable<Integer>,
);

/// A collection of products.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct Collection {
    /// Its id.
    pub id: Id<id::Collection>,
    /// Its name in URLs.
    pub handle: String,
    /// Its name.
    pub title: String,
    /// What it is about, without markup.
    pub description: String,
    /// What it is about.
    pub description_html: String,
    /// Its picture.
    pub media_id: Option<i64>,
    /// How its products are ordered: a name of [`crate::catalog::draft::CollectionOrder`].
    pub sort_order: String,
    /// A title for search engines, if it is not the collection's.
    pub seo_title: Option<String>,
    /// A description for search engines, if it is not the collection's.
    pub seo_description: Option<String>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
}

/// The columns of [`Collection`]: of `collections c`.
pub(crate) const COLLECTION: &str = "c.id, c.handle, c.title, c.description, c.description_html, \
    c.media_id, c.sort_order, c.seo_title, c.seo_description, c.updated_at";

/// The types of [`COLLECTION`].
pub(crate) type CollectionColumns = (
    BigInt,
    Text,
    Text,
    Text,
    Text,
    Nullable<BigInt>,
    Text,
    Nullable<Text>,
    Nullable<Text>,
    Timestamptz,
);

/// The types of a row of options joined with their values, in the order of
/// [`crate::catalog::options`].
pub(crate) type OptionColumns = (
    BigInt,
    BigInt,
    Text,
    SmallInt,
    Nullable<BigInt>,
    Nullable<Text>,
    Nullable<Text>,
    Nullable<BigInt>,
);
