//! The columns of a merchant's product CSV: which are read, and which are only carried along.

use std::collections::HashSet;

use super::Refusal;
use crate::kernel::FieldHeading;

macro_rules! columns {
    ($($variant:ident = [$name:literal, $current:literal $(, $other:literal)*]),* $(,)?) => {
        /// A column that is read.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Column { $($variant),* }

        impl Column {
            /// All of them, in the order of an export.
            pub(crate) const ALL: &[Self] = &[$(Self::$variant),*];

            /// Its older heading, which messages go by where a file has none.
            pub(crate) const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),* }
            }

            /// Its current heading.
            pub(crate) const fn current_name(self) -> &'static str {
                match self { $(Self::$variant => $current),* }
            }

            /// All headings that it may have.
            const fn names(self) -> &'static [&'static str] {
                match self { $(Self::$variant => &[$name, $current $(, $other)*]),* }
            }
        }
    };
}

columns!(
    Handle = ["Handle", "URL handle"],
    Title = ["Title", "Title"],
    Body = ["Body (HTML)", "Description", "Body HTML", "Body"],
    Vendor = ["Vendor", "Vendor"],
    Type = ["Type", "Type"],
    Tags = ["Tags", "Tags"],
    Published = ["Published", "Published on online store"],
    Option1Name = ["Option1 Name", "Option1 name"],
    Option1Value = ["Option1 Value", "Option1 value"],
    Option2Name = ["Option2 Name", "Option2 name"],
    Option2Value = ["Option2 Value", "Option2 value"],
    Option3Name = ["Option3 Name", "Option3 name"],
    Option3Value = ["Option3 Value", "Option3 value"],
    Sku = ["Variant SKU", "SKU"],
    Grams = ["Variant Grams", "Weight value (grams)"],
    Tracker = ["Variant Inventory Tracker", "Inventory tracker"],
    Quantity = ["Variant Inventory Qty", "Inventory quantity"],
    Policy = [
        "Variant Inventory Policy",
        "Continue selling when out of stock"
    ],
    Price = ["Variant Price", "Price"],
    CompareAt = [
        "Variant Compare At Price",
        "Compare-at price",
        "Compare At Price"
    ],
    RequiresShipping = ["Variant Requires Shipping", "Requires shipping"],
    Taxable = ["Variant Taxable", "Charge tax"],
    Barcode = ["Variant Barcode", "Barcode"],
    ImageSrc = ["Image Src", "Product image URL"],
    ImagePosition = ["Image Position", "Image position"],
    ImageAlt = ["Image Alt Text", "Image alt text"],
    GiftCard = ["Gift Card", "Gift card"],
    SeoTitle = ["SEO Title", "SEO title"],
    SeoDescription = ["SEO Description", "SEO description"],
    VariantImage = ["Variant Image", "Variant image URL"],
    WeightUnit = ["Variant Weight Unit", "Weight unit for display"],
    Cost = ["Cost per item", "Cost per item"],
    Status = ["Status", "Status"],
);

/// Columns whose cells are codes, before which an apostrophe is the spreadsheet's.
const CODES: [Column; 2] = [Column::Sku, Column::Barcode];

/// Columns that say something of a variant.
const OF_VARIANTS: [Column; 16] = [
    Column::Option1Value,
    Column::Option2Value,
    Column::Option3Value,
    Column::Sku,
    Column::Grams,
    Column::Tracker,
    Column::Quantity,
    Column::Policy,
    Column::Price,
    Column::CompareAt,
    Column::RequiresShipping,
    Column::Taxable,
    Column::Barcode,
    Column::VariantImage,
    Column::WeightUnit,
    Column::Cost,
];

/// Columns that such files have and that mean nothing here, or more than one cell does by itself, as those of
/// unit prices: carried along without a word under the first of their headings.
const CARRIED: &[&[&str]] = &[
    &["Product Category", "Product category"],
    &["Standard Product Type"],
    &["Custom Product Type"],
    &["Option1 Linked To"],
    &["Option2 Linked To"],
    &["Option3 Linked To"],
    &["Variant Fulfillment Service", "Fulfillment service"],
    &["Variant Tax Code", "Tax code"],
    &[UNIT_PRICE[0]],
    &[UNIT_PRICE[1]],
    &[UNIT_PRICE[2]],
    &[UNIT_PRICE[3]],
];

/// The current heading of a column that is carried along under its older one.
pub(crate) fn current_heading(heading: &str) -> Option<&'static str> {
    let names = CARRIED
        .iter()
        .find(|names| names[0].eq_ignore_ascii_case(heading))?;
    names.get(1).copied()
}

/// Those of [`CARRIED`] that stand in a product's first row.
const OF_PRODUCTS: usize = 6;

/// The columns of unit prices, which say something only together.
pub(super) const UNIT_PRICE: [&str; 4] = [
    "Unit Price Total Measure",
    "Unit Price Total Measure Unit",
    "Unit Price Base Measure",
    "Unit Price Base Measure Unit",
];

