//! Operations take no more than they may: queries are stopped, mutations are not begun.

use serde_json::{Value, json};
use tests::TestApp;
use tests::factory::catalog::ProductSeed;

use super::{ask, edge};

async fn shop() -> TestApp {
    let app = TestApp::new().await;
    for handle in ["hat", "scarf", "glove"] {
        ProductSeed::new(handle).create(&app).await;
    }
    let text = "UPDATE products SET description_html = repeat('x', 5000) WHERE handle = 'hat'";
    app.execute(text).await;
    app
}

#[tokio::test]
async fn a_query_that_may_cost_more_than_it_may_is_run_and_stopped_there() {
    let app = shop().await;
    let mut edge = edge(1_000);
    let document = "{ products(first: 250) { nodes { id featuredImage { id } } } }";
    // It might cost 501 points, and costs 4.
    edge.budgets.tokenless.maximum = 20;
    let told = ask(&app.process(&edge), document, &[]).await;
    assert_eq!(told.body.get("errors"), None);
    assert_eq!(told.cost(), [Some(20), Some(4), Some(996)]);

    edge.budgets.tokenless.maximum = 3;
    edge.key_prefix.push_str("-small");
    let told = ask(&app.process(&edge), document, &[]).await;
    let expected = json!({ "code": "MAX_COST_EXCEEDED", "limit": "points", "maximum": 3 });
    assert_eq!(told.body["errors"][0]["extensions"], expected);
    assert_eq!((told.status, told.body.get("data")), (200, None));
    assert_eq!(told.cost(), [Some(3), Some(3), Some(997)]);
}

#[tokio::test]
async fn answers_have_a_size() {
    let app = shop().await;
    let mut edge = edge(1_000_000);
    edge.limits
        .change("response_bytes=20000,fields=60")
        .unwrap();
    let client = app.process(&edge);
    let texts = |count| {
        let texts: Vec<String> = (0..count)
            .map(|n| format!("d{n}: descriptionHtml"))
            .collect();
        format!("{{ product(handle: \"hat\") {{ {} }} }}", texts.join(" "))
    };
    let told = ask(&client, &texts(3), &[]).await;
    assert_eq!(told.body.get("errors"), None);
    // Each text is taken to have ten thousand bytes, and has five.
    assert_eq!(told.cost()[..2], [Some(30), Some(15)]);
    let told = ask(&client, &texts(5), &[]).await;
    let expected =
        json!({ "code": "MAX_COST_EXCEEDED", "limit": "response_bytes", "maximum": 20000 });
    assert_eq!(told.body["errors"][0]["extensions"], expected);
    assert_eq!(told.body.get("data"), None);
    assert_eq!(told.cost()[..2], [Some(50), Some(50)]);

    let names: Vec<String> = (0..30).map(|n| format!("t{n}: title")).collect();
    let many = format!(
        "{{ products(first: 3) {{ nodes {{ {} }} }} }}",
        names.join(" ")
    );
    let told = ask(&client, &many, &[]).await;
    let expected = json!({ "code": "MAX_COST_EXCEEDED", "limit": "fields", "maximum": 60 });
    assert_eq!(told.body["errors"][0]["extensions"], expected);
}

#[tokio::test]
async fn what_a_mutation_did_is_answered_and_the_next_is_not_begun() {
    let app = shop().await;
    let mut edge = edge(1_000_000);
    edge.limits.change("fields=3").unwrap();
    let document = "mutation { a: cartCreate { cart { id note totalQuantity } userErrors { message } } \
                    b: cartCreate { cart { id } } }";
    let told = ask(&app.process(&edge), document, &[]).await;
    assert!(
        told.body["data"]["a"]["cart"]["id"].is_string(),
        "{}",
        told.body
    );
    assert_eq!(told.body["data"]["a"]["userErrors"], json!([]));
    assert_eq!(told.body["data"]["b"], Value::Null);
    assert_eq!(told.body["errors"].as_array().map(Vec::len), Some(1));
    assert_eq!(told.body["errors"][0]["path"], json!(["b"]));
    assert_eq!(told.code(), "MAX_COST_EXCEEDED");
    assert_eq!(app.count("SELECT count(*) FROM carts").await, 1);
}

#[tokio::test]
async fn a_mutation_that_may_cost_too_much_is_not_begun() {
    let app = shop().await;
    let mut edge = edge(1_000_000);
    edge.budgets.tokenless.maximum = 100;
    let document = "mutation { cartCreate { cart { lines(first: 250) { nodes { id } } } } }";
    let told = ask(&app.process(&edge), document, &[]).await;
    let expected = json!({ "code": "MAX_COST_EXCEEDED", "cost": 262, "maxCost": 100 });
    assert_eq!(told.body["errors"][0]["extensions"], expected);
    let texts: Vec<String> = (0..99).map(|n| format!("d{n}: descriptionHtml")).collect();
    let long = format!(
        "mutation {{ cartCreate {{ cart {{ lines(first: 250) {{ nodes {{ merchandise {{ \
         ... on ProductVariant {{ product {{ {} }} }} }} }} }} }} }} }}",
        texts.join(" ")
    );
    let client = app.process(&super::edge(1_000_000));
    let told = ask(&client, &long, &[]).await;
    assert_eq!(told.code(), "MAX_COST_EXCEEDED");
    assert_eq!(app.count("SELECT count(*) FROM carts").await, 0);
}

/// Places of large answers are few; a batch must not wait for those that it holds itself.
#[tokio::test]
async fn a_batch_of_large_answers_is_answered() {
    let app = shop().await;
    for n in 0..8 {
        ProductSeed::new(&format!("mug-{n}")).create(&app).await;
    }
    let client = app.process(&edge(1_000_000));
    // Eleven products with eighty fields each, in documents of their own, so that no answer is another's.
    let query = |name: usize| {
        let fields: Vec<String> = (0..80).map(|n| format!("t{n}: title")).collect();
        let fields = fields.join(" ");
        json!({ "query": format!("{{ p{name}: products(first: 20) {{ nodes {{ {fields} }} }} }}") })
    };
    let batch: Value = (0..5).map(query).collect();
    let response = client.post("/graphql").body_json(&batch).send().await;
    response.assert_status_is_ok();
    let answers: Value = response.0.into_body().into_json().await.unwrap();
    let answers = answers.as_array().unwrap();
    assert_eq!(answers.len(), 5);
    for (name, answer) in answers.iter().enumerate() {
        let nodes = answer["data"][format!("p{name}")]["nodes"].as_array();
        assert_eq!(nodes.map(Vec::len), Some(11), "{answer}");
    }
}
