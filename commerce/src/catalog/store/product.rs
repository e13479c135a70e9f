//! A product with everything that belongs to it.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Jsonb, Text, Timestamptz};
use diesel_async::RunQueryDsl;
use serde_json::Value;

use super::variants::{Owner, SavedVariant};
use super::{images, json, options, variants};
use crate::catalog::draft::ProductDraft;
use crate::catalog::import::Held;
use crate::db::Conn;
use crate::db::sql::cached;
use crate::kernel::{Currency, Fault};
use crate::tables::products;

/// What saving has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// There was no product with this handle.
    Created,
    /// Something differed.
    Updated,
    /// Nothing differed.
    Unchanged,
}

/// A product as it was saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedProduct {
    /// Its number.
    pub id: i64,
    /// Whether something has changed.
    pub change: Change,
    /// The variants of the draft, in its order.
    pub variants: Vec<SavedVariant>,
}

impl SavedProduct {
    /// Something that belongs to it has changed as well.
    pub fn note_change(&mut self) {
        if self.change == Change::Unchanged {
            self.change = Change::Updated;
        }
    }
}

/// What the shop has of the product with a handle, which is locked until the transaction ends.
pub(crate) async fn held_product(conn: &mut Conn, handle: &str) -> Result<Option<Held>, Fault> {
    let query = diesel::sql_query(include_str!("../../../sql/catalog/held_product.sql"))
        .bind::<Text, _>(handle);
    let found: Option<(i64, Value)> = cached::<(BigInt, Jsonb), _>(query)
        .get_result(conn)
        .await
        .optional()?;
    let read = |(_, held): (i64, Value)| {
        serde_json::from_value(held).map_err(|error| Fault::other("read a held product", error))
    };
    found.map(read).transpose()
}

/// Makes the product with the draft's handle what the draft says: variants are known by their option
/// values, images by their URL; what the draft does not list is deleted, variants revivably. What it has no column for
/// stays as it is.
///
/// `version` and `updated_at` move only when something has changed.
///
/// # Errors
/// A [`Fault`] when a statement fails; the caller's transaction is then lost.
pub async fn save_product(
    conn: &mut Conn,
    draft: &ProductDraft,
    currency: Currency,
    now: DateTime<Utc>,
) -> Result<SavedProduct, Fault> {
    let (id, is_new, is_changed) = save_own_fields(conn, draft, now).await?;
    let saved_options = options::save_options(conn, id, is_new, &draft.options).await?;
    let mut changes = saved_options.changes;
    if !is_new || !draft.images.is_empty() {
        changes += images::save_images(conn, id, &draft.images, draft.given, now).await?;
    }
    let owner = Owner {
        product: id,
        options: &saved_options.ids,
    };
    let mut variant_changes = 0;
    if !is_new && !draft.keeps_variants {
        variant_changes += variants::retire_variants(conn, owner, &draft.variants, now).await?;
    }
    let drafts = (&draft.variants[..], &draft.variant_columns[..]);
    variant_changes += variants::save_variants(conn, owner, drafts, currency, now).await?;
    if !is_new && (variant_changes > 0 || changes > 0) {
        options::drop_unused(conn, id, &saved_options.ids).await?;
    }
    if is_new || changes + variant_changes > 0 {
        refresh_summary(conn, &[id]).await?;
    }
    if !is_changed && changes + variant_changes > 0 {
        touch(conn, id, now).await?;
    }
    let change = match (is_new, is_changed || changes + variant_changes > 0) {
        (true, _) => Change::Created,
        (false, true) => Change::Updated,
        (false, false) => Change::Unchanged,
    };
    let variants = variants::saved(conn, owner, &draft.variants).await?;
    Ok(SavedProduct {
        id,
        change,
        variants,
    })
}

async fn save_own_fields(
    conn: &mut Conn,
    draft: &ProductDraft,
    now: DateTime<Utc>,
) -> Result<(i64, bool, bool), Fault> {
    let query = diesel::sql_query(include_str!("../../../sql/catalog/save_product.sql"))
        .bind::<Text, _>(json(draft)?)
        .bind::<Timestamptz, _>(now);
    Ok(cached::<(BigInt, Bool, Bool), _>(query)
        .get_result(conn)
        .await?)
}

/// Brings what lists show of these products up to date with their variants, options and images.
pub(super) async fn refresh_summary(conn: &mut Conn, ids: &[i64]) -> Result<(), Fault> {
    let query = diesel::sql_query("SELECT count(*) FROM refresh_product_summary($1)")
        .bind::<Array<BigInt>, _>(ids);
    let _one: i64 = cached::<BigInt, _>(query).get_result(conn).await?;
    Ok(())
}

pub(super) async fn touch(conn: &mut Conn, id: i64, now: DateTime<Utc>) -> Result<(), Fault> {
    diesel::update(products::table.find(id))
        .set((
            products::version.eq(products::version + 1),
            products::updated_at.eq(now),
        ))
        .execute(conn)
        .await?;
    Ok(())
}