/// So begin the columns of an advertising service.
const ADVERTISING: &str = "google shopping / ";

/// A column that is carried along.
#[derive(Clone, Debug)]
pub(super) struct Carried {
    /// Its place in the file.
    pub(super) index: usize,
    /// Its heading as it is spelt.
    pub(super) heading: String,
    /// Whether it is the product's, and not the row's variant's.
    pub(super) is_of_product: bool,
}

/// A column that holds a field which the merchant added to products.
#[derive(Clone, Debug)]
pub(super) struct Field {
    /// Its place in the file.
    pub(super) index: usize,
    /// What its heading says.
    pub(super) heading: FieldHeading,
}

/// The columns of a market, `Price / Germany` and the like.
#[derive(Clone, Debug)]
pub(super) struct OfMarket {
    /// What the market is called in the headings.
    pub(super) name: String,
    /// Where its price stands, and under which heading.
    pub(super) price: (usize, String),
    /// Where the price to compare with stands.
    pub(super) compare_at: Option<(usize, String)>,
}

/// Where each column stands in one file.
#[derive(Clone, Debug)]
pub(crate) struct Columns {
    at: Vec<Option<usize>>,
    /// The headings as the file spells them.
    headings: Vec<String>,
    /// Columns that are carried along.
    carried: Vec<Carried>,
    /// Columns of fields that the merchant added.
    fields: Vec<Field>,
    /// Columns of markets that the shop has.
    markets: Vec<OfMarket>,
    /// Fields that every row must have.
    pub(super) width: usize,
    /// Headings that mean nothing to us, in their order.
    pub(super) ignored: Vec<String>,
}

impl Columns {
    /// Reads the header; headings are matched regardless of case.
    pub(super) fn read(header: &csv::StringRecord) -> Result<Self, Vec<Refusal>> {
        let given: Vec<String> = header.iter().map(|h| h.trim().to_owned()).collect();
        let headings: Vec<String> = given.iter().map(|h| h.to_lowercase()).collect();
        let mut refusals = Vec::new();
        let mut seen = HashSet::new();
        for (heading, given) in headings.iter().zip(&given) {
            if heading.contains('\0') {
                refusals.push(Refusal::new(1, "", "a heading contains a NUL character"));
            }
            if !heading.is_empty() && !seen.insert(heading) {
                refusals.push(Refusal::new(1, given, "stands in the header twice"));
            }
        }
        let mut at = Vec::with_capacity(Column::ALL.len());
        for column in Column::ALL {
            let is_its = |heading: &&String| {
                let mut names = column.names().iter();
                names.any(|name| name.to_lowercase() == **heading)
            };
            let mut found: Vec<usize> = Vec::new();
            for heading in headings.iter().filter(is_its) {
                let place = headings.iter().position(|other| other == heading);
                found.extend(place.filter(|place| !found.contains(place)));
            }
            if let [first, second, ..] = found[..] {
                let reason = format!("means the same as `{}`", given[first]);
                refusals.push(Refusal::new(1, &given[second], reason));
            }
            at.push(found.first().copied());
        }
        let has = |column: Column| at[column as usize].is_some();
        if !has(Column::Handle) && !has(Column::Title) {
            let reason = "the column is missing, and so is Title";
            refusals.push(Refusal::new(1, Column::Handle.name(), reason));
        }
        if !refusals.is_empty() {
            return Err(refusals);
        }
        let fields = fields(header)?;
        let mut columns = Self {
            at,
            headings: given,
            carried: Vec::new(),
            fields,
            markets: Vec::new(),
            width: header.len(),
            ignored: Vec::new(),
        };
        columns.carry(&headings);
        Ok(columns)
    }

    /// Finds the columns that are carried along, and names those that mean nothing here.
    fn carry(&mut self, headings: &[String]) {
        let unit_price = UNIT_PRICE.map(str::to_lowercase);
        let has_unit_price = unit_price.iter().all(|name| headings.contains(name));
        for (index, heading) in headings.iter().enumerate() {
            let is_field = self.fields.iter().any(|field| field.index == index);
            if heading.is_empty() || is_field || self.at.contains(&Some(index)) {
                continue;
            }
            let known = CARRIED.iter().position(|names| {
                let mut names = names.iter();
                names.any(|name| name.to_lowercase() == *heading)
            });
            let given = self.headings[index].clone();
            let is_market = market(heading).is_some();
            if unit_price.contains(heading) && !has_unit_price {
                self.ignored.push(given);
                continue;
            }
            if known.is_none() && !heading.starts_with(ADVERTISING) {
                self.ignored.push(given.clone());
            }
            self.carried.push(Carried {
                index,
                heading: known.map_or(given, |known| CARRIED[known][0].to_owned()),
                is_of_product: known.is_some_and(|known| known < OF_PRODUCTS)
                    || (is_market && heading.starts_with(INCLUDED)),
            });
        }
    }

