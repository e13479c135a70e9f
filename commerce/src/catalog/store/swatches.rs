//! What stands for the values of options.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text};
use diesel_async::RunQueryDsl;

use super::images::save_single;
use crate::catalog::draft::SwatchDraft;
use crate::db::Conn;
use crate::db::sql::cached;
use crate::kernel::Fault;
use crate::tables::swatches;

/// Makes the shop's swatches the given ones.
///
/// # Errors
/// A [`Fault`] when a statement fails.
pub async fn save_swatches(
    conn: &mut Conn,
    drafts: &[SwatchDraft],
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    let mut kept = HashSet::with_capacity(drafts.len());
    for draft in drafts {
        let held = held(conn, draft).await?;
        let picture = match &draft.image {
            Some(image) => {
                let before = held.as_ref().and_then(|(_, picture)| *picture);
                Some(save_single(conn, before, image, now).await?)
            }
            None => None,
        };
        let fields = (
            swatches::option_name.eq(&draft.option),
            swatches::value_name.eq(&draft.value),
            swatches::color.eq(&draft.color),
            swatches::media_id.eq(picture),
        );
        kept.insert(match held {
            Some((id, _)) => {
                let row = diesel::update(swatches::table.find(id));
                row.set(fields).execute(conn).await?;
                id
            }
            None => {
                diesel::insert_into(swatches::table)
                    .values(fields)
                    .returning(swatches::id)
                    .get_result(conn)
                    .await?
            }
        });
    }
    diesel::delete(swatches::table.filter(swatches::id.ne_all(kept)))
        .execute(conn)
        .await?;
    Ok(())
}

/// The row and the picture of the swatch with these names.
async fn held(conn: &mut Conn, draft: &SwatchDraft) -> Result<Option<(i64, Option<i64>)>, Fault> {
    let query = diesel::sql_query(
        "SELECT s.id, s.media_id FROM swatches s \
         WHERE s.option_key = left(lower($1), 400) AND s.value_key = left(lower($2), 400)",
    )
    .bind::<Text, _>(&draft.option)
    .bind::<Text, _>(&draft.value);
    Ok(cached::<(BigInt, Nullable<BigInt>), _>(query)
        .get_result(conn)
        .await
        .optional()?)
}
