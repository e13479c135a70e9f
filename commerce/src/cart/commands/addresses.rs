//! Changing a cart's delivery addresses.

use uuid::Uuid;

use super::locked;
use crate::Shop;
use crate::cart::addresses::Book;
use crate::cart::store::{self, Patch, Touch};
use crate::cart::{
    AddressDraft, AddressEdit, CartAddress, CartKey, Changed, GivenAddress, Path, Refusals,
    Warning, addresses, check, reads,
};
use crate::customer;
use crate::db::Conn;
use crate::kernel::id::Customer;
use crate::kernel::{Failure, Fault, Id, Outcome};

/// Adds delivery addresses to a cart; those of its customer's address book only when the customer is the caller.
///
/// # Errors
/// The reasons for refusing; then nothing was added.
pub async fn add_addresses(
    shop: &Shop,
    key: &CartKey,
    drafts: &[AddressDraft],
    caller: Option<Id<Customer>>,
) -> Outcome<Changed, Refusals> {
    let path = Path::root("addresses");
    let given = drafts.iter().map(|draft| &draft.address).collect();
    change(shop, key, (given, caller), &path, |before, book| {
        addresses::add(before, drafts, book, &path)
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
    caller: Option<Id<Customer>>,
) -> Outcome<Changed, Refusals> {
    let path = Path::root("addresses");
    check::count(edits.len(), &path).map_err(Failure::Refused)?;
    let given = edits.iter().filter_map(|edit| edit.address.as_ref());
    change(
        shop,
        key,
        (given.collect(), caller),
        &path,
        |before, book| Ok((addresses::edit(before, edits, book, &path)?, Vec::new())),
    )
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
    check::count(ids.len(), &path).map_err(Failure::Refused)?;
    change(shop, key, (Vec::new(), None), &path, |before, _| {
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
    caller: Option<Id<Customer>>,
) -> Outcome<Changed, Refusals> {
    let path = Path::root("addresses");
    let given = drafts.iter().map(|draft| &draft.address).collect();
    change(shop, key, (given, caller), &path, |_, book| {
        addresses::add(Vec::new(), drafts, book, &path)
    })
    .await
}

/// The address book of a customer; not read when no address is copied from it.
pub(super) async fn book(
    conn: &mut Conn,
    customer: Option<Id<Customer>>,
    given: &[&GivenAddress],
) -> Result<Book, Fault> {
    let Some(customer) = customer.filter(|_| given.iter().any(|one| one.is_copied())) else {
        return Ok(Book::default());
    };
    let mut books = customer::reads::addresses(conn, &[customer]).await?;
    let book = books.remove(&customer).unwrap_or_default().into_iter();
    Ok(Book {
        owner: Some(customer),
        addresses: book.map(|own| (own.id, own.address)).collect(),
    })
}

type Planned = Result<(Vec<CartAddress>, Vec<Warning>), Refusals>;

async fn change<F>(
    shop: &Shop,
    key: &CartKey,
    (given, caller): (Vec<&GivenAddress>, Option<Id<Customer>>),
    path: &Path,
    plan: F,
) -> Outcome<Changed, Refusals>
where
    F: Fn(Vec<CartAddress>, &Book) -> Planned + Sync,
{
    check::count(given.len(), path).map_err(Failure::Refused)?;
    let now = shop.clock.now();
    let plan = &plan;
    shop.db
        .write(async |conn: &mut Conn| {
            let cart = locked(conn, key, now).await?;
            let before = store::addresses(conn, cart.id).await?;
            // Whoever holds a cart is not told where its customer lives.
            let oneself = cart.customer.filter(|customer| caller == Some(*customer));
            let book = book(conn, oneself, &given).await?;
            let (after, warnings) = plan(before, &book).map_err(Failure::Refused)?;
            store::put_addresses(conn, cart.id, &after).await?;
            let mut cart =
                store::patch(conn, cart, &Patch::default(), Touch::at(shop, now)).await?;
            reads::fill(conn, &mut cart, &[], now).await?;
            Ok(Changed { cart, warnings })
        })
        .await
}
