//! Adding, changing and removing lines.

use serde_json::{Value, json};
use tests::TestApp;
use tests::factory::catalog::{ProductSeed, VariantSeed};

use super::{add, cart_with, mutate, quantities, read, refused, text, variant};

async fn update(app: &TestApp, cart: &Value, lines: Value) -> Value {
    mutate(
        app,
        "cartLinesUpdate",
        "$cart: ID!, $lines: [CartLineUpdateInput!]!|cartId: $cart, lines: $lines",
        json!({ "cart": cart["id"], "lines": lines }),
    )
    .await
}

async fn remove(app: &TestApp, cart: &Value, ids: Value) -> Value {
    mutate(
        app,
        "cartLinesRemove",
        "$cart: ID!, $ids: [ID!]!|cartId: $cart, lineIds: $ids",
        json!({ "cart": cart["id"], "ids": ids }),
    )
    .await
}

#[tokio::test]
async fn a_cart_can_be_made_without_anything() {
    let app = TestApp::new().await;
    let answer = app
        .graphql(
            "mutation { cartCreate { cart { id checkoutUrl totalQuantity note attributes { key }
                discountCodes { code } buyerIdentity { email phone countryCode customer { id } }
                lines(first: 10) { edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } }
                cost { subtotalAmount { amount currencyCode } totalAmount { amount currencyCode } totalTaxAmount { amount } }
                deliveryGroups(first: 5) { nodes { id } } delivery { addresses { id } } appliedGiftCards { id } }
             userErrors { message } warnings { message } } }",
            json!({}),
        )
        .await;
    let mut payload = answer.data()["cartCreate"].clone();
    let id = text(&payload["cart"]["id"]);
    let (uuid, key) = id
        .strip_prefix("gid://shopify/Cart/")
        .and_then(|rest| rest.split_once("?key="))
        .expect("an id with a key");
    assert_eq!((uuid.len(), key.len()), (36, 22));
    let cart = &mut payload["cart"];
    assert_eq!(
        text(&cart["checkoutUrl"]),
        format!("http://localhost:8080/cart/c/{uuid}?key={key}")
    );
    cart["id"] = json!("id");
    cart["checkoutUrl"] = json!("url");
    assert_eq!(
        payload,
        json!({ "cart": {
            "id": "id", "checkoutUrl": "url", "totalQuantity": 0, "note": "", "attributes": [],
            "discountCodes": [],
            "buyerIdentity": { "email": null, "phone": null, "countryCode": null, "customer": null },
            "lines": { "edges": [], "pageInfo": { "hasNextPage": false, "hasPreviousPage": false,
                "startCursor": null, "endCursor": null } },
            "cost": { "subtotalAmount": { "amount": "0.0", "currencyCode": "USD" },
                "totalAmount": { "amount": "0.0", "currencyCode": "USD" }, "totalTaxAmount": null },
            "deliveryGroups": { "nodes": [] }, "delivery": { "addresses": [] }, "appliedGiftCards": [] },
            "userErrors": [], "warnings": [] })
    );
}

