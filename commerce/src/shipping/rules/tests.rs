use super::*;
use crate::kernel::Currency;

pub(super) fn usd(minor: i64) -> Money {
    Money::new(minor, Currency::USD)
}

pub(super) fn rate(code: &str, minor: i64, free_from: Option<i64>) -> Rate {
    Rate {
        code: code.into(),
        title: code.to_uppercase(),
        description: None,
        method: Method::Shipping,
        price: usd(minor),
        free_from: free_from.map(usd),
        subtotals: 0..i64::MAX,
        grams: 0..i64::MAX,
    }
}

fn zones() -> Vec<Zone> {
    vec![
        Zone {
            id: 1,
            profile: None,
            countries: Vec::new(),
            provinces: Vec::new(),
            rates: vec![rate("world", 3_000, None)],
        },
        Zone {
            id: 2,
            profile: None,
            countries: vec!["US".into(), "CA".into()],
            provinces: Vec::new(),
            rates: vec![
                rate("express", 1_500, None),
                rate("standard", 500, Some(5_000)),
            ],
        },
        Zone {
            id: 3,
            profile: None,
            countries: Vec::new(),
            provinces: vec!["US-AK".into(), "US-HI".into()],
            rates: vec![
                Rate {
                    grams: 0..1_000,
                    ..rate("letter", 900, None)
                },
                Rate {
                    grams: 1_000..20_000,
                    ..rate("parcel", 4_900, None)
                },
                Rate {
                    subtotals: 10_000..50_000,
                    method: Method::PickUp,
                    ..rate("fetch", 0, None)
                },
            ],
        },
    ]
}

/// What is offered for a parcel to `US` or `US-AK`.
fn options_for(zones: &[Zone], place: &str, subtotal: i64, grams: i64) -> Vec<DeliveryOption> {
    let (country, province) = place.split_once('-').unwrap_or((place, ""));
    let to = Destination {
        country: country.to_owned(),
        province: Some(province.to_owned()).filter(|code| !code.is_empty()),
    };
    let parcel = Parcel {
        profile: None,
        subtotal: usd(subtotal),
        grams,
    };
    options(zones, &to, &[parcel]).unwrap()
}

fn offered(country: &str, subtotal: i64) -> Vec<(String, i64)> {
    options_for(&zones(), country, subtotal, 0)
        .into_iter()
        .map(|option| (option.code, option.price.minor))
        .collect()
}

fn codes(place: &str, subtotal: i64, grams: i64) -> Vec<String> {
    let offered = options_for(&zones(), place, subtotal, grams);
    offered.into_iter().map(|option| option.code).collect()
}

#[test]
fn a_named_country_goes_before_the_rest_of_the_world() {
    assert_eq!(
        offered("CA", 100),
        [("express".into(), 1_500), ("standard".into(), 500)]
    );
    assert_eq!(offered("DE", 100), [("world".into(), 3_000)]);
    assert!(options_for(&zones()[1..], "DE", 100, 0).is_empty());
}

#[test]
fn a_named_province_goes_before_its_country() {
    assert_eq!(codes("US-AK", 100, 0), ["letter"]);
    assert_eq!(codes("US-hi", 100, 0), ["letter"]);
    assert_eq!(codes("US-NY", 100, 0), ["express", "standard"]);
    assert_eq!(codes("US", 100, 0), ["express", "standard"]);
    // Alaska's code is nothing in another country.
    assert_eq!(codes("DE-AK", 100, 0), ["world"]);
    let whole = Destination {
        country: "US".into(),
        province: Some("US-AK".into()),
    };
    let parcel = Parcel {
        profile: None,
        subtotal: usd(100),
        grams: 0,
    };
    let offered = options(&zones(), &whole, &[parcel]).unwrap();
    assert_eq!(offered[0].code, "letter");
}

