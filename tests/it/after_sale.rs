//! What comes after an order: parcels, and money that is given back.

mod cancellations;
mod guards;
mod line_refunds;
mod parcels;
mod refunds;
mod refused;
mod twice;

use api::commands::orders::{self as command, FulfillArgs, Once, Orders, RefundArgs};
use diesel_async::SimpleAsyncConnection;
use serde_json::{Value, json};
use tests::people::Person;
use tests::till::Till;

use crate::cart::mutate;

/// Runs `api orders`; answers what it says, or why it would not.
async fn orders(till: &Till, command: Orders) -> Result<String, String> {
    let said = command::run(&till.app.shop, &command).await;
    said.map_err(|error| error.to_string())
}

/// A parcel with these lines of the first order.
fn parcel(lines: &[(usize, i32)]) -> FulfillArgs {
    FulfillArgs {
        number: 1001,
        lines: lines.to_vec(),
        company: None,
        tracking_number: None,
        tracking_url: None,
        once: Once::default(),
    }
}

/// Gives money of the first order back.
async fn refund(till: &Till, amount: Option<&str>) -> Result<String, String> {
    let args = RefundArgs {
        number: 1001,
        amount: amount.map(str::to_owned),
        ..RefundArgs::default()
    };
    orders(till, Orders::Refund(args)).await
}

/// How a command is done once, under this key.
fn under(key: &str) -> Once {
    Once {
        idempotency_key: Some(key.to_owned()),
        ..Once::default()
    }
}

/// What is on the shelf and what is promised.
async fn shelf(till: &Till) -> (i64, i64) {
    let sum = |column: &str| format!("SELECT sum({column})::bigint FROM inventory_levels");
    (
        till.app.count(&sum("on_hand")).await,
        till.app.count(&sum("committed")).await,
    )
}

/// Buys what is in the cart for this customer.
async fn bought(till: &Till, cart: &str, person: &Person) {
    let identity =
        "$cart: ID!, $t: String!|cartId: $cart, buyerIdentity: { customerAccessToken: $t }";
    let variables = json!({ "cart": cart, "t": person.token });
    mutate(&till.app, "cartBuyerIdentityUpdate", identity, variables).await;
    till.accepted(cart, "press-1").await;
    till.drain().await;
}

/// The customer's only order, with these fields.
async fn order(till: &Till, person: &Person, fields: &str) -> Value {
    let query = format!(
        "query ($t: String!) {{ customer(customerAccessToken: $t) {{ orders(first: 2) {{ nodes {{ {fields} }} }} }} }}"
    );
    let data = till.ask(&query, json!({ "t": person.token })).await;
    let nodes = data["customer"]["orders"]["nodes"]
        .as_array()
        .expect("orders");
    assert_eq!(nodes.len(), 1);
    nodes[0].clone()
}

/// Makes sure that each statement is refused with these words.
async fn refuse_all(till: &Till, statements: &[(&str, &str)]) {
    let mut conn = till.app.conn().await;
    for (statement, words) in statements {
        let refused = conn.batch_execute(statement).await;
        let refused = refused.expect_err(statement).to_string();
        assert!(refused.contains(words), "{statement}: {refused}");
    }
}
