//! Changing a cart's delivery addresses.

use uuid::Uuid;

use super::locked;
use crate::Shop;
use crate::cart::store::{self, Patch};
use crate::cart::{
    AddressDraft, AddressEdit, CartAddress, CartKey, Changed, Path, Refusals, Warning, addresses,
    check, reads,
};
use crate::db::Conn;
use crate::kernel::{Failure, Outcome};

/// Adds delivery addresses to a cart.
///
/// # Errors
/// The reasons for refusing; then nothing was added.
pub async fn add_addresses(
    shop: &Shop,
    key: &CartKey,
    drafts: &[AddressDraft],
) -> Outcome<Changed, Refusals> {
    let path = Path::root("addresses");
    change(shop, key, drafts.len(), &path, |before| {
        addresses::add(before, drafts, &path)
    })
    .await
}

/// Changes delivery addresses of a cart.
///
/// # Errors
/// The reasons for refusing; then nothing was changed.
pub async fn edit_addresses(
    shop: &Shop,
    key: &CartKey,
    edits: &[AddressEdit],
) -> Outcome<Changed, Refusals> {
    let path = Path::root("addresses");
    change(shop, key, edits.len(), &path, |before| {
        Ok((addresses::edit(before, edits, &path)?, Vec::new()))
    })
    .await
}

/// Removes delivery addresses; `None` stands for an id that is not one of an address.
///
/// # Errors
/// The reasons for refusing; then nothing was removed.
pub async fn remove_addresses(
    shop: &Shop,
    key: &CartKey,
    ids: &[Option<Uuid>],
) -> Outcome<Changed, Refusals> {
    let path = Path::root("addressIds");
    change(shop, key, ids.len(), &path, |before| {
        Ok((addresses::remove(before, ids, &path)?, Vec::new()))
    })
    .await
}

/// Puts addresses in place of all that a cart has.
///
/// # Errors
/// The reasons for refusing; then nothing was replaced.
pub async fn replace_addresses(
    shop: &Shop,
    key: &CartKey,
    drafts: &[AddressDraft],
) -> Outcome<Changed, Refusals> {
    let path = Path::root("addresses");
    change(shop, key, drafts.len(), &path, |_| {
        addresses::add(Vec::new(), drafts, &path)
    })
    .await
}

type Planned = Result<(Vec<CartAddress>, Vec<Warning>), Refusals>;

async fn change<F>(
    shop: &Shop,
    key: &CartKey,
    count: usize,
    path: &Path,
    plan: F,
) -> Outcome<Changed, Refusals>
where
    F: Fn(Vec<CartAddress>) -> Planned + Sync,
{
    check::count(count, path).map_err(Failure::Refused)?;
    let now = shop.clock.now();
    let plan = &plan;
    shop.db
        .write(async |conn: &mut Conn| {
            let cart = locked(conn, key, now).await?;
            let before = store::addresses(conn, cart.id).await?;
            let (after, warnings) = plan(before).map_err(Failure::Refused)?;
            store::put_addresses(conn, cart.id, &after).await?;
            let mut cart = store::patch(conn, cart, &Patch::default(), now).await?;
            reads::fill(conn, &mut cart, &[], now).await?;
            Ok(Changed { cart, warnings })
        })
        .await
}
