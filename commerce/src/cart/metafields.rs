//! Fields that storefronts add to a cart. The order of the cart has them, too: a cart that was bought
//! does not change any more.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};
use diesel::sql_types::{Array, BigInt, Nullable, Text, Uuid as SqlUuid};
use diesel::upsert::excluded;
use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, sql_query};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::content::metafields::{Metafield, MetafieldColumns};
use crate::content::values::ValueType;
use crate::db::Conn;
use crate::db::sql::cached;
use crate::kernel::{Fault, Id, id, text};
use crate::tables::cart_metafields as f;

/// The most fields that one call may set.
pub const MAX_PER_CALL: usize = 25;

/// The most fields of one cart.
pub const MAX_PER_CART: usize = 50;

/// Characters of a namespace, and of a key.
const MAX_NAME: usize = 255;

/// Bytes of a value.
const MAX_VALUE: usize = 10_000;

/// The namespace of fields that name none.
const NAMESPACE: &str = "custom";

/// A field as a caller gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MetafieldDraft {
    /// Its name: `namespace.key`, or a key alone.
    pub key: String,
    /// What kind of value it has.
    pub kind: String,
    /// Its value as a text.
    pub value: String,
}

/// The name of a field: its namespace and its key.
pub type Name = (String, String);

/// What is wrong with a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// The id is not that of an open cart.
    Owner,
    /// A text is blank.
    Blank,
    /// A text is too long.
    TooLong,
    /// A text has characters that nobody can print.
    Unprintable,
    /// The kind of value is none.
    Kind,
    /// The value is not of its kind.
    Value,
    /// There are too many.
    TooMany,
}

/// Why fields were not set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// Which field, counted from zero; none if all of them are too many.
    pub index: Option<usize>,
    /// What in it, as the contract spells it.
    pub part: Option<&'static str>,
    /// What is wrong.
    pub wrong: Wrong,
    /// A sentence for people.
    pub message: String,
}

/// Reads a name; of two dots the first ends the namespace.
#[must_use]
pub fn name(key: &str) -> Name {
    let (namespace, key) = key.split_once('.').unwrap_or((NAMESPACE, key));
    (namespace.to_owned(), key.to_owned())
}

/// Finds everything that is wrong with the fields of one call.
pub(super) fn check<'d>(drafts: impl ExactSizeIterator<Item = &'d MetafieldDraft>) -> Vec<Mistake> {
    if drafts.len() > MAX_PER_CALL {
        let given = drafts.len();
        return vec![Mistake {
            index: None,
            part: None,
            wrong: Wrong::TooMany,
            message: format!("{given} metafields are more than the {MAX_PER_CALL} of one call"),
        }];
    }
    let mut mistakes = Vec::new();
    for (index, draft) in drafts.enumerate() {
        let mut mistake = |part, (wrong, message): (Wrong, String)| {
            mistakes.push(Mistake {
                index: Some(index),
                part: Some(part),
                wrong,
                message,
            });
        };
        let (namespace, key) = name(&draft.key);
        for part in [namespace, key] {
            if let Some(wrong) = wrong_name(&part) {
                mistake("key", wrong);
            }
        }
        if draft.value.len() > MAX_VALUE {
            let message = format!("a value has at most {MAX_VALUE} bytes");
            mistake("value", (Wrong::TooLong, message));
            continue;
        }
        match ValueType::parse(&draft.kind) {
            None => {
                let message = "this is not a type of values, such as `boolean`".to_owned();
                mistake("type", (Wrong::Kind, message));
            }
            Some(kind) => {
                if let Err(reason) = kind.check(&draft.value) {
                    mistake("value", (Wrong::Value, format!("the value {reason}")));
                }
            }
        }
    }
    mistakes
}

fn wrong_name(name: &str) -> Option<(Wrong, String)> {
    if name.trim().is_empty() {
        let message = "a namespace and a key may not be blank".to_owned();
        return Some((Wrong::Blank, message));
    }
    if name.chars().count() > MAX_NAME {
        let message = format!("a namespace and a key have at most {MAX_NAME} characters each");
        return Some((Wrong::TooLong, message));
    }
    (!text::is_clean(name)).then(|| {
        let message = "a namespace and a key have printable characters only".to_owned();
        (Wrong::Unprintable, message)
    })
}

