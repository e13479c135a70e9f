use super::*;
use crate::catalog::model::OptionValue;
use crate::kernel::{Currency, Id};

/// Options named `A`, `B`, … with so many values each, named `A0`, `A1`, …
pub(in crate::catalog) fn options(sizes: &[usize]) -> Vec<ProductOption> {
    let mut next = 0;
    let names = ["A", "B", "C"];
    sizes
        .iter()
        .zip(names)
        .zip(1..)
        .map(|((size, name), position)| ProductOption {
            id: Id::new(i64::from(position)),
            product_id: Id::new(1),
            name: name.to_owned(),
            position,
            values: (0..*size)
                .map(|place| {
                    next += 1;
                    OptionValue {
                        id: Id::new(next),
                        name: format!("{name}{place}"),
                        swatch: None,
                    }
                })
                .collect(),
        })
        .collect()
}

/// A variant with the values in these places.
pub(in crate::catalog) fn variant(
    options: &[ProductOption],
    index: usize,
    places: &[usize],
) -> Variant {
    let value = |n: usize| Some(options.get(n)?.values.get(*places.get(n)?)?.id.value);
    Variant {
        id: Id::new(i64::try_from(index).unwrap() + 1),
        product_id: Id::new(1),
        position: i32::try_from(index).unwrap() + 1,
        title: String::new(),
        sku: None,
        barcode: None,
        value1_id: value(0),
        value2_id: value(1),
        value3_id: value(2),
        price_minor: 100,
        compare_at_minor: None,
        currency: Currency::USD,
        media_id: None,
        requires_shipping: true,
        taxable: true,
        grams: 0,
        weight_unit: "kg".to_owned(),
        inventory_tracked: false,
        sells_when_empty: false,
        option_values: Vec::new(),
        measure: None,
    }
}

/// A0/B1, A1/B0, A1/B1, A2/B0 with ids 1 to 4.
fn product() -> (Vec<ProductOption>, Vec<Variant>) {
    let options = options(&[3, 2]);
    let places: [&[usize]; 4] = [&[0, 1], &[1, 0], &[1, 1], &[2, 0]];
    let variants = places.iter().enumerate();
    let variants = variants
        .map(|(index, places)| variant(&options, index, places))
        .collect();
    (options, variants)
}

fn select(pairs: &[(&str, &str)]) -> Selection {
    Selection {
        options: pairs
            .iter()
            .map(|(n, v)| ((*n).to_owned(), (*v).to_owned()))
            .collect(),
        ..Selection::default()
    }
}

fn id(variant: Option<&Variant>) -> Option<i64> {
    variant.map(|v| v.id.value)
}

#[test]
fn exact_needs_every_option() {
    let (options, variants) = product();
    let find = |selection: &Selection| id(exact(&options, &variants, selection));
    assert_eq!(find(&select(&[("A", "A1"), ("B", "B1")])), Some(3));
    assert_eq!(find(&select(&[("A", "A0"), ("B", "B0")])), None);
    assert_eq!(find(&select(&[("A", "A1")])), None);
    assert_eq!(find(&select(&[])), None);
    let unknown = select(&[("A", "A1"), ("B", "B1"), ("utm_source", "mail")]);
    assert_eq!(find(&unknown), None);
    assert_eq!(
        find(&Selection {
            ignore_unknown: true,
            ..unknown
        }),
        Some(3)
    );
    let lower = select(&[("a", "a1"), ("b", "b1")]);
    assert_eq!(find(&lower), None);
    assert_eq!(
        find(&Selection {
            ignore_case: true,
            ..lower
        }),
        Some(3)
    );
}

#[test]
fn a_page_always_opens_with_a_variant() {
    let (options, variants) = product();
    let open = |selection: &Selection, sold_out: &[i64]| {
        let available = |v: &Variant| !sold_out.contains(&v.id.value);
        id(opening(&options, &variants, selection, &available))
    };
    assert_eq!(open(&select(&[("A", "A1"), ("B", "B1")]), &[3]), Some(3));
    assert_eq!(open(&select(&[("A", "A1")]), &[]), Some(2));
    assert_eq!(open(&select(&[("A", "A1")]), &[2]), Some(3));
    assert_eq!(open(&select(&[("A", "A0"), ("B", "B0")]), &[1]), Some(2));
    assert_eq!(open(&select(&[]), &[1, 2]), Some(3));
    assert_eq!(open(&select(&[]), &[1, 2, 3, 4]), Some(1));
    assert_eq!(
        id(opening(&options, &[], &select(&[]), &|_: &Variant| true)),
        None
    );
}

#[test]
fn neighbours_differ_in_one_choice() {
    let (options, variants) = product();
    let near = |selection: &Selection| -> Vec<i64> {
        let found = adjacent(&options, &variants, selection, &|_: &Variant| true);
        found.iter().map(|v| v.id.value).collect()
    };
    assert_eq!(near(&select(&[("A", "A1"), ("B", "B0")])), [3, 4]);
    assert_eq!(near(&select(&[])), [3], "around the first variant, A0/B1");
    assert_eq!(near(&select(&[("A", "A9")])), [] as [i64; 0]);
}

#[test]
fn values_lead_to_their_first_combination() {
    let (options, variants) = product();
    let first = first_selectable(&options, &variants);
    let of = |name: &str| {
        let value = options
            .iter()
            .flat_map(|o| &o.values)
            .find(|v| v.name == name)
            .unwrap();
        first.get(&value.id.value).map(|v| v.id.value)
    };
    assert_eq!(of("A0"), Some(1));
    assert_eq!(of("A1"), Some(2));
    assert_eq!(of("A2"), Some(4));
    assert_eq!(of("B0"), Some(2));
    assert_eq!(of("B1"), Some(1));
}
