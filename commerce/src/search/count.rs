//! Counting what each value of each facet leaves of a list of products.

use std::collections::{BTreeMap, BTreeSet};

use diesel::Queryable;

use super::narrowing::{Facet, Narrowing, PriceRange, ShownRange};
use crate::kernel::Exchange;

/// What a product offers.
#[derive(Clone, Debug, Default, Queryable)]
pub(super) struct Offer {
    /// Whether any variant can be bought.
    pub(super) available: bool,
    /// The lowest price of its variants.
    pub(super) price_min: i64,
    /// The highest.
    pub(super) price_max: i64,
    /// The ids of its values, its variants' included.
    pub(super) facets: Vec<i32>,
    /// The price of each variant; empty, as all that follow, when variants do not matter.
    pub(super) prices: Vec<i64>,
    /// Whether each can be bought.
    pub(super) sellable: Vec<bool>,
    /// The value of the first option of each, or 0.
    pub(super) values1: Vec<i32>,
    /// Of the second.
    pub(super) values2: Vec<i32>,
    /// Of the third.
    pub(super) values3: Vec<i32>,
    /// What each costs in a market that has prices of its own; empty where none has.
    pub(super) fixed: Vec<Option<i64>>,
}

impl Offer {
    /// Makes its prices those that buyers of the market see.
    pub(super) fn show(&mut self, by: &Exchange) {
        for (place, price) in self.prices.iter_mut().enumerate() {
            let fixed = self.fixed.get(place).copied().flatten();
            *price = fixed.unwrap_or_else(|| by.minor(*price));
        }
        let shown = ends(self.prices.iter().copied());
        (self.price_min, self.price_max) = shown.unwrap_or_default();
    }
}

/// The places of what is asked for, a bit each: what a product or variant fails is a set of them.
type Places = u64;

const AVAILABLE: usize = 0;
const PRICE: usize = 1;
/// The first place of a facet; no more facets than there are bits are looked at.
const FACETS: usize = 2;
const MAX_PLACES: usize = 64;

/// What is asked for.
pub(super) struct Constraints {
    only_available: bool,
    only_unavailable: bool,
    prices: Vec<PriceRange>,
    facets: Vec<(Facet, BTreeSet<i32>)>,
    of_variants: bool,
}

impl Constraints {
    /// What is asked for, with the ids of the chosen values.
    pub(super) fn new(narrowing: &Narrowing, chosen: &BTreeMap<Facet, BTreeSet<i32>>) -> Self {
        let facets: Vec<_> = chosen
            .iter()
            .take(MAX_PLACES - FACETS)
            .map(|(facet, ids)| (facet.clone(), ids.clone()))
            .collect();
        let has_options = facets.iter().any(|(facet, _)| is_option(facet));
        // Offers of a market with prices of its own are made those that buyers see.
        let prices = |range: &ShownRange| match narrowing.fixed {
            Some(_) => range.shown,
            None => range.own,
        };
        Self {
            only_available: narrowing.only_available(),
            only_unavailable: narrowing.only_unavailable(),
            prices: narrowing.prices.iter().map(prices).collect(),
            of_variants: has_options || !narrowing.prices.is_empty(),
            facets,
        }
    }

    /// Whether variants have to be looked at one by one.
    pub(super) fn are_of_variants(&self) -> bool {
        self.of_variants
    }

    /// The place of a facet, if something is asked of it.
    pub(super) fn place(&self, facet: &Facet) -> Option<usize> {
        let found = self.facets.iter().position(|(known, _)| known == facet);
        found.map(|place| place + FACETS)
    }

    /// What a product fails, apart from its variants.
    fn fails(&self, offer: &Offer) -> Places {
        let mut fails = 0;
        if self.only_unavailable && offer.available
            || self.only_available && !self.of_variants && !offer.available
        {
            fails |= 1 << AVAILABLE;
        }
        for (place, (facet, ids)) in self.facets.iter().enumerate() {
            if !is_option(facet) && !offer.facets.iter().any(|id| ids.contains(id)) {
                fails |= 1 << (place + FACETS);
            }
        }
        fails
    }

    /// What each variant fails.
    fn variants_fail(&self, offer: &Offer) -> Vec<Places> {
        let variant = |index: usize| {
            let mut fails = 0;
            if self.only_available && !offer.sellable.get(index).copied().unwrap_or(false) {
                fails |= 1 << AVAILABLE;
            }
            let price = offer.prices.get(index).copied().unwrap_or(0);
            let within =
                |range: &PriceRange| price >= range.min && range.max.is_none_or(|max| price <= max);
            if !self.prices.is_empty() && !self.prices.iter().any(within) {
                fails |= 1 << PRICE;
            }
            for (place, (facet, ids)) in self.facets.iter().enumerate() {
                if is_option(facet) && !offer.values(index).iter().any(|id| ids.contains(id)) {
                    fails |= 1 << (place + FACETS);
                }
            }
            fails
        };
        (0..offer.prices.len()).map(variant).collect()
    }
}

