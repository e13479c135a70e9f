//! Fields that storefronts add to carts.

use serde_json::{Value, json};
use tests::TestApp;
use tests::sandbox::card;
use tests::till::{Till, text};

use super::{cart_with, mutate, read, variant};

const SET: &str = "mutation ($m: [CartMetafieldsSetInput!]!) { cartMetafieldsSet(metafields: $m) { \
    metafields { id namespace key type value description parentResource { ... on Cart { totalQuantity } } \
      reference { ... on Product { handle } } } userErrors { code elementIndex field message } } }";

const DELETE: &str = "mutation ($i: CartMetafieldDeleteInput!) { cartMetafieldDelete(input: $i) { \
    deletedId userErrors { code field message } } }";

fn field(cart: &Value, key: &str, kind: &str, value: &str) -> Value {
    json!({ "ownerId": cart["id"], "key": key, "type": kind, "value": value })
}

async fn set(app: &TestApp, fields: Value) -> Value {
    let answer = app.graphql(SET, json!({ "m": fields })).await;
    answer.data()["cartMetafieldsSet"].clone()
}

#[tokio::test]
async fn fields_are_set_read_overwritten_and_deleted() {
    let app = TestApp::new().await;
    let cup = variant(&app, "cup", None).await;
    let cart = cart_with(&app, json!([{ "merchandiseId": cup, "quantity": 2 }])).await;
    let fields = json!([
        field(&cart, "gift", "boolean", "true"),
        field(
            &cart,
            "seen.last",
            "product_reference",
            "gid://shopify/Product/1"
        ),
        field(&cart, "custom.gift", "boolean", "false"),
    ]);
    let payload = set(&app, fields).await;
    assert_eq!(payload["userErrors"], json!([]));
    // Of two with one name the later counts.
    let gift = json!({ "namespace": "custom", "key": "gift", "type": "boolean", "value": "false", "description": null,
        "parentResource": { "totalQuantity": 2 }, "reference": null });
    let mut shown = payload["metafields"].as_array().unwrap().clone();
    let ids: Vec<Value> = shown.iter_mut().map(|f| f["id"].take()).collect();
    for field in &mut shown {
        field.as_object_mut().unwrap().remove("id");
    }
    assert_eq!((&shown[0], &shown[2], &ids[0]), (&gift, &gift, &ids[2]));
    assert_eq!(shown[1]["reference"], json!({ "handle": "cup" }));

    let fields = "updatedAt metafield(namespace: \"seen\", key: \"last\") { value } \
        metafields(identifiers: [{ key: \"gift\" }, { key: \"none\" }, { namespace: \"seen\", key: \"last\" }]) { id key }";
    let answer = read(&app, &cart, fields).await;
    let found = &answer.data()["cart"];
    assert_eq!(found["metafield"]["value"], "gid://shopify/Product/1");
    assert_eq!(
        found["metafields"],
        json!([{ "id": ids[0], "key": "gift" }, null, { "id": ids[1], "key": "last" }])
    );

    let name = json!({ "ownerId": cart["id"], "key": "seen.last" });
    let delete = async || {
        app.graphql(DELETE, json!({ "i": name })).await.data()["cartMetafieldDelete"].clone()
    };
    assert_eq!(
        delete().await,
        json!({ "deletedId": ids[1], "userErrors": [] })
    );
    assert_eq!(
        delete().await,
        json!({ "deletedId": null, "userErrors": [{ "code": "METAFIELD_DOES_NOT_EXIST", "field": ["input", "key"],
            "message": "the cart has no such metafield" }] })
    );
}

