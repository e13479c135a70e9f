//! Pictures and their places on products.

use chrono::{DateTime, Utc};
use diesel::sql_types::{Array, BigInt, Bool, Integer, Nullable, Text, Timestamptz};
use diesel_async::RunQueryDsl;

use super::json;
use crate::catalog::draft::{Given, ImageDraft};
use crate::db::Conn;
use crate::db::sql::cached;
use crate::kernel::Fault;

/// Makes the product's images the given ones, as far as the file has columns for them; answers how many were added, moved,
/// described anew or taken away.
pub(super) async fn save_images(
    conn: &mut Conn,
    product: i64,
    images: &[ImageDraft],
    given: Given,
    now: DateTime<Utc>,
) -> Result<i64, Fault> {
    if !given.images && !given.variant_images {
        return Ok(0);
    }
    let query = diesel::sql_query(include_str!("../../../sql/catalog/save_images.sql"))
        .bind::<BigInt, _>(product)
        .bind::<Text, _>(json(&images)?)
        .bind::<Timestamptz, _>(now)
        .bind::<Bool, _>(given.images)
        .bind::<Bool, _>(given.images && given.alts)
        .bind::<Bool, _>(given.positions)
        .bind::<Bool, _>(given.variant_images);
    Ok(cached::<BigInt, _>(query).get_result(conn).await?)
}

/// The number of the picture `held`, if it has this URL, or of a new one.
///
/// # Errors
/// A [`Fault`] when the statement fails.
pub async fn save_single(
    conn: &mut Conn,
    held: Option<i64>,
    image: &ImageDraft,
    now: DateTime<Utc>,
) -> Result<i64, Fault> {
    const SQL: &str = "WITH known AS (\
            UPDATE media SET alt = $3 WHERE id = $1 AND url = $2 RETURNING id), \
        added AS (\
            INSERT INTO media (url, alt, created_at) SELECT $2, $3, $4 \
            WHERE NOT EXISTS (SELECT FROM known) RETURNING id) \
        SELECT id FROM known UNION ALL SELECT id FROM added";
    let query = diesel::sql_query(SQL)
        .bind::<Nullable<BigInt>, _>(held)
        .bind::<Text, _>(&image.url)
        .bind::<Nullable<Text>, _>(image.alt.as_deref())
        .bind::<Timestamptz, _>(now);
    Ok(cached::<BigInt, _>(query).get_result(conn).await?)
}

/// Notes the width and height of pictures by their URL: `(url, width, height)` in pixels.
///
/// # Errors
/// A [`Fault`] when the statement fails.
pub async fn set_dimensions(conn: &mut Conn, sizes: &[(String, i32, i32)]) -> Result<(), Fault> {
    let urls: Vec<&str> = sizes.iter().map(|(url, _, _)| url.as_str()).collect();
    let widths: Vec<i32> = sizes.iter().map(|(_, width, _)| *width).collect();
    let heights: Vec<i32> = sizes.iter().map(|(_, _, height)| *height).collect();
    diesel::sql_query(
        "UPDATE media m SET width = g.width, height = g.height \
         FROM unnest($1, $2, $3) AS g(url, width, height) \
         WHERE m.url = g.url AND (m.width, m.height) IS DISTINCT FROM (g.width, g.height)",
    )
    .bind::<Array<Text>, _>(urls)
    .bind::<Array<Integer>, _>(widths)
    .bind::<Array<Integer>, _>(heights)
    .execute(conn)
    .await?;
    Ok(())
}