fn is_option(facet: &Facet) -> bool {
    matches!(facet, Facet::Option(_))
}

impl Offer {
    fn values(&self, variant: usize) -> [i32; 3] {
        [&self.values1, &self.values2, &self.values3]
            .map(|values| values.get(variant).copied().unwrap_or(0))
    }
}

/// How many products have each value, by id.
type Tally = Vec<u32>;

/// What has been counted.
pub(super) struct Counts<'c> {
    constraints: &'c Constraints,
    /// How many can be bought, and how many cannot.
    pub(super) available: (u32, u32),
    prices: Option<(i64, i64)>,
    priced: u32,
    /// Of products that meet everything.
    met: Tally,
    /// Of products that fail one facet alone, by its place.
    but_for: BTreeMap<usize, Tally>,
}

impl<'c> Counts<'c> {
    /// Nothing counted yet.
    pub(super) fn new(constraints: &'c Constraints) -> Self {
        Self {
            constraints,
            available: (0, 0),
            prices: None,
            priced: 0,
            met: Tally::new(),
            but_for: BTreeMap::new(),
        }
    }

    /// Counts a product.
    pub(super) fn add(&mut self, offer: &Offer) {
        let fails = self.constraints.fails(offer);
        if fails.count_ones() > 1 {
            return;
        }
        if self.constraints.of_variants {
            self.add_variants(offer, fails);
        } else {
            self.add_whole(offer, fails);
        }
    }

    /// A product of which nothing is asked that is said of variants.
    fn add_whole(&mut self, offer: &Offer, fails: Places) {
        if fails & !(1 << AVAILABLE) == 0 {
            self.count_available(offer.available);
        }
        if fails == 0 {
            self.count_prices(offer.price_min, offer.price_max);
        }
        let tally = match place_of(fails) {
            None => &mut self.met,
            Some(place) => self.but_for.entry(place).or_default(),
        };
        for id in &offer.facets {
            count(tally, *id);
        }
    }

    fn add_variants(&mut self, offer: &Offer, fails: Places) {
        let variants = self.constraints.variants_fail(offer);
        let mut options: BTreeSet<i32> = BTreeSet::new();
        let all_but = |place: usize| {
            variants
                .iter()
                .any(|own| (own | fails) & !(1 << place) == 0)
        };
        if self.constraints.only_unavailable {
            // Said of the product, not of its variants.
            if all_but(AVAILABLE) {
                self.count_available(offer.available);
            }
        } else if all_but(AVAILABLE) {
            let sellable = (0..variants.len()).any(|variant| {
                (variants[variant] | fails) & !(1 << AVAILABLE) == 0
                    && offer.sellable.get(variant).copied().unwrap_or(false)
            });
            self.count_available(sellable);
        }
        let priced = (0..variants.len())
            .filter(|variant| (variants[*variant] | fails) & !(1 << PRICE) == 0)
            .filter_map(|variant| offer.prices.get(variant).copied());
        if let Some((min, max)) = ends(priced) {
            self.count_prices(min, max);
        }
        // The values of its options, each once: of variants that meet everything, then of others.
        let met = variants.contains(&0) && fails == 0;
        for (variant, own) in variants.iter().enumerate() {
            if own | fails == 0 {
                options.extend(offer.values(variant));
            }
        }
        for id in options.iter().filter(|id| **id != 0) {
            count(&mut self.met, *id);
        }
        let mut others: BTreeSet<(usize, i32)> = BTreeSet::new();
        for (variant, own) in variants.iter().enumerate() {
            let all = own | fails;
            if let (1, Some(place)) = (all.count_ones(), place_of(all)) {
                let values = offer.values(variant).into_iter();
                others.extend(
                    values
                        .filter(|id| *id != 0 && !options.contains(id))
                        .map(|id| (place, id)),
                );
            }
        }
        for (place, id) in others {
            count(self.but_for.entry(place).or_default(), id);
        }
        // The product's own values.
        let own = if met {
            Some(&mut self.met)
        } else {
            let place = place_of(fails);
            place
                .filter(|_| variants.contains(&0))
                .map(|place| self.but_for.entry(place).or_default())
        };
        if let Some(tally) = own {
            let of_variants = |id: &i32| {
                [&offer.values1, &offer.values2, &offer.values3]
                    .iter()
                    .any(|values| values.contains(id))
            };
            for id in offer.facets.iter().filter(|id| !of_variants(id)) {
                count(tally, *id);
            }
        }
    }

    fn count_available(&mut self, available: bool) {
        if available {
            self.available.0 += 1;
        } else {
            self.available.1 += 1;
        }
    }

    fn count_prices(&mut self, min: i64, max: i64) {
        let (lowest, highest) = self.prices.unwrap_or((min, max));
        self.prices = Some((lowest.min(min), highest.max(max)));
        self.priced += 1;
    }

    /// The lowest and highest price, and of how many products.
    pub(super) fn prices(&self) -> Option<(i64, i64, u32)> {
        self.prices.map(|(min, max)| (min, max, self.priced))
    }