#[tokio::test]
async fn what_is_wrong_is_named_and_sets_nothing() {
    let app = TestApp::new().await;
    let cart = cart_with(&app, json!([])).await;
    let id = text(&cart["id"]);
    let other = json!({ "id": id.split('?').next().unwrap() });
    let wrong = |code: &str, index: usize, part: &str| json!({ "code": code, "elementIndex": index, "field": ["metafields", index.to_string(), part] });
    let long = "x".repeat(10_001);
    let mistakes = [
        field(&cart, "good", "boolean", "true"),
        field(&cart, " ", "boolean", "true"),
        field(&cart, &"x".repeat(256), "boolean", "true"),
        field(&cart, "a", "truth", "true"),
        field(&cart, "a", "boolean", "yes"),
        field(&cart, "a", "single_line_text_field", &long),
        field(&cart, "a", "product_reference", "cup"),
        field(&cart, "a\u{0}", "boolean", "true"),
    ];
    let payload = set(&app, json!(mistakes)).await;
    assert_eq!(payload["metafields"], Value::Null);
    let mut errors = payload["userErrors"].as_array().unwrap().clone();
    for error in &mut errors {
        error.as_object_mut().unwrap().remove("message");
    }
    assert_eq!(
        errors,
        [
            wrong("BLANK", 1, "key"),
            wrong("TOO_LONG", 2, "key"),
            wrong("INVALID_TYPE", 3, "type"),
            wrong("INVALID_VALUE", 4, "value"),
            wrong("TOO_LONG", 5, "value"),
            wrong("INVALID_VALUE", 6, "value"),
            wrong("INVALID_VALUE", 7, "key"),
        ]
    );
    // A cart whose key is not known, after one whose key is.
    let fields = json!([
        field(&cart, "a", "boolean", "true"),
        field(&other, "a", "boolean", "true")
    ]);
    let payload = set(&app, fields).await;
    assert_eq!(payload["userErrors"][0]["code"], "INVALID_OWNER");
    assert_eq!(
        payload["userErrors"][0]["field"],
        json!(["metafields", "1", "ownerId"])
    );
    let guess = json!({ "id": format!("{}?key=guess", text(&other["id"])) });
    let payload = set(&app, json!([field(&guess, "a", "boolean", "true")])).await;
    assert_eq!(payload["userErrors"][0]["code"], "INVALID_OWNER");
    let many: Vec<Value> = (0..26)
        .map(|n| field(&cart, &format!("k{n}"), "boolean", "true"))
        .collect();
    let payload = set(&app, json!(many)).await;
    assert_eq!(payload["userErrors"][0]["code"], "LESS_THAN_OR_EQUAL_TO");
    assert_eq!(app.count("SELECT count(*) FROM cart_metafields").await, 0);

    for part in many.chunks(25) {
        set(&app, json!(part)).await;
    }
    let more: Vec<Value> = (26..51)
        .map(|n| field(&cart, &format!("k{n}"), "boolean", "true"))
        .collect();
    let payload = set(&app, json!(more)).await;
    assert_eq!(
        payload["userErrors"][0]["message"],
        "a cart has at most 50 metafields"
    );
    assert_eq!(app.count("SELECT count(*) FROM cart_metafields").await, 26);
}

#[tokio::test]
async fn a_new_cart_has_its_fields_or_is_not_made() {
    let app = TestApp::new().await;
    let create = async |kind: &str| {
        let input = json!({ "metafields": [{ "key": "gift", "type": kind, "value": "true" }] });
        mutate(
            &app,
            "cartCreate",
            "$input: CartInput|input: $input",
            json!({ "input": input }),
        )
        .await
    };
    let refused = create("truth").await;
    assert_eq!(refused["cart"], Value::Null);
    assert_eq!(refused["userErrors"][0]["code"], "INVALID_METAFIELDS");
    assert_eq!(app.count("SELECT count(*) FROM carts").await, 0);
    let made = create("boolean").await["cart"].clone();
    let gift = read(&app, &made, "metafield(key: \"gift\") { value }").await;
    assert_eq!(gift.data()["cart"]["metafield"]["value"], "true");
    // They may tell who the buyer is.
    mutate(
        &app,
        "cartRemovePersonalData",
        "$cart: ID!|cartId: $cart",
        json!({ "cart": made["id"] }),
    )
    .await;
    assert_eq!(app.count("SELECT count(*) FROM cart_metafields").await, 0);
}

#[tokio::test]
async fn an_order_has_the_fields_of_its_cart() {
    let till = Till::open().await;
    let ada = till.app.person("ada").await;
    let cup = till.stock("cup", 5).await;
    let cart = till.cart(&cup, 1, card::APPROVED).await;
    let link = "mutation ($c: ID!, $t: String!) { cartBuyerIdentityUpdate(cartId: $c, buyerIdentity: { customerAccessToken: $t }) { userErrors { code } } }";
    till.ask(link, json!({ "c": cart, "t": ada.token })).await;
    let held = json!({ "id": cart });
    set(&till.app, json!([field(&held, "gift", "boolean", "true")])).await;
    till.accepted(&cart, "press-1").await;
    till.drain().await;
    let query = "query ($t: String!) { customer(customerAccessToken: $t) { orders(first: 1) { nodes { name \
        metafield(key: \"gift\") { value parentResource { ... on Order { name } } } \
        metafields(identifiers: [{ key: \"none\" }, { key: \"gift\" }]) { key } } } } }";
    let data = till.ask(query, json!({ "t": ada.token })).await;
    let order = &data["customer"]["orders"]["nodes"][0];
    assert_eq!(
        order["metafield"],
        json!({ "value": "true", "parentResource": { "name": order["name"] } })
    );
    assert_eq!(order["metafields"], json!([null, { "key": "gift" }]));
    // What was bought stays as it is.
    let late = set(&till.app, json!([field(&held, "gift", "boolean", "false")])).await;
    assert_eq!(late["userErrors"][0]["code"], "INVALID_OWNER");
}
