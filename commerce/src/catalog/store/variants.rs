//! A product's variants.

use chrono::{DateTime, Utc};
use diesel::sql_types::{Array, BigInt, Bool, Text, Timestamptz};
use diesel_async::RunQueryDsl;
use serde::Serialize;

use super::json;
use crate::catalog::draft::VariantDraft;
use crate::db::Conn;
use crate::db::sql::cached;
use crate::kernel::{Currency, Fault};

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
    let query = diesel::sql_query(include_str!("../../../sql/catalog/retire_variants.sql"))
        .bind::<BigInt, _>(owner.product)
        .bind::<Text, _>(json(&combinations(drafts))?)
        .bind::<Timestamptz, _>(now)
        .bind::<Array<BigInt>, _>(owner.options);
    Ok(cached::<BigInt, _>(query).get_result(conn).await?)
}

/// Adds variants and changes those that differ; answers how many.
pub(super) async fn save_variants(
    conn: &mut Conn,
    owner: Owner<'_>,
    (drafts, carried_columns): (&[VariantDraft], &[String]),
    currency: Currency,
    now: DateTime<Utc>,
) -> Result<i64, Fault> {
    let query = diesel::sql_query(include_str!("../../../sql/catalog/save_variants.sql"))
        .bind::<BigInt, _>(owner.product)
        .bind::<Text, _>(json(&drafts)?)
        .bind::<Text, _>(currency.code())
        .bind::<Timestamptz, _>(now)
        .bind::<Array<BigInt>, _>(owner.options)
        .bind::<Array<Text>, _>(carried_columns);
    Ok(cached::<BigInt, _>(query).get_result(conn).await?)
}

/// A variant as it was saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SavedVariant {
    /// Its number.
    pub id: i64,
    /// Whether its stock is counted.
    pub is_tracked: bool,
}

/// The variants of the drafts, in their order.
pub(super) async fn saved(
    conn: &mut Conn,
    owner: Owner<'_>,
    drafts: &[VariantDraft],
) -> Result<Vec<SavedVariant>, Fault> {
    let query = diesel::sql_query(include_str!("../../../sql/catalog/saved_variants.sql"))
        .bind::<BigInt, _>(owner.product)
        .bind::<Text, _>(json(&combinations(drafts))?)
        .bind::<Array<BigInt>, _>(owner.options);
    let rows: Vec<(i64, bool)> = cached::<(BigInt, Bool), _>(query).load(conn).await?;
    let saved = |(id, is_tracked)| SavedVariant { id, is_tracked };
    Ok(rows.into_iter().map(saved).collect())
}

fn combinations(drafts: &[VariantDraft]) -> Vec<Combination<'_>> {
    drafts
        .iter()
        .map(|draft| Combination {
            title: &draft.title,
            values: &draft.values,
        })
        .collect()
}
