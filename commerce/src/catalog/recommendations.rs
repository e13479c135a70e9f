//! Products that go with a product: those that share collections, its type or tags with it.

use chrono::{DateTime, Utc};
use diesel::sql_query;
use diesel::sql_types::{BigInt, Timestamptz};
use diesel_async::RunQueryDsl;

use super::model::{PRODUCT, Product, ProductColumns};
use super::products::VISIBLE;
use crate::db::Conn;
use crate::db::sql::cached;
use crate::kernel::{Fault, Id, id};

/// How many products are recommended at most.
pub(super) const LIMIT: i64 = 10;

/// Visible products related to this one, the closest first, better sellers first among equals.
///
/// Each way of being related looks at its 200 newest products only, so that a collection of all
/// products costs no more than a small one.
///
/// # Errors
/// A [`Fault`] of the database.
pub async fn related(
    conn: &mut Conn,
    product: Id<id::Product>,
    now: DateTime<Utc>,
) -> Result<Vec<Product>, Fault> {
    let text = format!(
        "WITH me AS (SELECT id, product_type, tags_key FROM products WHERE id = $1), \
         kin AS (\
           SELECT x.product_id AS id, 3 AS weight FROM collection_products mine CROSS JOIN LATERAL (\
             SELECT product_id FROM collection_products WHERE collection_id = mine.collection_id \
             ORDER BY position DESC, product_id DESC LIMIT 200) x WHERE mine.product_id = $1 \
           UNION ALL \
           SELECT x.id, 2 FROM me CROSS JOIN LATERAL (\
             SELECT p.id FROM products p WHERE p.product_type = me.product_type AND me.product_type <> '' \
             AND {VISIBLE} $2 ORDER BY p.id DESC LIMIT 200) x \
           UNION ALL \
           SELECT x.id, 1 FROM me CROSS JOIN LATERAL (\
             SELECT p.id FROM products p WHERE p.tags_key && me.tags_key \
             AND {VISIBLE} $2 ORDER BY p.id DESC LIMIT 200) x), \
         closest AS (SELECT id, sum(weight) AS weight FROM kin WHERE id <> $1 GROUP BY id) \
         SELECT {PRODUCT} FROM closest JOIN products p ON p.id = closest.id \
         LEFT JOIN media m ON m.id = p.featured_media_id WHERE {VISIBLE} $2 \
         ORDER BY closest.weight DESC, p.units_sold DESC, p.id LIMIT $3"
    );
    let query = sql_query(text)
        .bind::<BigInt, _>(product.value)
        .bind::<Timestamptz, _>(now)
        .bind::<BigInt, _>(LIMIT);
    Ok(cached::<ProductColumns, _>(query).load(conn).await?)
}
