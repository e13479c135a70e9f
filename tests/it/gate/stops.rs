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
async fn a_mutation_that_may_cost_more_than_it_may_is_answered() {
    let app = shop().await;
    let mut edge = edge(1_000);
    edge.budgets.tokenless.maximum = 100;
    // Its pages might cost 262 points, and 12 are answered.
    let document = "mutation { cartCreate { cart { lines(first: 250) { nodes { id } } } } }";
    let told = ask(&app.process(&edge), document, &[]).await;
    assert_eq!(told.body.get("errors"), None);
    assert_eq!(told.cost(), [Some(100), Some(12), Some(988)]);
    assert_eq!(app.count("SELECT count(*) FROM carts").await, 1);

    edge.limits.change("cost=261").unwrap();
    let told = ask(&app.process(&edge), document, &[]).await;
    let expected = json!({ "code": "MAX_COST_EXCEEDED", "cost": 262, "maxCost": 261 });
    assert_eq!(told.body["errors"][0]["extensions"], expected);
    assert_eq!(app.count("SELECT count(*) FROM carts").await, 1);
}

/// A megabyte is answered however small the limit is; nothing is as long as a merchant's texts may be together.
#[tokio::test]
async fn what_is_too_long_of_a_mutation_s_answer_is_left_out_and_its_effect_stays() {
    let app = shop().await;
    let mut edge = edge(1_000_000);
    edge.limits.change("response_bytes=1000").unwrap();
    let client = app.process(&edge);
    let variant = app
        .graphql(
            "{ product(handle: \"hat\") { variants(first: 1) { nodes { id } } } }",
            json!({}),
        )
        .await;
    let variant = variant.data()["product"]["variants"]["nodes"][0]["id"].clone();
    let create = |lines: usize| {
        let lines: Vec<String> = (0..lines)
            .map(|n| {
                format!(
                    "{{ merchandiseId: {variant}, attributes: {{ key: \"n\", value: \"{n}\" }} }}"
                )
            })
            .collect();
        let texts: Vec<String> = (0..99).map(|n| format!("d{n}: descriptionHtml")).collect();
        format!(
            "mutation {{ cartCreate(input: {{ lines: [{}] }}) {{ cart {{ id lines(first: 250) {{ nodes {{ \
             merchandise {{ ... on ProductVariant {{ product {{ {} }} }} }} }} }} }} userErrors {{ message }} }} }}",
            lines.join(", "),
            texts.join(" ")
        )
    };
    let told = ask(&client, &create(1), &[]).await;
    assert_eq!(told.body.get("errors"), None);
    let lines = &told.body["data"]["cartCreate"]["cart"]["lines"]["nodes"];
    let text = lines[0]["merchandise"]["product"]["d98"].as_str();
    assert_eq!(text.map(str::len), Some(5_000));

    let told = ask(&client, &create(4), &[]).await;
    let payload = json!({ "cart": null, "userErrors": [] });
    assert_eq!(told.body["data"]["cartCreate"], payload);
    let errors = told.body["errors"].as_array().unwrap();
    assert_eq!(errors.len(), 1, "{errors:?}");
    let expected =
        json!({ "code": "MAX_COST_EXCEEDED", "limit": "response_bytes", "maximum": 1000 });
    assert_eq!(errors[0]["extensions"], expected);
    assert_eq!(errors[0]["path"][0], "cartCreate");
    assert_eq!(app.count("SELECT count(*) FROM carts").await, 2);
}

/// A row costs the same under `edges` as under `nodes`, also while it is counted.
#[tokio::test]
async fn what_is_counted_is_what_is_charged() {
    let app = shop().await;
    let mut edge = edge(1_000);
    edge.budgets.tokenless.maximum = 4;
    let document = "{ products(first: 250) { edges { node { id } } } }";
    let told = ask(&app.process(&edge), document, &[]).await;
    assert_eq!(told.body.get("errors"), None);
    assert_eq!(told.cost(), [Some(4), Some(4), Some(996)]);
}

/// The answers of a batch are as long together as one may be.
#[tokio::test]
async fn a_batch_has_a_size() {
    let app = shop().await;
    let mut edge = edge(1_000_000);
    edge.limits.change("response_bytes=12000").unwrap();
    let client = app.process(&edge);
    let text = |name: &str| json!({ "query": format!("{{ {name}: product(handle: \"hat\") {{ descriptionHtml }} }}") });
    let cart = json!({ "query": "mutation { cartCreate { cart { id } } }" });
    let batch = json!([text("a"), text("b"), text("c"), cart]);
    let response = client.post("/graphql").body_json(&batch).send().await;
    response.assert_status_is_ok();
    let answers: Value = response.0.into_body().into_json().await.unwrap();
    for (at, name) in ["a", "b"].iter().enumerate() {
        let text = answers[at]["data"][name]["descriptionHtml"].as_str();
        assert_eq!(text.map(str::len), Some(5_000));
    }
    let error = &answers[2]["errors"][0]["extensions"];
    assert_eq!(
        (&error["code"], &error["limit"]),
        (&json!("MAX_COST_EXCEEDED"), &json!("response_bytes"))
    );
    // What is left is enough for a mutation, whose answer is never cut so short.
    assert!(
        answers[3]["data"]["cartCreate"]["cart"]["id"].is_string(),
        "{answers}"
    );
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
