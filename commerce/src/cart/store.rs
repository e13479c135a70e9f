//! Rows of carts. Nobody else writes these tables.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{
    Array, BigInt, Bytea, Integer, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid,
};
use diesel_async::RunQueryDsl;
use serde_json::Value;
use uuid::Uuid;

use super::model::digest;
use super::{Cart, CartAddress, CartKey, Line, Method, Payment, Preferences, reads};
use crate::Shop;
use crate::db::{Conn, sql};
use crate::kernel::{Address, Fault, Id, Money};
use crate::market::PriceList;
use crate::pricing::Attribute;
use crate::tables::{cart_addresses, cart_gift_cards, cart_lines, carts};

const EXPIRED: &str = include_str!("../../sql/cart/expired.sql");
const PUT_LINES: &str = include_str!("../../sql/cart/put_lines.sql");

diesel::define_sql_function! {
    /// How a country's prices follow from the shop's.
    fn price_list_in(place: Nullable<Text>) -> Jsonb;
}

diesel::define_sql_function! {
    /// The address that a buyer gave, or else the account's.
    fn buyer_email(given: Nullable<Text>, customer: Nullable<BigInt>) -> Nullable<Text>;
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = carts)]
struct Row {
    id: Uuid,
    secret_hash: Vec<u8>,
    currency: String,
    country: Option<String>,
    language: Option<String>,
    #[diesel(column_name = email)]
    given_email: Option<String>,
    phone: Option<String>,
    note: String,
    attributes: Value,
    discount_codes: Vec<String>,
    delivery_code: Option<String>,
    billing_address: Option<Value>,
    payment_session: Option<String>,
    payment_method: Option<String>,
    payment_amount_minor: Option<i64>,
    version: i64,
    state: String,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
    preferences: Option<Value>,
    customer_id: Option<i64>,
    payment_lines: Option<Vec<u8>>,
    #[diesel(select_expression = price_list_in(carts::country))]
    #[diesel(select_expression_type = price_list_in<carts::country>)]
    prices: Value,
    #[diesel(select_expression = buyer_email(carts::email, carts::customer_id))]
    #[diesel(select_expression_type = buyer_email<carts::email, carts::customer_id>)]
    email: Option<String>,
}

/// New values for columns of a cart; `None` leaves a column as it is.
#[derive(Clone, Debug, Default, AsChangeset)]
#[diesel(table_name = carts)]
pub(super) struct Patch {
    pub country: Option<Option<String>>,
    pub language: Option<String>,
    pub email: Option<Option<String>>,
    pub phone: Option<Option<String>>,
    pub preferences: Option<Option<Value>>,
    pub note: Option<String>,
    pub attributes: Option<Value>,
    pub discount_codes: Option<Vec<String>>,
    pub delivery_code: Option<Option<String>>,
    pub billing_address: Option<Option<Value>>,
    /// What the agreement to pay is in; the database keeps none in another currency than the cart's.
    pub currency: Option<String>,
    pub payment_session: Option<Option<String>>,
    pub payment_method: Option<Option<String>>,
    pub payment_amount_minor: Option<Option<i64>>,
    pub payment_lines: Option<Option<Vec<u8>>>,
    pub customer_id: Option<Option<i64>>,
}

/// A cart that does not exist yet; its currency is that of the country.
#[derive(Insertable)]
#[diesel(table_name = carts)]
pub(super) struct New {
    pub id: Uuid,
    pub secret_hash: Vec<u8>,
    pub country: Option<String>,
    pub language: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub preferences: Option<Value>,
    pub note: String,
    pub attributes: Value,
    pub discount_codes: Vec<String>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    pub customer_id: Option<i64>,
}

/// When a cart changes, and until when it is kept if nobody changes it again.
#[derive(Clone, Copy)]
pub(super) struct Touch {
    now: DateTime<Utc>,
    pub(super) expires_at: DateTime<Utc>,
}

impl Touch {
    /// A change at this time.
    pub(super) fn at(shop: &Shop, now: DateTime<Utc>) -> Self {
        let expires_at = now + shop.settings.retention.carts;
        Self { now, expires_at }
    }
}

/// The cart that the key opens, in whatever state, without its lines.
///
/// # Errors
/// A [`Fault`] when the statement fails.
pub async fn find(conn: &mut Conn, key: &CartKey) -> Result<Option<Cart>, Fault> {
    let row = carts::table
        .find(key.id)
        .select(Row::as_select())
        .first(conn)
        .await
        .optional()?;
    opened(row, key)
}

/// As [`find`], locking the row until the transaction ends: first in the order of locks.
///
/// # Errors
/// A [`Fault`] when the statement fails or the row stays locked for too long.
pub async fn lock(conn: &mut Conn, key: &CartKey) -> Result<Option<Cart>, Fault> {
    let row = carts::table
        .find(key.id)
        .select(Row::as_select())
        .for_no_key_update()
        .first(conn)
        .await
        .optional()?;
    opened(row, key)
}

