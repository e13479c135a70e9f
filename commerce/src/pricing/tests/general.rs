//! What general discounts are not for: gift cards, and pieces that cost nothing.

use super::*;

/// The same cart by these rules.
fn by_rules(rules: u32, items: &[Item], discount: &Discount) -> Priced {
    let mut all = input(items.to_vec(), Some(500));
    all.rules = rules;
    all.codes = discount.code.iter().cloned().collect();
    all.offers.discounts = vec![discount.clone()];
    price(&all).unwrap()
}

#[test]
fn a_general_discount_leaves_gift_cards_alone() {
    let items = [
        variant(1, 1_000, 2),
        Item {
            is_gift_card: true,
            ..variant(2, 5_000, 1)
        },
    ];
    let general = [
        (percent(1, Class::Order, 1_000), [200, 0], [200, 500]),
        (percent(2, Class::Product, 1_000), [200, 0], [200, 500]),
        (
            amount(3, Class::Order, 2_500, false),
            [2_000, 0],
            [714, 1_786],
        ),
        (amount(4, Class::Product, 700, false), [700, 0], [200, 500]),
        (amount(5, Class::Product, 300, true), [600, 0], [600, 300]),
    ];
    for (discount, now, before) in general {
        assert_eq!(
            off(&by_rules(RULES, &items, &discount)),
            now,
            "{}",
            discount.title
        );
        assert_eq!(
            off(&by_rules(2, &items, &discount)),
            before,
            "{}",
            discount.title
        );
        // What it asks for is asked of what it takes from.
        let dear = Discount {
            minimum_subtotal: Some(2_001),
            ..discount.clone()
        };
        let priced = by_rules(RULES, &items, &dear);
        assert_eq!(obstacles(&priced), [Some(Obstacle::Subtotal)]);
        let named = Discount {
            class: Class::Product,
            gets: Some(vec![Id::new(2)]),
            ..discount
        };
        let priced = by_rules(RULES, &items, &named);
        assert_eq!(off(&priced)[0], 0);
        assert!(off(&priced)[1] > 0, "{}", named.title);
    }
    let cards = [items[1].clone()];
    let priced = by_rules(RULES, &cards, &percent(1, Class::Order, 1_000));
    assert_eq!(obstacles(&priced), [Some(Obstacle::NoEntitledLines)]);
    // Delivery is no gift card.
    let free = of(6, Class::Shipping, Value::FreeShipping { up_to: None });
    assert_eq!(by_rules(RULES, &cards, &free).shipping.minor, 0);
    // Neither are they got, nor are they what is bought.
    let get = Value::BuyGet {
        buys: 1,
        gets: 1,
        basis_points: 10_000,
        uses: None,
    };
    let get = of(7, Class::Product, get);
    assert_eq!(off(&by_rules(RULES, &items, &get)), [1_000, 0]);
    let one = [variant(1, 1_000, 1), items[1].clone()];
    let priced = by_rules(RULES, &one, &get);
    assert_eq!(obstacles(&priced), [Some(Obstacle::Quantity)]);
}

#[test]
fn a_piece_for_nothing_is_not_what_is_got() {
    let get = |buys, gets| Value::BuyGet {
        buys,
        gets,
        basis_points: 10_000,
        uses: None,
    };
    let items = [variant(1, 1_000, 3), variant(2, 0, 1)];
    let two_and_one = of(1, Class::Product, get(2, 1));
    assert_eq!(off(&by_rules(RULES, &items, &two_and_one)), [1_000, 0]);
    assert_eq!(off(&by_rules(2, &items, &two_and_one)), [0, 0]);
    // Of several pieces that are got, none is one for nothing.
    let one_and_two = of(1, Class::Product, get(1, 2));
    let more = [variant(1, 1_000, 2), variant(2, 0, 5), variant(3, 400, 1)];
    assert_eq!(off(&by_rules(RULES, &more, &one_and_two)), [1_000, 0, 400]);
    // It is not bought either, unless it is named.
    let few = [variant(1, 1_000, 2), variant(2, 0, 1)];
    let priced = by_rules(RULES, &few, &two_and_one);
    assert_eq!(obstacles(&priced), [Some(Obstacle::Quantity)]);
    let with_sample = Discount {
        buys: Some(vec![Id::new(2)]),
        ..of(1, Class::Product, get(1, 1))
    };
    assert_eq!(off(&by_rules(RULES, &few, &with_sample)), [1_000, 0]);
    // Named as what is got, it is nothing that could become cheaper.
    let of_samples = Discount {
        gets: Some(vec![Id::new(2)]),
        ..two_and_one
    };
    let priced = by_rules(RULES, &items, &of_samples);
    assert_eq!((off(&priced), priced.applications.len()), (vec![0, 0], 0));
}