#[test]
fn a_rate_is_for_its_weights_and_subtotals() {
    assert_eq!(codes("US-AK", 100, 999), ["letter"]);
    assert_eq!(codes("US-AK", 100, 1_000), ["parcel"]);
    assert_eq!(codes("US-AK", 100, 19_999), ["parcel"]);
    assert_eq!(codes("US-AK", 100, 20_000), [""; 0]);
    assert_eq!(codes("US-AK", 9_999, 0), ["letter"]);
    assert_eq!(codes("US-AK", 10_000, 0), ["letter", "fetch"]);
    assert_eq!(codes("US-AK", 50_000, 0), ["letter"]);
    let fetched = &options_for(&zones(), "US-AK", 10_000, 0)[1];
    assert_eq!(fetched.method, Method::PickUp);
}

#[test]
fn delivery_is_free_from_its_threshold_on() {
    assert_eq!(offered("US", 4_999)[1].1, 500);
    assert_eq!(offered("US", 5_000)[1].1, 0);
}

#[test]
fn the_cheapest_is_chosen_until_the_buyer_chooses() {
    let options = options_for(&zones(), "US", 100, 0);
    let chosen = |code| choose(&options, code).map(|option| option.code.as_str());
    assert_eq!(chosen(None), Some("standard"));
    assert_eq!(chosen(Some("express")), Some("express"));
    assert_eq!(chosen(Some("gone")), Some("standard"));
    assert_eq!(choose(&[], None), None);
}

#[test]
fn handles_are_stable_and_distinct() {
    assert_eq!(handle("standard"), handle("standard"));
    assert_ne!(handle("standard"), handle("express"));
    assert_eq!(handle("standard").len(), 32);
}

/// Zones of two profiles in the United States: the general one, and the first with `freight`, from 1,000 grams on
/// `crane`, and from a subtotal of 20.00 on a way to fetch it.
fn two_profiles() -> Vec<Zone> {
    let us = |id, profile, rates| Zone {
        id,
        profile,
        countries: vec!["US".into()],
        provinces: Vec::new(),
        rates,
    };
    let fetch = |code, minor| Rate {
        method: Method::PickUp,
        ..rate(code, minor, None)
    };
    vec![
        us(
            1,
            None,
            vec![
                rate("express", 1_500, None),
                rate("standard", 500, Some(5_000)),
                fetch("shop", 0),
            ],
        ),
        us(
            2,
            Some(1),
            vec![
                rate("freight", 8_000, Some(100_000)),
                Rate {
                    grams: 1_000..i64::MAX,
                    ..rate("crane", 20_000, None)
                },
                rate("express", 9_500, None),
                Rate {
                    subtotals: 2_000..i64::MAX,
                    ..fetch("ramp", 300)
                },
            ],
        ),
    ]
}

/// What two parcels are offered, each given by its profile, subtotal and grams.
fn together(
    zones: &[Zone],
    country: &str,
    parcels: &[(Option<i64>, i64, i64)],
) -> Vec<(String, i64)> {
    let to = Destination {
        country: country.to_owned(),
        province: None,
    };
    let parcels: Vec<Parcel> = parcels
        .iter()
        .map(|(profile, subtotal, grams)| Parcel {
            profile: *profile,
            subtotal: usd(*subtotal),
            grams: *grams,
        })
        .collect();
    let options = options(zones, &to, &parcels).unwrap().into_iter();
    options
        .map(|option| (option.title, option.price.minor))
        .collect()
}

#[test]
fn a_choice_stays_what_it_was_when_another_parcel_comes_along() {
    let to = Destination {
        country: "US".to_owned(),
        province: None,
    };
    let parcel = |profile| Parcel {
        profile,
        subtotal: usd(2_000),
        grams: 0,
    };
    let alone = options(&two_profiles(), &to, &[parcel(Some(1))]).unwrap();
    let freight = choose(&alone, Some("freight")).unwrap();
    assert_eq!(
        (freight.code.as_str(), freight.price),
        ("freight", usd(8_000))
    );
    // With a parcel of the general profile it is told as `standard`, and neither fetched nor forgotten.
    let both = options(&two_profiles(), &to, &[parcel(None), parcel(Some(1))]).unwrap();
    let still = choose(&both, Some("freight")).unwrap();
    assert_eq!((still.code.as_str(), still.price), ("standard", usd(8_500)));
    assert_eq!(choose(&both, None).unwrap().code, "shop");
}