    /// Reads the columns of these markets, by their names, instead of carrying them along. Those that say whether a product
    /// is sold in a market stay: every product is.
    pub(super) fn adopt_markets(&mut self, names: &[&str]) {
        let of = |heading: &str| {
            let (part, name) = market(heading)?;
            let known = names.iter().find(|known| known.to_lowercase() == name)?;
            Some((part, (*known).to_owned()))
        };
        let found: Vec<(Part, String, usize, String)> = self
            .carried
            .iter()
            .filter_map(|column| {
                let (part, name) = of(&column.heading.to_lowercase())?;
                Some((part, name, column.index, column.heading.clone()))
            })
            .collect();
        self.ignored
            .retain(|heading| of(&heading.to_lowercase()).is_none());
        for (part, name, index, heading) in &found {
            if *part != Part::Price || self.markets.iter().any(|market| market.name == *name) {
                continue;
            }
            let compare_at = found
                .iter()
                .find(|(other, of_name, ..)| *other == Part::CompareAt && of_name == name);
            let compare_at = compare_at.map(|(_, _, index, heading)| (*index, heading.clone()));
            self.carried.retain(|column| {
                let is_compare_at = compare_at
                    .as_ref()
                    .is_some_and(|(at, _)| column.index == *at);
                column.index != *index && !is_compare_at
            });
            self.markets.push(OfMarket {
                name: name.clone(),
                price: (*index, heading.clone()),
                compare_at,
            });
        }
    }

    /// The columns of markets that the shop has.
    pub(super) fn markets(&self) -> &[OfMarket] {
        &self.markets
    }

    /// The markets that the headings of carried columns name.
    pub(super) fn unknown_markets(&self) -> Vec<&str> {
        let headings = self.ignored.iter();
        let named = headings.filter(|heading| market(&heading.to_lowercase()).is_some());
        let mut names: Vec<&str> = named
            .filter_map(|heading| Some(heading.split_once(" / ")?.1.trim()))
            .collect();
        names.dedup();
        names
    }

    /// The columns that are carried along.
    pub(super) fn carried(&self) -> &[Carried] {
        &self.carried
    }

    /// The columns of fields that the merchant added.
    pub(super) fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// The place of a column in this file.
    pub(super) fn index(&self, column: Column) -> Option<usize> {
        self.at[column as usize]
    }

    /// Whether the file has the column.
    pub(super) fn has(&self, column: Column) -> bool {
        self.index(column).is_some()
    }

    /// Its heading in this file.
    pub(super) fn heading(&self, column: Column) -> &str {
        let given = self
            .index(column)
            .map(|index| self.headings[index].as_str());
        let names = column.names();
        let is_older = |given: &&str| !given.eq_ignore_ascii_case(names[0]);
        given.filter(is_older).unwrap_or(names[0])
    }

    /// Whether the cells at a place are codes.
    pub(super) fn is_code(&self, index: usize) -> bool {
        CODES
            .iter()
            .any(|column| self.index(*column) == Some(index))
    }

    /// Whether the file says anything of variants.
    pub(super) fn has_variants(&self) -> bool {
        let of_variants = &CARRIED[OF_PRODUCTS..];
        let mut carried = self.carried.iter();
        let is_of_variants = |carried: &Carried| {
            let mut names = of_variants.iter();
            names.any(|names| names[0] == carried.heading)
        };
        OF_VARIANTS.iter().any(|column| self.has(*column))
            || !self.markets.is_empty()
            || carried.any(is_of_variants)
    }

    /// The heading at a place, for messages about fields that are not read.
    pub(super) fn name_at(&self, index: usize) -> Option<&str> {
        let position = self.at.iter().position(|at| *at == Some(index))?;
        Column::ALL
            .get(position)
            .map(|column| self.heading(*column))
    }
}

/// What a column says of a market.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Included,
    Price,
    CompareAt,
}

/// So begin the headings that say whether a market has a product.
pub(super) const INCLUDED: &str = "included / ";

/// What a heading in lower case says of which market.
fn market(heading: &str) -> Option<(Part, &str)> {
    let (part, name) = heading.split_once(" / ")?;
    let part = match part.trim() {
        "included" => Part::Included,
        "price" => Part::Price,
        "compare-at price" | "compare at price" => Part::CompareAt,
        _ => return None,
    };
    Some((part, name.trim()))
}

/// The columns of fields; each field has one.
fn fields(header: &csv::StringRecord) -> Result<Vec<Field>, Vec<Refusal>> {
    let headings = header.iter().enumerate();
    let fields: Vec<Field> = headings
        .filter_map(|(index, heading)| {
            let heading = FieldHeading::parse(heading, "product")?;
            Some(Field { index, heading })
        })
        .collect();
    let mut seen = HashSet::new();
    let twice = fields.iter().filter(|field| {
        let heading = &field.heading;
        !seen.insert((&heading.namespace, &heading.key))
    });
    let reason = "holds a metafield that another column holds, too";
    let refusals: Vec<Refusal> = twice
        .map(|field| Refusal::new(1, &field.heading.to_string(), reason))
        .collect();
    if refusals.is_empty() {
        Ok(fields)
    } else {
        Err(refusals)
    }
}