#[tokio::test]
async fn a_line_shows_what_it_holds_and_costs() {
    let app = TestApp::new().await;
    let mut seed = ProductSeed::new("cup");
    let mut blue = VariantSeed::new(&["Blue"], 1250);
    blue.compare_at = Some(1500);
    seed.options = vec![("Color".into(), vec!["Blue".into()])];
    seed.variants = vec![blue];
    seed.create(&app).await;
    let found = app
        .graphql(
            "{ product(handle: \"cup\") { variants(first: 1) { nodes { id } } } }",
            json!({}),
        )
        .await;
    let id = &found.data()["product"]["variants"]["nodes"][0]["id"];
    let cart = cart_with(
        &app,
        json!([{ "merchandiseId": id, "quantity": 3, "attributes": [{ "key": "gift", "value": "yes" }] }]),
    )
    .await;
    let answer = read(
        &app,
        &cart,
        "totalQuantity cost { subtotalAmount { amount } totalAmount { amount } totalAmountEstimated checkoutChargeAmount { amount } }
         estimatedCost { totalAmount { amount } }
         lines(first: 1) { nodes { __typename quantity attribute(key: \"gift\") { value }
            cost { amountPerQuantity { amount currencyCode } compareAtAmountPerQuantity { amount } subtotalAmount { amount } totalAmount { amount } }
            estimatedCost { amount { amount } compareAtAmount { amount } }
            discountAllocations { targetType } sellingPlanAllocation { sellingPlan { id } }
            ... on CartLine { instructions { canRemove canUpdateQuantity } parentRelationship { parent { id } } }
            merchandise { ... on ProductVariant { id title selectedOptions { name value } product { handle } } } } }",
    )
    .await;
    assert_eq!(
        answer.data()["cart"],
        json!({
            "totalQuantity": 3,
            "cost": { "subtotalAmount": { "amount": "37.5" }, "totalAmount": { "amount": "37.5" },
                "totalAmountEstimated": true, "checkoutChargeAmount": { "amount": "37.5" } },
            "estimatedCost": { "totalAmount": { "amount": "37.5" } },
            "lines": { "nodes": [{
                "__typename": "CartLine", "quantity": 3, "attribute": { "value": "yes" },
                "cost": { "amountPerQuantity": { "amount": "12.5", "currencyCode": "USD" },
                    "compareAtAmountPerQuantity": { "amount": "15.0" },
                    "subtotalAmount": { "amount": "37.5" }, "totalAmount": { "amount": "37.5" } },
                "estimatedCost": { "amount": { "amount": "12.5" }, "compareAtAmount": { "amount": "15.0" } },
                "discountAllocations": [], "sellingPlanAllocation": null,
                "instructions": { "canRemove": true, "canUpdateQuantity": true },
                "parentRelationship": null,
                "merchandise": { "id": id, "title": "Blue",
                    "selectedOptions": [{ "name": "Color", "value": "Blue" }],
                    "product": { "handle": "cup" } } }] }
        })
    );
}

#[tokio::test]
async fn equal_lines_merge_and_others_do_not() {
    let app = TestApp::new().await;
    let cup = variant(&app, "cup", None).await;
    let gift = json!([{ "key": "gift", "value": "yes" }, { "key": "from", "value": "Ada" }]);
    let cart = cart_with(&app, json!([{ "merchandiseId": cup }])).await;
    let payload = add(
        &app,
        &cart,
        json!([
            { "merchandiseId": cup, "quantity": 2 },
            { "merchandiseId": cup, "attributes": gift },
            { "merchandiseId": cup, "attributes": [gift[1], gift[0]], "quantity": 4 }
        ]),
    )
    .await;
    assert_eq!(quantities(&payload["cart"]), [5, 3]);
    assert_eq!(payload["cart"]["lines"]["nodes"][0]["attributes"], gift);
    assert_eq!(payload["cart"]["totalQuantity"], 8);
    let stored = read(&app, &cart, super::FIELDS).await;
    assert_eq!(stored.data()["cart"], payload["cart"]);
}

#[tokio::test]
async fn quantities_are_cut_down_to_the_stock() {
    let app = TestApp::new().await;
    let (few, gone) = (
        variant(&app, "few", Some(3)).await,
        variant(&app, "gone", Some(0)).await,
    );
    let cart = cart_with(&app, json!([{ "merchandiseId": few, "quantity": 2 }])).await;
    let payload = add(
        &app,
        &cart,
        json!([{ "merchandiseId": few, "quantity": 2 }, { "merchandiseId": gone }]),
    )
    .await;
    assert_eq!(payload["userErrors"], json!([]));
    assert_eq!(quantities(&payload["cart"]), [0, 3]);
    let lines = &payload["cart"]["lines"]["nodes"];
    assert_eq!(
        payload["warnings"],
        json!([
            { "code": "MERCHANDISE_NOT_ENOUGH_STOCK", "target": lines[1]["id"],
              "message": "only 3 of `few` can be bought" },
            { "code": "MERCHANDISE_OUT_OF_STOCK", "target": lines[0]["id"],
              "message": "`gone` is sold out" }
        ])
    );
}

/// The ids of the lines, the oldest first.
fn ids(cart: &Value) -> Vec<Value> {
    let lines = cart["lines"]["nodes"].as_array().expect("lines").iter();
    lines.rev().map(|line| line["id"].clone()).collect()
}

#[tokio::test]
async fn lines_change_by_their_ids_before_they_merge() {
    let app = TestApp::new().await;
    let (cup, pot) = (
        variant(&app, "cup", None).await,
        variant(&app, "pot", None).await,
    );
    let cart = cart_with(
        &app,
        json!([{ "merchandiseId": cup }, { "merchandiseId": pot, "quantity": 2 }]),
    )
    .await;
    let before = ids(&cart);
    let held = |cart: &Value| -> Vec<(String, Value)> {
        let lines = cart["lines"]["nodes"].as_array().expect("lines").iter();
        let held = lines.map(|line| (text(&line["merchandise"]["id"]), line["quantity"].clone()));
        held.collect()
    };
    let swap = json!([
        { "id": before[0], "merchandiseId": pot, "quantity": 1 },
        { "id": before[1], "merchandiseId": cup, "quantity": 2 }
    ]);
    let changed = update(&app, &cart, swap).await;
    assert_eq!(changed["userErrors"], json!([]));
    let swapped = vec![(cup.clone(), json!(2)), (pot.clone(), json!(1))];
    assert_eq!(held(&changed["cart"]), swapped);
    assert_eq!(ids(&changed["cart"]), before);
    let stored = read(&app, &cart, super::FIELDS).await;
    assert_eq!(held(&stored.data()["cart"]), swapped);
    // One moves to what the other holds, whose number changes as well: none of the pieces is lost.
    let grow = json!([
        { "id": before[1], "merchandiseId": pot, "quantity": 3 },
        { "id": before[0], "quantity": 4, "attributes": [] }
    ]);
    let changed = update(&app, &cart, grow).await;
    assert_eq!(held(&changed["cart"]), [(pot, json!(7))]);
    assert_eq!(ids(&changed["cart"]), [before[0].clone()]);
}

#[tokio::test]
async fn the_newest_line_comes_first() {
    let app = TestApp::new().await;
    let mut goods = Vec::new();
    for handle in ["a", "b", "c", "d"] {
        goods.push(variant(&app, handle, None).await);
    }
    let cart = cart_with(
        &app,
        json!([{ "merchandiseId": goods[0] }, { "merchandiseId": goods[1], "quantity": 2 }]),
    )
    .await;
    assert_eq!(quantities(&cart), [2, 1]);
    let payload = add(
        &app,
        &cart,
        json!([
            { "merchandiseId": goods[2], "quantity": 3 },
            { "merchandiseId": goods[0], "quantity": 10 },
            { "merchandiseId": goods[3], "quantity": 4 }
        ]),
    )
    .await;
    // What is added to a line stays where the line is.
    assert_eq!(quantities(&payload["cart"]), [4, 3, 2, 11]);
    let stored = read(&app, &cart, super::FIELDS).await;
    assert_eq!(quantities(&stored.data()["cart"]), [4, 3, 2, 11]);
}

#[tokio::test]
async fn lines_are_changed_merged_and_removed() {
    let app = TestApp::new().await;
    let (cup, pot) = (
        variant(&app, "cup", None).await,
        variant(&app, "pot", None).await,
    );
    let cart = cart_with(
        &app,
        json!([{ "merchandiseId": cup }, { "merchandiseId": pot, "quantity": 4 }]),
    )
    .await;
    let before = ids(&cart);
    // As Next.js Commerce sends it: the same merchandise again.
    let changed = update(
        &app,
        &cart,
        json!([{ "id": before[0], "merchandiseId": cup, "quantity": 7 }]),
    )
    .await;
    assert_eq!(quantities(&changed["cart"]), [4, 7]);
    let changed = update(
        &app,
        &cart,
        json!([{ "id": before[0], "attributes": [{ "key": "gift", "value": "yes" }] }]),
    )
    .await;
    assert_eq!(
        ids(&changed["cart"]),
        before,
        "a changed line keeps its id and place"
    );
    let merged = update(
        &app,
        &cart,
        json!([{ "id": before[0], "merchandiseId": pot, "attributes": [] }]),
    )
    .await;
    assert_eq!(quantities(&merged["cart"]), [11]);
    assert_eq!(ids(&merged["cart"]), [before[1].clone()]);
    let emptied = update(&app, &cart, json!([{ "id": before[1], "quantity": 0 }])).await;
    assert_eq!(quantities(&emptied["cart"]), Vec::<i64>::new());
    let payload = add(
        &app,
        &cart,
        json!([{ "merchandiseId": cup }, { "merchandiseId": pot }]),
    )
    .await;
    let left = remove(&app, &cart, json!([ids(&payload["cart"])[0]])).await;
    assert_eq!(ids(&left["cart"]), [ids(&payload["cart"])[1].clone()]);
    let unknown = remove(&app, &cart, json!([before[0]])).await;
    assert_eq!(
        refused(&unknown),
        [("INVALID_MERCHANDISE_LINE".into(), "lineIds.0".into())]
    );
}

#[tokio::test]
async fn lines_are_paged_in_both_directions() {
    let app = TestApp::new().await;
    let mut lines = Vec::new();
    for handle in ["a", "b", "c"] {
        lines.push(json!({ "merchandiseId": variant(&app, handle, None).await, "quantity": lines.len() + 1 }));
    }
    let cart = cart_with(&app, json!(lines)).await;
    let page = async |arguments: &str| -> (Vec<i64>, Value) {
        let fields = format!(
            "lines({arguments}) {{ nodes {{ quantity }} pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }} }}"
        );
        let answer = read(&app, &cart, &fields).await;
        let cart = &answer.data()["cart"];
        (quantities(cart), cart["lines"]["pageInfo"].clone())
    };
    let (first, info) = page("first: 2").await;
    assert_eq!(first, [3, 2]);
    assert_eq!(
        (&info["hasNextPage"], &info["hasPreviousPage"]),
        (&json!(true), &json!(false))
    );
    let (rest, info) = page(&format!("first: 2, after: {}", info["endCursor"])).await;
    assert_eq!(rest, [1]);
    assert_eq!(
        (&info["hasNextPage"], &info["hasPreviousPage"]),
        (&json!(false), &json!(true))
    );
    let (back, _) = page(&format!("last: 1, before: {}", info["startCursor"])).await;
    assert_eq!(back, [2]);
    assert_eq!(page("first: 2, reverse: true").await.0, [1, 2]);
}

#[tokio::test]
async fn a_line_whose_product_is_gone_is_neither_shown_nor_counted() {
    let app = TestApp::new().await;
    let (cup, pot) = (
        variant(&app, "cup", None).await,
        variant(&app, "pot", None).await,
    );
    let cart = cart_with(
        &app,
        json!([{ "merchandiseId": cup }, { "merchandiseId": pot }]),
    )
    .await;
    app.execute("UPDATE products SET status = 'archived' WHERE handle = 'cup'")
        .await;
    let answer = read(&app, &cart, super::FIELDS).await;
    assert_eq!(quantities(&answer.data()["cart"]), [1]);
    let payload = add(&app, &cart, json!([{ "merchandiseId": cup }])).await;
    assert_eq!(
        refused(&payload),
        [("INVALID".into(), "lines.0.merchandiseId".into())]
    );
}
