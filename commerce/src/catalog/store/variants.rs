//! A product's variants.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Text, Timestamptz};
use diesel_async::RunQueryDsl;
use serde::Serialize;

use super::json;
use crate::catalog::draft::VariantDraft;
use crate::db::Conn;
use crate::db::sql::cached;
use crate::kernel::{Currency, Fault};
use crate::tables::variants;

/// A product whose variants are saved.
#[derive(Clone, Copy)]
pub(super) struct Owner<'a> {
    /// Its number.
    pub(super) product: i64,
    /// The numbers of its options, in order.
    pub(super) options: &'a [i64],
}

#[derive(Serialize)]
struct Combination<'a> {
    title: &'a str,
    values: &'a [String],
}

/// Deletes variants that are not listed and revives listed ones; answers how many.
pub(super) async fn retire_variants(
    conn: &mut Conn,
    owner: Owner<'_>,
    drafts: &[VariantDraft],
    now: DateTime<Utc>,
) -> Result<i64, Fault> {
    let combinations: Vec<Combination<'_>> = drafts
        .iter()
        .map(|draft| Combination {
            title: &draft.title,
            values: &draft.values,
        })
        .collect();
    let query = diesel::sql_query(include_str!("../../../sql/catalog/retire_variants.sql"))
        .bind::<BigInt, _>(owner.product)
        .bind::<Text, _>(json(&combinations)?)
        .bind::<Timestamptz, _>(now)
        .bind::<Array<BigInt>, _>(owner.options);
    Ok(cached::<BigInt, _>(query).get_result(conn).await?)
}

/// Adds variants and changes those that differ; answers how many.
pub(super) async fn save_variants(
    conn: &mut Conn,
    owner: Owner<'_>,
    drafts: &[VariantDraft],
    currency: Currency,
    now: DateTime<Utc>,
) -> Result<i64, Fault> {
    let query = diesel::sql_query(include_str!("../../../sql/catalog/save_variants.sql"))
        .bind::<BigInt, _>(owner.product)
        .bind::<Text, _>(json(&drafts)?)
        .bind::<Text, _>(currency.code())
        .bind::<Timestamptz, _>(now)
        .bind::<Array<BigInt>, _>(owner.options);
    Ok(cached::<BigInt, _>(query).get_result(conn).await?)
}

/// The product's variants in order, without deleted ones.
pub(super) async fn live_ids(conn: &mut Conn, product: i64) -> Result<Vec<i64>, Fault> {
    Ok(variants::table
        .filter(variants::product_id.eq(product))
        .filter(variants::deleted_at.is_null())
        .order((variants::position, variants::id))
        .select(variants::id)
        .load(conn)
        .await?)
}
