//! What a merchant wants a product or a collection to be, checked and ready to be saved.
//!
//! The drafts serialise to the JSON that the statements under `sql/catalog` take apart.

use std::collections::BTreeMap;

use serde::Serialize;

use super::rules::Rules;

/// Options that a product has at most.
pub const MAX_OPTIONS: usize = 3;

/// Variants that a product has at most.
pub const MAX_VARIANTS: usize = 2048;

/// Images that a product has at most.
pub const MAX_IMAGES: usize = 250;

/// Whether a product is for sale.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// For sale, once published.
    Active,
    /// Not ready yet.
    Draft,
    /// Not sold any more.
    Archived,
    /// For sale to whoever has its link, once published; in no list and in no search.
    Unlisted,
}

/// What happens when the stock of a variant is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum InventoryPolicy {
    /// It is sold out.
    Deny,
    /// It is sold on.
    Continue,
}

/// What a file has columns for, beside those that a draft itself says it of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Given {
    /// The names of the options.
    pub names: [bool; MAX_OPTIONS],
    /// The values of the options.
    pub values: [bool; MAX_OPTIONS],
    /// Anything about variants.
    pub variants: bool,
    /// The addresses of images.
    pub images: bool,
    /// What images show.
    pub alts: bool,
    /// The places of images.
    pub positions: bool,
    /// The images of variants.
    pub variant_images: bool,
}

/// A product with everything that belongs to it. What is `None` for want of a column stays as it is, and is blank for a new
/// product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ProductDraft {
    /// Names the product; lower case.
    pub handle: String,
    /// What buyers read first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Sanitised HTML.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description_html: Option<String>,
    /// The same without markup.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Who makes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vendor: Option<String>,
    /// What kind of thing it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub product_type: Option<String>,
    /// Each once, in the order given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tags: Option<Vec<String>>,
    /// The title for search engines, when it differs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seo_title: Option<Option<String>>,
    /// The description for search engines, when it differs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seo_description: Option<Option<String>>,
    /// Whether it is a gift card.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_gift_card: Option<bool>,
    /// Whether it is for sale.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<Status>,
    /// Whether storefronts may show it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub published: Option<bool>,
    /// Cells of columns that mean nothing here, by their heading: kept for the export.
    pub carried: BTreeMap<String, String>,
    /// The headings of these columns, in lower case.
    pub carried_columns: Vec<String>,
    /// The headings of columns that are carried along with variants, in lower case.
    #[serde(skip)]
    pub variant_columns: Vec<String>,
    /// What the file has columns for.
    #[serde(skip)]
    pub given: Given,
    /// Whether variants that it does not list stay.
    #[serde(skip)]
    pub keeps_variants: bool,
    /// What it says of fields that the merchant added, in the order of their columns; blank for none.
    #[serde(skip)]
    pub fields: Vec<String>,
    /// One to three axes, each with its values in order of appearance; none where they are those that the product has.
    #[serde(skip)]
    pub options: Vec<OptionDraft>,
    /// Its variants, in order.
    #[serde(skip)]
    pub variants: Vec<VariantDraft>,
    /// In order, no URL twice.
    #[serde(skip)]
    pub images: Vec<ImageDraft>,
}

/// One axis of a product, such as size.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OptionDraft {
    /// Its name.
    pub name: String,
    /// Its values, in order of appearance.
    pub values: Vec<String>,
}

/// One thing that can be bought. What is `None` for want of a column stays as it is, and is usual for a new variant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct VariantDraft {
    /// The line of the file where it stands.
    #[serde(skip)]
    pub line: u64,
    /// From 1, in order; `None` where it stays.
    pub position: Option<i32>,
    /// The values joined by ` / `.
    pub title: String,
    /// The value of each of the product's options, in their order.
    pub values: Vec<String>,
    /// The merchant's number for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sku: Option<Option<String>>,
    /// The barcode.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub barcode: Option<Option<String>>,
    /// Minor units of the shop's currency.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub price_minor: Option<i64>,
    /// What it cost before, in minor units.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compare_at_minor: Option<Option<i64>>,
    /// What the merchant pays for it, in minor units.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost_minor: Option<Option<i64>>,
    /// The URL of one of the product's images.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<Option<String>>,
    /// Whether it is sent by post.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub requires_shipping: Option<bool>,
    /// Whether tax is due on it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub taxable: Option<bool>,
    /// Weight in grams.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grams: Option<i32>,
    /// The unit in which the merchant reads the weight: g, kg, oz or lb.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weight_unit: Option<String>,
    /// Whether its stock is counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inventory_tracked: Option<bool>,
    /// What happens when the stock is gone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inventory_policy: Option<InventoryPolicy>,
    /// Whether the file has the columns of unit prices.
    pub has_measure: bool,
    /// How much of something it is, for its unit price.
    #[serde(flatten)]
    pub measure: Option<MeasureDraft>,
    /// Cells of columns that mean nothing here, by their heading: kept for the export.
    pub carried: BTreeMap<String, String>,
    /// Units on the shelf; `None` leaves the count as it is. Means nothing when not tracked.
    #[serde(skip)]
    pub on_hand: Option<i32>,
    /// What it costs in markets that have columns, in their order.
    #[serde(skip)]
    pub market_prices: Vec<MarketPrice>,
}

