//! What states take of a purchase: duties on what crosses a border, then taxes on goods, duties and delivery.

use super::Priced;
use super::shares::part;
use crate::kernel::Money;
use crate::kernel::money::MoneyError;

/// A whole, in the unit of rates.
const WHOLE: i128 = 1_000_000;

/// What the place takes where the goods go, as it stood when the cart was read. The statement that reads
/// it writes exactly this JSON.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Levies {
    /// Whether prices contain them, so that the total does not add them.
    pub included: bool,
    /// The taxes, which add up.
    pub taxes: Vec<TaxRate>,
    /// What is taken of goods that come in; `None` where nothing can be.
    pub duty: Option<DutyRate>,
}

/// A tax.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct TaxRate {
    /// What it is called.
    pub name: String,
    /// Parts of a million.
    pub ppm: u32,
    /// Whether delivery is taxed, too.
    pub on_shipping: bool,
}

/// A duty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct DutyRate {
    /// Parts of a million.
    pub ppm: u32,
    /// Goods that are worth less come in free; in minor units.
    pub from: i64,
}

/// Adds what states take to a price whose discounts are taken off, or finds it within.
///
/// Each line is rounded by itself, half to even. Where prices contain taxes and duties, a price is
/// the worth of the goods with the duty on it, and the tax on both.
pub(super) fn levy(priced: &mut Priced, levies: &Levies) -> Result<(), MoneyError> {
    let currency = priced.currency;
    let included = levies.included;
    priced.tax_inclusive = included;
    let tax_ppm = sum(levies, |_| true);
    let duty_ppm = levies
        .duty
        .map_or(0, |duty| duty_on(priced, duty, (included, tax_ppm)));
    let (mut tax, mut duty) = (0_i64, 0_i64);
    for line in &mut priced.lines {
        let worth = line.total.minor;
        let tax_ppm = if line.item.taxable { tax_ppm } else { 0 };
        let duty_ppm = if line.item.requires_shipping {
            duty_ppm
        } else {
            0
        };
        let (line_tax, line_duty) = if included {
            let tax = part(worth, tax_ppm, WHOLE + tax_ppm);
            (tax, part(worth - tax, duty_ppm, WHOLE + duty_ppm))
        } else {
            let duty = part(worth, duty_ppm, WHOLE);
            let base = worth.checked_add(duty).ok_or(MoneyError::TooLarge)?;
            (part(base, tax_ppm, WHOLE), duty)
        };
        line.tax = Money::new(line_tax, currency);
        tax = tax.checked_add(line_tax).ok_or(MoneyError::TooLarge)?;
        if levies.duty.is_some() {
            line.duty = Some(Money::new(line_duty, currency));
            duty = duty.checked_add(line_duty).ok_or(MoneyError::TooLarge)?;
        }
    }
    let on_shipping = sum(levies, |tax| tax.on_shipping);
    if on_shipping > 0 {
        let whole = if included { WHOLE + on_shipping } else { WHOLE };
        let shipping_tax = part(priced.shipping.minor, on_shipping, whole);
        priced.shipping_tax = Some(Money::new(shipping_tax, currency));
        tax = tax.checked_add(shipping_tax).ok_or(MoneyError::TooLarge)?;
    }
    priced.tax = Money::new(tax, currency);
    priced.duty = levies.duty.map(|_| Money::new(duty, currency));
    if !included {
        let added = Money::new(tax, currency).plus(Money::new(duty, currency))?;
        priced.total = priced.total.plus(added)?;
    }
    Ok(())
}

/// The rates of the taxes that count, added up.
fn sum(levies: &Levies, counts: impl Fn(&TaxRate) -> bool) -> i128 {
    let taxes = levies.taxes.iter().filter(|tax| counts(tax));
    taxes.map(|tax| i128::from(tax.ppm)).sum()
}

/// The duty's rate, or nothing for goods that are not worth enough: without tax and duty, also where prices
/// contain both.
fn duty_on(priced: &Priced, duty: DutyRate, (included, tax_ppm): (bool, i128)) -> i128 {
    let rate = i128::from(duty.ppm);
    let shipped = priced.lines.iter();
    let shipped = shipped.filter(|line| line.item.requires_shipping);
    let worth = shipped.map(|line| {
        let price = line.total.minor;
        if !included {
            return price;
        }
        let tax_ppm = if line.item.taxable { tax_ppm } else { 0 };
        let untaxed = price - part(price, tax_ppm, WHOLE + tax_ppm);
        untaxed - part(untaxed, rate, WHOLE + rate)
    });
    let worth: i64 = worth.sum();
    if worth < duty.from { 0 } else { rate }
}
