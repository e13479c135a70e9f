//! A customer's orders, and how a cart's order becomes one.

use serde_json::{Value, json};
use tests::TestApp;
use tests::people::Person;
use tests::sandbox::card;
use tests::till::{Till, text};

async fn orders(app: &TestApp, person: &Person, arguments: &str) -> Value {
    let query = format!(
        "query ($t: String!) {{ customer(customerAccessToken: $t) {{ numberOfOrders orders({arguments}) {{ \
         totalCount nodes {{ name }} pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }} }} }} }}"
    );
    let answer = app.graphql(&query, json!({ "t": person.token })).await;
    answer.data()["customer"]["orders"].clone()
}

fn names(orders: &Value) -> Vec<String> {
    let nodes = orders["nodes"].as_array().expect("nodes").iter();
    nodes.map(|node| text(&node["name"])).collect()
}

async fn with_orders(app: &TestApp, person: &Person, count: i64) {
    for nth in 0..count {
        let order = app.order_of(person).await;
        // The first is the dearest and the latest.
        app.rewrite(&format!(
            "UPDATE orders SET processed_at = '2026-01-10'::timestamptz - {nth} * interval '1 day' WHERE id = {order}; \
             UPDATE orders SET shipping_minor = shipping_minor - {nth}, total_minor = total_minor - {nth} WHERE id = {order}"
        ))
        .await;
    }
}

#[tokio::test]
async fn orders_come_in_every_order_page_by_page() {
    let app = TestApp::new().await;
    let (ada, bob) = (app.person("ada").await, app.person("bob").await);
    with_orders(&app, &ada, 4).await;
    app.order_of(&bob).await;
    let all = orders(&app, &ada, "first: 10").await;
    assert_eq!(names(&all), ["#1001", "#1002", "#1003", "#1004"]);
    assert_eq!(all["totalCount"], "4");
    for (arguments, wanted) in [
        ("first: 2, reverse: true", ["#1004", "#1003"]),
        ("first: 2, sortKey: PROCESSED_AT", ["#1004", "#1003"]),
        (
            "first: 2, sortKey: PROCESSED_AT, reverse: true",
            ["#1001", "#1002"],
        ),
        ("first: 2, sortKey: TOTAL_PRICE", ["#1004", "#1003"]),
        ("last: 2, sortKey: TOTAL_PRICE", ["#1002", "#1001"]),
        ("first: 2, sortKey: RELEVANCE", ["#1001", "#1002"]),
        (
            "first: 9, query: \"processed_at:>=2026-01-09\"",
            ["#1001", "#1002"],
        ),
    ] {
        assert_eq!(
            names(&orders(&app, &ada, arguments).await),
            wanted,
            "{arguments}"
        );
    }
    let found = orders(&app, &ada, "first: 9, query: \"#1003\"").await;
    assert_eq!(
        (names(&found), &found["totalCount"]),
        (vec!["#1003".to_owned()], &json!("1"))
    );
    assert_eq!(
        names(&orders(&app, &ada, "first: 9, query: \"mug\"").await),
        [""; 0]
    );
    for sort in ["ID", "PROCESSED_AT", "TOTAL_PRICE"] {
        let first = orders(&app, &ada, &format!("first: 3, sortKey: {sort}")).await;
        let page = &first["pageInfo"];
        assert_eq!(
            (&page["hasNextPage"], &page["hasPreviousPage"]),
            (&json!(true), &json!(false))
        );
        let after = text(&page["endCursor"]);
        let rest = orders(
            &app,
            &ada,
            &format!("first: 3, sortKey: {sort}, after: \"{after}\""),
        )
        .await;
        assert_eq!(names(&rest).len(), 1, "{sort}");
        let before = text(&rest["pageInfo"]["startCursor"]);
        let back = orders(
            &app,
            &ada,
            &format!("last: 3, sortKey: {sort}, before: \"{before}\""),
        )
        .await;
        assert_eq!(names(&back), names(&first), "{sort}");
    }
    let query =
        "query ($t: String!) { customer(customerAccessToken: $t) { orders { totalCount } } }";
    let answer = app.graphql(query, json!({ "t": ada.token })).await;
    assert_eq!(
        answer.body["errors"][0]["extensions"]["code"],
        "INVALID_ARGUMENT"
    );
}

