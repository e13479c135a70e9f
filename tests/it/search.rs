//! Finding things: facets, search, suggestions.

mod facets;
mod large;
mod predictive;
mod relevance;
mod results;
mod upkeep;

use serde_json::{Value, json};
use tests::TestApp;

const SEARCH: &str = "
    query Search($query: String!, $first: Int, $after: String, $last: Int, $before: String, $types: [SearchType!],
        $filters: [ProductFilter!], $sort: SearchSortKeys, $reverse: Boolean, $prefix: SearchPrefixQueryType,
        $unavailable: SearchUnavailableProductsType) {
        search(query: $query, first: $first, after: $after, last: $last, before: $before, types: $types, prefix: $prefix,
            productFilters: $filters, sortKey: $sort, reverse: $reverse, unavailableProducts: $unavailable) {
            totalCount
            edges { cursor node { __typename ... on Product { handle trackingParameters } ... on Page { handle trackingParameters } ... on Article { handle trackingParameters } } }
            pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
        }
    }";

/// The handles that a search finds.
async fn find(app: &TestApp, variables: Value) -> Vec<String> {
    handles(&search(app, variables).await)
}

/// What a search answers, up to 50 results if nothing is said.
async fn search(app: &TestApp, mut variables: Value) -> Value {
    if variables.get("first").or(variables.get("last")).is_none() {
        variables["first"] = json!(50);
    }
    let answer = app.graphql(SEARCH, variables).await;
    assert_eq!(answer.status, 200);
    answer.data()["search"].clone()
}

fn handles(connection: &Value) -> Vec<String> {
    let edges = connection["edges"].as_array().unwrap();
    let handle = |edge: &Value| edge["node"]["handle"].as_str().unwrap().to_owned();
    edges.iter().map(handle).collect()
}
