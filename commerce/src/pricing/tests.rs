use super::*;

mod general;

pub(super) fn item(minor: i64, quantity: i32) -> Item {
    Item {
        variant_id: Id::new(1),
        product_id: Id::new(1),
        title: "Cup".into(),
        variant_title: "Blue".into(),
        sku: Some("CUP-B".into()),
        image_url: None,
        unit_price: Money::new(minor, Currency::USD),
        compare_at: None,
        quantity,
        requires_shipping: true,
        taxable: true,
        is_gift_card: false,
        attributes: Vec::new(),
    }
}

pub(super) fn input(items: Vec<Item>, shipping: Option<i64>) -> PricingInput {
    PricingInput {
        rules: RULES,
        currency: Currency::USD,
        items,
        delivery: shipping.map(|minor| Delivery {
            code: "standard".into(),
            title: "Standard".into(),
            price: Money::new(minor, Currency::USD),
        }),
        buyer: Buyer::default(),
        codes: Vec::new(),
        offers: Offers::default(),
        levies: Levies::default(),
        exchange: None,
    }
}

/// A small generator of its own, so that every run tries the same carts.
fn numbers(seed: u64) -> impl FnMut(u64) -> i64 {
    let mut state = seed;
    move |below| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        i64::try_from((state >> 33) % below).unwrap()
    }
}

#[test]
fn totals_add_up_for_any_cart() {
    for seed in 0..500 {
        let mut next = numbers(seed);
        let count = next(12);
        let items: Vec<Item> = (0..count)
            .map(|_| item(next(1_000_000), i32::try_from(next(100)).unwrap()))
            .collect();
        let shipping = (next(2) == 1).then(|| next(5_000));
        let priced = price(&input(items.clone(), shipping)).unwrap();
        let lines: i64 = priced.lines.iter().map(|line| line.total.minor).sum();
        let expected: i64 = items
            .iter()
            .map(|i| i.unit_price.minor * i64::from(i.quantity))
            .sum();
        assert_eq!(lines, expected, "seed {seed}");
        assert_eq!(priced.subtotal.minor, lines, "seed {seed}");
        assert_eq!(
            priced.total.minor,
            priced.subtotal.minor - priced.discount.minor
                + priced.shipping.minor
                + priced.tax.minor,
            "seed {seed}"
        );
        assert!(priced.lines.iter().all(|line| line.item.quantity > 0));
    }
}

#[test]
fn a_sum_that_does_not_fit_is_refused() {
    assert_eq!(
        price(&input(vec![item(i64::MAX, 2)], None)),
        Err(MoneyError::TooLarge)
    );
    assert_eq!(
        price(&input(vec![item(i64::MAX, 1)], Some(1))),
        Err(MoneyError::TooLarge)
    );
}

#[test]
fn a_frozen_price_reads_back_the_same() {
    let mut full = input(vec![item(1_999, 3)], Some(500));
    full.items[0].attributes = vec![Attribute {
        key: "engraving".into(),
        value: "Ada".into(),
    }];
    full.buyer.email = Some("ada@mail.example".into());
    full.buyer.shipping_address = Some(Address {
        country: Some("GB".into()),
        ..Address::default()
    });
    let priced = price(&full).unwrap();
    let frozen = serde_json::to_value(&priced).unwrap();
    assert_eq!(
        serde_json::from_value::<Priced>(frozen.clone()).unwrap(),
        priced
    );
    assert_eq!(frozen["lines"][0]["sku"], "CUP-B");
    assert_eq!(
        frozen["total"],
        serde_json::json!({ "minor": 6_497, "currency": "USD" })
    );
}

fn of(id: i64, class: Class, value: Value) -> Discount {
    Discount {
        id,
        title: format!("Discount {id}"),
        code: Some(format!("CODE{id}")),
        class,
        value,
        gets: None,
        buys: None,
        minimum_subtotal: None,
        minimum_quantity: None,
        combines_with: Vec::new(),
        obstacle: None,
    }
}

