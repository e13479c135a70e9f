//! The sums of plans, against the schema itself.

use async_graphql::parser::parse_query;
use async_graphql::{Name, Value, Variables, value};

use super::Plan;
use crate::storefront;

fn plan(document: &str, variables: Value) -> Plan {
    let document = parse_query(document).unwrap();
    let (_, operation) = document.operations.iter().next().unwrap();
    let variables = Variables::from_value(variables);
    Plan::of(storefront::types(), &document, &operation.node, &variables)
}

fn cost(document: &str) -> u64 {
    plan(document, value!({})).cost()
}

#[test]
fn objects_cost_one_and_leaves_nothing() {
    assert_eq!(cost("{ shop { name description } }"), 1);
    assert_eq!(cost("{ __typename }"), 1);
    assert_eq!(cost("{ a: shop { name } b: shop { brand { slogan } } }"), 3);
    // Lists without a page size are taken to have ten things, unless they are known better.
    assert_eq!(cost("{ publicApiVersions { handle } }"), 10);
    assert_eq!(
        cost("{ product(handle: \"a\") { options { optionValues { name } } } }"),
        34
    );
}

#[test]
fn a_mutation_costs_ten_with_its_payload() {
    assert_eq!(cost("mutation { cartCreate { cart { id } } }"), 11);
    assert_eq!(
        cost("mutation { cartCreate { cart { id } } b: cartCreate { __typename } }"),
        21
    );
}

#[test]
fn pages_are_sized_by_first_and_last() {
    assert_eq!(cost("{ products(first: 24) { nodes { id } } }"), 25);
    assert_eq!(
        cost("{ products(last: 24) { edges { cursor node { id } } } }"),
        25
    );
    assert_eq!(
        cost("{ products(first: 24) { nodes { id } edges { node { id } } } }"),
        49
    );
    // Rows that are read without being shown cost the same.
    assert_eq!(
        cost("{ products(first: 24) { pageInfo { hasNextPage } } }"),
        26
    );
    let nested = "{ products(first: 10) { nodes { variants(first: 250) { nodes { id } } } } }";
    assert_eq!(cost(nested), 1 + 10 * (1 + 1 + 40));
    assert_eq!(cost("{ products(first: 1000000) { nodes { id } } }"), 251);
    assert_eq!(cost("{ products(first: -1) { nodes { id } } }"), 1);
}

#[test]
fn sizes_come_from_variables_their_defaults_and_lengths() {
    let document = "query($n: Int = 7) { products(first: $n) { nodes { id } } }";
    assert_eq!(plan(document, value!({})).cost(), 8);
    assert_eq!(plan(document, value!({ "n": 3 })).cost(), 4);
    assert_eq!(plan(document, value!({ "n": "x" })).cost(), 11);
    let nodes = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }";
    assert_eq!(plan(nodes, value!({ "ids": ["a", "b", "c"] })).cost(), 3);
}

#[test]
fn only_what_is_selected_costs() {
    let document = "query($no: Boolean = false) { shop @include(if: $no) { name } \
                    ... @skip(if: true) { shop { name } } ...F @include(if: true) } \
                    fragment F on QueryRoot { product(handle: \"a\") { id } }";
    assert_eq!(plan(document, value!({})).cost(), 1);
    assert_eq!(plan(document, value!({ "no": true })).cost(), 2);
    assert_eq!(
        cost("{ ...A ...A } fragment A on QueryRoot { shop { name } }"),
        2
    );
    assert_eq!(cost("{ shop { name } nothing { x { y } } ...Missing }"), 1);
}

#[test]
fn interfaces_and_unions_cost_as_much_as_their_dearest_member() {
    let document = "{ node(id: \"a\") { id ... on Product { seo { title } featuredImage { url } } \
                    ... on Shop { brand { slogan } } } }";
    assert_eq!(cost(document), 3);
    let through = "{ node(id: \"a\") { ... on HasMetafields { metafield(key: \"a\") { id } } \
                   ... on Product { seo { title } } } }";
    assert_eq!(cost(through), 3);
}

#[test]
fn introspection_has_a_price_of_its_own() {
    assert_eq!(
        cost("{ __schema { types { name fields { name } } } }"),
        1_000
    );
    assert_eq!(
        cost("{ __type(name: \"Shop\") { name } shop { name } }"),
        51
    );
}

