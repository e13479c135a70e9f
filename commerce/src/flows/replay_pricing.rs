//! Computes recorded orders again: what stands in an order must follow, bit for bit, from what was frozen when
//! it was accepted.

use diesel::sql_types::{BigInt, Jsonb, Nullable};
use diesel_async::RunQueryDsl;
use serde_json::{Value, json};

use crate::checkout::Snapshot;
use crate::db::Conn;
use crate::db::sql::cached;
use crate::kernel::Fault;
use crate::pricing::{Levies, Offers, Priced, PricingInput, RULES, price};
use crate::shop::Shop;

const RECORDED: &str = include_str!("../../sql/order/recorded.sql");

/// How many orders are read at once.
const PER_READ: i64 = 200;

/// An order that was computed again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replayed {
    /// The number that buyers see.
    pub number: i64,
    /// What came out otherwise; empty when everything came out the same.
    pub differences: Vec<String>,
}

type Row = (i64, i64, Value, Value);

/// Computes the order with this number again, or all of them, and tells each to `told` in their order.
///
/// # Errors
/// A [`Fault`] when a statement fails.
pub async fn replay_pricing(
    shop: &Shop,
    number: Option<i64>,
    told: &mut (dyn FnMut(Replayed) + Send),
) -> Result<(), Fault> {
    let mut after = 0;
    loop {
        let rows = recorded(&mut *shop.db.primary().await?, after, number).await?;
        let Some((last, ..)) = rows.last() else {
            return Ok(());
        };
        after = *last;
        for (_, number, snapshot, recorded) in rows {
            told(Replayed {
                number,
                differences: differences(snapshot, &recorded),
            });
        }
    }
}

async fn recorded(conn: &mut Conn, after: i64, number: Option<i64>) -> Result<Vec<Row>, Fault> {
    let query = diesel::sql_query(RECORDED)
        .bind::<BigInt, _>(after)
        .bind::<Nullable<BigInt>, _>(number)
        .bind::<BigInt, _>(PER_READ);
    let query = cached::<(BigInt, BigInt, Jsonb, Jsonb), _>(query);
    Ok(query.load(conn).await?)
}

fn differences(snapshot: Value, recorded: &Value) -> Vec<String> {
    let snapshot: Snapshot = match serde_json::from_value(snapshot) {
        Ok(snapshot) => snapshot,
        Err(error) => return vec![format!("its snapshot cannot be read: {error}")],
    };
    let frozen = snapshot.cart;
    let input = match snapshot.pricing {
        Some(input) if (1..=RULES).contains(&input.rules) => input,
        Some(input) => return vec![format!("its rules {} are not known", input.rules)],
        None if frozen.applications.is_empty() && frozen.gift_cards.is_empty() => bare(&frozen),
        None => return vec!["what its prices follow from was not kept".to_owned()],
    };
    let again = match price(&input) {
        Ok(priced) => priced,
        Err(error) => return vec![format!("it cannot be computed: {error}")],
    };
    let mut found = Vec::new();
    let frozen = serde_json::to_value(&frozen).unwrap_or_default();
    let computed = serde_json::to_value(&again).unwrap_or_default();
    compare("snapshot", &frozen, &computed, &mut found);
    compare("order", recorded, &to_be_recorded(&again), &mut found);
    found
}

/// What a price from before there were discounts followed from.
fn bare(priced: &Priced) -> PricingInput {
    PricingInput {
        rules: RULES,
        currency: priced.currency,
        items: priced.lines.iter().map(|line| line.item.clone()).collect(),
        delivery: priced.delivery.clone(),
        buyer: priced.buyer.clone(),
        codes: priced
            .codes
            .iter()
            .map(|entered| entered.code.clone())
            .collect(),
        offers: Offers::default(),
        levies: Levies::default(),
        exchange: None,
    }
}

/// What completing an attempt with this price writes.
fn to_be_recorded(priced: &Priced) -> Value {
    let lines = priced.lines.iter().map(|line| {
        json!({
            "variant": line.item.variant_id,
            "unit_price": line.item.unit_price.minor,
            "quantity": line.item.quantity,
            "discount": line.discount.minor,
            "tax": line.tax.minor,
            "duty": line.duty.map_or(0, |duty| duty.minor),
            "allocations": line.allocations,
        })
    });
    json!({
        "subtotal": priced.subtotal.minor,
        "discount": priced.discount.minor,
        "shipping": priced.shipping.minor,
        "tax": priced.tax.minor,
        "shipping_tax": priced.shipping_tax.map_or(0, |tax| tax.minor),
        "duty": priced.duty.map(|duty| duty.minor),
        "tax_inclusive": priced.tax_inclusive,
        "total": priced.total.minor,
        "gift_card": priced.total.minor - priced.due().minor,
        "charged": priced.due().minor,
        "discounts": priced.applications,
        "shipping_allocations": priced.shipping_allocations,
        "lines": lines.collect::<Vec<Value>>(),
    })
}

/// Names every place where two values differ.
fn compare(at: &str, kept: &Value, computed: &Value, found: &mut Vec<String>) {
    match (kept, computed) {
        (Value::Object(one), Value::Object(other)) => {
            let names = one
                .keys()
                .chain(other.keys().filter(|name| !one.contains_key(*name)));
            for name in names {
                let value = |of: &serde_json::Map<String, Value>| of.get(name).cloned();
                let (one, other) = (
                    value(one).unwrap_or_default(),
                    value(other).unwrap_or_default(),
                );
                compare(&format!("{at}.{name}"), &one, &other, found);
            }
        }
        (Value::Array(one), Value::Array(other)) if one.len() == other.len() => {
            for (place, (one, other)) in one.iter().zip(other).enumerate() {
                compare(&format!("{at}.{place}"), one, other, found);
            }
        }
        _ if kept == computed => {}
        // What buyers wrote stays out of reports.
        _ if at.starts_with("snapshot.buyer") => found.push(format!("{at} differs")),
        _ => found.push(format!("{at} is {kept}, but comes out as {computed}")),
    }
}