#[test]
fn parcels_travel_by_the_same_code_or_the_cheapest_way_of_the_method() {
    let both = [(None, 100, 0), (Some(1), 2_000, 1_000)];
    let told = |title: &str, minor| (title.to_owned(), minor);
    assert_eq!(
        together(&two_profiles(), "US", &both),
        [
            // The one with this code of each.
            told("EXPRESS", 1_500 + 9_500),
            // The cheapest of the other, of which its own code says nothing new.
            told("STANDARD", 500 + 8_000),
            told("SHOP", 300),
            told("CRANE", 500 + 20_000),
        ]
    );
    // What comes first does not depend on what the cart had first.
    assert_eq!(
        together(&two_profiles(), "US", &[both[1], both[0]]),
        together(&two_profiles(), "US", &both)
    );
}

#[test]
fn each_parcel_has_a_subtotal_and_a_weight_of_its_own() {
    let prices = |general: (i64, i64), other: (i64, i64)| {
        let parcels = [(None, general.0, general.1), (Some(1), other.0, other.1)];
        together(&two_profiles(), "US", &parcels)
    };
    // Standard is free from 50.00 of its own goods on, and freight from 1,000.00.
    assert_eq!(prices((4_999, 0), (99_999, 0))[1].1, 500 + 8_000);
    assert_eq!(prices((5_000, 0), (99_999, 0))[1].1, 8_000);
    assert_eq!(prices((4_999, 0), (100_000, 0))[1].1, 500);
    // Grams of the one bring no crane for the other; below 20.00 nobody fetches it, hence nothing at the shop.
    let titles = |general, other| {
        let offered = prices(general, other).into_iter();
        offered.map(|(title, _)| title).collect::<Vec<_>>()
    };
    assert_eq!(titles((100, 5_000), (1_999, 999)), ["EXPRESS", "STANDARD"]);
    assert_eq!(
        titles((100, 0), (1_999, 1_000)),
        ["EXPRESS", "STANDARD", "CRANE"]
    );
}

#[test]
fn where_one_parcel_cannot_go_nothing_goes() {
    let mut zones = two_profiles();
    let both = [(None, 100, 0), (Some(1), 100, 0)];
    assert!(together(&zones, "CA", &both).is_empty());
    zones[0].countries.push("CA".to_owned());
    assert!(together(&zones, "CA", &both).is_empty());
    assert_eq!(together(&zones, "CA", &both[..1]).len(), 3);
    // A profile without any zone is delivered nowhere.
    assert!(together(&zones, "US", &[both[0], (Some(2), 100, 0)]).is_empty());
    assert!(together(&zones, "US", &[]).is_empty());
}

#[test]
fn a_code_of_two_methods_is_of_the_first() {
    let mut zones = two_profiles();
    zones[1].rates = vec![
        Rate {
            method: Method::Local,
            ..rate("standard", 1, None)
        },
        rate("freight", 8_000, None),
    ];
    let both = [(None, 100, 0), (Some(1), 100, 0)];
    let offered = together(&zones, "US", &both);
    let expected = [
        ("EXPRESS".to_owned(), 9_500),
        ("STANDARD".to_owned(), 8_500),
    ];
    assert_eq!(offered, expected);
}

#[test]
fn delivery_that_costs_more_than_an_amount_can_say_is_an_error() {
    let mut zones = two_profiles();
    zones[0].rates = vec![rate("standard", i64::MAX, None)];
    let to = Destination {
        country: "US".into(),
        province: None,
    };
    let parcel = |profile| Parcel {
        profile,
        subtotal: usd(100),
        grams: 0,
    };
    let parcels = [parcel(None), parcel(Some(1))];
    assert_eq!(options(&zones, &to, &parcels), Err(MoneyError::TooLarge));
    assert_eq!(
        options(&zones, &to, &parcels[..1]).unwrap()[0].price,
        usd(i64::MAX)
    );
}
