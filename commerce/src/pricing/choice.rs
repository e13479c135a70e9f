//! Which discounts are used together: of all sets whose members may be combined, the one that takes off
//! most. A set is weighed as a whole, so that the order in which discounts are known does not matter.
//!
//! In a set, each line has at most one discount on goods, the one that would take most off it; discounts
//! on the order come after these, one after the other, from what is left; delivery is free at most once.

use std::cmp::Reverse;

use super::PricedLine;
use super::offers::{Class, Discount, Obstacle, Value};
use super::shares::{Candidate, Conditions, judge, share, spread};

/// How many discounts are weighed against each other; of more, those that are worth most by
/// themselves. All sets of so many are 256.
pub const MOST_WEIGHED: usize = 8;

/// The set that is used.
#[derive(Debug, Default)]
pub(super) struct Chosen<'a> {
    /// Its members by their number.
    pub(super) members: Vec<Member<'a>>,
    /// Why the others are not used.
    pub(super) others: Vec<(&'a Discount, Obstacle)>,
}

/// A discount that is used.
#[derive(Debug)]
pub(super) struct Member<'a> {
    pub(super) discount: &'a Discount,
    /// What it takes off each line, in minor units.
    pub(super) lines: Vec<i64>,
    /// What it takes off delivery, in minor units.
    pub(super) shipping: i64,
}

/// Chooses. Lines are looked at in an order of their own, so that it does not matter either in which
/// order they were put in: a cent that is left over goes to the same one of equal lines.
pub(super) fn choose<'a>(
    discounts: &'a [Discount],
    priced: &[PricedLine],
    conditions: &Conditions,
) -> Chosen<'a> {
    let mut places: Vec<usize> = (0..priced.len()).collect();
    places.sort_by_key(|at| {
        let item = &priced[*at].item;
        (item.variant_id, item.unit_price.minor, item.quantity)
    });
    let lines: Vec<&PricedLine> = places.iter().map(|at| &priced[*at]).collect();
    let mut chosen = weigh(discounts, &lines, conditions);
    for member in &mut chosen.members {
        let mut own = vec![0; places.len()];
        for (at, minor) in places.iter().zip(&member.lines) {
            own[*at] = *minor;
        }
        member.lines = own;
    }
    chosen
}

fn weigh<'a>(
    discounts: &'a [Discount],
    lines: &[&PricedLine],
    conditions: &Conditions,
) -> Chosen<'a> {
    let mut chosen = Chosen::default();
    let mut candidates = Vec::new();
    for discount in discounts {
        match judge(discount, lines, conditions) {
            Ok(candidate) => candidates.push(candidate),
            Err(obstacle) => chosen.others.push((discount, obstacle)),
        }
    }
    candidates.sort_by_key(|c| (Reverse(c.worth), c.discount.code.is_none(), c.discount.id));
    let left_out = candidates.split_off(candidates.len().min(MOST_WEIGHED));
    candidates.sort_by_key(|candidate| candidate.discount.id);
    let best = best_set(&candidates, lines, conditions);
    let is_used = |at: &usize| best.iter().any(|member| member.at == *at);
    let refused = (0..candidates.len()).filter(|at| !is_used(at));
    let refused = refused.map(|at| candidates[at].discount);
    let refused = refused.chain(left_out.iter().map(|candidate| candidate.discount));
    chosen
        .others
        .extend(refused.map(|discount| (discount, Obstacle::NotHonoured)));
    chosen.members = best
        .into_iter()
        .map(|split| Member {
            discount: candidates[split.at].discount,
            lines: split.lines,
            shipping: split.shipping,
        })
        .collect();
    chosen
}

/// What one member of a set takes off.
#[derive(Clone, Debug)]
struct Split {
    at: usize,
    lines: Vec<i64>,
    shipping: i64,
}

