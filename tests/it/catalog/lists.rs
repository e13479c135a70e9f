//! Lists page by page, in every order and from both ends.

use serde_json::{Value, json};
use tests::TestApp;
use tests::factory::catalog::{ProductSeed, collection};

use super::each;

const PAGE: &str = "
    query Page($sort: ProductSortKeys, $reverse: Boolean, $first: Int, $after: String, $last: Int, $before: String, $query: String) {
        products(sortKey: $sort, reverse: $reverse, first: $first, after: $after, last: $last, before: $before, query: $query) {
            nodes { handle }
            edges { cursor node { handle } }
            pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
            filters { id }
        }
    }";

/// Five products whose every sort value but the id is shared by two of them.
async fn five(app: &TestApp) -> Vec<i64> {
    let seeds = [
        ("e", "Beta", "V1", "T2", 10, 300, 5),
        ("d", "alpha", "V2", "T1", 20, 100, 9),
        ("c", "Gamma", "V1", "T3", 20, 200, 9),
        ("b", "beta", "V3", "T2", 5, 100, 0),
        ("a", "Delta", "V2", "T1", 1, 500, 1),
    ];
    let mut ids = Vec::new();
    for (handle, title, vendor, product_type, minutes, price, sold) in seeds {
        let mut seed = ProductSeed::new(handle).price(price).minutes(minutes);
        seed.title = title.to_owned();
        seed.vendor = vendor.to_owned();
        seed.product_type = product_type.to_owned();
        seed.units_sold = sold;
        ids.push(seed.create(app).await);
    }
    ids
}

/// The products' handles in the order of each key, `reverse` being the same backwards.
const ORDERS: [(&str, [&str; 5]); 9] = [
    ("TITLE", ["d", "e", "b", "a", "c"]),
    ("PRODUCT_TYPE", ["d", "a", "e", "b", "c"]),
    ("VENDOR", ["e", "c", "d", "a", "b"]),
    ("UPDATED_AT", ["a", "b", "e", "d", "c"]),
    ("CREATED_AT", ["a", "b", "e", "d", "c"]),
    ("BEST_SELLING", ["c", "d", "e", "a", "b"]),
    ("PRICE", ["d", "b", "c", "e", "a"]),
    ("ID", ["e", "d", "c", "b", "a"]),
    ("RELEVANCE", ["e", "d", "c", "b", "a"]),
];

#[tokio::test]
async fn every_order_is_walked_from_both_ends() {
    let app = TestApp::new().await;
    five(&app).await;
    for (sort, expected) in ORDERS {
        for reverse in [false, true] {
            let mut expected = expected;
            if reverse {
                expected.reverse();
            }
            walk_forwards(&app, sort, reverse, &expected).await;
            walk_backwards(&app, sort, reverse, &expected).await;
        }
    }
}

async fn page(app: &TestApp, variables: Value) -> Value {
    let answer = app.graphql(PAGE, variables).await;
    let list = answer.data()["products"].clone();
    assert_eq!(answer.statements, 1);
    assert_eq!(list["filters"], json!([]));
    let edges: Vec<&Value> = list["edges"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|e| &e["node"])
        .collect();
    assert_eq!(json!(edges), list["nodes"]);
    list
}

async fn walk_forwards(app: &TestApp, sort: &str, reverse: bool, expected: &[&str]) {
    let mut after = Value::Null;
    for (index, chunk) in expected.chunks(2).enumerate() {
        let variables = json!({ "sort": sort, "reverse": reverse, "first": 2, "after": after });
        let list = page(app, variables).await;
        assert_eq!(each(&list, "handle"), chunk, "{sort} {reverse} forwards");
        let info = &list["pageInfo"];
        assert_eq!(info["hasPreviousPage"], json!(index > 0), "{sort}");
        assert_eq!(info["hasNextPage"], json!(index < 2), "{sort}");
        assert_eq!(info["startCursor"], list["edges"][0]["cursor"]);
        assert_eq!(info["endCursor"], list["edges"][chunk.len() - 1]["cursor"]);
        after = info["endCursor"].clone();
    }
}

