//! One variant from one row.

use super::Refusal;
use super::cells::Cells;
use super::columns::Column;
use super::images::Images;
use super::measure;
use super::options::Options;
use crate::catalog::draft::{InventoryPolicy, VariantDraft};
use crate::kernel::Currency;

/// A row with none of these adds no variant.
const MARKS: [Column; 9] = [
    Column::Option1Value,
    Column::Option2Value,
    Column::Option3Value,
    Column::Sku,
    Column::Barcode,
    Column::Price,
    Column::CompareAt,
    Column::Cost,
    Column::Quantity,
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
    (currencies, warnings): (&[Currency], &mut Vec<Refusal>),
) -> VariantDraft {
    let values = options.values(cells);
    if cells.has_column(Column::Price) && !cells.has(Column::Price) {
        cells.refuse(Column::Price, "is missing");
    }
    let carried = cells.carried(false);
    let measure = measure::read(cells, &carried, warnings);
    let units = [("g", "g"), ("kg", "kg"), ("oz", "oz"), ("lb", "lb")];
    VariantDraft {
        line: cells.line(),
        position: None,
        title: values.join(" / "),
        values,
        sku: cells.given(Column::Sku, |cells| cells.optional(Column::Sku)),
        barcode: cells.given(Column::Barcode, |cells| cells.optional(Column::Barcode)),
        price_minor: cells.given(Column::Price, |cells| {
            cells.money(Column::Price).unwrap_or_default()
        }),
        compare_at_minor: cells.given(Column::CompareAt, |cells| cells.money(Column::CompareAt)),
        cost_minor: cells.given(Column::Cost, |cells| cells.money(Column::Cost)),
        image: cells.given(Column::VariantImage, |cells| images.read_variant(cells)),
        requires_shipping: cells.given(Column::RequiresShipping, |cells| {
            cells.flag(Column::RequiresShipping, true)
        }),
        taxable: cells.given(Column::Taxable, |cells| cells.flag(Column::Taxable, true)),
        grams: cells.given(Column::Grams, Cells::grams),
        weight_unit: cells.given(Column::WeightUnit, |cells| {
            cells.word(Column::WeightUnit, &units, "kg").to_owned()
        }),
        // Whoever counts the stock, we take the count over.
        inventory_tracked: cells.given(Column::Tracker, |cells| cells.has(Column::Tracker)),
        inventory_policy: cells.given(Column::Policy, policy),
        has_measure: cells.has_measure(),
        measure,
        carried,
        on_hand: on_hand(cells, warnings),
        market_prices: cells.market_prices(currencies),
    }
}

/// Whether the variant is sold on when empty: in the words of the older heading, or as true and false.
fn policy(cells: &mut Cells<'_>) -> InventoryPolicy {
    let text = cells.raw(Column::Policy);
    if text.eq_ignore_ascii_case("true") {
        return InventoryPolicy::Continue;
    }
    if text.eq_ignore_ascii_case("false") {
        return InventoryPolicy::Deny;
    }
    let policies = [
        ("deny", InventoryPolicy::Deny),
        ("continue", InventoryPolicy::Continue),
    ];
    cells.word(Column::Policy, &policies, InventoryPolicy::Deny)
}

/// Sold beyond zero, a count is negative in such files; nothing less than nothing lies on a shelf.
fn on_hand(cells: &mut Cells<'_>, warnings: &mut Vec<Refusal>) -> Option<i32> {
    let count = cells.whole(Column::Quantity)?;
    if count < 0 && (cells.has(Column::Tracker) || !cells.has_column(Column::Tracker)) {
        let reason = format!("{count} units are taken for 0");
        let heading = cells.heading(Column::Quantity);
        warnings.push(Refusal::new(cells.line(), heading, reason));
    }
    Some(count.max(0))
}
