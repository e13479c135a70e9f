//! Unit prices: what a price comes to for so much of it, to compare with others. No floats.

use crate::kernel::Money;

/// What a unit measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An area.
    Area,
    /// A number.
    Count,
    /// A length.
    Length,
    /// A volume.
    Volume,
    /// A weight.
    Weight,
}

/// A unit of measurement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Millilitres.
    Millilitres,
    /// Centilitres.
    Centilitres,
    /// Litres.
    Litres,
    /// Cubic metres.
    CubicMetres,
    /// Fluid ounces of the United States.
    FluidOunces,
    /// Liquid pints of the United States.
    Pints,
    /// Liquid quarts of the United States.
    Quarts,
    /// Gallons of the United States.
    Gallons,
    /// Milligrams.
    Milligrams,
    /// Grams.
    Grams,
    /// Kilograms.
    Kilograms,
    /// Ounces.
    Ounces,
    /// Pounds.
    Pounds,
    /// Millimetres.
    Millimetres,
    /// Centimetres.
    Centimetres,
    /// Metres.
    Metres,
    /// Inches.
    Inches,
    /// Feet.
    Feet,
    /// Yards.
    Yards,
    /// Square metres.
    SquareMetres,
    /// Square feet.
    SquareFeet,
    /// Pieces.
    Pieces,
}

/// Each unit with its name in files, what it measures, and how many of a part that all units of its kind
/// have in common: 10⁻¹⁰ millilitres, nanograms, tenths of millimetres, 10⁻⁸ square metres. Those of the
/// United States are exact by definition (NIST Handbook 44, appendix C).
const UNITS: [(Unit, &str, Kind, i128); 22] = [
    (Unit::Millilitres, "ml", Kind::Volume, 10_000_000_000),
    (Unit::Centilitres, "cl", Kind::Volume, 100_000_000_000),
    (Unit::Litres, "l", Kind::Volume, 10_000_000_000_000),
    (
        Unit::CubicMetres,
        "m3",
        Kind::Volume,
        10_000_000_000_000_000,
    ),
    (Unit::FluidOunces, "floz", Kind::Volume, 295_735_295_625),
    (Unit::Pints, "pt", Kind::Volume, 4_731_764_730_000),
    (Unit::Quarts, "qt", Kind::Volume, 9_463_529_460_000),
    (Unit::Gallons, "gal", Kind::Volume, 37_854_117_840_000),
    (Unit::Milligrams, "mg", Kind::Weight, 1_000_000),
    (Unit::Grams, "g", Kind::Weight, 1_000_000_000),
    (Unit::Kilograms, "kg", Kind::Weight, 1_000_000_000_000),
    (Unit::Ounces, "oz", Kind::Weight, 28_349_523_125),
    (Unit::Pounds, "lb", Kind::Weight, 453_592_370_000),
    (Unit::Millimetres, "mm", Kind::Length, 10),
    (Unit::Centimetres, "cm", Kind::Length, 100),
    (Unit::Metres, "m", Kind::Length, 10_000),
    (Unit::Inches, "in", Kind::Length, 254),
    (Unit::Feet, "ft", Kind::Length, 3_048),
    (Unit::Yards, "yd", Kind::Length, 9_144),
    (Unit::SquareMetres, "m2", Kind::Area, 100_000_000),
    (Unit::SquareFeet, "ft2", Kind::Area, 9_290_304),
    (Unit::Pieces, "item", Kind::Count, 1),
];

impl Unit {
    /// The unit with this name, in any case.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let mut units = UNITS.iter();
        let found = units.find(|(_, known, ..)| known.eq_ignore_ascii_case(name));
        found.map(|(unit, ..)| *unit)
    }

    /// Its name in files.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.row().1
    }

    /// What it measures.
    #[must_use]
    pub fn kind(self) -> Kind {
        self.row().2
    }

    /// The names of all units.
    pub fn names() -> impl Iterator<Item = &'static str> {
        UNITS.iter().map(|(_, name, ..)| *name)
    }

    fn parts(self) -> i128 {
        self.row().3
    }

    fn row(self) -> &'static (Self, &'static str, Kind, i128) {
        let mut units = UNITS.iter();
        let found = units.find(|(unit, ..)| *unit == self);
        found.unwrap_or(&UNITS[0])
    }
}

