//! Who sees what: every field that takes an id or a token, for a stranger without an account, a stranger
//! with one, and the owner. Strangers know every id, and no key and no token of the owner's.

mod cases;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use tests::people::Person;
use tests::sandbox::card;
use tests::till::{Till, text};

use self::cases::{WHO, cases};

/// Fields whose ids are the catalogue's, which everybody may see.
const PUBLIC: &[&str] = &[
    "QueryRoot.article",
    "QueryRoot.blog",
    "QueryRoot.collection",
    "QueryRoot.metaobject",
    "QueryRoot.page",
    "QueryRoot.product",
    "QueryRoot.productRecommendations",
];

/// Arguments that are not of type `ID` and open something all the same.
const KEYS: &[&str] = &[
    "customerAccessToken",
    "attemptId",
    "attemptToken",
    "activationUrl",
    "resetUrl",
    "multipassToken",
];

/// What the owner has.
struct World {
    till: Till,
    ada: Person,
    access: String,
    /// `gid://shopify/Cart/…?key=…`, and the same with keys that do not open it.
    cart: String,
    guesses: Vec<String>,
    line: String,
    address: String,
    group: String,
    attempt: String,
    order: String,
    entry: String,
    bob: Person,
    bobs_access: String,
    bobs_cart: String,
}

/// What only the owner may read.
const SECRETS: &[&str] = &[
    "note-of-ada",
    "Hidden Lane",
    "ada@mail.example",
    "1 Main St",
    "/orders/",
];

async fn world() -> World {
    let till = Till::open().await;
    let (ada, bob) = (till.app.person("ada").await, till.app.person("bob").await);
    let (access, bobs_access) = (
        till.app.sign_in(&ada).await.access,
        till.app.sign_in(&bob).await.access,
    );
    let cup = till.stock("cup", 50).await;
    let bought = till.cart(&cup, 1, card::APPROVED).await;
    let link = "mutation ($c: ID!, $t: String!) { cartBuyerIdentityUpdate(cartId: $c, buyerIdentity: { customerAccessToken: $t }) { userErrors { code } } }";
    till.ask(link, json!({ "c": bought, "t": ada.token })).await;
    let attempt = till.accepted(&bought, "press-1").await;
    till.drain().await;
    let order = text(&till.attempt(&attempt).await["orderId"]);
    let cart = till.cart(&cup, 2, card::APPROVED).await;
    till.ask(link, json!({ "c": cart, "t": ada.token })).await;
    let note = "mutation ($c: ID!) { cartNoteUpdate(cartId: $c, note: \"note-of-ada\") { userErrors { code } } }";
    till.ask(note, json!({ "c": cart })).await;
    let read = "query ($c: ID!) { cart(id: $c) { lines(first: 1) { nodes { id } } delivery { addresses { id } } \
                deliveryGroups(first: 1) { nodes { id } } } }";
    let data = till.ask(read, json!({ "c": cart })).await;
    let add = "mutation ($t: String!) { customerAddressCreate(customerAccessToken: $t, address: { address1: \"7 Hidden Lane\" }) { customerAddress { id } } }";
    let entry = till.ask(add, json!({ "t": ada.token })).await;
    let bobs = till
        .ask("mutation { cartCreate { cart { id } } }", json!({}))
        .await;
    let bobs_cart = text(&bobs["cartCreate"]["cart"]["id"]);
    let (uuid, key) = (
        cart.split('?').next().unwrap(),
        bobs_cart.split("key=").nth(1).unwrap(),
    );
    World {
        guesses: vec![
            uuid.to_owned(),
            format!("{uuid}?key="),
            format!("{uuid}?key={key}"),
        ],
        line: text(&data["cart"]["lines"]["nodes"][0]["id"]),
        address: text(&data["cart"]["delivery"]["addresses"][0]["id"]),
        group: text(&data["cart"]["deliveryGroups"]["nodes"][0]["id"]),
        entry: text(&entry["customerAddressCreate"]["customerAddress"]["id"]),
        till,
        ada,
        access,
        cart,
        attempt,
        order,
        bob,
        bobs_access,
        bobs_cart,
    }
}

/// Everything of the owner's that is stored, as one number.
async fn stored(w: &World) -> i64 {
    let cart = w.cart.split(['/', '?']).nth(4).unwrap();
    w.till
        .app
        .count(&format!(
            "SELECT ('x' || substr(md5(string_agg(x, '|' ORDER BY x)), 1, 15))::bit(60)::bigint FROM ( \
             SELECT t::text FROM carts t WHERE id = '{cart}' UNION ALL SELECT t::text FROM cart_lines t WHERE cart_id = '{cart}' \
             UNION ALL SELECT t::text FROM cart_addresses t WHERE cart_id = '{cart}' UNION ALL SELECT t::text FROM customers t WHERE id = 1 \
             UNION ALL SELECT t::text FROM customer_addresses t WHERE customer_id = 1 \
             UNION ALL SELECT t::text FROM customer_access_tokens t WHERE customer_id = 1 \
             UNION ALL SELECT t::text FROM customer_sessions t WHERE customer_id = 1 \
             UNION ALL SELECT t::text FROM orders t WHERE customer_id = 1 \
             UNION ALL SELECT t::text FROM checkout_attempts t) AS rows (x)"
        ))
        .await
}

