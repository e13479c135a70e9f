//! What is true of parcels that go together, whatever they are offered.

use proptest::collection::vec;
use proptest::prelude::*;

use super::tests::{rate, usd};
use super::*;

/// A code means the same in every profile, so that its method follows from it.
const CODES: [(&str, Method); 6] = [
    ("standard", Method::Shipping),
    ("express", Method::Shipping),
    ("freight", Method::Shipping),
    ("shop", Method::PickUp),
    ("ramp", Method::PickUp),
    ("bike", Method::Local),
];

/// What one parcel is offered: some of the codes, each once.
fn ways() -> impl Strategy<Value = Vec<DeliveryOption>> {
    let picked =
        proptest::sample::subsequence((0..CODES.len()).collect::<Vec<_>>(), 0..=CODES.len());
    (picked.prop_shuffle(), vec(0_i64..5, CODES.len())).prop_map(|(picked, prices)| {
        let one = |place: usize| {
            let (code, method) = CODES[place];
            let rate = rate(code, prices[place] * 100, None);
            offer(&Rate { method, ..rate }, usd(0))
        };
        picked.into_iter().map(one).collect()
    })
}

fn prices(options: &[DeliveryOption]) -> Vec<i64> {
    let mut prices: Vec<i64> = options.iter().map(|option| option.price.minor).collect();
    prices.sort_unstable();
    prices
}

fn least(options: &[DeliveryOption], method: Method) -> Option<i64> {
    let of_method = options.iter().filter(|option| option.method == method);
    of_method.map(|option| option.price.minor).min()
}

proptest! {
    #![proptest_config(ProptestConfig {
        // A failure is found again by its seed, which is printed; nothing is written into the tree.
        failure_persistence: None,
        ..ProptestConfig::with_cases(512)
    })]

    #[test]
    fn one_parcel_has_its_own_choice(ways in ways()) {
        prop_assert_eq!(combine(std::slice::from_ref(&ways)).unwrap(), ways);
    }

    #[test]
    fn a_price_is_the_sum_of_what_each_parcel_travels_by(parcels in vec(ways(), 1..4)) {
        for option in combine(&parcels).unwrap() {
            let mut sum = 0;
            for ways in &parcels {
                let own = ways.iter().find(|way| way.code == option.code);
                let price = own.map(|way| way.price.minor).or_else(|| least(ways, option.method));
                sum += price.unwrap();
            }
            prop_assert_eq!(option.price.minor, sum);
        }
    }

    #[test]
    fn the_order_of_parcels_changes_no_price(parcels in vec(ways(), 0..4).prop_shuffle()) {
        let mut sorted = parcels.clone();
        sorted.sort_by_key(|ways| format!("{ways:?}"));
        prop_assert_eq!(prices(&combine(&parcels).unwrap()), prices(&combine(&sorted).unwrap()));
    }

    #[test]
    fn a_method_is_offered_where_every_parcel_has_it_at_the_sum_of_the_least(parcels in vec(ways(), 1..4)) {
        let options = combine(&parcels).unwrap();
        for method in [Method::Shipping, Method::Local, Method::PickUp] {
            let all: Option<Vec<i64>> = parcels.iter().map(|ways| least(ways, method)).collect();
            match all {
                None => prop_assert_eq!(least(&options, method), None),
                // Nothing is cheaper than the least of each; a code that all share may be dearer.
                Some(all) => prop_assert!(least(&options, method).unwrap() >= all.iter().sum()),
            }
        }
    }

    #[test]
    fn codes_stand_there_once(parcels in vec(ways(), 0..4)) {
        let options = combine(&parcels).unwrap();
        let codes: BTreeSet<&str> = options.iter().map(|option| option.code.as_str()).collect();
        prop_assert_eq!(codes.len(), options.len());
    }
}
