//! What one discount would take off each line if it were alone. Exact integers: shares are rounded half
//! to even, line by line.

use super::offers::{Class, Discount, Obstacle, Value};
use super::{PricedLine, PricingInput};
use crate::kernel::id::ProductVariant;
use crate::kernel::{Id, Money};

const WHOLE: u32 = 10_000;

/// A discount that could be used, and what it takes off when it is alone.
#[derive(Clone, Debug)]
pub(super) struct Candidate<'a> {
    pub(super) discount: &'a Discount,
    /// In minor units, for each line; zero for the lines it is not for.
    pub(super) shares: Vec<i64>,
    /// In minor units: what it takes off in all.
    pub(super) worth: i64,
}

/// What discounts are judged by besides the goods.
#[derive(Clone, Copy, Debug)]
pub(super) struct Conditions {
    /// What delivery costs, in minor units; `None` while none is chosen, when a discount that makes it free counts.
    shipping: Option<i64>,
    /// The rules of the input.
    rules: u32,
}

impl Conditions {
    /// As the input has them.
    pub(super) fn of(input: &PricingInput) -> Self {
        let delivery = input.delivery.as_ref();
        Self {
            shipping: delivery.map(|chosen| chosen.price.minor),
            rules: input.rules,
        }
    }

    /// Whether a discount that names no goods is for the line: gift cards are money.
    pub(super) fn is_general(&self, line: &PricedLine) -> bool {
        self.rules < 3 || !line.item.is_gift_card
    }

    /// Whether a discount that names these goods, or none, is for the line.
    fn is_for(&self, named: Option<&[Id<ProductVariant>]>, line: &PricedLine) -> bool {
        named.map_or_else(
            || self.is_general(line),
            |known| known.contains(&line.item.variant_id),
        )
    }
}

/// The part of an amount, to the nearest minor unit; a half goes to the even one.
pub(super) fn share(minor: i64, basis_points: u32) -> i64 {
    let times = i128::from(basis_points.min(WHOLE));
    part(minor, times, i128::from(WHOLE))
}

/// So many parts of a whole of an amount that is not negative, to the nearest minor unit; a half goes to the
/// even one.
pub(super) fn part(minor: i64, times: i128, whole: i128) -> i64 {
    let product = i128::from(minor) * times;
    let (quotient, twice) = (product / whole, product % whole * 2);
    let up = twice > whole || (twice == whole && quotient % 2 != 0);
    i64::try_from(quotient + i128::from(up)).unwrap_or(i64::MAX)
}

/// Judges a discount by itself.
pub(super) fn judge<'a>(
    discount: &'a Discount,
    lines: &[&PricedLine],
    conditions: &Conditions,
) -> Result<Candidate<'a>, Obstacle> {
    if let Some(obstacle) = discount.obstacle {
        return Err(obstacle);
    }
    // Delivery becomes free whatever is delivered.
    let takes_none = matches!(discount.value, Value::FreeShipping { .. });
    let is_for = |line: &PricedLine| {
        takes_none && discount.gets.is_none() || conditions.is_for(discount.gets.as_deref(), line)
    };
    let (worth, pieces) = sums(lines.iter().copied().filter(|line| is_for(line)));
    if pieces == 0 {
        return Err(Obstacle::NoEntitledLines);
    }
    let is_below = |least: Option<i64>, found: i64| least.is_some_and(|least| found < least);
    if is_below(discount.minimum_subtotal, worth) {
        return Err(Obstacle::Subtotal);
    }
    if is_below(discount.minimum_quantity.map(i64::from), pieces) {
        return Err(Obstacle::Quantity);
    }
    let alone = |part: &dyn Fn(&PricedLine) -> i64| {
        let shares = lines.iter().copied();
        shares
            .map(|line| if is_for(line) { part(line) } else { 0 })
            .collect::<Vec<i64>>()
    };
    let shares = match &discount.value {
        Value::FreeShipping { up_to } => {
            let worth = free_delivery(lines, conditions, *up_to)?;
            return Ok(Candidate {
                discount,
                shares: vec![0; lines.len()],
                worth,
            });
        }
        Value::Percentage { basis_points } if discount.class == Class::Order => {
            spread(share(worth, *basis_points), &alone(&whole))
        }
        Value::Percentage { basis_points } => {
            alone(&|line| share(line.subtotal.minor, *basis_points))
        }
        Value::Amount { minor, each: true } => alone(&|line| {
            let unit = line.item.unit_price.minor.min(*minor);
            unit.saturating_mul(i64::from(line.item.quantity))
        }),
        Value::Amount { minor, each: false } => spread((*minor).min(worth), &alone(&whole)),
        Value::BuyGet { basis_points, .. } => {
            let taken = pieces_that_get(discount, lines, conditions).ok_or(Obstacle::Quantity)?;
            let cheaper = lines.iter().zip(taken).map(|(line, pieces)| {
                let price = line.item.unit_price.minor.saturating_mul(pieces);
                share(price, *basis_points)
            });
            cheaper.collect()
        }
    };
    let worth = shares.iter().sum();
    if worth == 0 {
        return Err(Obstacle::NoEntitledLines);
    }
    Ok(Candidate {
        discount,
        shares,
        worth,
    })
}

