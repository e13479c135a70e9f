//! The figures of docs/limits.md are those of the code.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use api::config::EdgeConfig;
use async_graphql::Request;
use commerce::config::Profile;
use schema::limits::Limits;
use schema::{operation, storefront};

fn page() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/limits.md");
    fs::read_to_string(path).unwrap()
}

/// The documents of the page, each with the figure of the line after it.
fn examples(page: &str) -> Vec<(&str, u64)> {
    let blocks = page.split("```graphql\n").skip(1);
    let examples = blocks.map(|block| {
        let (document, after) = block.split_once("```").unwrap();
        let figure = after.trim_start().split(" point").next().unwrap();
        (document, figure.parse().unwrap())
    });
    examples.collect()
}

#[test]
fn every_worked_example_costs_what_it_says() {
    let page = page();
    let examples = examples(&page);
    assert_eq!(examples.len(), 7);
    for (document, figure) in examples {
        let mut request = Request::new(document);
        let inspected = operation::inspect(&mut request, storefront::types(), &Limits::default());
        assert_eq!(inspected.unwrap().plan.cost(), figure, "{document}");
    }
}

/// The rows of the table under `heading`: the first column with the second.
fn table<'p>(page: &'p str, heading: &str) -> BTreeMap<&'p str, usize> {
    let (_, part) = page.split_once(heading).unwrap();
    let part = part.split("\n## ").next().unwrap();
    let rows = part.lines().filter_map(|line| {
        let mut cells = line.strip_prefix("| `")?.split('|').map(str::trim);
        let name = cells.next()?.strip_suffix('`')?;
        Some((name, cells.next()?.parse().ok()?))
    });
    rows.collect()
}

#[test]
fn every_limit_is_as_large_as_it_says() {
    let page = page();
    let stated = table(&page, "## What a request may be made of");
    let edge = EdgeConfig::of_profile(Profile::Production, "https://shop.example");
    assert_eq!(stated, edge.limits.all());
}

#[test]
fn every_budget_is_as_large_as_it_says() {
    let page = page();
    let budgets = EdgeConfig::of_profile(Profile::Production, "https://shop.example").budgets;
    for (who, budget) in [
        ("| a private token, with", budgets.token),
        ("| a private token alone", budgets.token),
        ("| no token", budgets.tokenless),
    ] {
        let row = page.lines().find(|line| line.starts_with(who)).unwrap();
        let stated: Vec<u32> = row
            .split('|')
            .filter_map(|cell| cell.trim().parse().ok())
            .collect();
        assert_eq!(
            stated,
            [budget.bucket, budget.per_second, budget.maximum],
            "{who}"
        );
    }
}