fn opened(row: Option<Row>, key: &CartKey) -> Result<Option<Cart>, Fault> {
    row.filter(|row| key.secret.matches(&row.secret_hash))
        .map(cart)
        .transpose()
}

pub(super) async fn insert(conn: &mut Conn, new: &New) -> Result<Cart, Fault> {
    let row: Row = diesel::insert_into(carts::table)
        .values(new)
        .returning(Row::as_returning())
        .get_result(conn)
        .await?;
    cart(row)
}

/// Changes columns of a locked cart; its lines come along, and are priced anew for another country.
pub(super) async fn patch(
    conn: &mut Conn,
    before: Cart,
    patch: &Patch,
    Touch { now, expires_at }: Touch,
) -> Result<Cart, Fault> {
    let row: Row = diesel::update(carts::table.find(before.id))
        .set((
            patch,
            carts::version.eq(before.version + 1),
            carts::updated_at.eq(now),
            carts::expires_at.eq(expires_at),
        ))
        .returning(Row::as_returning())
        .get_result(conn)
        .await?;
    let mut after = Cart {
        lines: before.lines,
        withdrawn: before.withdrawn,
        destination: before.destination,
        ..cart(row)?
    };
    let same = (after.exchange, after.fixed_in) == (before.exchange, before.fixed_in);
    if !same && !after.lines.is_empty() {
        reads::fill(conn, &mut after, &[], now).await?;
    }
    Ok(after)
}

/// Stores the lines in `changed` and touches the cart, in one statement.
pub(super) async fn put_lines(
    conn: &mut Conn,
    cart: &mut Cart,
    changed: &[Uuid],
    Touch { now, expires_at }: Touch,
) -> Result<(), Fault> {
    let version = cart.version + 1;
    let lines: Vec<&Line> = cart
        .lines
        .iter()
        .filter(|line| changed.contains(&line.id))
        .collect();
    let ids: Vec<Uuid> = lines.iter().map(|line| line.id).collect();
    let variants: Vec<i64> = lines
        .iter()
        .map(|line| line.merchandise.variant_id.value)
        .collect();
    let quantities: Vec<i32> = lines.iter().map(|line| line.quantity).collect();
    let attributes = lines
        .iter()
        .map(|line| json(&line.attributes))
        .collect::<Result<Vec<_>, _>>()?;
    let keys: Vec<Vec<u8>> = lines.iter().map(|line| line.merge_key()).collect();
    let positions: Vec<Option<i64>> = lines
        .iter()
        .map(|line| (line.position > 0).then_some(line.position))
        .collect();
    let query = diesel::sql_query(PUT_LINES)
        .bind::<SqlUuid, _>(cart.id)
        .bind::<BigInt, _>(version)
        .bind::<Timestamptz, _>(now)
        .bind::<Timestamptz, _>(expires_at)
        .bind::<Array<SqlUuid>, _>(ids)
        .bind::<Array<BigInt>, _>(variants)
        .bind::<Array<Integer>, _>(quantities)
        .bind::<Array<Jsonb>, _>(attributes)
        .bind::<Array<Bytea>, _>(keys)
        .bind::<Array<Nullable<BigInt>>, _>(positions)
        .bind::<Bytea, _>(digest(&cart.lines));
    let stored: Vec<(Uuid, i64)> = sql::cached::<(SqlUuid, BigInt), _>(query)
        .load(conn)
        .await?;
    for (id, position) in stored {
        if let Some(line) = cart.lines.iter_mut().find(|line| line.id == id) {
            line.position = position;
        }
    }
    (cart.version, cart.updated_at, cart.expires_at) = (version, now, expires_at);
    Ok(())
}

pub(super) async fn delete_lines(conn: &mut Conn, ids: &[Uuid]) -> Result<(), Fault> {
    diesel::delete(cart_lines::table.filter(cart_lines::id.eq_any(ids)))
        .execute(conn)
        .await?;
    Ok(())
}

pub(super) async fn addresses(conn: &mut Conn, cart: Uuid) -> Result<Vec<CartAddress>, Fault> {
    let rows: Vec<(Uuid, Value, bool, bool, Option<i64>)> = cart_addresses::table
        .filter(cart_addresses::cart_id.eq(cart))
        .order(cart_addresses::position)
        .select((
            cart_addresses::id,
            cart_addresses::address,
            cart_addresses::selected,
            cart_addresses::one_time_use,
            cart_addresses::customer_id,
        ))
        .load(conn)
        .await?;
    rows.into_iter()
        .map(|(id, address, selected, one_time_use, customer)| {
            Ok(CartAddress {
                id,
                address: parsed("a cart's delivery address", address)?,
                selected,
                one_time_use,
                customer: customer.map(Id::new),
            })
        })
        .collect()
}