fn percent(id: i64, class: Class, basis_points: u32) -> Discount {
    of(id, class, Value::Percentage { basis_points })
}

fn amount(id: i64, class: Class, minor: i64, each: bool) -> Discount {
    of(id, class, Value::Amount { minor, each })
}

fn variant(id: i64, minor: i64, quantity: i32) -> Item {
    Item {
        variant_id: Id::new(id),
        ..item(minor, quantity)
    }
}

fn with(items: Vec<Item>, discounts: Vec<Discount>) -> Priced {
    with_delivery(items, None, discounts)
}

fn with_delivery(items: Vec<Item>, shipping: Option<i64>, discounts: Vec<Discount>) -> Priced {
    let mut all = input(items, shipping);
    all.codes = discounts.iter().filter_map(|d| d.code.clone()).collect();
    all.offers.discounts = discounts;
    price(&all).unwrap()
}

fn off(priced: &Priced) -> Vec<i64> {
    priced.lines.iter().map(|l| l.discount.minor).collect()
}

fn obstacles(priced: &Priced) -> Vec<Option<Obstacle>> {
    priced.codes.iter().map(|code| code.obstacle).collect()
}

#[test]
fn a_share_is_rounded_half_to_even_line_by_line() {
    // 10 % of 0.05, 0.15, 0.25 and 0.35 is half a cent more than 0, 1, 2 and 3 cents.
    let items = [5, 15, 25, 35].map(|minor| variant(minor, minor, 1));
    let priced = with(items.to_vec(), vec![percent(1, Class::Product, 1_000)]);
    assert_eq!(off(&priced), [0, 2, 2, 4]);
    assert_eq!(priced.total.minor, 80 - 8);
}

#[test]
fn a_discount_on_the_order_loses_no_cent() {
    // 10.00 off three lines of 3.33 each would be a third each; here it is 1.00 off three alike.
    let items: Vec<Item> = (1..=3).map(|id| variant(id, 333, 1)).collect();
    let priced = with(items, vec![amount(1, Class::Order, 100, false)]);
    assert_eq!(off(&priced), [34, 33, 33]);
    let items = vec![variant(1, 100, 1), variant(2, 1_000, 1)];
    let priced = with(items, vec![percent(1, Class::Order, 3_333)]);
    // 366.63 is 367; the cent that is left goes to the larger line.
    assert_eq!(off(&priced), [33, 334]);
    assert_eq!(priced.discount.minor, 367);
    assert_eq!(priced.applications[0].amount.minor, 367);
}

#[test]
fn nothing_becomes_cheaper_than_free() {
    let items = vec![variant(1, 300, 2), variant(2, 100, 1)];
    let priced = with(items.clone(), vec![amount(1, Class::Order, 9_999, false)]);
    assert_eq!((off(&priced), priced.total.minor), (vec![600, 100], 0));
    let priced = with(items.clone(), vec![amount(1, Class::Product, 200, true)]);
    assert_eq!(off(&priced), [400, 100]);
    let mut entitled = amount(1, Class::Product, 9_999, false);
    entitled.gets = Some(vec![Id::new(2)]);
    assert_eq!(off(&with(items, vec![entitled])), [0, 100]);
}

