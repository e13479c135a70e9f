//! Reading carts.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{
    Array, BigInt, Bool, Integer, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid,
};
use diesel_async::RunQueryDsl;
use serde_json::Value;
use uuid::Uuid;

use super::model::settle_prices;
use super::offers;
use super::rules::Catalog;
use super::store::{self, parsed};
use super::{Cart, CartAddress, CartKey, Checkout, Line, Merchandise, Withdrawn};
use crate::catalog::quantities::{self, Quantities};
use crate::db::{Conn, sql};
use crate::kernel::id::ProductVariant;
use crate::kernel::money::MoneyError;
use crate::kernel::{Exchange, Fault, Id, Money};
use crate::market;
use crate::pricing;
use crate::shipping::{self, DeliveryOption, Destination};

const CONTENT: &str = include_str!("../../sql/cart/content.sql");

type Columns = (
    (
        Nullable<SqlUuid>,
        Nullable<BigInt>,
        Nullable<Integer>,
        Nullable<Jsonb>,
    ),
    (BigInt, BigInt, Text, Text, Nullable<Text>, Nullable<Text>),
    (BigInt, Nullable<BigInt>, Text, Bool),
    quantities::Columns,
    (
        Bool,
        Bool,
        Bool,
        Integer,
        Nullable<BigInt>,
        Nullable<BigInt>,
        Bool,
    ),
    (Nullable<Text>, Nullable<Text>),
);

type LineRow = (Option<Uuid>, Option<i64>, Option<i32>, Option<Value>);
type TextRow = (i64, i64, String, String, Option<String>, Option<String>);
type PriceRow = (i64, Option<i64>, String, bool);
type RuleRow = (bool, bool, bool, i32, Option<i64>, Option<i64>, bool);
type PlaceRow = (Option<String>, Option<String>);
type Row = (
    LineRow,
    TextRow,
    PriceRow,
    quantities::Row,
    RuleRow,
    PlaceRow,
);

/// The open cart that the key opens, with its lines; `None` for a wrong key, too.
///
/// # Errors
/// A [`Fault`] when a statement fails.
pub async fn open(
    conn: &mut Conn,
    key: &CartKey,
    now: DateTime<Utc>,
) -> Result<Option<Cart>, Fault> {
    let Some(mut cart) = store::find(conn, key).await? else {
        return Ok(None);
    };
    if !cart.open || cart.expires_at <= now {
        return Ok(None);
    }
    fill(conn, &mut cart, &[], now).await?;
    Ok(Some(cart))
}

/// Reads the lines into a cart, and with them the variants in `wanted`: one statement for both.
///
/// What is gone from the shop is not among them; lines of it stand apart.
///
/// # Errors
/// A [`Fault`] when the statement fails.
pub(super) async fn fill(
    conn: &mut Conn,
    cart: &mut Cart,
    wanted: &[Id<ProductVariant>],
    now: DateTime<Utc>,
) -> Result<Catalog, Fault> {
    let wanted: BTreeSet<i64> = wanted.iter().map(|id| id.value).collect();
    let wanted: Vec<i64> = wanted.into_iter().collect();
    let query = diesel::sql_query(CONTENT)
        .bind::<SqlUuid, _>(cart.id)
        .bind::<Array<BigInt>, _>(&wanted)
        .bind::<Timestamptz, _>(now)
        .bind::<Nullable<BigInt>, _>(cart.fixed_in)
        .bind::<Text, _>(cart.currency.code())
        .bind::<Nullable<Text>, _>(cart.language.as_deref());
    let rows: Vec<Row> = sql::cached::<Columns, _>(query).load(conn).await?;
    let mut catalog = Catalog::new();
    cart.lines.clear();
    cart.withdrawn.clear();
    for (line, texts, prices, numbers, rules, (country, province)) in rows {
        cart.destination = country.map(|country| Destination { country, province });
        let stored = stored_line(line)?;
        let (.., is_for_sale) = rules;
        if !is_for_sale {
            let (_, _, title, ..) = texts;
            let gone = stored.map(|(id, _, quantity, _)| Withdrawn {
                id,
                title,
                quantity,
            });
            cart.withdrawn.extend(gone);
            continue;
        }
        let merchandise = merchandise(texts, prices, numbers, rules, cart.exchange)?;
        match stored {
            Some((id, position, quantity, attributes)) => cart.lines.push(Line {
                id,
                position,
                quantity,
                attributes: parsed("the attributes of a cart line", attributes)?,
                unit_price: merchandise.price,
                merchandise,
            }),
            None => {
                catalog.insert(merchandise.variant_id, merchandise);
            }
        }
    }
    settle_prices(&mut cart.lines);
    Ok(catalog)
}

fn stored_line(row: LineRow) -> Result<Option<(Uuid, i64, i32, Value)>, Fault> {
    match row {
        (Some(id), Some(position), Some(quantity), Some(attributes)) => {
            Ok(Some((id, position, quantity, attributes)))
        }
        (None, ..) => Ok(None),
        _ => Err(Fault::Inconsistent("a cart line is half there".into())),
    }
}

