//! Collections and which products they hold.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Text};
use diesel_async::RunQueryDsl;

use super::{images, json};
use crate::catalog::draft::{CollectionDraft, Members};
use crate::catalog::rules::{self, Rules};
use crate::db::Conn;
use crate::db::sql::cached;
use crate::kernel::Fault;
use crate::tables::{collection_products, collection_rules, collections};

/// Makes the collection with the draft's handle what the draft says, published, with its products: in the draft's
/// order, or those that meet its rules. Handles that name no product are answered.
///
/// # Errors
/// A [`Fault`] when a statement fails.
pub async fn save_collection(
    conn: &mut Conn,
    draft: &CollectionDraft,
    now: DateTime<Utc>,
) -> Result<Vec<String>, Fault> {
    let held: Option<(i64, Option<i64>, Option<DateTime<Utc>>)> = collections::table
        .filter(collections::handle.eq(&draft.handle))
        .select((
            collections::id,
            collections::media_id,
            collections::published_at,
        ))
        .first(conn)
        .await
        .optional()?;
    let media = match &draft.image {
        Some(image) => {
            let held = held.and_then(|(_, media, _)| media);
            Some(images::save_single(conn, held, image, now).await?)
        }
        None => None,
    };
    let rules_match = match &draft.members {
        Members::Products(_) => None,
        Members::Rules(rules) => Some(rules.matching.name()),
    };
    if let Some((id, ..)) = held {
        empty(conn, id, rules_match.is_some()).await?;
    }
    let published_at = held.and_then(|(_, _, published)| published).unwrap_or(now);
    let fields = (
        collections::title.eq(&draft.title),
        collections::description_html.eq(&draft.description_html),
        collections::description.eq(&draft.description),
        collections::media_id.eq(media),
        collections::sort_order.eq(draft.order.name()),
        collections::rules_match.eq(rules_match),
        collections::seo_title.eq(&draft.seo_title),
        collections::seo_description.eq(&draft.seo_description),
        collections::published_at.eq(Some(published_at)),
        collections::updated_at.eq(now),
    );
    let id: i64 = diesel::insert_into(collections::table)
        .values((
            collections::handle.eq(&draft.handle),
            collections::created_at.eq(now),
            fields,
        ))
        .on_conflict(collections::handle)
        .do_update()
        .set(fields)
        .returning(collections::id)
        .get_result(conn)
        .await?;
    match &draft.members {
        Members::Products(handles) => save_members(conn, id, handles).await,
        Members::Rules(rules) => {
            save_rules(conn, id, rules).await?;
            Ok(Vec::new())
        }
    }
}

/// Takes away a collection's rules, and what has got into it in another way than products will.
async fn empty(conn: &mut Conn, collection: i64, by_rules: bool) -> Result<(), Fault> {
    diesel::delete(collection_rules::table.filter(collection_rules::collection_id.eq(collection)))
        .execute(conn)
        .await?;
    let others = collection_products::table
        .filter(collection_products::collection_id.eq(collection))
        .filter(collection_products::by_rules.ne(by_rules));
    diesel::delete(others).execute(conn).await?;
    Ok(())
}

async fn save_rules(conn: &mut Conn, collection: i64, rules: &Rules) -> Result<(), Fault> {
    diesel::sql_query(include_str!(
        "../../../sql/catalog/save_collection_rules.sql"
    ))
    .bind::<BigInt, _>(collection)
    .bind::<Text, _>(json(&rules.rules)?)
    .execute(conn)
    .await?;
    rules::fill(conn, collection).await
}

/// Deletes every collection whose handle is not listed.
///
/// # Errors
/// A [`Fault`] when the statement fails.
pub async fn remove_other_collections(conn: &mut Conn, handles: &[&str]) -> Result<(), Fault> {
    diesel::delete(collections::table.filter(collections::handle.ne_all(handles.to_vec())))
        .execute(conn)
        .await?;
    Ok(())
}

async fn save_members(
    conn: &mut Conn,
    collection: i64,
    handles: &[String],
) -> Result<Vec<String>, Fault> {
    let query = diesel::sql_query(include_str!(
        "../../../sql/catalog/save_collection_products.sql"
    ))
    .bind::<BigInt, _>(collection)
    .bind::<Array<Text>, _>(handles);
    Ok(cached::<Text, _>(query).load(conn).await?)
}
