//! The plans of everything that customers run, in a shop with many of them: an index everywhere.

use std::collections::BTreeSet;

use commerce::jobs::{self, Job};
use serde_json::json;
use tests::TestApp;
use tests::plans::plans;
use tests::till::{Till, text};

/// Tables that grow with the shop's customers.
const LARGE: [&str; 9] = [
    "carts",
    "customers",
    "customer_addresses",
    "customer_access_tokens",
    "customer_sessions",
    "customer_refresh_tokens",
    "customer_link_tokens",
    "customer_notices",
    "orders",
];

/// Indexes without which one of the statements would have to find another way.
const NEEDED: [&str; 11] = [
    "customer_access_tokens_by_end",
    "customer_access_tokens_pkey",
    "customer_addresses_in_order",
    "customer_link_tokens_by_end",
    "customer_link_tokens_pkey",
    "customer_notices_by_time",
    "customer_refresh_tokens_pkey",
    "customer_sessions_by_end",
    "customer_sessions_pkey",
    "customers_email",
    "orders_by_customer_and_time",
];

#[tokio::test]
async fn customers_are_found_through_indexes() {
    // With one connection, everything that ran is prepared on it.
    let till = Till::with_connections(1).await;
    let app = &till.app;
    let catalogue = include_str!("../catalog/large_catalogue.sql");
    app.execute(catalogue).await;
    app.execute(include_str!("../checkout/long_past.sql")).await;
    app.execute(include_str!("many_accounts.sql")).await;
    live(app).await;

    let mut conn = app.shop.db.primary().await.unwrap();
    let plans = plans(&mut conn, "customer").await;
    let used: BTreeSet<String> = plans.iter().flat_map(|plan| plan.indexes()).collect();
    for plan in &plans {
        plan.assert_no_scan(&LARGE);
        plan.assert_conditions();
    }
    let unused: Vec<&str> = NEEDED
        .into_iter()
        .filter(|name| !used.contains(*name))
        .collect();
    assert_eq!(unused, [""; 0]);
}

/// What a customer does with an account, from making it to leaving.
async fn live(app: &TestApp) {
    let ada = app.person("ada").await;
    let token = json!({ "t": ada.token });
    let address = "mutation ($t: String!) { customerAddressCreate(customerAccessToken: $t, address: { \
        address1: \"1 Main St\", city: \"London\", country: \"GB\", zip: \"N1\" }) { customerAddress { id } } }";
    let added = app.ask(address, token.clone()).await;
    let id = text(&added["customerAddressCreate"]["customerAddress"]["id"]);
    let edit = "mutation ($t: String!, $id: ID!) { \
        customerDefaultAddressUpdate(customerAccessToken: $t, addressId: $id) { customer { id } } \
        customerAddressUpdate(customerAccessToken: $t, id: $id, address: { city: \"Leeds\" }) { customerAddress { id } } \
        customerAddressDelete(customerAccessToken: $t, id: $id) { deletedCustomerAddressId } }";
    app.ask(edit, json!({ "t": ada.token, "id": id })).await;
    let read = "query ($t: String!) { customer(customerAccessToken: $t) { email numberOfOrders \
        addresses(first: 5) { nodes { id } } defaultAddress { id } \
        orders(first: 5, reverse: true) { nodes { name } } \
        byTime: orders(first: 5, sortKey: PROCESSED_AT) { nodes { name } } } }";
    app.ask(read, token.clone()).await;

    let session = app.sign_in(&ada).await;
    app.bearer_names(&session.access).await.unwrap();
    let (_, next) = app.refresh(&session.refresh).await;
    let renew = "mutation ($t: String!) { customerAccessTokenRenew(customerAccessToken: $t) { \
        customerAccessToken { expiresAt } } }";
    app.ask(renew, token.clone()).await;
    let out = json!({ "refresh_token": next.unwrap().refresh });
    let left = app.client.post("/auth/sign-out").body_json(&out);
    left.send()
        .await
        .assert_status(poem::http::StatusCode::NO_CONTENT);
    recover(app, &ada.email).await;
    jobs::enqueue(&mut app.conn().await, &Job::ForgetSignIns)
        .await
        .unwrap();
    app.mails().await;
}

/// Forgets a password and changes it.
async fn recover(app: &TestApp, email: &str) {
    let recover =
        "mutation ($e: String!) { customerRecover(email: $e) { customerUserErrors { code } } }";
    app.ask(recover, json!({ "e": email })).await;
    let mails = app.mails().await;
    let link = mails.into_iter().find_map(|(_, _, link)| link).unwrap();
    let path = link.strip_prefix("http://localhost:8080").unwrap();
    let set = app.client.post(path);
    let set = set.content_type("application/x-www-form-urlencoded");
    let answer = set.body("password=battery+staple").send().await;
    answer.assert_status_is_ok();
}