async fn walk_backwards(app: &TestApp, sort: &str, reverse: bool, expected: &[&str]) {
    let mut before = Value::Null;
    for (index, chunk) in expected.rchunks(2).enumerate() {
        let variables = json!({ "sort": sort, "reverse": reverse, "last": 2, "before": before });
        let list = page(app, variables).await;
        assert_eq!(each(&list, "handle"), chunk, "{sort} {reverse} backwards");
        let info = &list["pageInfo"];
        assert_eq!(info["hasNextPage"], json!(index > 0), "{sort}");
        assert_eq!(info["hasPreviousPage"], json!(index < 2), "{sort}");
        before = info["startCursor"].clone();
    }
}

#[tokio::test]
async fn odd_page_arguments_are_told_apart() {
    let app = TestApp::new().await;
    five(&app).await;
    let title =
        page(&app, json!({ "sort": "TITLE", "first": 1 })).await["pageInfo"]["endCursor"].clone();
    for (variables, message) in [
        (
            json!({}),
            "give `first` or `last` to say how many are wanted",
        ),
        (json!({ "first": 251 }), "`first` must be between 0 and 250"),
        (
            json!({ "first": 1, "after": "x" }),
            "`after` is not a cursor of this list; use one that it returned",
        ),
        (
            json!({ "sort": "PRICE", "last": 1, "before": title }),
            "`before` is not a cursor of this list; use one that it returned",
        ),
    ] {
        let answer = app.graphql(PAGE, variables).await;
        assert_eq!(answer.body["errors"][0]["message"], json!(message));
        assert_eq!(
            answer.body["errors"][0]["extensions"]["code"],
            json!("INVALID_ARGUMENT")
        );
    }
    let none = page(&app, json!({ "first": 0 })).await;
    assert_eq!(
        none["pageInfo"],
        json!({ "hasNextPage": true, "hasPreviousPage": false, "startCursor": null, "endCursor": null })
    );
}

const COLLECTION: &str = "
    query Members($handle: String, $sort: ProductCollectionSortKeys, $reverse: Boolean, $first: Int, $after: String, $last: Int, $before: String) {
        collection(handle: $handle) {
            products(sortKey: $sort, reverse: $reverse, first: $first, after: $after, last: $last, before: $before) {
                nodes { handle }
                pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
            }
        }
    }";

#[tokio::test]
async fn collections_have_their_own_orders() {
    let app = TestApp::new().await;
    let ids = five(&app).await;
    let placed = [ids[2], ids[4], ids[0], ids[3], ids[1]];
    collection(&app, "manual", "manual", &placed).await;
    collection(&app, "priced", "price", &placed).await;
    let orders = [
        ("manual", "MANUAL", ["c", "a", "e", "b", "d"]),
        ("manual", "COLLECTION_DEFAULT", ["c", "a", "e", "b", "d"]),
        ("priced", "COLLECTION_DEFAULT", ["d", "b", "c", "e", "a"]),
        ("priced", "RELEVANCE", ["d", "b", "c", "e", "a"]),
        ("manual", "TITLE", ["d", "e", "b", "a", "c"]),
        ("manual", "PRICE", ["d", "b", "c", "e", "a"]),
        ("manual", "BEST_SELLING", ["c", "d", "e", "a", "b"]),
        ("manual", "CREATED", ["a", "b", "e", "d", "c"]),
        ("manual", "ID", ["e", "d", "c", "b", "a"]),
    ];
    for (handle, sort, expected) in orders {
        for reverse in [false, true] {
            let mut expected = expected;
            if reverse {
                expected.reverse();
            }
            let variables = json!({ "handle": handle, "sort": sort, "reverse": reverse });
            collection_walk(&app, &variables, &expected).await;
        }
    }
}

