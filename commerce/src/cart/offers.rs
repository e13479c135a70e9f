//! What may make a cart cheaper or dearer, read in one statement, and what a buyer is told of codes that do
//! nothing.

use chrono::{DateTime, Utc};
use diesel::sql_types::{
    Array, BigInt, Bytea, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid,
};
use diesel_async::RunQueryDsl;
use serde_json::Value as Json;

use super::reads;
use super::store::parsed;
use super::{Cart, Warning, WarningCode};
use crate::db::{Conn, sql};
use crate::discount::email_hash;
use crate::kernel::{Exchange, Fault, Id};
use crate::pricing::{EnteredCode, Levies, Obstacle, Offers, Value, price};
use crate::shipping::{self, Destination};

const OFFERS: &str = include_str!("../../sql/cart/offers.sql");

/// What makes a cart cheaper or dearer than its goods and their delivery.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Terms {
    /// Discounts and gift cards.
    pub offers: Offers,
    /// What the state takes where it goes.
    pub levies: Levies,
    /// Whether a tax or a zone is for a part of the country only.
    pub by_province: bool,
}

impl Terms {
    /// Makes amounts those of a buyer's currency. Gift cards pay in their own only.
    fn exchange(&mut self, by: &Exchange) {
        if by.is_none() {
            return;
        }
        for discount in &mut self.offers.discounts {
            match &mut discount.value {
                Value::Amount { minor, .. } => *minor = by.minor(*minor),
                Value::FreeShipping { up_to } => *up_to = up_to.map(|minor| by.minor(minor)),
                Value::Percentage { .. } | Value::BuyGet { .. } => {}
            }
            let minimum = discount.minimum_subtotal;
            discount.minimum_subtotal = minimum.map(|minor| by.minor(minor));
        }
        if let Some(duty) = &mut self.levies.duty {
            duty.from = by.minor(duty.from);
        }
        self.offers.gift_cards.clear();
    }
}

/// The discounts, gift cards, taxes and duties that count for a cart whose lines were read: one statement.
///
/// # Errors
/// A [`Fault`] when the statement fails.
pub async fn read(conn: &mut Conn, cart: &Cart, now: DateTime<Utc>) -> Result<Terms, Fault> {
    let variants = cart.lines.iter().map(|line| line.merchandise.variant_id);
    let variants: Vec<i64> = variants.map(|id| id.value).collect();
    let query = diesel::sql_query(OFFERS)
        .bind::<SqlUuid, _>(cart.id)
        .bind::<Array<Text>, _>(&cart.discount_codes)
        .bind::<Array<BigInt>, _>(variants)
        .bind::<Timestamptz, _>(now)
        .bind::<Nullable<BigInt>, _>(cart.customer.map(|id: Id<_>| id.value))
        .bind::<Nullable<Bytea>, _>(cart.email.as_deref().map(email_hash))
        .bind::<Nullable<Text>, _>(cart.destination.as_ref().map(|to| to.country.clone()))
        .bind::<Nullable<Text>, _>(cart.country.as_deref())
        .bind::<Nullable<Text>, _>(cart.destination.as_ref().and_then(Destination::region));
    let rows: Vec<(String, Json, i64, i64)> =
        sql::cached::<(Text, Jsonb, BigInt, BigInt), _>(query)
            .load(conn)
            .await?;
    let mut terms = Terms::default();
    for (kind, value, _, _) in rows {
        match kind.as_str() {
            "discount" => terms.offers.discounts.push(parsed("a discount", value)?),
            "levies" => {
                terms.by_province = value["by_province"] == Json::Bool(true);
                terms.levies = parsed("taxes", value)?;
            }
            _ => terms.offers.gift_cards.push(parsed("a gift card", value)?),
        }
    }
    terms.exchange(&cart.exchange);
    Ok(terms)
}

/// What a buyer should know about codes that take nothing off a cart whose lines were read. Costs nothing
/// without codes.
///
/// # Errors
/// A [`Fault`] when a statement fails or the cart is worth more than an amount can say.
pub(super) async fn code_warnings(
    conn: &mut Conn,
    cart: &Cart,
    now: DateTime<Utc>,
) -> Result<Vec<Warning>, Fault> {
    if cart.discount_codes.is_empty() {
        return Ok(Vec::new());
    }
    let options = reads::delivery_options(conn, cart).await?;
    let chosen = shipping::choose(&options, cart.delivery_code.as_deref());
    let pricing = cart.pricing(chosen, None, read(conn, cart, now).await?);
    let priced = price(&pricing).map_err(|error| Fault::other("price a cart", error))?;
    Ok(priced.codes.iter().filter_map(warning).collect())
}

fn warning(entered: &EnteredCode) -> Option<Warning> {
    let (code, why) = words(entered.obstacle?);
    Some(Warning {
        code,
        message: format!("the discount code `{}` {why}", entered.code),
        target: None,
    })
}

fn words(obstacle: Obstacle) -> (WarningCode, &'static str) {
    use WarningCode as Code;
    match obstacle {
        Obstacle::NotFound => (Code::DiscountNotFound, "is not known"),
        Obstacle::Inactive => (Code::DiscountCurrentlyInactive, "is not active now"),
        Obstacle::UsageLimit => (
            Code::DiscountUsageLimitReached,
            "was used as often as is allowed",
        ),
        Obstacle::CustomerMissing => (
            Code::DiscountEligibleCustomerMissing,
            "is for signed-in customers",
        ),
        Obstacle::CustomerNotEligible => {
            (Code::DiscountCustomerNotEligible, "is for other customers")
        }
        Obstacle::CustomerUsageLimit => (
            Code::DiscountCustomerUsageLimitReached,
            "can be used once only",
        ),
        Obstacle::NoEntitledLines => (
            Code::DiscountNoEntitledLineItems,
            "is for nothing in the cart",
        ),
        Obstacle::NoEntitledShipping => (
            Code::DiscountNoEntitledShippingLines,
            "is for other deliveries",
        ),
        Obstacle::Subtotal => (
            Code::DiscountPurchaseNotInRange,
            "is for carts that are worth more",
        ),
        Obstacle::Quantity => (
            Code::DiscountQuantityNotInRange,
            "is for a larger number of pieces",
        ),
        Obstacle::NotHonoured => (
            Code::DiscountCodeNotHonoured,
            "cannot be combined with a discount that takes off more",
        ),
    }
}