/// What a variant costs in a market, in minor units of what the market is paid in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MarketPrice {
    /// The market's own price; `None` where the market has none.
    pub price: Option<i64>,
    /// One to compare with; `None` leaves it as it is.
    pub compare_at: Option<Option<i64>>,
}

/// How much of something a variant is, and for how much of it its price is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MeasureDraft {
    /// How much it is, in thousandths.
    #[serde(rename = "measure_thousandths")]
    pub thousandths: i64,
    /// The unit of what is sold.
    #[serde(rename = "measure_unit")]
    pub unit: &'static str,
    /// For how much a price is told.
    #[serde(rename = "reference_value")]
    pub reference: i32,
    /// The unit that a price is told for.
    pub reference_unit: &'static str,
}

/// A picture of a product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ImageDraft {
    /// Where it lies.
    pub url: String,
    /// What it shows, for those who do not see it.
    pub alt: Option<String>,
    /// From 1, in order.
    pub position: i32,
}

/// A picture, a film or a model that a product has beside the pictures of the product CSV.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MediumDraft {
    /// The product's handle.
    pub product: String,
    /// `image`, `video`, `external_video` or `model_3d`.
    pub kind: &'static str,
    /// Where it is; of a film on another site, its page there.
    pub url: String,
    /// Where the picture is that stands for a film or a model.
    pub preview: Option<String>,
    /// What it shows, in words.
    pub alt: Option<String>,
    /// What kind of file it is.
    pub mime_type: Option<String>,
    /// How large it is.
    pub bytes: Option<i32>,
    /// Pixels across.
    pub width: Option<i32>,
    /// Pixels down.
    pub height: Option<i32>,
}

/// What stands for a value of an option, on every product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SwatchDraft {
    /// The option's name, in any case.
    pub option: String,
    /// The value's name, in any case.
    pub value: String,
    /// A colour, `#rrggbb`.
    pub color: Option<String>,
    /// A picture.
    pub image: Option<ImageDraft>,
}

/// A set of products.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CollectionDraft {
    /// Names the collection.
    pub handle: String,
    /// What buyers read.
    pub title: String,
    /// Sanitised HTML.
    pub description_html: String,
    /// The same without markup.
    pub description: String,
    /// Its picture.
    pub image: Option<ImageDraft>,
    /// The title for search engines, when it differs.
    pub seo_title: Option<String>,
    /// The description for search engines, when it differs.
    pub seo_description: Option<String>,
    /// How its products are ordered where nobody asks for another order.
    pub order: CollectionOrder,
    /// Which products are in it.
    #[serde(skip)]
    pub members: Members,
}

/// Which products are in a collection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Members {
    /// Those with these handles, in order.
    Products(Vec<String>),
    /// Those that meet the rules, whenever they do.
    Rules(Rules),
}

/// The order of a collection's products.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CollectionOrder {
    /// As listed; in a collection by rules the oldest first.
    #[default]
    Manual,
    /// How many were sold, most first.
    BestSelling,
    /// By title.
    Title,
    /// By title, from the end.
    TitleDescending,
    /// The cheapest first.
    Price,
    /// The dearest first.
    PriceDescending,
    /// The oldest first.
    Created,
    /// The newest first.
    CreatedDescending,
}

impl CollectionOrder {
    /// As it is stored.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Manual => "manual",
            Self::BestSelling => "best_selling",
            Self::Title => "title",
            Self::TitleDescending => "title_descending",
            Self::Price => "price",
            Self::PriceDescending => "price_descending",
            Self::Created => "created",
            Self::CreatedDescending => "created_descending",
        }
    }
}