fn best_set(
    candidates: &[Candidate<'_>],
    lines: &[&PricedLine],
    conditions: &Conditions,
) -> Vec<Split> {
    let mut best = (0, 0, Reverse(0));
    let mut found = Vec::new();
    for set in 1_u32..1 << candidates.len() {
        let members: Vec<usize> = (0..candidates.len())
            .filter(|at| set & (1 << at) != 0)
            .collect();
        if !may_be_combined(candidates, &members) {
            continue;
        }
        let splits = split(candidates, &members, lines, conditions);
        let taken: i64 = splits.iter().map(Split::sum).sum();
        let codes = splits
            .iter()
            .filter(|split| candidates[split.at].discount.code.is_some())
            .count();
        let merit = (taken, codes, Reverse(splits.len()));
        if merit > best {
            (best, found) = (merit, splits);
        }
    }
    found
}

impl Split {
    fn sum(&self) -> i64 {
        self.lines.iter().sum::<i64>() + self.shipping
    }
}

fn may_be_combined(candidates: &[Candidate<'_>], members: &[usize]) -> bool {
    let agrees = |one: usize, other: usize| {
        let (one, other) = (candidates[one].discount, candidates[other].discount);
        one.combines_with.contains(&other.class)
    };
    members.iter().all(|one| {
        let others = members.iter().filter(|other| *other != one);
        others.into_iter().all(|other| agrees(*one, *other))
    })
}

/// What each member of a set takes off; members that take nothing are left out, save free delivery
/// whose price is not known yet.
fn split(
    candidates: &[Candidate<'_>],
    members: &[usize],
    lines: &[&PricedLine],
    conditions: &Conditions,
) -> Vec<Split> {
    let of_class = |class: Class| {
        let members = members.iter().copied();
        members.filter(move |at| candidates[*at].discount.class == class)
    };
    let mut left: Vec<i64> = lines.iter().map(|line| line.subtotal.minor).collect();
    let on_goods: Vec<usize> = of_class(Class::Product).collect();
    let mut splits = goods(candidates, &on_goods, lines);
    for split in &splits {
        take_off(&mut left, &split.lines);
    }
    // A discount on the order names no goods.
    for (left, line) in left.iter_mut().zip(lines) {
        if !conditions.is_general(line) {
            *left = 0;
        }
    }
    let base: i64 = left.iter().sum();
    for at in of_class(Class::Order) {
        let rest: i64 = left.iter().sum();
        let amount = match candidates[at].discount.value {
            Value::Percentage { basis_points } => share(base, basis_points),
            Value::Amount { minor, .. } => minor,
            Value::FreeShipping { .. } | Value::BuyGet { .. } => 0,
        };
        let parts = spread(amount.min(rest), &left);
        take_off(&mut left, &parts);
        splits.push(Split {
            at,
            lines: parts,
            shipping: 0,
        });
    }
    splits.retain(|split| split.sum() > 0);
    if let Some(at) = of_class(Class::Shipping).next() {
        splits.push(Split {
            at,
            lines: vec![0; lines.len()],
            shipping: candidates[at].worth,
        });
    }
    splits.sort_by_key(|split| split.at);
    splits
}

fn take_off(left: &mut [i64], parts: &[i64]) {
    for (left, part) in left.iter_mut().zip(parts) {
        *left -= part;
    }
}

/// Gives each line to the discount that would take most off it. An amount that is taken once goes
/// to the lines that it was given, and may be more on each of them than if it had all of its lines.
fn goods(candidates: &[Candidate<'_>], members: &[usize], lines: &[&PricedLine]) -> Vec<Split> {
    let owner = |line: usize| {
        let shares = members
            .iter()
            .map(|at| (candidates[*at].shares[line], Reverse(*at)));
        let best = shares.filter(|(share, _)| *share > 0).max();
        best.map(|(_, Reverse(at))| at)
    };
    let owners: Vec<Option<usize>> = (0..lines.len()).map(owner).collect();
    let splits = members.iter().map(|at| {
        let own = |line: usize, minor: i64| if owners[line] == Some(*at) { minor } else { 0 };
        let parts = match candidates[*at].discount.value {
            Value::Amount { minor, each: false } => {
                let whole = lines.iter().enumerate();
                let weights: Vec<i64> = whole
                    .map(|(line, priced)| own(line, priced.subtotal.minor))
                    .collect();
                spread(minor.min(weights.iter().sum()), &weights)
            }
            _ => {
                let shares = candidates[*at].shares.iter().enumerate();
                shares.map(|(line, share)| own(line, *share)).collect()
            }
        };
        Split {
            at: *at,
            lines: parts,
            shipping: 0,
        }
    });
    splits.collect()
}