fn merchandise(
    texts: TextRow,
    prices: PriceRow,
    numbers: quantities::Row,
    rules: RuleRow,
    exchange: Exchange,
) -> Result<Merchandise, Fault> {
    let (variant_id, product_id, title, variant_title, sku, image_url) = texts;
    let (price, compare_at, currency, has_market_price) = prices;
    let (requires_shipping, taxable, is_gift_card, grams, delivery_profile, available, _) = rules;
    let currency = currency
        .parse()
        .map_err(|error| Fault::other("read a variant's price", error))?;
    Ok(Merchandise {
        variant_id: Id::new(variant_id),
        product_id: Id::new(product_id),
        title,
        variant_title,
        sku,
        image_url,
        price: exchange.money(Money::new(price, currency)),
        compare_at: compare_at.map(|minor| exchange.money(Money::new(minor, currency))),
        has_market_price,
        quantities: Quantities::read(numbers, currency).priced(|own| exchange.money(own)),
        requires_shipping,
        taxable,
        is_gift_card,
        grams,
        delivery_profile,
        available,
    })
}

/// The language and the country of a cart, whatever has become of it: how to speak to its buyer.
///
/// # Errors
/// A [`Fault`] when the statement fails.
pub async fn voice(conn: &mut Conn, cart: Uuid) -> Result<(Option<String>, Option<String>), Fault> {
    use crate::tables::carts;
    let found = carts::table
        .find(cart)
        .select((carts::language, carts::country));
    Ok(found.first(conn).await.optional()?.unwrap_or_default())
}

/// The addresses of a cart in the order in which they were added.
///
/// # Errors
/// A [`Fault`] when the statement fails.
pub async fn addresses(conn: &mut Conn, cart: Uuid) -> Result<Vec<CartAddress>, Fault> {
    store::addresses(conn, cart).await
}

/// What delivery the cart is offered: nothing while no address is selected or nothing is shipped.
/// Costs a statement only when something is.
///
/// # Errors
/// A [`Fault`] when the statement fails, or the goods or their delivery cost more than an amount can say.
pub async fn delivery_options(conn: &mut Conn, cart: &Cart) -> Result<Vec<DeliveryOption>, Fault> {
    let Some(to) = &cart.destination else {
        return Ok(Vec::new());
    };
    if !cart.requires_shipping() {
        return Ok(Vec::new());
    }
    let mut zones = shipping::zones(conn).await?;
    shipping::exchange(&mut zones, &cart.exchange);
    let parcels = cart.parcels().map_err(too_large)?;
    shipping::options(&zones, to, &parcels).map_err(too_large)
}

/// The open cart that the key opens, with all that completing it needs.
///
/// # Errors
/// As [`checkout`].
pub async fn open_checkout(
    conn: &mut Conn,
    key: &CartKey,
    now: DateTime<Utc>,
) -> Result<Option<Checkout>, Fault> {
    match store::find(conn, key).await? {
        Some(cart) if cart.open && cart.expires_at > now => {
            Ok(Some(checkout(conn, cart, now).await?))
        }
        _ => Ok(None),
    }
}

/// The cart with all that completing it needs; its row should be locked.
///
/// # Errors
/// A [`Fault`] when a statement fails or the cart is worth more than an amount can say.
pub async fn checkout(
    conn: &mut Conn,
    mut cart: Cart,
    now: DateTime<Utc>,
) -> Result<Checkout, Fault> {
    fill(conn, &mut cart, &[], now).await?;
    let address = if cart.requires_shipping() {
        let addresses = addresses(conn, cart.id).await?;
        addresses
            .into_iter()
            .find_map(|a| a.selected.then_some(a.address))
    } else {
        None
    };
    let options = delivery_options(conn, &cart).await?;
    let chosen = shipping::choose(&options, cart.delivery_code.as_deref());
    let is_priced_elsewhere = is_priced_elsewhere(conn, &cart).await?;
    let terms = offers::read(conn, &cart, now).await?;
    let by_province = terms.by_province;
    let pricing = cart.pricing(chosen, address.as_ref(), terms);
    let priced = pricing::price(&pricing).map_err(too_large)?;
    Ok(Checkout {
        cart,
        address,
        by_province,
        options,
        is_priced_elsewhere,
        pricing,
        priced,
    })
}

/// Whether goods that have a market's own price go to another market. Costs a statement only when some do and go
/// abroad.
async fn is_priced_elsewhere(conn: &mut Conn, cart: &Cart) -> Result<bool, Fault> {
    let (Some(market), Some(to)) = (cart.fixed_in, &cart.destination) else {
        return Ok(false);
    };
    let is_fixed = |line: &Line| {
        line.quantity > 0 && line.merchandise.requires_shipping && line.merchandise.has_market_price
    };
    if !cart.lines.iter().any(is_fixed) || cart.country.as_ref() == Some(&to.country) {
        return Ok(false);
    }
    let markets = market::markets(conn).await?;
    let there = market::of_country(&markets, &to.country);
    Ok(there.is_none_or(|there| there.id.value != market))
}

fn too_large(error: MoneyError) -> Fault {
    Fault::other("price a cart", error)
}