    /// The ids of all values that were seen.
    pub(super) fn ids(&self) -> impl Iterator<Item = i32> {
        let tallies = self.but_for.values().chain([&self.met]);
        tallies.flat_map(|tally| {
            let seen = (0_i32..).zip(tally).filter(|(_, count)| **count > 0);
            seen.map(|(id, _)| id)
        })
    }

    /// How many products a value leaves whose facet has this place.
    pub(super) fn of(&self, id: i32, place: Option<usize>) -> u32 {
        let of = |tally: &Tally| {
            let index = usize::try_from(id).unwrap_or(usize::MAX);
            tally.get(index).copied().unwrap_or(0)
        };
        let others = place.and_then(|place| self.but_for.get(&place));
        of(&self.met) + others.map_or(0, of)
    }
}

/// The only place in a set; `None` of the empty set.
fn place_of(places: Places) -> Option<usize> {
    (places != 0).then(|| usize::try_from(places.trailing_zeros()).unwrap_or(0))
}

fn ends(mut prices: impl Iterator<Item = i64>) -> Option<(i64, i64)> {
    let first = prices.next()?;
    Some(prices.fold((first, first), |(min, max), price| {
        (min.min(price), max.max(price))
    }))
}

/// The ids of values are given out one after the other, so that the largest is not much more than there
/// are.
fn count(tally: &mut Tally, id: i32) {
    let index = usize::try_from(id).unwrap_or(0);
    if index >= tally.len() {
        tally.resize(index + 1, 0);
    }
    tally[index] += 1;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::Currency;

    const RED: i32 = 1;
    const BLUE: i32 = 2;
    const SMALL: i32 = 3;
    const LARGE: i32 = 4;
    const ACME: i32 = 5;

    /// A red small one for 10 that is sold out and a blue large one for 20.
    fn offer() -> Offer {
        Offer {
            available: true,
            price_min: 10,
            price_max: 20,
            facets: vec![RED, BLUE, SMALL, LARGE, ACME],
            prices: vec![10, 20],
            sellable: vec![false, true],
            values1: vec![RED, BLUE],
            values2: vec![SMALL, LARGE],
            values3: vec![0, 0],
            fixed: Vec::new(),
        }
    }

    fn counts(narrowing: &Narrowing, chosen: &[(Facet, &[i32])]) -> [u32; 7] {
        let chosen = chosen
            .iter()
            .map(|(facet, ids)| (facet.clone(), ids.iter().copied().collect()));
        let chosen: BTreeMap<Facet, BTreeSet<i32>> = chosen.collect();
        let constraints = Constraints::new(narrowing, &chosen);
        let mut counts = Counts::new(&constraints);
        counts.add(&offer());
        let of = |id, facet: &Facet| counts.of(id, constraints.place(facet));
        let (color, size) = (color(), size());
        [
            counts.available.0,
            counts.available.1,
            of(RED, &color),
            of(BLUE, &color),
            of(SMALL, &size),
            of(LARGE, &size),
            of(ACME, &Facet::Vendor),
        ]
    }

    fn color() -> Facet {
        Facet::Option("color".to_owned())
    }

    fn size() -> Facet {
        Facet::Option("size".to_owned())
    }

    #[test]
    fn a_facet_s_own_choice_is_left_out_of_its_counts() {
        let nothing = Narrowing::default();
        assert_eq!(counts(&nothing, &[]), [1, 0, 1, 1, 1, 1, 1]);
        assert_eq!(
            counts(&nothing, &[(color(), &[RED])]),
            [0, 1, 1, 1, 1, 0, 1]
        );
        assert_eq!(
            counts(&nothing, &[(Facet::Vendor, &[99])]),
            [0, 0, 0, 0, 0, 0, 1]
        );
    }

    #[test]
    fn one_variant_must_meet_everything() {
        let nothing = Narrowing::default();
        let both = [(color(), [RED].as_slice()), (size(), &[LARGE])];
        assert_eq!(counts(&nothing, &both), [0, 0, 0, 1, 1, 0, 0]);
        let mut available = Narrowing::default();
        available.available.insert(true);
        assert_eq!(counts(&available, &[]), [1, 0, 1, 1, 1, 1, 1]);
        assert_eq!(
            counts(&available, &[(color(), &[RED])]),
            [0, 1, 0, 1, 0, 0, 0]
        );
        let mut cheap = Narrowing::default();
        let own = PriceRange {
            min: 0,
            max: Some(15),
        };
        cheap.prices.insert(ShownRange { own, shown: own });
        assert_eq!(counts(&cheap, &[]), [0, 1, 1, 0, 1, 0, 1]);
    }

    #[test]
    fn prices_of_a_market_s_own_go_first() {
        let by = Exchange {
            rate_micros: 2_000_000,
            ..Exchange::none(Currency::USD)
        };
        let mut offer = Offer {
            fixed: vec![None, Some(7)],
            ..offer()
        };
        offer.show(&by);
        assert_eq!(offer.prices, [20, 7]);
        assert_eq!((offer.price_min, offer.price_max), (7, 20));
    }
}
