//! The columns of a merchant's product CSV: which are read, which are known and have no use yet.

use std::collections::HashSet;

use super::Refusal;

macro_rules! columns {
    ($($variant:ident = $name:literal),* $(,)?) => {
        /// A column that is read.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum Column { $($variant),* }

        impl Column {
            const ALL: &[Self] = &[$(Self::$variant),*];

            /// Its heading in the file.
            pub(super) const fn name(self) -> &'static str {
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

/// Columns that such files carry and that have no place here: accepted without a word.
const WITHOUT_USE: &[&str] = &[
    "variant fulfillment service",
    "variant tax code",
    "product category",
    "standard product type",
    "custom product type",
];

/// So begin the columns of an advertising service.
const ADVERTISING: &str = "google shopping / ";

/// Where each column stands in one file.
#[derive(Clone, Debug)]
pub(super) struct Columns {
    at: Vec<Option<usize>>,
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
        let is_known = |heading: &String| {
            heading.is_empty()
                || heading.starts_with(ADVERTISING)
                || WITHOUT_USE.contains(&heading.as_str())
                || Column::ALL
                    .iter()
                    .any(|c| c.name().to_lowercase() == *heading)
        };
        let ignored = headings
            .iter()
            .zip(header)
            .filter(|(heading, _)| !is_known(heading))
            .map(|(_, given)| given.trim().to_owned())
            .collect();
        Ok(Self {
            at,
            width: header.len(),
            ignored,
        })
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