/// Stores these addresses in place of all that the cart has; they are twenty at most.
pub(super) async fn put_addresses(
    conn: &mut Conn,
    cart: Uuid,
    addresses: &[CartAddress],
) -> Result<(), Fault> {
    diesel::delete(cart_addresses::table.filter(cart_addresses::cart_id.eq(cart)))
        .execute(conn)
        .await?;
    if addresses.is_empty() {
        return Ok(());
    }
    let rows = addresses
        .iter()
        .map(|address| {
            Ok((
                cart_addresses::id.eq(address.id),
                cart_addresses::cart_id.eq(cart),
                cart_addresses::address.eq(json(&address.address)?),
                cart_addresses::selected.eq(address.selected),
                cart_addresses::one_time_use.eq(address.one_time_use),
                cart_addresses::customer_id.eq(address.customer.map(|id| id.value)),
            ))
        })
        .collect::<Result<Vec<_>, Fault>>()?;
    diesel::insert_into(cart_addresses::table)
        .values(rows)
        .execute(conn)
        .await?;
    Ok(())
}

/// The numbers of a cart's gift cards in the order in which they are used up.
pub(super) async fn gift_cards(conn: &mut Conn, cart: Uuid) -> Result<Vec<i64>, Fault> {
    use cart_gift_cards as t;
    Ok(t::table
        .filter(t::cart_id.eq(cart))
        .order(t::position)
        .select(t::gift_card_id)
        .load(conn)
        .await?)
}

/// Stores these gift cards in place of all that the cart has.
pub(super) async fn put_gift_cards(
    conn: &mut Conn,
    cart: Uuid,
    cards: &[i64],
) -> Result<(), Fault> {
    use cart_gift_cards as t;
    diesel::delete(t::table.filter(t::cart_id.eq(cart)))
        .execute(conn)
        .await?;
    if cards.is_empty() {
        return Ok(());
    }
    let rows = cards.iter();
    let rows: Vec<_> = rows
        .map(|card| (t::cart_id.eq(cart), t::gift_card_id.eq(card)))
        .collect();
    diesel::insert_into(t::table)
        .values(rows)
        .execute(conn)
        .await?;
    Ok(())
}

/// Deletes open carts that nobody changed for long and that no attempt refers to.
pub(super) async fn delete_expired(
    conn: &mut Conn,
    now: DateTime<Utc>,
    limit: i64,
) -> Result<usize, Fault> {
    let query = diesel::sql_query(EXPIRED)
        .bind::<Timestamptz, _>(now)
        .bind::<BigInt, _>(limit);
    let expired: Vec<Uuid> = sql::cached::<SqlUuid, _>(query).load(conn).await?;
    Ok(
        diesel::delete(carts::table.filter(carts::id.eq_any(expired)))
            .execute(conn)
            .await?,
    )
}

fn cart(row: Row) -> Result<Cart, Fault> {
    let prices: PriceList = parsed("what a cart's prices follow from", row.prices)?;
    let currency = prices.exchange.to;
    let billing_address: Option<Address> = row
        .billing_address
        .map(|value| parsed("a cart's billing address", value))
        .transpose()?;
    let preferences: Option<Preferences> = row
        .preferences
        .map(|value| parsed("a buyer's preferences", value))
        .transpose()?;
    let attributes: Vec<Attribute> = parsed("a cart's attributes", row.attributes)?;
    let method = match (row.payment_method.as_deref(), row.payment_session) {
        (Some("free"), _) => Some(Method::Free),
        (Some("card"), Some(session)) => Some(Method::Card { session }),
        _ => None,
    };
    let payment = method
        .zip(row.payment_amount_minor)
        // What was agreed to before the market changed its currency counts no more.
        .filter(|_| row.currency == currency.code())
        .map(|(method, minor)| Payment {
            method,
            amount: Money::new(minor, currency),
        });
    Ok(Cart {
        id: row.id,
        currency,
        exchange: prices.exchange,
        fixed_in: prices.fixed_in,
        country: row.country,
        language: row.language,
        customer: row.customer_id.map(Id::new),
        email: row.email,
        given_email: row.given_email,
        phone: row.phone,
        preferences,
        note: row.note,
        attributes,
        discount_codes: row.discount_codes,
        delivery_code: row.delivery_code,
        billing_address,
        payment,
        payment_lines: row.payment_lines,
        version: row.version,
        open: row.state == "open",
        created_at: row.created_at,
        updated_at: row.updated_at,
        expires_at: row.expires_at,
        lines: Vec::new(),
        withdrawn: Vec::new(),
        destination: None,
    })
}

/// Reads one of our own JSON columns.
pub(super) fn parsed<T: serde::de::DeserializeOwned>(what: &str, value: Value) -> Result<T, Fault> {
    serde_json::from_value(value).map_err(|error| Fault::other(format!("read {what}"), error))
}

/// Writes one of our own JSON columns.
pub(super) fn json<T: serde::Serialize>(value: &T) -> Result<Value, Fault> {
    serde_json::to_value(value).map_err(|error| Fault::other("write a JSON column", error))
}