/// The root fields that take an id, a token or a link, as the schema has them.
async fn fields() -> BTreeSet<String> {
    let query = "{ __schema { queryType { name } mutationType { name } types { kind name inputFields { name type { ...T } } \
                 fields { name args { name type { ...T } } } } } } \
                 fragment T on __Type { kind name ofType { kind name ofType { kind name ofType { kind name } } } }";
    let answer = schema::storefront::build().execute(query).await;
    let schema = answer.data.into_json().unwrap();
    let types = schema["__schema"]["types"].as_array().unwrap().clone();
    let named = |value: &Value| {
        let mut kind = value;
        while !kind["ofType"].is_null() {
            kind = &kind["ofType"];
        }
        text(&kind["name"])
    };
    let inputs: BTreeMap<String, Vec<(String, String)>> = types
        .iter()
        .filter(|kind| kind["kind"] == "INPUT_OBJECT")
        .map(|kind| {
            let fields = kind["inputFields"].as_array().unwrap().iter();
            let fields = fields.map(|field| (text(&field["name"]), named(&field["type"])));
            (text(&kind["name"]), fields.collect())
        })
        .collect();
    fn opens(name: &str, kind: &str, inputs: &BTreeMap<String, Vec<(String, String)>>) -> bool {
        kind == "ID"
            || KEYS.contains(&name)
            || inputs.get(kind).is_some_and(|fields| {
                fields
                    .iter()
                    .any(|(name, inner)| inner != kind && opens(name, inner, inputs))
            })
    }
    let mut found = BTreeSet::new();
    let objects = types.iter().filter(|kind| kind["kind"] == "OBJECT");
    // Introspection tells of the schema, not of anybody.
    for kind in objects.filter(|kind| !text(&kind["name"]).starts_with("__")) {
        for field in kind["fields"].as_array().unwrap() {
            let arguments = field["args"].as_array().unwrap().iter();
            let mut arguments = arguments.map(|a| (text(&a["name"]), named(&a["type"])));
            if arguments.any(|(name, kind)| opens(&name, &kind, &inputs)) {
                found.insert(format!("{}.{}", text(&kind["name"]), text(&field["name"])));
            }
        }
    }
    found
}

#[tokio::test]
async fn every_field_that_takes_an_id_has_its_row() {
    let world = world().await;
    let mut rows: BTreeSet<String> = PUBLIC.iter().map(|name| (*name).to_owned()).collect();
    for case in cases(&world) {
        let root = if case.query.starts_with("query") {
            "QueryRoot"
        } else {
            "Mutation"
        };
        rows.insert(format!("{root}.{}", case.field));
    }
    assert_eq!(rows, fields().await);
}

#[tokio::test]
async fn strangers_see_and_change_nothing() {
    let w = world().await;
    let app = &w.till.app;
    let before = stored(&w).await;
    for case in cases(&w) {
        for variables in &case.foreign {
            for bearer in [None, Some(&w.bobs_access)] {
                let answer = match bearer {
                    None => app.graphql(&case.query, variables.clone()).await,
                    Some(bearer) => app.graphql_as(bearer, &case.query, variables.clone()).await,
                };
                let body = answer.body.to_string();
                let what = format!("{} {variables} {body}", case.field);
                assert_eq!(answer.status, 200, "{what}");
                for secret in SECRETS {
                    assert!(!body.contains(secret), "{what}");
                }
                let key = w.cart.split("key=").nth(1).unwrap();
                assert!(!body.contains(key), "{what}");
                assert_eq!(stored(&w).await, before, "{what}");
            }
        }
    }
}

#[tokio::test]
async fn the_owner_gets_through_where_strangers_do_not() {
    let w = world().await;
    let app = &w.till.app;
    for case in cases(&w) {
        if case.own.is_null() {
            continue;
        }
        let foreign = app.graphql(&case.query, case.foreign[0].clone()).await;
        let own = app
            .graphql_as(&w.access, &case.query, case.own.clone())
            .await;
        assert_eq!(own.body.get("errors"), None, "{} {}", case.field, own.body);
        assert_ne!(own.body, foreign.body, "{}", case.field);
        let refused = own.body.to_string();
        for no in [
            "does not exist or is no longer open",
            "access token is not valid",
            "no address with this id",
        ] {
            assert!(!refused.contains(no), "{} {refused}", case.field);
        }
        if case.field == "cartSubmitForCompletion" {
            // Bought: the rest of the cart's rows are of a fresh one.
            app.execute("UPDATE checkout_attempts SET state = 'failed', failure_code = 'x' WHERE state = 'awaiting_payment'").await;
        }
    }
}

#[tokio::test]
async fn who_holds_a_cart_sees_its_buyers_name_and_nothing_else() {
    let w = world().await;
    let query = format!(
        "query ($c: ID!) {{ cart(id: $c) {{ buyerIdentity {{ customer {{ {WHO} }} }} }} }}"
    );
    let ask = async |bearer: Option<&str>| {
        let variables = json!({ "c": w.cart });
        let answer = match bearer {
            None => w.till.app.graphql(&query, variables).await,
            Some(bearer) => w.till.app.graphql_as(bearer, &query, variables).await,
        };
        answer.data()["cart"]["buyerIdentity"]["customer"].clone()
    };
    let holder = ask(None).await;
    assert_eq!(
        holder,
        json!({ "id": w.ada.id, "email": "ada@mail.example", "firstName": "ada", "phone": null, "tags": [],
            "numberOfOrders": "0", "defaultAddress": null, "addresses": { "nodes": [] }, "orders": { "nodes": [] } })
    );
    assert_eq!(ask(Some(&w.bobs_access)).await, holder);
    let owner = ask(Some(&w.access)).await;
    assert_eq!(owner["numberOfOrders"], "1");
    assert_eq!(owner["defaultAddress"]["address1"], "7 Hidden Lane");
    assert_eq!(owner["orders"]["nodes"][0]["id"], json!(w.order));
}
