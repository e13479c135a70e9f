//! What references lead to: its id by its name, and its name by its id.

use std::collections::{BTreeMap, HashMap};

use diesel::sql_query;
use diesel::sql_types::{Array, BigInt, Text};
use diesel_async::RunQueryDsl;

use crate::content::values::Target;
use crate::db::Conn;
use crate::db::sql::cached;
use crate::kernel::{Fault, Gid};

/// The outside forms of the ids that names stand for; an id stands for itself.
pub(super) async fn ids(
    conn: &mut Conn,
    target: Target,
    names: &[&str],
) -> Result<HashMap<String, String>, Fault> {
    let (known, unknown): (Vec<&str>, Vec<&str>) =
        names.iter().partition(|name| target.has_id(name));
    let mut ids: HashMap<String, String> = known
        .into_iter()
        .map(|id| (id.to_owned(), id.to_owned()))
        .collect();
    if unknown.is_empty() {
        return Ok(ids);
    }
    let text = match target {
        Target::Article => {
            "SELECT b.handle || '/' || a.handle, 'Article', a.id FROM articles a JOIN blogs b ON b.id = a.blog_id \
             WHERE b.handle || '/' || a.handle = ANY($1)"
        }
        Target::Collection => {
            "SELECT handle, 'Collection', id FROM collections WHERE handle = ANY($1)"
        }
        Target::File => {
            "SELECT handle, CASE kind WHEN 'image' THEN 'MediaImage' WHEN 'video' THEN 'Video' \
             WHEN 'model_3d' THEN 'Model3d' ELSE 'GenericFile' END, coalesce(media_id, id) \
             FROM files WHERE handle = ANY($1)"
        }
        Target::Metaobject => {
            "SELECT d.kind || '/' || o.handle, 'Metaobject', o.id FROM metaobjects o \
             JOIN metaobject_definitions d ON d.id = o.definition_id WHERE d.kind || '/' || o.handle = ANY($1)"
        }
        Target::Page => "SELECT handle, 'Page', id FROM pages WHERE handle = ANY($1)",
        Target::Product => "SELECT handle, 'Product', id FROM products WHERE handle = ANY($1)",
        Target::Variant => {
            "SELECT sku, 'ProductVariant', min(id) FROM variants WHERE sku = ANY($1) AND deleted_at IS NULL GROUP BY sku"
        }
    };
    let query = sql_query(text).bind::<Array<Text>, _>(unknown);
    let found: Vec<(String, String, i64)> =
        cached::<(Text, Text, BigInt), _>(query).load(conn).await?;
    let found = found.into_iter();
    ids.extend(found.map(|(name, kind, id)| (name, format!("gid://shopify/{kind}/{id}"))));
    Ok(ids)
}

/// The names that lead back to these ids, in one statement for each kind of thing. What has none, such as a
/// variant without a stock keeping unit, is left out.
///
/// # Errors
/// A [`Fault`] of the database.
pub async fn names<'a>(
    conn: &mut Conn,
    ids: impl Iterator<Item = &'a str>,
) -> Result<HashMap<String, String>, Fault> {
    let mut by_kind: BTreeMap<&str, Vec<i64>> = BTreeMap::new();
    for gid in ids.filter_map(Gid::parse) {
        if let Some(number) = gid.number() {
            by_kind.entry(gid.kind).or_default().push(number);
        }
    }
    let mut names = HashMap::new();
    for (kind, numbers) in by_kind {
        let text = match kind {
            "Article" => {
                "SELECT a.id, b.handle || '/' || a.handle FROM articles a JOIN blogs b ON b.id = a.blog_id \
                 WHERE a.id = ANY($1)"
            }
            "Collection" => "SELECT id, handle FROM collections WHERE id = ANY($1)",
            "GenericFile" => "SELECT id, handle FROM files WHERE id = ANY($1) AND media_id IS NULL",
            "MediaImage" | "Video" | "Model3d" => {
                "SELECT media_id, handle FROM files WHERE media_id = ANY($1)"
            }
            "Metaobject" => {
                "SELECT o.id, d.kind || '/' || o.handle FROM metaobjects o \
                 JOIN metaobject_definitions d ON d.id = o.definition_id WHERE o.id = ANY($1)"
            }
            "Page" => "SELECT id, handle FROM pages WHERE id = ANY($1)",
            "Product" => "SELECT id, handle FROM products WHERE id = ANY($1)",
            "ProductVariant" => {
                "SELECT id, sku FROM variants v WHERE id = ANY($1) AND deleted_at IS NULL AND sku <> '' \
                 AND NOT EXISTS (SELECT FROM variants o WHERE o.sku = v.sku AND o.id < v.id AND o.deleted_at IS NULL)"
            }
            _ => continue,
        };
        let query = sql_query(text).bind::<Array<BigInt>, _>(numbers);
        let found: Vec<(i64, String)> = cached::<(BigInt, Text), _>(query).load(conn).await?;
        let found = found.into_iter();
        names.extend(found.map(|(id, name)| (format!("gid://shopify/{kind}/{id}"), name)));
    }
    Ok(names)
}
