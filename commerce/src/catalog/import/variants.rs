//! One variant from one row.

use super::Refusal;
use super::cells::Cells;
use super::columns::Column;
use super::images::Images;
use super::measure;
use super::options::Options;
use crate::catalog::draft::{InventoryPolicy, VariantDraft};

/// A row with none of these adds no variant.
const MARKS: [Column; 6] = [
    Column::Option1Value,
    Column::Option2Value,
    Column::Option3Value,
    Column::Sku,
    Column::Barcode,
    Column::Price,
];

/// Whether the row carries a variant.
pub(super) fn is_in(cells: &Cells<'_>) -> bool {
    MARKS.iter().any(|column| cells.has(*column))
}

/// Reads the row's variant; what is remarkable but no reason to refuse goes to `warnings`.
pub(super) fn read(
    cells: &mut Cells<'_>,
    options: &mut Options,
    images: &mut Images,
    warnings: &mut Vec<Refusal>,
) -> VariantDraft {
    let values = options.values(cells);
    if !cells.has(Column::Price) {
        cells.refuse(Column::Price, "is missing");
    }
    let policies = [
        ("deny", InventoryPolicy::Deny),
        ("continue", InventoryPolicy::Continue),
    ];
    let carried = cells.carried(false);
    let measure = measure::read(cells, &carried, warnings);
    let units = [("g", "g"), ("kg", "kg"), ("oz", "oz"), ("lb", "lb")];
    VariantDraft {
        position: 0,
        title: values.join(" / "),
        values,
        sku: cells.optional(Column::Sku),
        barcode: cells.optional(Column::Barcode),
        price_minor: cells.money(Column::Price).unwrap_or_default(),
        compare_at_minor: cells.money(Column::CompareAt),
        cost_minor: cells.money(Column::Cost),
        image: images.read_variant(cells),
        requires_shipping: cells.flag(Column::RequiresShipping, true),
        taxable: cells.flag(Column::Taxable, true),
        grams: cells.grams(),
        weight_unit: cells.word(Column::WeightUnit, &units, "kg").to_owned(),
        // Whoever counts the stock, we take the count over.
        inventory_tracked: cells.has(Column::Tracker),
        inventory_policy: cells.word(Column::Policy, &policies, InventoryPolicy::Deny),
        measure,
        carried,
        on_hand: on_hand(cells, warnings),
    }
}

/// Sold beyond zero, a count is negative in such files; nothing less than nothing lies on a shelf.
fn on_hand(cells: &mut Cells<'_>, warnings: &mut Vec<Refusal>) -> Option<i32> {
    let count = cells.whole(Column::Quantity)?;
    if count < 0 && cells.has(Column::Tracker) {
        let reason = format!("{count} units are taken for 0");
        warnings.push(Refusal::new(cells.line(), Column::Quantity.name(), reason));
    }
    Some(count.max(0))
}
