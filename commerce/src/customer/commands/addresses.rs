//! The customer's address book.

use super::identified;
use crate::Shop;
use crate::customer::store::{self, Patch};
use crate::customer::{Code, Customer, CustomerAddress, MAX_ADDRESSES, Refusal, Refusals, rules};
use crate::db::Conn;
use crate::identity::Caller;
use crate::kernel::id::MailingAddress;
use crate::kernel::{Address, Failure, Id, Outcome};

/// Adds an address; the first one becomes the default.
///
/// # Errors
/// The reasons for refusing; then nothing was added.
pub async fn add_address(
    shop: &Shop,
    caller: &Caller,
    token: &str,
    address: &Address,
) -> Outcome<CustomerAddress, Refusals> {
    let now = shop.clock.now();
    shop.db
        .write(async |conn: &mut Conn| {
            let customer = identified(conn, caller, token, now).await?;
            let customer = store::lock(conn, customer.id).await?;
            let address = rules::address(address.clone()).map_err(Failure::Refused)?;
            if store::count_addresses(conn, customer.id).await? >= MAX_ADDRESSES {
                let message = format!("an account keeps at most {MAX_ADDRESSES} addresses");
                let refusal = Refusal::new(Code::Invalid, &["address"], message);
                return Err(Failure::Refused(vec![refusal]));
            }
            let added = store::insert_address(conn, customer.id, address, now).await?;
            if customer.default_address.is_none() {
                let patch = Patch {
                    default_address_id: Some(Some(added.id.value)),
                    ..Patch::default()
                };
                store::patch(conn, customer.id, &patch, now).await?;
            }
            Ok(added)
        })
        .await
}

/// Changes an address; what is not given stays.
///
/// # Errors
/// The reasons for refusing; then nothing was changed. Another customer's address is refused like one
/// that does not exist.
pub async fn edit_address(
    shop: &Shop,
    caller: &Caller,
    token: &str,
    id: Option<Id<MailingAddress>>,
    given: &Address,
) -> Outcome<CustomerAddress, Refusals> {
    let now = shop.clock.now();
    shop.db
        .write(async |conn: &mut Conn| {
            let customer = identified(conn, caller, token, now).await?;
            let customer = store::lock(conn, customer.id).await?;
            let no_address = || Failure::Refused(Refusal::no_address("id"));
            let id = id.ok_or_else(no_address)?;
            let before = store::address(conn, customer.id, id).await?;
            let after = rules::merged(before.ok_or_else(no_address)?, given.clone());
            let address = rules::address(after).map_err(Failure::Refused)?;
            let address = CustomerAddress { id, address };
            store::update_address(conn, customer.id, &address, now).await?;
            Ok(address)
        })
        .await
}

/// Deletes an address. A default address that goes leaves none.
///
/// # Errors
/// As [`edit_address`].
pub async fn delete_address(
    shop: &Shop,
    caller: &Caller,
    token: &str,
    id: Option<Id<MailingAddress>>,
) -> Outcome<(), Refusals> {
    let now = shop.clock.now();
    shop.db
        .write(async |conn: &mut Conn| {
            let customer = identified(conn, caller, token, now).await?;
            let customer = store::lock(conn, customer.id).await?;
            let is_gone = match id {
                Some(id) => store::delete_address(conn, customer.id, id).await?,
                None => false,
            };
            if is_gone {
                Ok(())
            } else {
                Err(Failure::Refused(Refusal::no_address("id")))
            }
        })
        .await
}

/// Chooses the default address.
///
/// # Errors
/// As [`edit_address`].
pub async fn set_default_address(
    shop: &Shop,
    caller: &Caller,
    token: &str,
    id: Option<Id<MailingAddress>>,
) -> Outcome<Customer, Refusals> {
    let now = shop.clock.now();
    shop.db
        .write(async |conn: &mut Conn| {
            let customer = identified(conn, caller, token, now).await?;
            let customer = store::lock(conn, customer.id).await?;
            let no_address = || Failure::Refused(Refusal::no_address("addressId"));
            let id = id.ok_or_else(no_address)?;
            let address = store::address(conn, customer.id, id).await?;
            address.ok_or_else(no_address)?;
            let patch = Patch {
                default_address_id: Some(Some(id.value)),
                ..Patch::default()
            };
            Ok(store::patch(conn, customer.id, &patch, now).await?)
        })
        .await
}
