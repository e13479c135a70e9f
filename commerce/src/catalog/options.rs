//! The options of products and the values that they take.

use std::collections::HashMap;

use diesel::sql_query;
use diesel::sql_types::{Array, BigInt};
use diesel_async::RunQueryDsl;

use super::model::{OptionColumns, OptionValue, ProductOption, Swatch};
use crate::db::Conn;
use crate::db::sql::cached;
use crate::kernel::{Fault, Id, id};

/// The options of these products in order, each with its values in order.
///
/// # Errors
/// A [`Fault`] of the database.
pub async fn of_products(
    conn: &mut Conn,
    products: &[Id<id::Product>],
) -> Result<HashMap<Id<id::Product>, Vec<ProductOption>>, Fault> {
    type Row = (
        Id<id::Product>,
        Id<id::ProductOption>,
        String,
        i16,
        Option<Id<id::ProductOptionValue>>,
        Option<String>,
        Option<String>,
        Option<i64>,
    );
    let ids: Vec<i64> = products.iter().map(|id| id.value).collect();
    let query = sql_query(
        "SELECT o.product_id, o.id, o.name, o.position, v.id, v.name, s.color, s.media_id \
         FROM product_options o LEFT JOIN product_option_values v ON v.option_id = o.id \
         LEFT JOIN swatches s ON s.option_key = left(lower(o.name), 400) \
            AND s.value_key = left(lower(v.name), 400) \
         WHERE o.product_id = ANY($1) ORDER BY o.product_id, o.position, v.position, v.id",
    )
    .bind::<Array<BigInt>, _>(ids);
    let rows: Vec<Row> = cached::<OptionColumns, _>(query).load(conn).await?;
    let mut options: HashMap<_, Vec<ProductOption>> = HashMap::with_capacity(products.len());
    for (product_id, id, name, position, value_id, value_name, color, picture) in rows {
        let list = options.entry(product_id).or_default();
        if list.last().is_none_or(|last| last.id != id) {
            list.push(ProductOption {
                id,
                product_id,
                name,
                position,
                values: Vec::new(),
            });
        }
        if let (Some(option), Some(id), Some(name)) = (list.last_mut(), value_id, value_name) {
            option.values.push(OptionValue {
                id,
                name,
                swatch: Swatch::of(color, picture),
            });
        }
    }
    Ok(options)
}
