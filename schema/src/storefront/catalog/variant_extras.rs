//! What else a variant can have by the contract: quantities, units, bundles, pick-up. Of bundles the shop
//! keeps nothing, so their lists are empty and the rest is null.

use std::sync::Arc;

use async_graphql::{Enum, ID, SimpleObject};
use commerce::catalog::measure::{self, Measure};
use commerce::catalog::quantities;
use commerce::inventory::locations::Availability;

use super::taxonomy::Count;
use super::variant::ProductVariant;
use crate::money::MoneyV2;
use crate::storefront::location::Location;

/// How many of a variant can be bought at once.
#[derive(SimpleObject)]
pub struct QuantityRule {
    /// Only multiples of this.
    pub increment: i32,
    /// At most so many.
    pub maximum: Option<i32>,
    /// At least so many.
    pub minimum: i32,
}

impl From<quantities::QuantityRule> for QuantityRule {
    fn from(rule: quantities::QuantityRule) -> Self {
        Self {
            increment: rule.increment,
            maximum: rule.maximum,
            minimum: rule.minimum,
        }
    }
}

/// A price for larger quantities.
#[derive(SimpleObject)]
pub struct QuantityPriceBreak {
    /// From so many on.
    pub minimum_quantity: i32,
    /// The price of each.
    pub price: MoneyV2,
}

/// A part of a bundle.
#[derive(SimpleObject)]
pub struct ProductVariantComponent {
    /// What it is.
    pub product_variant: ProductVariant,
    /// How many of it.
    pub quantity: i32,
}

/// What a measurement measures.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnitPriceMeasurementMeasuredType {
    /// An area.
    Area,
    /// A number.
    Count,
    /// A length.
    Length,
    /// Something else.
    Unknown,
    /// A volume.
    Volume,
    /// A weight.
    Weight,
}

/// A unit of measurement.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnitPriceMeasurementMeasuredUnit {
    /// Centilitres.
    #[graphql(name = "CL")]
    Centilitres,
    /// Centimetres.
    #[graphql(name = "CM")]
    Centimetres,
    /// Fluid ounces.
    #[graphql(name = "FLOZ")]
    FluidOunces,
    /// Feet.
    #[graphql(name = "FT")]
    Feet,
    /// Square feet.
    #[graphql(name = "FT2")]
    SquareFeet,
    /// Grams.
    #[graphql(name = "G")]
    Grams,
    /// Gallons.
    #[graphql(name = "GAL")]
    Gallons,
    /// Inches.
    #[graphql(name = "IN")]
    Inches,
    /// Pieces.
    #[graphql(name = "ITEM")]
    Pieces,
    /// Kilograms.
    #[graphql(name = "KG")]
    Kilograms,
    /// Litres.
    #[graphql(name = "L")]
    Litres,
    /// Pounds.
    #[graphql(name = "LB")]
    Pounds,
    /// Metres.
    #[graphql(name = "M")]
    Metres,
    /// Square metres.
    #[graphql(name = "M2")]
    SquareMetres,
    /// Cubic metres.
    #[graphql(name = "M3")]
    CubicMetres,
    /// Milligrams.
    #[graphql(name = "MG")]
    Milligrams,
    /// Millilitres.
    #[graphql(name = "ML")]
    Millilitres,
    /// Millimetres.
    #[graphql(name = "MM")]
    Millimetres,
    /// Ounces.
    #[graphql(name = "OZ")]
    Ounces,
    /// Pints.
    #[graphql(name = "PT")]
    Pints,
    /// Quarts.
    #[graphql(name = "QT")]
    Quarts,
    /// Something else.
    #[graphql(name = "UNKNOWN")]
    SomethingElse,
    /// Yards.
    #[graphql(name = "YD")]
    Yards,
}

/// How much of something a price is for.
#[derive(SimpleObject)]
pub struct UnitPriceMeasurement {
    /// What is measured.
    pub measured_type: Option<UnitPriceMeasurementMeasuredType>,
    /// The unit of what is sold.
    pub quantity_unit: Option<UnitPriceMeasurementMeasuredUnit>,
    /// How much is sold.
    pub quantity_value: f64,
    /// The unit that the unit price is for.
    pub reference_unit: Option<UnitPriceMeasurementMeasuredUnit>,
    /// How much the unit price is for.
    pub reference_value: i32,
}

impl From<Measure> for UnitPriceMeasurement {
    fn from(measure: Measure) -> Self {
        Self {
            measured_type: Some(measure.unit.kind().into()),
            quantity_unit: Some(measure.unit.into()),
            quantity_value: of_thousandths(measure.thousandths),
            reference_unit: Some(measure.reference_unit.into()),
            reference_value: measure.reference,
        }
    }
}