async fn collection_walk(app: &TestApp, variables: &Value, expected: &[&str]) {
    let mut after = Value::Null;
    for (index, chunk) in expected.chunks(2).enumerate() {
        let mut variables = variables.clone();
        variables["first"] = json!(2);
        variables["after"] = after;
        let answer = app.graphql(COLLECTION, variables.clone()).await;
        let list = &answer.data()["collection"]["products"];
        assert_eq!(each(list, "handle"), chunk, "{variables}");
        assert_eq!(answer.statements, 2);
        assert_eq!(list["pageInfo"]["hasPreviousPage"], json!(index > 0));
        assert_eq!(list["pageInfo"]["hasNextPage"], json!(index < 2));
        after = list["pageInfo"]["endCursor"].clone();
    }
    let mut before = Value::Null;
    for chunk in expected.rchunks(2) {
        let mut variables = variables.clone();
        variables["last"] = json!(2);
        variables["before"] = before;
        let answer = app.graphql(COLLECTION, variables.clone()).await;
        let list = &answer.data()["collection"]["products"];
        assert_eq!(each(list, "handle"), chunk, "{variables}");
        before = list["pageInfo"]["startCursor"].clone();
    }
}

#[tokio::test]
async fn many_lists_cost_one_statement_each_level() {
    let app = TestApp::new().await;
    let ids = five(&app).await;
    collection(&app, "x", "manual", &ids).await;
    collection(&app, "y", "manual", &ids[..2]).await;
    collection(&app, "z", "title", &ids[1..]).await;
    let query = "
        query Deep($count: Int!) {
            collections(first: $count, sortKey: TITLE, reverse: true) {
                totalCount
                nodes { handle products(first: 5) { nodes { handle variants(first: 2) { nodes { price { amount } } } } } }
            }
        }";
    let one = app.graphql(query, json!({ "count": 1 })).await;
    let all = app.graphql(query, json!({ "count": 3 })).await;
    assert_eq!(each(&all.data()["collections"], "handle"), ["z", "y", "x"]);
    assert_eq!(all.data()["collections"]["totalCount"], json!("3"));
    let products = |index: usize| {
        each(
            &all.data()["collections"]["nodes"][index]["products"],
            "handle",
        )
    };
    assert_eq!(products(0), ["d", "b", "a", "c"]);
    assert_eq!(products(1), ["e", "d"]);
    assert_eq!(products(2), ["e", "d", "c", "b", "a"]);
    // The list, its count, products in two orders, variants.
    assert_eq!((one.statements, all.statements), (4, 5));
}

#[tokio::test]
async fn collections_are_found_and_counted() {
    let app = TestApp::new().await;
    let product = ProductSeed::new("p").create(&app).await;
    for handle in ["summer-sale", "winter-sale", "shoes"] {
        collection(&app, handle, "manual", &[product]).await;
    }
    let query = "
        query Find($query: String, $first: Int, $after: String) {
            collections(query: $query, first: $first, after: $after, sortKey: TITLE) { totalCount nodes { handle } pageInfo { hasNextPage endCursor } }
            product(handle: \"p\") { collections(first: 2) { totalCount nodes { handle } pageInfo { hasNextPage } } }
        }";
    let find = |text: &'static str| app.graphql(query, json!({ "query": text, "first": 1 }));
    let sale = find("sale").await;
    assert_eq!(each(&sale.data()["collections"], "handle"), ["summer-sale"]);
    assert_eq!(sale.data()["collections"]["totalCount"], json!("2"));
    assert_eq!(
        sale.data()["collections"]["pageInfo"]["hasNextPage"],
        json!(true)
    );
    assert_eq!(
        each(&find("handle:shoes").await.data()["collections"], "handle"),
        ["shoes"]
    );
    assert_eq!(
        each(
            &find("NOT title:sale").await.data()["collections"],
            "handle"
        ),
        ["shoes"]
    );
    assert_eq!(
        each(
            &find("updated_at:>2026-01-02").await.data()["collections"],
            "handle"
        ),
        [""; 0]
    );
    let of_product = &sale.data()["product"]["collections"];
    assert_eq!(each(of_product, "handle"), ["summer-sale", "winter-sale"]);
    assert_eq!(of_product["totalCount"], json!("3"));
    assert_eq!(of_product["pageInfo"]["hasNextPage"], json!(true));
}