#[test]
fn a_discount_is_for_what_it_names_and_asks_what_it_asks() {
    let items = || vec![variant(1, 1_000, 2), variant(2, 500, 1)];
    let mut named = percent(1, Class::Product, 5_000);
    named.gets = Some(vec![Id::new(2)]);
    let priced = with(items(), vec![named.clone()]);
    assert_eq!(
        (off(&priced), obstacles(&priced)),
        (vec![0, 250], vec![None])
    );
    assert!(priced.applications[0].is_entitled);
    for (change, obstacle) in [
        (
            Discount {
                gets: Some(Vec::new()),
                ..named.clone()
            },
            Obstacle::NoEntitledLines,
        ),
        (
            Discount {
                minimum_subtotal: Some(501),
                ..named.clone()
            },
            Obstacle::Subtotal,
        ),
        (
            Discount {
                minimum_quantity: Some(2),
                ..named.clone()
            },
            Obstacle::Quantity,
        ),
        (
            Discount {
                obstacle: Some(Obstacle::UsageLimit),
                ..named.clone()
            },
            Obstacle::UsageLimit,
        ),
    ] {
        let priced = with(items(), vec![change]);
        assert_eq!(obstacles(&priced), [Some(obstacle)]);
        assert_eq!((priced.discount.minor, priced.applications.len()), (0, 0));
    }
    let reached = Discount {
        minimum_subtotal: Some(500),
        minimum_quantity: Some(1),
        ..named
    };
    assert_eq!(with(items(), vec![reached]).discount.minor, 250);
    let mut unknown = input(items(), None);
    unknown.codes = vec!["WHAT".into()];
    assert_eq!(
        obstacles(&price(&unknown).unwrap()),
        [Some(Obstacle::NotFound)]
    );
}

#[test]
fn delivery_is_free_at_most_once_and_up_to_a_price() {
    let free = |id, up_to| of(id, Class::Shipping, Value::FreeShipping { up_to });
    let items = || vec![variant(1, 1_000, 1)];
    let priced = with_delivery(items(), Some(500), vec![free(1, None), free(2, None)]);
    assert_eq!((priced.shipping.minor, priced.total.minor), (0, 1_000));
    assert_eq!(obstacles(&priced), [None, Some(Obstacle::NotHonoured)]);
    assert_eq!(priced.shipping_allocations[0].amount.minor, 500);
    let priced = with_delivery(items(), Some(500), vec![free(1, Some(499))]);
    assert_eq!(obstacles(&priced), [Some(Obstacle::NoEntitledShipping)]);
    // Where delivery costs nothing anyway it is not used; by the rules before it was.
    let priced = with_delivery(items(), Some(0), vec![free(1, None)]);
    assert_eq!(obstacles(&priced), [Some(Obstacle::NoEntitledShipping)]);
    assert_eq!(priced.applications, []);
    let mut before = input(items(), Some(0));
    before.rules = 1;
    before.offers.discounts = vec![free(1, None)];
    let priced = price(&before).unwrap();
    assert_eq!((priced.applications.len(), priced.total.minor), (1, 1_000));
    // It counts before the price of delivery is known.
    let priced = with_delivery(items(), None, vec![free(1, None)]);
    assert_eq!(
        (obstacles(&priced), priced.applications.len()),
        (vec![None], 1)
    );
    let mut digital = items();
    digital[0].requires_shipping = false;
    let priced = with_delivery(digital, None, vec![free(1, None)]);
    assert_eq!(obstacles(&priced), [Some(Obstacle::NoEntitledShipping)]);
}

#[test]
fn the_cheapest_pieces_are_got_and_no_piece_is_both() {
    let value = |buys, gets, uses| Value::BuyGet {
        buys,
        gets,
        basis_points: 10_000,
        uses,
    };
    let three_for_two = of(1, Class::Product, value(2, 1, None));
    let items = |q1, q2| vec![variant(1, 1_000, q1), variant(2, 400, q2)];
    for ((one, other), expected) in [((2, 0), 0), ((2, 1), 400), ((5, 1), 1_400), ((1, 5), 800)] {
        let priced = with(items(one, other), vec![three_for_two.clone()]);
        assert_eq!(priced.discount.minor, expected, "{one} and {other}");
    }
    let once = of(1, Class::Product, value(2, 1, Some(1)));
    assert_eq!(with(items(5, 1), vec![once]).discount.minor, 400);
    // Buy two of the first, get one of the second at half its price.
    let half = Value::BuyGet {
        buys: 2,
        gets: 1,
        basis_points: 5_000,
        uses: None,
    };
    let mut named = of(1, Class::Product, half);
    named.buys = Some(vec![Id::new(1)]);
    named.gets = Some(vec![Id::new(2)]);
    let priced = with(items(4, 3), vec![named.clone()]);
    assert_eq!(off(&priced), [0, 400]);
    let priced = with(items(1, 3), vec![named]);
    assert_eq!(obstacles(&priced), [Some(Obstacle::Quantity)]);
}