/// How much of something a variant is, and for how much of it its price is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Measure {
    /// How much it is, in thousandths of `unit`; above zero.
    pub thousandths: i64,
    /// The unit of what is sold.
    pub unit: Unit,
    /// For how much a price is told; above zero.
    pub reference: i32,
    /// The unit that a price is told for; it measures what `unit` does.
    pub reference_unit: Unit,
}

impl Measure {
    /// What the columns say; `None` where they name a unit that this build does not know.
    #[must_use]
    pub fn of(
        (thousandths, unit, reference, reference_unit): (i64, String, i32, String),
    ) -> Option<Self> {
        Some(Self {
            thousandths,
            unit: Unit::named(&unit)?,
            reference,
            reference_unit: Unit::named(&reference_unit)?,
        })
    }

    /// What a price comes to for the reference, to the nearest minor unit; a half goes to the even one. `None`
    /// for what is beyond all amounts.
    #[must_use]
    pub fn unit_price(&self, price: Money) -> Option<Money> {
        let wanted = i128::from(self.reference) * 1_000 * self.reference_unit.parts();
        let has = i128::from(self.thousandths) * self.unit.parts();
        let common = common_divisor(wanted, has).max(1);
        let (times, whole) = (wanted / common, has / common);
        let product = i128::from(price.minor).checked_mul(times)?;
        let (quotient, twice) = (
            product.checked_div(whole)?,
            (product % whole).checked_mul(2)?,
        );
        let up = twice > whole || (twice == whole && quotient % 2 != 0);
        let minor = i64::try_from(quotient + i128::from(up)).ok()?;
        Some(Money::new(minor, price.currency))
    }
}

fn common_divisor(a: i128, b: i128) -> i128 {
    match b {
        0 => a,
        b => common_divisor(b, a % b),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::Currency;

    fn per(minor: i64, measure: (i64, &str), reference: (i32, &str)) -> Option<i64> {
        let row = (
            measure.0,
            measure.1.to_owned(),
            reference.0,
            reference.1.to_owned(),
        );
        let price = Measure::of(row)?.unit_price(Money::new(minor, Currency::USD));
        price.map(|price| price.minor)
    }

    #[test]
    fn prices_are_told_for_the_reference() {
        assert_eq!(per(1_299, (750_000, "ml"), (1, "l")), Some(1_732));
        assert_eq!(per(1_299, (75_000, "cl"), (100, "ml")), Some(173));
        assert_eq!(per(500, (500, "kg"), (100, "g")), Some(100));
        assert_eq!(per(1_000, (1_000, "lb"), (1, "kg")), Some(2_205));
        assert_eq!(per(1_000, (1_000, "gal"), (1, "floz")), Some(8));
        assert_eq!(per(1_000, (1_000, "yd"), (3, "ft")), Some(1_000));
        assert_eq!(per(1_000, (2_500, "m2"), (1, "m2")), Some(400));
        assert_eq!(per(999, (6_000, "item"), (1, "item")), Some(166));
        assert_eq!(per(0, (750_000, "ml"), (1, "l")), Some(0));
    }

    #[test]
    fn a_half_goes_to_the_even_one() {
        assert_eq!(per(5, (2_000, "item"), (1, "ITEM")), Some(2));
        assert_eq!(per(7, (2_000, "item"), (1, "item")), Some(4));
        assert_eq!(per(3, (2_000, "item"), (1, "item")), Some(2));
    }

    #[test]
    fn what_is_beyond_all_amounts_is_none() {
        assert_eq!(per(i64::MAX, (1, "ml"), (i32::MAX, "m3")), None);
        assert_eq!(per(1, (1, "cup"), (1, "l")), None);
    }

    #[test]
    fn units_are_known_by_their_names() {
        for (unit, name, kind, _) in UNITS {
            assert_eq!(Unit::named(name), Some(unit));
            assert_eq!((unit.name(), unit.kind()), (name, kind));
        }
    }
}