fn whole(line: &PricedLine) -> i64 {
    line.subtotal.minor
}

/// Spreads an amount over weights that it does not exceed; no part exceeds its weight.
pub(super) fn spread(minor: i64, weights: &[i64]) -> Vec<i64> {
    let weights: Vec<u64> = weights.iter().map(|w| w.max(&0).unsigned_abs()).collect();
    let parts = Money::new(minor, crate::kernel::Currency::USD).allocate(&weights);
    parts.into_iter().map(|part| part.minor).collect()
}

/// What lines are worth, in minor units, and how many pieces they have. The sum fits, because the
/// sum of all lines does.
fn sums<'a>(lines: impl Iterator<Item = &'a PricedLine>) -> (i64, i64) {
    lines.fold((0, 0), |(worth, pieces), line| {
        let quantity = i64::from(line.item.quantity);
        (worth + line.subtotal.minor, pieces + quantity)
    })
}

fn free_delivery(
    lines: &[&PricedLine],
    conditions: &Conditions,
    up_to: Option<i64>,
) -> Result<i64, Obstacle> {
    let price = conditions.shipping.unwrap_or(0);
    let is_shipped = lines.iter().any(|line| line.item.requires_shipping);
    let is_free_anyway = conditions.shipping == Some(0) && conditions.rules >= 2;
    if !is_shipped || is_free_anyway || up_to.is_some_and(|most| price > most) {
        return Err(Obstacle::NoEntitledShipping);
    }
    Ok(price)
}

/// How many pieces of each line become cheaper, the cheapest first; `None` when it does not count
/// once. No piece both is bought for it and becomes cheaper by it; one for nothing does not become cheaper, and is
/// bought for it only where the discount names it.
fn pieces_that_get(
    discount: &Discount,
    lines: &[&PricedLine],
    conditions: &Conditions,
) -> Option<Vec<i64>> {
    let Value::BuyGet {
        buys, gets, uses, ..
    } = discount.value
    else {
        return None;
    };
    let (buys, gets) = (i64::from(buys), i64::from(gets));
    let (mut only_buys, mut only_gets, mut both) = (0_i64, 0_i64, 0_i64);
    let kinds: Vec<(bool, bool)> = lines
        .iter()
        .map(|line| {
            let costs = conditions.rules < 3 || line.item.unit_price.minor > 0;
            let is_bought = costs || discount.buys.is_some();
            let kind = (
                is_bought && conditions.is_for(discount.buys.as_deref(), line),
                costs && conditions.is_for(discount.gets.as_deref(), line),
            );
            let pieces = i64::from(line.item.quantity);
            match kind {
                (true, true) => both += pieces,
                (true, false) => only_buys += pieces,
                (false, true) => only_gets += pieces,
                (false, false) => {}
            }
            kind
        })
        .collect();
    let fits = |times: i64| {
        let short = (times * buys - only_buys).max(0) + (times * gets - only_gets).max(0);
        short <= both
    };
    // More pieces are only ever needed for more times: the most that fit is found by halving.
    let (mut low, mut high) = (0, only_buys + only_gets + both);
    high = uses.map_or(high, |uses| high.min(i64::from(uses)));
    while low < high {
        let middle = low + (high - low + 1) / 2;
        if fits(middle) {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    if low == 0 {
        return None;
    }
    let mut wanted = low * gets;
    let mut of_both = both - (low * buys - only_buys).max(0);
    let mut order: Vec<usize> = (0..lines.len()).filter(|at| kinds[*at].1).collect();
    order.sort_by_key(|at| (lines[*at].item.unit_price.minor, lines[*at].item.variant_id));
    let mut taken = vec![0; lines.len()];
    for at in order {
        let mut pieces = i64::from(lines[at].item.quantity).min(wanted);
        if kinds[at].0 {
            pieces = pieces.min(of_both);
            of_both -= pieces;
        }
        taken[at] = pieces;
        wanted -= pieces;
    }
    Some(taken)
}
