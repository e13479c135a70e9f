//! One product from its rows.

use std::io::{Read, Seek};

use csv::StringRecord;

use super::cells::Cells;
use super::columns::{Column, Columns};
use super::images::Images;
use super::options::{NAMES, Options, VALUES};
use super::reader::{Group, ProductReader};
use super::{Refusal, variants};
use crate::catalog::draft::{Given, MAX_VARIANTS, ProductDraft, Status};
use crate::catalog::markup::{Dropped, dropped};
use crate::catalog::sanitize;
use crate::kernel::Currency;
use crate::kernel::text::{excerpt, handleize, is_handle};

/// What became of a product's rows.
#[derive(Debug)]
pub struct Parsed {
    /// The product, or every reason against it.
    pub product: Result<ProductDraft, Vec<Refusal>>,
    /// What was read otherwise than it was written.
    pub warnings: Vec<Refusal>,
    /// Markup that its description lost.
    pub dropped: Dropped,
    /// Whether it is to be left out of a market.
    pub is_left_out: bool,
}

/// Reads one product; amounts are in `currency`.
pub fn parse<S: Read + Seek>(
    reader: &ProductReader<S>,
    group: &Group,
    currency: Currency,
) -> Parsed {
    let mut refusals = Vec::new();
    let mut rows = Vec::with_capacity(group.rows.len());
    for row in &group.rows {
        match row {
            Ok(record) => rows.push(record),
            Err(refusal) => refusals.push(refusal.clone()),
        }
    }
    let mut warnings = Vec::new();
    let mut dropped = Dropped::default();
    let mut is_left_out = false;
    // Without its first row a product has neither title nor options to check the others against.
    let draft = match group.rows.first() {
        Some(Ok(first)) => {
            let source = Source {
                columns: reader.columns(),
                currency,
                currencies: reader.currencies(),
                rows: &rows,
            };
            let cells = Cells::new(first, reader.columns(), currency, &mut refusals);
            is_left_out = cells.is_left_out();
            let (draft, lost) = source.product(first, &mut refusals, &mut warnings);
            dropped = lost;
            Some(draft)
        }
        _ => None,
    };
    refusals.sort_by_key(|refusal| refusal.line);
    let product = match draft {
        Some(draft) if refusals.is_empty() => Ok(draft),
        _ => Err(refusals),
    };
    Parsed {
        product,
        warnings,
        dropped,
        is_left_out,
    }
}

struct Source<'a> {
    columns: &'a Columns,
    currency: Currency,
    /// What markets are paid in that have columns.
    currencies: &'a [Currency],
    rows: &'a [&'a StringRecord],
}

impl Source<'_> {
    fn product(
        &self,
        first: &StringRecord,
        refusals: &mut Vec<Refusal>,
        warnings: &mut Vec<Refusal>,
    ) -> (ProductDraft, Dropped) {
        let mut cells = Cells::new(first, self.columns, self.currency, refusals);
        let (mut draft, dropped) = own_fields(&mut cells);
        draft.given = self.given();
        let mut options = Options::read(&mut cells);
        let mut images = Images::default();
        for (index, row) in self.rows.iter().enumerate() {
            let mut cells = Cells::new(row, self.columns, self.currency, refusals);
            images.read(&mut cells);
            if variants::is_in(&cells) || (index == 0 && draft.given.variants) {
                let told = (self.currencies, &mut *warnings);
                let variant = variants::read(&mut cells, &mut options, &mut images, told);
                draft.variants.push(variant);
            } else if index > 0 && !cells.has(Column::ImageSrc) {
                let reason = "the row adds neither a variant nor an image";
                warnings.push(Refusal::new(cells.line(), "", reason));
            }
            if draft.variants.len() > MAX_VARIANTS {
                cells.refuse(Column::Handle, format!("more than {MAX_VARIANTS} variants"));
                break;
            }
        }
        for (position, variant) in (1..).zip(&mut draft.variants) {
            variant.position = Some(position);
        }
        draft.options = options.finish();
        draft.images = images.finish();
        (draft, dropped)
    }

    fn given(&self) -> Given {
        let has = |column| self.columns.has(column);
        Given {
            names: NAMES.map(has),
            values: VALUES.map(has),
            variants: self.columns.has_variants(),
            images: has(Column::ImageSrc),
            alts: has(Column::ImageAlt),
            positions: has(Column::ImagePosition),
            variant_images: has(Column::VariantImage),
        }
    }
}