#[test]
fn of_those_that_do_not_combine_the_buyer_gets_the_best() {
    let items = || vec![variant(1, 1_000, 1), variant(2, 2_000, 1)];
    let small = percent(1, Class::Order, 1_000);
    let large = amount(2, Class::Order, 500, false);
    let priced = with(items(), vec![small.clone(), large.clone()]);
    assert_eq!(priced.discount.minor, 500);
    assert_eq!(obstacles(&priced), [Some(Obstacle::NotHonoured), None]);
    // One that agrees is not enough.
    let one = Discount {
        combines_with: vec![Class::Order],
        ..small
    };
    let priced = with(items(), vec![one.clone(), large.clone()]);
    assert_eq!(priced.discount.minor, 500);
    let both = Discount {
        combines_with: vec![Class::Order],
        ..large
    };
    let priced = with(items(), vec![one, both]);
    assert_eq!(
        (priced.discount.minor, obstacles(&priced)),
        (800, vec![None, None])
    );
}

#[test]
fn the_order_is_discounted_after_its_goods_and_a_line_once() {
    let all = vec![Class::Product, Class::Order, Class::Shipping];
    let agree = |discount: Discount| Discount {
        combines_with: all.clone(),
        ..discount
    };
    let mut named = agree(percent(1, Class::Product, 5_000));
    named.gets = Some(vec![Id::new(1)]);
    let every = agree(percent(2, Class::Product, 1_000));
    let order = agree(percent(3, Class::Order, 1_000));
    let free = agree(of(4, Class::Shipping, Value::FreeShipping { up_to: None }));
    let items = vec![variant(1, 1_000, 1), variant(2, 2_000, 1)];
    let priced = with_delivery(items, Some(700), vec![free, order, every, named]);
    // 500 and 200 off the lines, then 230 of the 2,300 that are left.
    assert_eq!(priced.discount.minor, 930);
    assert_eq!((priced.shipping.minor, priced.total.minor), (0, 2_070));
    let ids: Vec<i64> = priced.applications.iter().map(|a| a.id).collect();
    assert_eq!(ids, [1, 2, 3, 4]);
    let on_goods: Vec<i64> = priced
        .lines
        .iter()
        .map(|l| priced.line_discount(l).minor)
        .collect();
    assert_eq!(on_goods, [500, 200]);
}

#[test]
fn gift_cards_pay_in_their_order_until_nothing_is_due() {
    let card = |id, available| GiftCard {
        id,
        last_characters: "WXYZ".into(),
        available,
    };
    let mut cart = input(vec![variant(1, 1_000, 1)], Some(500));
    cart.offers.gift_cards = vec![card(1, 900), card(2, 800), card(3, 50)];
    let priced = price(&cart).unwrap();
    let paid: Vec<i64> = priced
        .gift_cards
        .iter()
        .map(|part| part.amount.minor)
        .collect();
    assert_eq!(
        (paid, priced.due().minor, priced.total.minor),
        (vec![900, 600, 0], 0, 1_500)
    );
    cart.offers.gift_cards.truncate(1);
    assert_eq!(price(&cart).unwrap().due().minor, 600);
}

#[test]
fn a_price_of_before_there_were_discounts_reads_back() {
    let priced = price(&input(vec![item(1_999, 3)], Some(500))).unwrap();
    let mut old = serde_json::to_value(&priced).unwrap();
    let fields = old.as_object_mut().unwrap();
    for field in [
        "applications",
        "shipping_allocations",
        "codes",
        "gift_cards",
    ] {
        fields.remove(field);
    }
    fields["lines"][0]
        .as_object_mut()
        .unwrap()
        .remove("allocations");
    assert_eq!(serde_json::from_value::<Priced>(old).unwrap(), priced);
}