/// Every field of an order, as an account page may ask for them.
const EVERYTHING: &str = "id name orderNumber email phone processedAt canceledAt cancelReason edited currencyCode \
    financialStatus fulfillmentStatus customerLocale customerUrl statusUrl customAttributes { key value } \
    billingAddress { formatted } shippingAddress { id formatted(withName: true) } \
    subtotalPrice { amount } subtotalPriceV2 { amount } totalPrice { amount } totalPriceV2 { amount } totalTax { amount } \
    totalTaxV2 { amount } totalRefunded { amount } totalRefundedV2 { amount } totalShippingPrice { amount } \
    totalShippingPriceV2 { amount } currentSubtotalPrice { amount } currentTotalPrice { amount } currentTotalDuties { amount } \
    currentTotalShippingPrice { amount } currentTotalTax { amount } originalTotalPrice { amount } originalTotalDuties { amount } \
    discountApplications(first: 5) { nodes { targetType } } shippingDiscountAllocations { allocatedAmount { amount } } \
    successfulFulfillments(first: 5) { trackingCompany trackingInfo(first: 5) { number url } fulfillmentLineItems(first: 5) { nodes { quantity } } } \
    lineItems(first: 50) { nodes { title quantity currentQuantity originalTotalPrice { amount } discountedTotalPrice { amount } \
        customAttributes { key value } discountAllocations { allocatedAmount { amount } } variant { id title product { handle } } } }";

#[tokio::test]
async fn twenty_orders_cost_as_many_statements_as_one() {
    let app = TestApp::new().await;
    let ada = app.person("ada").await;
    let query = format!(
        "query ($t: String!) {{ customer(customerAccessToken: $t) {{ displayName numberOfOrders defaultAddress {{ formatted }} \
         addresses(first: 10) {{ nodes {{ id }} }} orders(first: 50) {{ totalCount edges {{ cursor node {{ {EVERYTHING} }} }} }} }} }}"
    );
    let ask = async || app.graphql(&query, json!({ "t": ada.token })).await;
    app.order_of(&ada).await;
    let one = ask().await;
    let order = &one.data()["customer"]["orders"]["edges"][0]["node"];
    assert_eq!(
        (&order["name"], &order["orderNumber"]),
        (&json!("#1001"), &json!(1001))
    );
    assert_eq!(order["totalPrice"]["amount"], "30.0");
    assert_eq!(order["totalTax"]["amount"], "0.0");
    assert_eq!(order["financialStatus"], "PENDING");
    assert_eq!(order["fulfillmentStatus"], "UNFULFILLED");
    let line = &order["lineItems"]["nodes"][0];
    assert_eq!(
        (&line["title"], &line["quantity"]),
        (&json!("Mug"), &json!(2))
    );
    assert_eq!(line["originalTotalPrice"]["amount"], "25.0");
    assert_eq!(order["shippingAddress"]["formatted"][0], "Ada Byron");
    for _ in 0..19 {
        app.order_of(&ada).await;
    }
    let twenty = ask().await;
    assert_eq!(twenty.data()["customer"]["numberOfOrders"], "20");
    assert_eq!((one.statements, twenty.statements), (8, 8));
}

const LINKED: &str = "mutation ($c: ID!, $t: String) { cartBuyerIdentityUpdate(cartId: $c, buyerIdentity: { customerAccessToken: $t }) { \
    cart { buyerIdentity { email customer { id email firstName phone tags numberOfOrders defaultAddress { id } \
        addresses(first: 5) { nodes { id } } orders(first: 5) { totalCount nodes { id } } } } } userErrors { code field } } }";