#[test]
fn rows_are_counted_in_full() {
    let rows = |document| plan(document, value!({})).rows();
    assert_eq!(
        rows("{ products(first: 10) { nodes { variants(first: 250) { nodes { id } } } } }"),
        2_510
    );
    assert_eq!(rows("{ shop { name } }"), 0);
}

#[test]
fn answers_cost_what_they_have() {
    let document = "{ products(first: 24) { nodes { id featuredImage { url } \
                    variants(first: 250) { nodes { price { amount } } } } } }";
    let plan = plan(document, value!({}));
    assert_eq!(plan.cost(), 1 + 24 * (1 + 1 + 1 + 40 * 2));
    let variant = || value!({ "price": { "amount": "1.0" } });
    let bare = value!({ "id": "1", "featuredImage": null, "variants": { "nodes": [] } });
    let answer = value!({ "products": { "nodes": [
        { "id": "2", "featuredImage": { "url": "a" }, "variants": { "nodes": [variant(), variant()] } },
        bare,
    ] } });
    // The connection; a product with a picture and two of its variants (which count as two),
    // each with a price; a product with a connection.
    assert_eq!(plan.cost_of(&answer), 1 + (1 + 1 + 1 + 2 * 2) + (1 + 1));
    assert_eq!(plan.cost_of(&Value::Null), Plan::LEAST);
}

#[test]
fn only_the_keys_of_the_answered_type_count() {
    let document = "{ nodes(ids: [\"a\", \"b\"]) { ... on Product { seo { title } options { name } } \
                    ... on Shop { brand { slogan } } } }";
    let plan = plan(document, value!({}));
    assert_eq!(plan.cost(), 2 * (1 + 1 + 3));
    let answer = value!({ "nodes": [{ "brand": { "slogan": null } }, null] });
    assert_eq!(plan.cost_of(&answer), 2);
}

/// A small generator of numbers (Knuth, The Art of Computer Programming, volume 2, 3.3.4).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % sides
    }

    /// Any value at all, with the keys that the documents use.
    fn value(&mut self, depth: usize) -> Value {
        const KEYS: [&str; 12] = [
            "products",
            "nodes",
            "edges",
            "node",
            "variants",
            "price",
            "cart",
            "lines",
            "merchandise",
            "product",
            "images",
            "selectedOptions",
        ];
        match self.roll(if depth == 0 { 2 } else { 8 }) {
            0 => Value::Null,
            1 => Value::from(7),
            2 => {
                let length = self.roll(300 / (5 - depth.min(4)).pow(3));
                Value::List((0..length).map(|_| self.value(depth - 1)).collect())
            }
            _ => {
                let fields = KEYS
                    .iter()
                    .map(|key| (Name::new(key), self.value(depth - 1)));
                Value::Object(fields.collect())
            }
        }
    }
}

#[test]
fn no_answer_costs_more_than_was_asked_for() {
    let documents = [
        "{ products(first: 3) { nodes { variants(first: 2) { nodes { price { amount } } } } } }",
        "{ products(last: 3) { edges { node { variants(first: 9) { edges { node { id } } } } } pageInfo { endCursor } } }",
        "{ cart(id: \"a\") { lines(first: 5) { nodes { merchandise { ... on ProductVariant { \
         selectedOptions { name } product { images(first: 2) { nodes { url } } } } } } } } }",
        "{ nodes(ids: [\"a\"]) { ... on Product { variants(first: 2) { nodes { id } } } \
         ... on ProductVariant { product { images(first: 3) { edges { node { url } } } } } } }",
    ];
    let mut dice = Dice(1);
    for document in documents {
        let plan = plan(document, value!({}));
        for _ in 0..30 {
            let answer = dice.value(4);
            assert!(plan.cost_of(&answer) <= plan.cost(), "{document}");
        }
    }
}

#[test]
fn a_bomb_of_fragments_is_planned_in_no_time() {
    // Each fragment spreads the next in two selection sets of their own, below an interface.
    let mut bomb = String::from("{ node(id: \"a\") { ...f0 } }");
    for at in 0..40 {
        let next = at + 1;
        bomb.push_str(&format!(
            "fragment f{at} on HasMetafields {{ a: metafield(key: \"a\") {{ parentResource {{ ...f{next} }} }} \
             b: metafield(key: \"b\") {{ parentResource {{ ...f{next} }} }} }}"
        ));
    }
    bomb.push_str("fragment f40 on HasMetafields { __typename }");
    assert_eq!(cost(&bomb), 1 + 4 * ((1 << 40) - 1));
}
