//! Adding, changing and removing lines.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::locked;
use crate::Shop;
use crate::cart::rules::{Catalog, Plan};
use crate::cart::store::Touch;
use crate::cart::{
    Cart, CartKey, Changed, LineDraft, LineEdit, Path, Refusals, check, reads, store,
};
use crate::db::Conn;
use crate::kernel::id::ProductVariant;
use crate::kernel::{Failure, Id, Outcome};

/// Adds lines to a cart.
///
/// # Errors
/// The reasons for refusing; then nothing was added.
pub async fn add_lines(
    shop: &Shop,
    key: &CartKey,
    drafts: &[LineDraft],
) -> Outcome<Changed, Refusals> {
    let path = Path::root("lines");
    check::count(drafts.len(), &path).map_err(Failure::Refused)?;
    let wanted: Vec<_> = drafts.iter().filter_map(LineDraft::variant).collect();
    let (now, most) = (shop.clock.now(), shop.settings.orders.most_pieces);
    shop.db
        .write(async |conn: &mut Conn| {
            let (cart, catalog) = opened(conn, key, &wanted, now).await?;
            change(conn, cart, (Touch::at(shop, now), most), &path, |plan| {
                plan.add(drafts, &catalog, &path);
            })
            .await
        })
        .await
}

/// Changes lines of a cart.
///
/// # Errors
/// The reasons for refusing; then nothing was changed.
pub async fn edit_lines(
    shop: &Shop,
    key: &CartKey,
    edits: &[LineEdit],
) -> Outcome<Changed, Refusals> {
    let path = Path::root("lines");
    check::count(edits.len(), &path).map_err(Failure::Refused)?;
    let wanted: Vec<_> = edits.iter().filter_map(LineEdit::variant).collect();
    let (now, most) = (shop.clock.now(), shop.settings.orders.most_pieces);
    shop.db
        .write(async |conn: &mut Conn| {
            let (cart, catalog) = opened(conn, key, &wanted, now).await?;
            change(conn, cart, (Touch::at(shop, now), most), &path, |plan| {
                plan.edit(edits, &catalog, &path);
            })
            .await
        })
        .await
}

/// Removes lines from a cart; `None` stands for an id that is not one of a line.
///
/// # Errors
/// The reasons for refusing; then nothing was removed.
pub async fn remove_lines(
    shop: &Shop,
    key: &CartKey,
    ids: &[Option<Uuid>],
) -> Outcome<Changed, Refusals> {
    let path = Path::root("lineIds");
    check::count(ids.len(), &path).map_err(Failure::Refused)?;
    let (now, most) = (shop.clock.now(), shop.settings.orders.most_pieces);
    shop.db
        .write(async |conn: &mut Conn| {
            let (cart, _) = opened(conn, key, &[], now).await?;
            change(conn, cart, (Touch::at(shop, now), most), &path, |plan| {
                plan.remove(ids, &path)
            })
            .await
        })
        .await
}

async fn opened(
    conn: &mut Conn,
    key: &CartKey,
    wanted: &[Id<ProductVariant>],
    now: DateTime<Utc>,
) -> Outcome<(Cart, Catalog), Refusals> {
    let mut cart = locked(conn, key, now).await?;
    let catalog = reads::fill(conn, &mut cart, wanted, now).await?;
    Ok((cart, catalog))
}

/// Works a change out and stores what became different, where an order may have so many pieces.
pub(super) async fn change(
    conn: &mut Conn,
    mut cart: Cart,
    (touch, most): (Touch, i64),
    path: &Path,
    plan: impl FnOnce(&mut Plan) + Send,
) -> Outcome<Changed, Refusals> {
    let mut planned = Plan::of(
        std::mem::take(&mut cart.lines),
        std::mem::take(&mut cart.withdrawn),
    );
    plan(&mut planned);
    let planned = planned.finish(path, most).map_err(Failure::Refused)?;
    if !planned.dropped.is_empty() {
        store::delete_lines(conn, &planned.dropped).await?;
    }
    cart.lines = planned.lines;
    cart.withdrawn = planned.withdrawn;
    let changed: Vec<Uuid> = planned.touched.into_iter().collect();
    store::put_lines(conn, &mut cart, &changed, touch).await?;
    Ok(Changed {
        cart,
        warnings: planned.warnings,
    })
}
