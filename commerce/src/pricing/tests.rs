use super::*;

fn item(minor: i64, quantity: i32) -> Item {
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
        attributes: Vec::new(),
    }
}

fn input(items: Vec<Item>, shipping: Option<i64>) -> PricingInput {
    PricingInput {
        currency: Currency::USD,
        items,
        delivery: shipping.map(|minor| Delivery {
            code: "standard".into(),
            title: "Standard".into(),
            price: Money::new(minor, Currency::USD),
        }),
        buyer: Buyer::default(),
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