/// The fields that only the first row has, and what of the description was dropped.
fn own_fields(cells: &mut Cells<'_>) -> (ProductDraft, Dropped) {
    let statuses = [
        ("active", Status::Active),
        ("draft", Status::Draft),
        ("archived", Status::Archived),
        ("unlisted", Status::Unlisted),
    ];
    let given_html = cells.given(Column::Body, |cells| cells.long_text(Column::Body));
    let description_html = given_html.as_deref().map(sanitize::html);
    let long = |cells: &mut Cells<'_>| {
        let text = cells.long_text(Column::SeoDescription);
        Some(text).filter(|text| !text.is_empty())
    };
    let draft = ProductDraft {
        handle: handle(cells),
        title: cells.given(Column::Title, |cells| cells.required(Column::Title)),
        description: description_html.as_deref().map(sanitize::text),
        description_html,
        vendor: cells.given(Column::Vendor, |cells| cells.text(Column::Vendor)),
        product_type: cells.given(Column::Type, |cells| cells.text(Column::Type)),
        tags: cells.given(Column::Tags, tags),
        seo_title: cells.given(Column::SeoTitle, |cells| cells.optional(Column::SeoTitle)),
        seo_description: cells.given(Column::SeoDescription, long),
        is_gift_card: cells.given(Column::GiftCard, |cells| {
            cells.flag(Column::GiftCard, false)
        }),
        status: cells.given(Column::Status, |cells| {
            cells.word(Column::Status, &statuses, Status::Active)
        }),
        published: cells.given(Column::Published, |cells| {
            cells.flag(Column::Published, true)
        }),
        carried: cells.carried(true),
        carried_columns: cells.carried_columns(true),
        variant_columns: cells.carried_columns(false),
        given: Given::default(),
        keeps_variants: false,
        fields: cells.fields(),
        options: Vec::new(),
        variants: Vec::new(),
        images: Vec::new(),
    };
    (
        draft,
        given_html.as_deref().map(dropped).unwrap_or_default(),
    )
}

/// The handle in lower case, or that of the title where it is blank; anything that would need more than that is refused,
/// because other systems link to products by it.
fn handle(cells: &mut Cells<'_>) -> String {
    if !cells.has(Column::Handle) {
        let handle = handleize(cells.raw(Column::Title));
        if !is_handle(&handle) {
            cells.refuse(Column::Handle, "is missing");
        }
        return handle;
    }
    let handle = cells.text(Column::Handle).to_lowercase();
    if !is_handle(&handle) {
        let better = handleize(&handle);
        let reason = format!(
            "`{}` is not a handle; `{}` would be",
            excerpt(&handle),
            excerpt(&better)
        );
        cells.refuse(Column::Handle, reason);
    }
    handle
}

fn tags(cells: &mut Cells<'_>) -> Vec<String> {
    let text = cells.long_text(Column::Tags);
    let mut tags: Vec<String> = Vec::new();
    for tag in text.split(',').map(str::trim).filter(|tag| !tag.is_empty()) {
        if tag.len() > 255 {
            cells.refuse(
                Column::Tags,
                format!("`{}` is longer than 255 bytes", excerpt(tag)),
            );
        } else if !tags
            .iter()
            .any(|known| known.to_lowercase() == tag.to_lowercase())
        {
            tags.push(tag.to_owned());
        }
    }
    tags
}
