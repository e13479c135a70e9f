//! How much of something a variant is, from the four columns of unit prices.

use std::collections::BTreeMap;

use super::Refusal;
use super::cells::Cells;
use super::columns::UNIT_PRICE;
use crate::catalog::draft::MeasureDraft;
use crate::catalog::measure::Unit;
use crate::kernel::text::excerpt;

/// Decimal places of a measure.
const PLACES: usize = 3;

/// What the carried cells of a row say. A variant without one of them has no unit price, which is worth a
/// warning; what cannot be is refused.
pub(super) fn read(
    cells: &mut Cells<'_>,
    carried: &BTreeMap<String, String>,
    warnings: &mut Vec<Refusal>,
) -> Option<MeasureDraft> {
    let cell = |column: &str| {
        let mut carried = carried.iter();
        let found = carried.find(|(heading, _)| heading.eq_ignore_ascii_case(column));
        found.map_or("", |(_, text)| text.as_str())
    };
    let [total, total_unit, base, base_unit] = UNIT_PRICE.map(cell);
    if [total, total_unit, base, base_unit]
        .iter()
        .all(|text| text.is_empty())
    {
        return None;
    }
    for column in UNIT_PRICE {
        if cell(column).is_empty() {
            let reason = "is missing, so there is no unit price";
            warnings.push(Refusal::new(cells.line(), column, reason));
            return None;
        }
    }
    let mut checked = |place: usize, is_right: bool, text: &str, what: &str| {
        if !is_right {
            let reason = format!("`{}` is not {what}", excerpt(text));
            cells.refuse_carried(UNIT_PRICE[place], reason);
        }
    };
    let thousandths = thousandths(total);
    checked(
        0,
        thousandths.is_some(),
        total,
        "a number above zero with at most 3 decimal places",
    );
    let reference = self::thousandths(base).and_then(whole);
    checked(2, reference.is_some(), base, "a whole number above zero");
    let names: Vec<&str> = Unit::names().collect();
    let one_of = format!("one of {}", names.join(", "));
    let (unit, reference_unit) = (Unit::named(total_unit), Unit::named(base_unit));
    checked(1, unit.is_some(), total_unit, &one_of);
    checked(3, reference_unit.is_some(), base_unit, &one_of);
    let (unit, reference_unit) = (unit?, reference_unit?);
    let alike = format!("a unit of what {} measures", unit.name());
    checked(3, unit.kind() == reference_unit.kind(), base_unit, &alike);
    Some(MeasureDraft {
        thousandths: thousandths?,
        unit: unit.name(),
        reference: reference?,
        reference_unit: reference_unit.name(),
    })
}

/// A decimal number above zero, in thousandths.
fn thousandths(text: &str) -> Option<i64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let fraction = fraction.trim_end_matches('0');
    let is_number = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    if !is_number(whole) || !is_number(fraction) || fraction.len() > PLACES {
        return None;
    }
    let number: i64 = format!("{whole}{fraction:0<PLACES$}").parse().ok()?;
    (number > 0).then_some(number)
}

fn whole(thousandths: i64) -> Option<i32> {
    let is_whole = thousandths % 1_000 == 0;
    is_whole.then(|| i32::try_from(thousandths / 1_000).ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn measures_have_three_decimal_places() {
        let found = [
            "750", "0.5", ".25", "1.500", "2.0005", "0", "-1", "1e3", "1.2.3", "", ".",
        ];
        let read = found.map(thousandths);
        let right = [Some(750_000), Some(500), Some(250), Some(1_500)];
        assert_eq!(read[..4], right);
        assert_eq!(read[4..], [None; 7]);
        assert_eq!(thousandths("1.0").and_then(whole), Some(1));
        assert_eq!(thousandths("1.5").and_then(whole), None);
    }
}
