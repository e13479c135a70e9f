//! The columns of a merchant's product CSV: which are read, and which are only carried along.

use std::collections::HashSet;

use super::Refusal;
use crate::kernel::FieldHeading;

macro_rules! columns {
    ($($variant:ident = $name:literal),* $(,)?) => {
        /// A column that is read.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Column { $($variant),* }

        impl Column {
            /// All of them, in the order of an export.
            pub(crate) const ALL: &[Self] = &[$(Self::$variant),*];

            /// Its heading in the file.
            pub(crate) const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),* }
            }
        }
    };
}

columns!(
    Handle = "Handle",
    Title = "Title",
    Body = "Body (HTML)",
    Vendor = "Vendor",
    Type = "Type",
    Tags = "Tags",
    Published = "Published",
    Option1Name = "Option1 Name",
    Option1Value = "Option1 Value",
    Option2Name = "Option2 Name",
    Option2Value = "Option2 Value",
    Option3Name = "Option3 Name",
    Option3Value = "Option3 Value",
    Sku = "Variant SKU",
    Grams = "Variant Grams",
    Tracker = "Variant Inventory Tracker",
    Quantity = "Variant Inventory Qty",
    Policy = "Variant Inventory Policy",
    Price = "Variant Price",
    CompareAt = "Variant Compare At Price",
    RequiresShipping = "Variant Requires Shipping",
    Taxable = "Variant Taxable",
    Barcode = "Variant Barcode",
    ImageSrc = "Image Src",
    ImagePosition = "Image Position",
    ImageAlt = "Image Alt Text",
    GiftCard = "Gift Card",
    SeoTitle = "SEO Title",
    SeoDescription = "SEO Description",
    VariantImage = "Variant Image",
    WeightUnit = "Variant Weight Unit",
    Cost = "Cost per item",
    Status = "Status",
);

/// Without these a row says nothing that could be sold.
const MANDATORY: [Column; 3] = [Column::Handle, Column::Title, Column::Price];

/// Columns that such files have and that mean nothing here, or more than one cell does by itself, as those of
/// unit prices: carried along without a word. Those of a
/// product stand in its first row.
const OF_PRODUCTS: &[&str] = &[
    "product category",
    "standard product type",
    "custom product type",
];
const OF_VARIANTS: &[&str] = &[
    "variant fulfillment service",
    "variant tax code",
    "unit price total measure",
    "unit price total measure unit",
    "unit price base measure",
    "unit price base measure unit",
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

/// Where each column stands in one file.
#[derive(Clone, Debug)]
pub(super) struct Columns {
    at: Vec<Option<usize>>,
    /// Columns that are carried along.
    carried: Vec<Carried>,
    /// Columns of fields that the merchant added.
    fields: Vec<Field>,
    /// Fields that every row must have.
    pub(super) width: usize,
    /// Headings that mean nothing to us, in their order.
    pub(super) ignored: Vec<String>,
}

impl Columns {
    /// Reads the header; headings are matched regardless of case.
    pub(super) fn read(header: &csv::StringRecord) -> Result<Self, Vec<Refusal>> {
        let headings: Vec<String> = header.iter().map(|h| h.trim().to_lowercase()).collect();
        let mut refusals = Vec::new();
        let mut seen = HashSet::new();
        for (heading, given) in headings.iter().zip(header) {
            if heading.contains('\0') {
                refusals.push(Refusal::new(1, "", "a heading contains a NUL character"));
            }
            if !heading.is_empty() && !seen.insert(heading) {
                refusals.push(Refusal::new(1, given.trim(), "stands in the header twice"));
            }
        }
        let find = |column: &Column| {
            let name = column.name().to_lowercase();
            headings.iter().position(|heading| *heading == name)
        };
        let at: Vec<Option<usize>> = Column::ALL.iter().map(find).collect();
        for column in MANDATORY {
            if at[column as usize].is_none() {
                refusals.push(Refusal::new(1, column.name(), "the column is missing"));
            }
        }
        if !refusals.is_empty() {
            return Err(refusals);
        }
        let is_known = |heading: &str| {
            heading.starts_with(ADVERTISING)
                || OF_PRODUCTS.contains(&heading)
                || OF_VARIANTS.contains(&heading)
        };
        let (mut carried, mut ignored) = (Vec::new(), Vec::new());
        let fields = fields(header)?;
        for (index, (heading, given)) in headings.iter().zip(header).enumerate() {
            let is_field = fields.iter().any(|field| field.index == index);
            if heading.is_empty() || is_field || at.contains(&Some(index)) {
                continue;
            }
            if !is_known(heading) {
                ignored.push(given.trim().to_owned());
            }
            carried.push(Carried {
                index,
                heading: given.trim().to_owned(),
                is_of_product: OF_PRODUCTS.contains(&heading.as_str()),
            });
        }
        Ok(Self {
            at,
            carried,
            fields,
            width: header.len(),
            ignored,
        })
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

    /// The heading at a place, for messages about fields that are not read.
    pub(super) fn name_at(&self, index: usize) -> Option<&'static str> {
        let position = self.at.iter().position(|at| *at == Some(index))?;
        Column::ALL.get(position).map(|column| column.name())
    }
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