#[tokio::test]
async fn an_order_belongs_to_whoever_was_signed_in() {
    let till = Till::open().await;
    let app = &till.app;
    let (ada, bob) = (app.person("grace").await, app.person("bob").await);
    app.mails().await;
    let cup = till.stock("cup", 9).await;
    let cart = till.cart(&cup, 1, card::APPROVED).await;
    let wrong = app
        .graphql(LINKED, json!({ "c": cart, "t": "nonsense" }))
        .await;
    let errors = &wrong.data()["cartBuyerIdentityUpdate"]["userErrors"];
    assert_eq!(
        errors,
        &json!([{ "code": "INVALID", "field": ["buyerIdentity", "customerAccessToken"] }])
    );
    let linked = app
        .graphql(LINKED, json!({ "c": cart, "t": ada.token }))
        .await;
    let buyer = &linked.data()["cartBuyerIdentityUpdate"]["cart"]["buyerIdentity"];
    // The cart had an address of its own, which stays.
    assert_eq!(buyer["email"], "ada@mail.example");
    assert_eq!(buyer["customer"]["id"], json!(ada.id));
    let attempt = till.accepted(&cart, "press-1").await;
    // Whose cart it is afterwards does not matter any more.
    app.ask(LINKED, json!({ "c": cart, "t": bob.token })).await;
    till.drain().await;
    assert_eq!(till.outcome(&attempt).await, "CartCompletionSuccess");
    assert_eq!(names(&orders(app, &ada, "first: 5").await), ["#1001"]);
    assert_eq!(names(&orders(app, &bob, "first: 5").await), [""; 0]);
    let url = "query ($t: String!) { customer(customerAccessToken: $t) { orders(first: 1) { nodes { statusUrl \
               financialStatus lineItems(first: 1) { nodes { variant { id } } } } } } }";
    let answer = app.graphql(url, json!({ "t": ada.token })).await;
    let order = &answer.data()["customer"]["orders"]["nodes"][0];
    assert_eq!(order["statusUrl"], till.attempt(&attempt).await["orderUrl"]);
    assert_eq!(order["financialStatus"], "PAID");
    assert_eq!(order["lineItems"]["nodes"][0]["variant"]["id"], json!(cup));
    till.assert_sound().await;

    let guest = till.cart(&cup, 1, card::APPROVED).await;
    till.accepted(&guest, "press-1").await;
    till.drain().await;
    // An address that is typed in proves nothing.
    assert_eq!(
        app.count("SELECT count(*) FROM orders WHERE customer_id IS NULL")
            .await,
        1
    );
}

#[tokio::test]
async fn carts_are_linked_by_token_or_bearer_and_let_go() {
    let app = TestApp::new().await;
    let ada = app.person("ada").await;
    let access = app.sign_in(&ada).await.access;
    let create = "mutation { cartCreate { cart { id buyerIdentity { email customer { id } } } userErrors { code } } }";
    let of = |answer: &tests::Answer| answer.data()["cartCreate"]["cart"]["buyerIdentity"].clone();
    let signed_in = json!({ "email": ada.email, "customer": { "id": ada.id } });
    assert_eq!(
        of(&app.graphql_as(&access, create, json!({})).await),
        signed_in
    );
    let guest = app.graphql(create, json!({})).await;
    assert_eq!(of(&guest), json!({ "email": null, "customer": null }));
    let with_token = "mutation ($t: String) { cartCreate(input: { buyerIdentity: { customerAccessToken: $t } }) { \
                      cart { id buyerIdentity { email customer { id } } } userErrors { code field } } }";
    let made = app.graphql(with_token, json!({ "t": ada.token })).await;
    assert_eq!(of(&made), signed_in);
    let wrong = app.graphql(with_token, json!({ "t": "nonsense" })).await;
    let errors = &wrong.data()["cartCreate"]["userErrors"];
    assert_eq!(
        errors[0]["field"],
        json!(["input", "buyerIdentity", "customerAccessToken"])
    );
    let aside = app
        .graphql_as(&access, with_token, json!({ "t": null }))
        .await;
    assert_eq!(of(&aside), json!({ "email": null, "customer": null }));

    let cart = text(&made.data()["cartCreate"]["cart"]["id"]);
    let keep = "mutation ($c: ID!) { cartBuyerIdentityUpdate(cartId: $c, buyerIdentity: { countryCode: GB }) { \
                cart { buyerIdentity { customer { id } } } } }";
    let kept = app.graphql(keep, json!({ "c": cart })).await;
    let customer = &kept.data()["cartBuyerIdentityUpdate"]["cart"]["buyerIdentity"]["customer"];
    assert_eq!(customer["id"], json!(ada.id));
    let gone = app.graphql(LINKED, json!({ "c": cart, "t": null })).await;
    let customer = &gone.data()["cartBuyerIdentityUpdate"]["cart"]["buyerIdentity"]["customer"];
    assert_eq!(customer, &json!(null));
    app.ask(LINKED, json!({ "c": cart, "t": ada.token })).await;
    let forget = "mutation ($c: ID!) { cartRemovePersonalData(cartId: $c) { cart { buyerIdentity { email customer { id } } } } }";
    let forgotten = app.graphql(forget, json!({ "c": cart })).await;
    let buyer = &forgotten.data()["cartRemovePersonalData"]["cart"]["buyerIdentity"];
    assert_eq!(buyer, &json!({ "email": null, "customer": null }));
}