fn taxed(ppm: u32, included: bool) -> Levies {
    Levies {
        included,
        taxes: vec![TaxRate {
            name: "VAT".to_owned(),
            ppm,
            on_shipping: true,
        }],
        duty: None,
    }
}

fn levied(items: Vec<Item>, shipping: Option<i64>, levies: Levies) -> Priced {
    let mut all = input(items, shipping);
    all.levies = levies;
    price(&all).unwrap()
}

#[test]
fn a_tax_is_added_to_prices_or_found_within() {
    let items = || vec![variant(1, 1_000, 1), variant(2, 995, 2)];
    let added = levied(items(), Some(500), taxed(190_000, false));
    // 19 % of 10.00, of 19.90 (3.781) and of 5.00.
    assert_eq!(added.lines[0].tax.minor, 190);
    assert_eq!(added.lines[1].tax.minor, 378);
    assert_eq!(added.shipping_tax.map(|tax| tax.minor), Some(95));
    assert_eq!((added.tax.minor, added.total.minor), (663, 3_490 + 663));
    let within = levied(items(), Some(500), taxed(190_000, true));
    // 19/119 of the same: 1.5966, 3.1773, 0.7983.
    assert_eq!(within.lines[0].tax.minor, 160);
    assert_eq!(within.lines[1].tax.minor, 318);
    assert_eq!(within.shipping_tax.map(|tax| tax.minor), Some(80));
    assert_eq!((within.tax.minor, within.total.minor), (558, 3_490));
    assert!(within.tax_inclusive && !added.tax_inclusive);
}

#[test]
fn what_is_not_taxable_is_not_taxed_and_what_is_off_neither() {
    let mut book = variant(1, 1_000, 1);
    book.taxable = false;
    let mut cart = input(vec![book, variant(2, 1_000, 1)], None);
    cart.levies = taxed(100_000, false);
    cart.offers.discounts = vec![percent(1, Class::Order, 5_000)];
    let priced = price(&cart).unwrap();
    assert_eq!(
        priced.lines.iter().map(|l| l.tax.minor).collect::<Vec<_>>(),
        [0, 50]
    );
    assert_eq!(priced.total.minor, 1_000 + 50);
    let mut two = taxed(50_000, false);
    two.taxes.push(TaxRate {
        name: "PST".to_owned(),
        ppm: 70_000,
        on_shipping: false,
    });
    cart.levies = two;
    cart.delivery = input(Vec::new(), Some(1_000)).delivery;
    let priced = price(&cart).unwrap();
    assert_eq!(
        (priced.lines[1].tax.minor, priced.shipping_tax),
        (60, Some(Money::new(50, Currency::USD)))
    );
}

#[test]
fn a_duty_is_for_what_crosses_a_border_and_is_worth_enough() {
    let mut digital = variant(2, 1_000, 1);
    digital.requires_shipping = false;
    let items = vec![variant(1, 10_000, 1), digital];
    let mut levies = taxed(200_000, false);
    levies.duty = Some(DutyRate {
        ppm: 100_000,
        from: 10_000,
    });
    let added = levied(items.clone(), None, levies.clone());
    // 10 % of 100.00, and 20 % of 110.00 and of 10.00.
    assert_eq!(added.duty.map(|duty| duty.minor), Some(1_000));
    assert_eq!((added.tax.minor, added.total.minor), (2_400, 14_400));
    levies.included = true;
    let within = levied(vec![variant(1, 13_200, 1)], None, levies.clone());
    assert_eq!(within.duty.map(|duty| duty.minor), Some(1_000));
    assert_eq!((within.tax.minor, within.total.minor), (2_200, 13_200));
    // 131.98 contains goods for 99.98.
    for minor in [9_999, 12_000, 13_198] {
        let small = levied(vec![variant(1, minor, 1)], None, levies.clone());
        assert_eq!(small.duty.map(|duty| duty.minor), Some(0));
    }
    let nowhere = levied(items, None, Levies::default());
    assert_eq!((nowhere.duty, nowhere.tax.minor), (None, 0));
}