/// Sets fields of a locked cart, checked before; answers how many it has then.
///
/// # Errors
/// A [`Fault`] of the database.
pub(super) async fn put(
    conn: &mut Conn,
    cart: Uuid,
    drafts: &[&MetafieldDraft],
    now: DateTime<Utc>,
) -> Result<usize, Fault> {
    // Of two with one name the later stays.
    let by_name: BTreeMap<Name, &MetafieldDraft> = drafts
        .iter()
        .map(|draft| (name(&draft.key), *draft))
        .collect();
    let rows = by_name.into_iter().map(|((namespace, key), draft)| {
        (
            f::cart_id.eq(cart),
            f::namespace.eq(namespace),
            f::key.eq(key),
            f::kind.eq(&draft.kind),
            f::value.eq(&draft.value),
            f::created_at.eq(now),
            f::updated_at.eq(now),
        )
    });
    diesel::insert_into(f::table)
        .values(rows.collect::<Vec<_>>())
        .on_conflict((f::cart_id, f::namespace, f::key))
        .do_update()
        .set((
            f::kind.eq(excluded(f::kind)),
            f::value.eq(excluded(f::value)),
            f::updated_at.eq(excluded(f::updated_at)),
        ))
        .execute(conn)
        .await?;
    let count: i64 = f::table
        .filter(f::cart_id.eq(cart))
        .count()
        .get_result(conn)
        .await?;
    Ok(usize::try_from(count).unwrap_or(usize::MAX))
}

/// Deletes a field of a locked cart; answers which one that was.
///
/// # Errors
/// A [`Fault`] of the database.
pub(super) async fn delete(
    conn: &mut Conn,
    cart: Uuid,
    (namespace, key): &Name,
) -> Result<Option<Id<id::Metafield>>, Fault> {
    let named = f::table
        .filter(f::cart_id.eq(cart))
        .filter(f::namespace.eq(namespace))
        .filter(f::key.eq(key));
    let gone: Option<i64> = diesel::delete(named)
        .returning(f::id)
        .get_result(conn)
        .await
        .optional()?;
    Ok(gone.map(Id::new))
}

/// Deletes all fields of a locked cart.
///
/// # Errors
/// A [`Fault`] of the database.
pub(super) async fn forget(conn: &mut Conn, cart: Uuid) -> Result<(), Fault> {
    diesel::delete(f::table.filter(f::cart_id.eq(cart)))
        .execute(conn)
        .await?;
    Ok(())
}

/// Whose fields are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Owner {
    /// A cart's.
    Cart(Uuid),
    /// An order's: those of the cart that it was.
    Order(Id<id::Order>),
}

/// The fields among those with these names.
///
/// # Errors
/// A [`Fault`] of the database.
pub async fn by_names(
    conn: &mut Conn,
    names: &[(Owner, Name)],
) -> Result<HashMap<(Owner, Name), Metafield>, Fault> {
    type Columns = (BigInt, MetafieldColumns);
    let storable =
        |(_, (namespace, key)): &&(Owner, Name)| !namespace.contains('\0') && !key.contains('\0');
    let wanted: Vec<&(Owner, Name)> = names.iter().filter(storable).collect();
    let carts = wanted.iter().map(|(owner, _)| match owner {
        Owner::Cart(cart) => Some(*cart),
        Owner::Order(_) => None,
    });
    let orders = wanted.iter().map(|(owner, _)| match owner {
        Owner::Cart(_) => None,
        Owner::Order(order) => Some(order.value),
    });
    let namespaces = wanted.iter().map(|(_, (namespace, _))| namespace.as_str());
    let keys = wanted.iter().map(|(_, (_, key))| key.as_str());
    let query = sql_query(
        "SELECT w.place, f.id, f.kind, f.value, NULL::text, f.created_at, f.updated_at \
         FROM unnest($1::uuid[], $2::bigint[], $3::text[], $4::text[]) \
           WITH ORDINALITY AS w (cart_id, order_id, namespace, key, place) \
         LEFT JOIN orders o ON o.id = w.order_id \
         JOIN cart_metafields f ON f.cart_id = coalesce(w.cart_id, o.cart_id) \
           AND f.namespace = w.namespace AND f.key = w.key",
    )
    .bind::<Array<Nullable<SqlUuid>>, _>(carts.collect::<Vec<_>>())
    .bind::<Array<Nullable<BigInt>>, _>(orders.collect::<Vec<_>>())
    .bind::<Array<Text>, _>(namespaces.collect::<Vec<_>>())
    .bind::<Array<Text>, _>(keys.collect::<Vec<_>>());
    let rows: Vec<(i64, Metafield)> = cached::<Columns, _>(query).load(conn).await?;
    let named = |(place, field): (i64, Metafield)| {
        let at = usize::try_from(place - 1).ok()?;
        wanted.get(at).map(|name| ((*name).clone(), field))
    };
    Ok(rows.into_iter().filter_map(named).collect())
}
