//! Documents that are kept: what was valid once is not valid with whatever values.

use serde_json::{Value, json};
use tests::TestApp;
use tests::caching::Keeping;

#[tokio::test]
async fn values_are_checked_although_the_document_is_known() {
    let app = TestApp::new().await;
    let mut keeping = Keeping::default();
    keeping.edge.caches.answers = false;
    let keeper = app.keeper(&keeping).await;
    let query = "query Q($n: Int!, $key: PageSortKeys) { pages(first: $n, sortKey: $key) { nodes { id } } }";
    let good = json!({ "n": 1, "key": "TITLE" });
    let wrong = [
        json!({ "n": "one" }),
        json!({ "n": null }),
        json!({ "n": 1, "key": "COLOR" }),
        json!({ "n": 1, "key": 7 }),
        json!({ "key": "TITLE" }),
        json!({ "n": { "x": 1 } }),
    ];
    let mut refusals: Vec<Vec<Value>> = vec![Vec::new(); wrong.len()];
    for _ in 0..3 {
        for (place, variables) in wrong.iter().enumerate() {
            let refused = keeper.ask(query, variables.clone()).await;
            assert_eq!(refused.statements, 0, "{variables}");
            refusals[place].push(refused.body);
        }
        for _ in 0..2 {
            let answer = keeper.ask(query, good.clone()).await;
            assert_eq!(answer.data()["pages"]["nodes"], json!([]));
        }
    }
    for (said, variables) in refusals.iter().zip(wrong) {
        assert!(said[0]["errors"][0]["message"].is_string(), "{variables}");
        assert!(said.iter().all(|body| *body == said[0]), "{variables}");
    }
}

#[tokio::test]
async fn an_invalid_document_is_refused_each_time_in_the_same_words() {
    let app = TestApp::new().await;
    let keeper = app.keeper(&Keeping::default()).await;
    for query in [
        "{ shop { nothing } }",
        "{ shop }",
        "query A { shop { name } } query A { shop { id } }",
    ] {
        let first = keeper.ask(query, json!({})).await;
        assert!(first.body["errors"].is_array(), "{query}");
        assert_eq!(keeper.ask(query, json!({})).await.body, first.body);
    }
}
