//! What is true of the price of any cart, with any discounts and gift cards.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use super::tests::{input, item};
use super::*;

fn items() -> impl Strategy<Value = Vec<Item>> {
    let price = prop_oneof![4 => 0_i64..100_000, 1 => Just(0)];
    let is_gift_card = proptest::bool::weighted(0.2);
    let one = (1_i64..6, price, 0_i32..20, any::<bool>(), is_gift_card);
    let one = one.prop_map(
        |(id, minor, quantity, requires_shipping, is_gift_card)| Item {
            variant_id: Id::new(id),
            requires_shipping,
            is_gift_card,
            ..item(minor, quantity)
        },
    );
    vec(one, 0..8)
}

fn variants() -> impl Strategy<Value = Option<Vec<Id<ProductVariant>>>> {
    option::of(vec((1_i64..6).prop_map(Id::new), 0..4))
}

fn value() -> impl Strategy<Value = (Class, Value)> {
    let on_goods = || prop_oneof![Just(Class::Product), Just(Class::Order)];
    let share = (on_goods(), 1_u32..=10_000)
        .prop_map(|(class, basis_points)| (class, Value::Percentage { basis_points }));
    let amount = (on_goods(), 1_i64..50_000, any::<bool>()).prop_map(|(class, minor, each)| {
        let each = each && class == Class::Product;
        (class, Value::Amount { minor, each })
    });
    let free =
        option::of(0_i64..3_000).prop_map(|up_to| (Class::Shipping, Value::FreeShipping { up_to }));
    let get = (1_i32..4, 1_i32..4, 1_u32..=10_000, option::of(1_i32..3));
    let get = get.prop_map(|(buys, gets, basis_points, uses)| {
        let value = Value::BuyGet {
            buys,
            gets,
            basis_points,
            uses,
        };
        (Class::Product, value)
    });
    prop_oneof![share, amount, free, get]
}

fn discounts() -> impl Strategy<Value = Vec<Discount>> {
    let classes = vec(
        prop_oneof![
            Just(Class::Product),
            Just(Class::Order),
            Just(Class::Shipping)
        ],
        0..4,
    );
    let least = (option::of(1_i64..50_000), option::of(1_i32..10));
    let one = (
        value(),
        variants(),
        variants(),
        classes,
        least,
        any::<bool>(),
    );
    let one = one.prop_map(
        |((class, value), gets, buys, combines_with, least, is_code)| Discount {
            id: 0,
            title: String::new(),
            code: is_code.then(String::new),
            gets: gets.filter(|_| class == Class::Product),
            class,
            value,
            buys,
            minimum_subtotal: least.0,
            minimum_quantity: least.1,
            combines_with,
            obstacle: None,
        },
    );
    vec(one, 0..5).prop_map(|mut all| {
        for (id, discount) in (1..).zip(&mut all) {
            discount.id = id;
            discount.title = format!("Discount {id}");
            discount.code = discount.code.as_ref().map(|_| format!("CODE{id}"));
        }
        all
    })
}

fn levies() -> impl Strategy<Value = Levies> {
    let tax = (0_u32..=400_000, any::<bool>()).prop_map(|(ppm, on_shipping)| TaxRate {
        name: String::new(),
        ppm,
        on_shipping,
    });
    let duty = option::of((0_u32..=400_000, 0_i64..100_000));
    (any::<bool>(), vec(tax, 0..3), duty).prop_map(|(included, taxes, duty)| Levies {
        included,
        taxes,
        duty: duty.map(|(ppm, from)| DutyRate { ppm, from }),
    })
}

prop_compose! {
    fn carts()(
        items in items(),
        shipping in option::of(0_i64..5_000),
        discounts in discounts(),
        balances in vec(0_i64..200_000, 0..3),
        levies in levies(),
    ) -> PricingInput {
        let mut cart = input(items, shipping);
        cart.codes = discounts.iter().filter_map(|d| d.code.clone()).collect();
        cart.offers.discounts = discounts;
        cart.levies = levies;
        cart.offers.gift_cards = (1..).zip(balances).map(|(id, available)| GiftCard {
            id,
            last_characters: "WXYZ".into(),
            available,
        }).collect();
        cart
    }
}

fn sum<'a>(parts: impl IntoIterator<Item = &'a Allocation>) -> i64 {
    parts.into_iter().map(|part| part.amount.minor).sum()
}

