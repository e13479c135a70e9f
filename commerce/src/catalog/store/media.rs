//! What the shop's file adds to products: pictures, films and models behind those of the product CSV.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Nullable, Text};
use diesel_async::RunQueryDsl;

use super::images::save_single;
use super::product::{refresh_summary, touch};
use crate::catalog::draft::{ImageDraft, MediumDraft};
use crate::db::Conn;
use crate::db::sql::cached;
use crate::kernel::Fault;
use crate::tables::{media, product_media, products};

/// The places before are those of the product CSV's pictures, of which there are far fewer.
const BEHIND: i32 = 1_000_000;

const HELD: &str = "SELECT p.id, p.handle, m.id, pm.position, m.kind, m.url, m.alt, m.mime_type, m.bytes, \
    m.width, m.height, m.preview_media_id, v.url \
    FROM product_media pm JOIN products p ON p.id = pm.product_id JOIN media m ON m.id = pm.media_id \
    LEFT JOIN media v ON v.id = m.preview_media_id WHERE pm.by_file";

/// The types of [`HELD`].
type HeldColumns = (
    BigInt,
    Text,
    BigInt,
    Integer,
    Text,
    Text,
    Nullable<Text>,
    Nullable<Text>,
    Nullable<Integer>,
    Nullable<Integer>,
    Nullable<Integer>,
    Nullable<BigInt>,
    Nullable<Text>,
);

/// A medium as it is.
#[derive(Queryable)]
struct Held {
    product_id: i64,
    product: String,
    id: i64,
    position: i32,
    kind: String,
    url: String,
    alt: Option<String>,
    mime_type: Option<String>,
    bytes: Option<i32>,
    width: Option<i32>,
    height: Option<i32>,
    preview_id: Option<i64>,
    preview: Option<String>,
}

impl Held {
    fn is(&self, draft: &MediumDraft) -> bool {
        (&self.alt, &self.mime_type, self.bytes) == (&draft.alt, &draft.mime_type, draft.bytes)
            && (self.width, self.height, &self.preview)
                == (draft.width, draft.height, &draft.preview)
    }
}

/// Makes what products have beside the pictures of the product CSV the given media, in this order. A
/// medium is known by its product, kind and address.
///
/// # Errors
/// [`Fault::Inconsistent`] for a product that does not exist; a [`Fault`] when a statement fails.
pub async fn save_media(
    conn: &mut Conn,
    drafts: &[MediumDraft],
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    let rows: Vec<Held> = cached::<HeldColumns, _>(diesel::sql_query(HELD))
        .load(conn)
        .await?;
    let name = |row: &Held| (row.product.clone(), row.kind.clone(), row.url.clone());
    let mut held: HashMap<_, _> = rows.into_iter().map(|row| (name(&row), row)).collect();
    let known = products_of(conn, drafts).await?;
    let mut places: HashMap<i64, i32> = HashMap::new();
    let mut changed = BTreeSet::new();
    for draft in drafts {
        let Some(product) = known.get(&draft.product).copied() else {
            let what = format!(
                "there is a medium of the product `{}`, which does not exist",
                draft.product
            );
            return Err(Fault::Inconsistent(what));
        };
        let place = places.entry(product).or_insert(BEHIND);
        *place += 1;
        let name = (
            draft.product.clone(),
            draft.kind.to_owned(),
            draft.url.clone(),
        );
        let before = held.remove(&name);
        if before
            .as_ref()
            .is_some_and(|row| row.is(draft) && row.position == *place)
        {
            continue;
        }
        let id = save_medium(conn, before.as_ref(), draft, now).await?;
        link(conn, product, id, *place).await?;
        changed.insert(product);
    }
    for gone in held.values() {
        diesel::delete(product_media::table.find((gone.product_id, gone.id)))
            .execute(conn)
            .await?;
        changed.insert(gone.product_id);
    }
    let changed: Vec<i64> = changed.into_iter().collect();
    if !changed.is_empty() {
        refresh_summary(conn, &changed).await?;
    }
    for product in changed {
        touch(conn, product, now).await?;
    }
    Ok(())
}

/// The numbers of the products with these media, by their handles.
async fn products_of(
    conn: &mut Conn,
    drafts: &[MediumDraft],
) -> Result<HashMap<String, i64>, Fault> {
    let handles: BTreeSet<&str> = drafts.iter().map(|draft| draft.product.as_str()).collect();
    let rows: Vec<(String, i64)> = products::table
        .filter(products::handle.eq_any(handles))
        .select((products::handle, products::id))
        .load(conn)
        .await?;
    Ok(rows.into_iter().collect())
}

async fn save_medium(
    conn: &mut Conn,
    before: Option<&Held>,
    draft: &MediumDraft,
    now: DateTime<Utc>,
) -> Result<i64, Fault> {
    let preview = match &draft.preview {
        Some(url) => {
            let image = ImageDraft {
                url: url.clone(),
                alt: draft.alt.clone(),
                position: 1,
            };
            let held = before.and_then(|row| row.preview_id);
            Some(save_single(conn, held, &image, now).await?)
        }
        None => None,
    };
    let fields = (
        media::kind.eq(draft.kind),
        media::url.eq(&draft.url),
        media::alt.eq(&draft.alt),
        media::mime_type.eq(&draft.mime_type),
        media::bytes.eq(draft.bytes),
        media::width.eq(draft.width),
        media::height.eq(draft.height),
        media::preview_media_id.eq(preview),
    );
    if let Some(row) = before {
        let row = diesel::update(media::table.find(row.id));
        return Ok(row
            .set(fields)
            .returning(media::id)
            .get_result(conn)
            .await?);
    }
    Ok(diesel::insert_into(media::table)
        .values((fields, media::created_at.eq(now)))
        .returning(media::id)
        .get_result(conn)
        .await?)
}

async fn link(conn: &mut Conn, product: i64, medium: i64, place: i32) -> Result<(), Fault> {
    diesel::insert_into(product_media::table)
        .values((
            product_media::product_id.eq(product),
            product_media::media_id.eq(medium),
            product_media::position.eq(place),
            product_media::by_file.eq(true),
        ))
        .on_conflict((product_media::product_id, product_media::media_id))
        .do_update()
        .set(product_media::position.eq(place))
        .execute(conn)
        .await?;
    Ok(())
}
