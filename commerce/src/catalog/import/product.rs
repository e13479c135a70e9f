//! One product from its rows.

use std::io::{Read, Seek};

use csv::StringRecord;

use super::cells::Cells;
use super::columns::{Column, Columns};
use super::images::Images;
use super::options::Options;
use super::reader::{Group, ProductReader};
use super::{Refusal, variants};
use crate::catalog::draft::{MAX_VARIANTS, ProductDraft, Status};
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
    // Without its first row a product has neither title nor options to check the others against.
    let draft = match group.rows.first() {
        Some(Ok(first)) => {
            let source = Source {
                columns: reader.columns(),
                currency,
                rows: &rows,
            };
            Some(source.product(first, &mut refusals, &mut warnings))
        }
        _ => None,
    };
    refusals.sort_by_key(|refusal| refusal.line);
    let product = match draft {
        Some(draft) if refusals.is_empty() => Ok(draft),
        _ => Err(refusals),
    };
    Parsed { product, warnings }
}

struct Source<'a> {
    columns: &'a Columns,
    currency: Currency,
    rows: &'a [&'a StringRecord],
}

impl Source<'_> {
    fn product(
        &self,
        first: &StringRecord,
        refusals: &mut Vec<Refusal>,
        warnings: &mut Vec<Refusal>,
    ) -> ProductDraft {
        let mut cells = Cells::new(first, self.columns, self.currency, refusals);
        let mut draft = own_fields(&mut cells);
        let mut options = Options::read(&mut cells);
        let mut images = Images::default();
        for (index, row) in self.rows.iter().enumerate() {
            let mut cells = Cells::new(row, self.columns, self.currency, refusals);
            images.read(&mut cells);
            if index == 0 || variants::is_in(&cells) {
                let variant = variants::read(&mut cells, &mut options, &mut images, warnings);
                draft.variants.push(variant);
            } else if !cells.has(Column::ImageSrc) {
                let reason = "the row adds neither a variant nor an image";
                warnings.push(Refusal::new(cells.line(), "", reason));
            }
            if draft.variants.len() > MAX_VARIANTS {
                cells.refuse(Column::Handle, format!("more than {MAX_VARIANTS} variants"));
                break;
            }
        }
        for (position, variant) in (1..).zip(&mut draft.variants) {
            variant.position = position;
        }
        draft.options = options.finish();
        draft.images = images.finish();
        draft
    }
}

/// The fields that only the first row has.
fn own_fields(cells: &mut Cells<'_>) -> ProductDraft {
    let statuses = [
        ("active", Status::Active),
        ("draft", Status::Draft),
        ("archived", Status::Archived),
    ];
    let description_html = sanitize::html(&cells.long_text(Column::Body));
    ProductDraft {
        handle: handle(cells),
        title: cells.required(Column::Title),
        description: sanitize::text(&description_html),
        description_html,
        vendor: cells.text(Column::Vendor),
        product_type: cells.text(Column::Type),
        tags: tags(cells),
        seo_title: cells.optional(Column::SeoTitle),
        seo_description: Some(cells.long_text(Column::SeoDescription)).filter(|t| !t.is_empty()),
        is_gift_card: cells.flag(Column::GiftCard, false),
        status: cells.word(Column::Status, &statuses, Status::Active),
        published: cells.flag(Column::Published, true),
        carried: cells.carried(true),
        fields: cells.fields(),
        options: Vec::new(),
        variants: Vec::new(),
        images: Vec::new(),
    }
}

/// The handle in lower case; anything that would need more than that is refused, because other
/// systems link to products by it.
fn handle(cells: &mut Cells<'_>) -> String {
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