proptest! {
    #![proptest_config(ProptestConfig {
        // A failure is found again by its seed, which is printed; nothing is written into the tree.
        failure_persistence: None,
        ..ProptestConfig::with_cases(512)
    })]

    #[test]
    fn totals_add_up_and_nothing_is_lost(cart in carts()) {
        let priced = price(&cart).unwrap();
        let lines = &priced.lines;
        for line in lines {
            prop_assert_eq!(line.subtotal.minor, line.item.unit_price.minor * i64::from(line.item.quantity));
            prop_assert_eq!(line.discount.minor, sum(&line.allocations));
            prop_assert_eq!(line.total.minor, line.subtotal.minor - line.discount.minor);
            prop_assert!((0..=line.subtotal.minor).contains(&line.discount.minor));
            prop_assert!(line.allocations.iter().all(|part| part.amount.minor > 0));
        }
        prop_assert_eq!(priced.subtotal.minor, lines.iter().map(|l| l.subtotal.minor).sum::<i64>());
        prop_assert_eq!(priced.discount.minor, lines.iter().map(|l| l.discount.minor).sum::<i64>());
        let full = cart.delivery.as_ref().map_or(0, |delivery| delivery.price.minor);
        prop_assert_eq!(priced.shipping.minor, full - sum(&priced.shipping_allocations));
        prop_assert!(priced.shipping.minor >= 0);
        let on_shipping = priced.shipping_tax.map_or(0, |tax| tax.minor);
        let taxes: i64 = lines.iter().map(|l| l.tax.minor).sum();
        let duties: i64 = lines.iter().map(|l| l.duty.map_or(0, |duty| duty.minor)).sum();
        prop_assert_eq!(priced.tax.minor, taxes + on_shipping);
        prop_assert_eq!(priced.duty.map_or(0, |duty| duty.minor), duties);
        let added = if priced.tax_inclusive { 0 } else { taxes + on_shipping + duties };
        prop_assert_eq!(
            priced.total.minor,
            priced.subtotal.minor - priced.discount.minor + priced.shipping.minor + added
        );
        if priced.tax_inclusive {
            for line in lines {
                prop_assert!(line.tax.minor + line.duty.map_or(0, |duty| duty.minor) <= line.total.minor);
            }
        }
        for (place, application) in priced.applications.iter().enumerate() {
            let all = lines.iter().flat_map(|l| &l.allocations).chain(&priced.shipping_allocations);
            let own = all.filter(|part| part.discount == place);
            prop_assert_eq!(application.amount.minor, sum(own));
        }
        let paid: i64 = priced.gift_cards.iter().map(|part| part.amount.minor).sum();
        prop_assert_eq!(priced.due().minor, priced.total.minor - paid);
        prop_assert!(priced.due().minor >= 0);
        for (part, card) in priced.gift_cards.iter().zip(&cart.offers.gift_cards) {
            prop_assert!((0..=card.available).contains(&part.amount.minor));
        }
    }

    #[test]
    fn it_does_not_matter_in_which_order_discounts_are_known(cart in carts(), turn in 0_usize..5) {
        let mut turned = cart.clone();
        let discounts = &mut turned.offers.discounts;
        if !discounts.is_empty() {
            let by = turn % discounts.len();
            discounts.rotate_left(by);
        }
        prop_assert_eq!(price(&turned).unwrap(), price(&cart).unwrap());
    }

    #[test]
    fn it_does_not_matter_for_any_sum_in_which_order_lines_were_put_in(cart in carts(), turn in 0_usize..8) {
        let mut turned = cart.clone();
        if !turned.items.is_empty() {
            let by = turn % turned.items.len();
            turned.items.rotate_left(by);
        }
        let (one, other) = (price(&cart).unwrap(), price(&turned).unwrap());
        prop_assert_eq!(one.total, other.total);
        prop_assert_eq!(one.discount, other.discount);
        prop_assert_eq!(one.shipping, other.shipping);
        prop_assert_eq!(one.tax, other.tax);
        prop_assert_eq!(one.duty, other.duty);
        prop_assert_eq!(one.gift_cards, other.gift_cards);
    }

    #[test]
    fn the_buyer_pays_no_more_than_with_any_one_discount_alone(cart in carts()) {
        // Before taxes, which may be due on some goods and not on others.
        let paid = |priced: &Priced| priced.subtotal.minor - priced.discount.minor + priced.shipping.minor;
        let best = paid(&price(&cart).unwrap());
        for discount in &cart.offers.discounts {
            let mut alone = cart.clone();
            alone.offers.discounts = vec![discount.clone()];
            prop_assert!(best <= paid(&price(&alone).unwrap()), "{} alone is better", discount.title);
        }
    }

    #[test]
    fn gift_cards_become_cheaper_only_by_discounts_that_name_them(cart in carts()) {
        let priced = price(&cart).unwrap();
        for line in priced.lines.iter().filter(|line| line.item.is_gift_card) {
            for part in &line.allocations {
                let used = &priced.applications[part.discount];
                let discount = cart.offers.discounts.iter().find(|d| d.id == used.id);
                let named = discount.and_then(|discount| discount.gets.as_ref());
                prop_assert!(named.is_some_and(|named| named.contains(&line.item.variant_id)));
            }
        }
    }

    #[test]
    fn whatever_is_used_together_may_be_combined(cart in carts()) {
        let priced = price(&cart).unwrap();
        let used: Vec<&Discount> = cart.offers.discounts.iter()
            .filter(|d| priced.applications.iter().any(|a| a.id == d.id)).collect();
        for one in &used {
            for other in used.iter().filter(|other| other.id != one.id) {
                prop_assert!(one.combines_with.contains(&other.class));
            }
        }
        for entered in &priced.codes {
            let is_used = used.iter().any(|d| d.code.as_ref() == Some(&entered.code));
            prop_assert_eq!(entered.obstacle.is_none(), is_used);
        }
    }

    #[test]
    fn what_was_frozen_comes_out_the_same_bit_for_bit(cart in carts()) {
        let frozen = serde_json::to_string(&price(&cart).unwrap()).unwrap();
        let read: PricingInput = serde_json::from_value(serde_json::to_value(&cart).unwrap()).unwrap();
        prop_assert_eq!(serde_json::to_string(&price(&read).unwrap()).unwrap(), frozen);
    }
}