/// The nearest number that the contract can say.
fn of_thousandths(thousandths: i64) -> f64 {
    let (whole, rest) = (thousandths / 1_000, thousandths % 1_000);
    format!("{whole}.{rest:03}").parse().unwrap_or(0.0)
}

impl From<measure::Kind> for UnitPriceMeasurementMeasuredType {
    fn from(kind: measure::Kind) -> Self {
        use measure::Kind;
        match kind {
            Kind::Area => Self::Area,
            Kind::Count => Self::Count,
            Kind::Length => Self::Length,
            Kind::Volume => Self::Volume,
            Kind::Weight => Self::Weight,
        }
    }
}

impl From<measure::Unit> for UnitPriceMeasurementMeasuredUnit {
    fn from(unit: measure::Unit) -> Self {
        use measure::Unit;
        match unit {
            Unit::Millilitres => Self::Millilitres,
            Unit::Centilitres => Self::Centilitres,
            Unit::Litres => Self::Litres,
            Unit::CubicMetres => Self::CubicMetres,
            Unit::FluidOunces => Self::FluidOunces,
            Unit::Pints => Self::Pints,
            Unit::Quarts => Self::Quarts,
            Unit::Gallons => Self::Gallons,
            Unit::Milligrams => Self::Milligrams,
            Unit::Grams => Self::Grams,
            Unit::Kilograms => Self::Kilograms,
            Unit::Ounces => Self::Ounces,
            Unit::Pounds => Self::Pounds,
            Unit::Millimetres => Self::Millimetres,
            Unit::Centimetres => Self::Centimetres,
            Unit::Metres => Self::Metres,
            Unit::Inches => Self::Inches,
            Unit::Feet => Self::Feet,
            Unit::Yards => Self::Yards,
            Unit::SquareMetres => Self::SquareMetres,
            Unit::SquareFeet => Self::SquareFeet,
            Unit::Pieces => Self::Pieces,
        }
    }
}

/// A unit of weight.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum WeightUnit {
    /// Grams.
    Grams,
    /// Kilograms.
    Kilograms,
    /// Ounces.
    Ounces,
    /// Pounds.
    Pounds,
}

impl WeightUnit {
    /// Reads the unit as the catalogue keeps it.
    #[must_use]
    pub fn from_column(unit: &str) -> Self {
        match unit {
            "g" => Self::Grams,
            "oz" => Self::Ounces,
            "lb" => Self::Pounds,
            _ => Self::Kilograms,
        }
    }

    /// So many grams in this unit, to four places.
    #[must_use]
    pub fn of_grams(self, grams: i32) -> f64 {
        let micrograms: i128 = match self {
            Self::Grams => 1_000_000,
            Self::Kilograms => 1_000_000_000,
            Self::Ounces => 28_349_523,
            Self::Pounds => 453_592_370,
        };
        let scaled = (i128::from(grams) * 10_000_000_000 + micrograms / 2) / micrograms;
        let (whole, places) = (scaled / 10_000, scaled % 10_000);
        format!("{whole}.{places:04}").parse().unwrap_or(0.0)
    }
}

/// Whether a variant can be fetched at a place.
#[derive(SimpleObject)]
pub struct StoreAvailability {
    /// Whether it is there, or is sold on when it is not.
    pub available: bool,
    /// The place.
    pub location: Location,
    /// When it can be fetched, in words.
    pub pick_up_time: String,
    /// How many are there; 0 where they are not counted.
    pub quantity_available: i32,
}

impl StoreAvailability {
    /// Shows a row.
    #[must_use]
    pub fn of(row: &Availability) -> Self {
        Self {
            available: row.is_available,
            location: Location(Arc::new(row.location.clone())),
            pick_up_time: row.location.pick_up_time.clone(),
            quantity_available: i32::try_from(row.quantity).unwrap_or(i32::MAX),
        }
    }
}

/// What a variant costs in installments; installments are not offered.
#[derive(SimpleObject)]
pub struct ShopPayInstallmentsProductVariantPricing {
    /// Whether they are offered.
    pub available: bool,
    /// Whether the price allows them.
    pub eligible: bool,
    /// The whole price.
    pub full_price: MoneyV2,
    /// Its id.
    #[graphql(owned)]
    pub id: ID,
    /// How many there are.
    pub installments_count: Option<Count>,
    /// How much each is.
    pub price_per_term: MoneyV2,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_are_shown_in_their_unit() {
        assert_eq!(WeightUnit::Kilograms.of_grams(1_250), 1.25);
        assert_eq!(WeightUnit::Grams.of_grams(7), 7.0);
        assert_eq!(WeightUnit::Pounds.of_grams(454), 1.0009);
        assert_eq!(WeightUnit::Ounces.of_grams(28), 0.9877);
    }
}
