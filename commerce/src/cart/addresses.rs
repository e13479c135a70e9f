//! How a cart's delivery addresses change. Pure.

use std::collections::HashMap;

use uuid::Uuid;

use super::{
    CartAddress, Code, MAX_ADDRESSES, Path, Refusal, Refusals, Warning, WarningCode, check,
};
use crate::kernel::id::{Customer, MailingAddress, ordered_uuid};
use crate::kernel::{Address, Id};

/// An address as a caller gives it.
#[derive(Clone, Debug)]
pub enum GivenAddress {
    /// Written out.
    Written(Box<Address>),
    /// Of the address book of the cart's customer; `None` for an id that is not one of an address there.
    OfCustomer(Option<Id<MailingAddress>>),
    /// Not at all.
    Missing,
}

/// The address book of the cart's customer.
#[derive(Debug, Default)]
pub(super) struct Book {
    /// Whose it is.
    pub owner: Option<Id<Customer>>,
    /// What is in it.
    pub addresses: HashMap<Id<MailingAddress>, Address>,
}

impl GivenAddress {
    /// Whether an address book has to be looked into.
    pub(super) fn is_copied(&self) -> bool {
        matches!(self, Self::OfCustomer(_))
    }

    /// The address, checked; refuses what is not one.
    fn settle(
        &self,
        strict: bool,
        book: &Book,
        at: &Path,
        refusals: &mut Refusals,
    ) -> Option<Address> {
        match self {
            Self::Written(given) => {
                let at = at.key("deliveryAddress");
                Some(check::address(given, strict, &at, refusals))
            }
            Self::OfCustomer(id) => {
                let at = at.key("copyFromCustomerAddressId");
                match id.as_ref().and_then(|id| book.addresses.get(id)) {
                    Some(own) => Some(check::address(own, strict, &at, refusals)),
                    None => {
                        let message = "the customer of the cart has no address with this id";
                        refusals.push(Refusal::new(Code::InvalidDeliveryAddressId, at, message));
                        None
                    }
                }
            }
            Self::Missing => {
                let message = "give `deliveryAddress` or `copyFromCustomerAddressId`";
                refusals.push(Refusal::new(Code::Invalid, at.clone(), message));
                None
            }
        }
    }
}

/// An address that a caller wants to add.
#[derive(Clone, Debug)]
pub struct AddressDraft {
    /// The address.
    pub address: GivenAddress,
    /// Whether the parcel goes there. Unsaid, it does when no other address is selected.
    pub selected: Option<bool>,
    /// Whether it must not be kept in the buyer's address book.
    pub one_time_use: bool,
    /// Whether all that a parcel needs must be there already.
    pub strict: bool,
}

/// A change that a caller wants to make to an address; what is `None` stays.
#[derive(Clone, Debug)]
pub struct AddressEdit {
    /// The address; `None` when the id is not one of an address.
    pub id: Option<Uuid>,
    /// Another address.
    pub address: Option<GivenAddress>,
    /// Whether the parcel goes there.
    pub selected: Option<bool>,
    /// Whether it must not be kept in the buyer's address book.
    pub one_time_use: Option<bool>,
    /// Whether all that a parcel needs must be there already.
    pub strict: bool,
}

/// Adds addresses behind those that the cart has.
pub(super) fn add(
    mut addresses: Vec<CartAddress>,
    drafts: &[AddressDraft],
    book: &Book,
    path: &Path,
) -> Result<(Vec<CartAddress>, Vec<Warning>), Refusals> {
    let mut refusals = Vec::new();
    let mut warnings = Vec::new();
    one_selected(
        drafts.iter().map(|draft| draft.selected),
        path,
        &mut refusals,
    );
    for (index, draft) in drafts.iter().enumerate() {
        let at = path.index(index).key("address");
        let settled = draft.address.settle(draft.strict, book, &at, &mut refusals);
        let Some(address) = settled else {
            continue;
        };
        let id = match addresses.iter().find(|other| other.address == address) {
            Some(same) => {
                warnings.push(duplicate(same.id));
                same.id
            }
            None => {
                addresses.push(CartAddress {
                    id: ordered_uuid(),
                    address,
                    selected: false,
                    one_time_use: draft.one_time_use,
                    customer: book.owner.filter(|_| draft.address.is_copied()),
                });
                addresses[addresses.len() - 1].id
            }
        };
        let wanted = match draft.selected {
            Some(selected) => selected,
            None => addresses.iter().all(|other| !other.selected),
        };
        if wanted {
            select(&mut addresses, id);
        }
    }
    if addresses.len() > MAX_ADDRESSES {
        let message = format!("a cart has at most {MAX_ADDRESSES} delivery addresses");
        refusals.push(Refusal::new(
            Code::TooManyDeliveryAddresses,
            path.clone(),
            message,
        ));
    }
    check::settled(refusals)?;
    Ok((addresses, warnings))
}

/// Changes addresses.
pub(super) fn edit(
    mut addresses: Vec<CartAddress>,
    edits: &[AddressEdit],
    book: &Book,
    path: &Path,
) -> Result<Vec<CartAddress>, Refusals> {
    let mut refusals = Vec::new();
    one_selected(edits.iter().map(|edit| edit.selected), path, &mut refusals);
    for (index, edit) in edits.iter().enumerate() {
        let at = path.index(index);
        let place = addresses.iter().position(|a| Some(a.id) == edit.id);
        let Some(place) = place else {
            refusals.push(unknown(at.key("id")));
            continue;
        };
        if let Some(given) = &edit.address {
            let at = at.key("address");
            if let Some(address) = given.settle(edit.strict, book, &at, &mut refusals) {
                let own = &mut addresses[place];
                // Whoever sends again what the cart has from an account gives nothing of their own.
                if given.is_copied() || own.address != address {
                    own.customer = book.owner.filter(|_| given.is_copied());
                }
                own.address = address;
            }
        }
        if let Some(one_time_use) = edit.one_time_use {
            addresses[place].one_time_use = one_time_use;
        }
        match edit.selected {
            Some(true) => {
                let id = addresses[place].id;
                select(&mut addresses, id);
            }
            Some(false) => addresses[place].selected = false,
            None => {}
        }
    }
    check::settled(refusals)?;
    Ok(addresses)
}

/// Removes addresses.
pub(super) fn remove(
    mut addresses: Vec<CartAddress>,
    ids: &[Option<Uuid>],
    path: &Path,
) -> Result<Vec<CartAddress>, Refusals> {
    let known = |id: &Option<Uuid>| addresses.iter().any(|a| Some(a.id) == *id);
    let refusals = ids
        .iter()
        .enumerate()
        .filter(|(_, id)| !known(id))
        .map(|(index, _)| unknown(path.index(index)))
        .collect();
    check::settled(refusals)?;
    addresses.retain(|address| !ids.contains(&Some(address.id)));
    Ok(addresses)
}

fn select(addresses: &mut [CartAddress], id: Uuid) {
    for address in addresses {
        address.selected = address.id == id;
    }
}

fn one_selected(
    selected: impl Iterator<Item = Option<bool>>,
    path: &Path,
    refusals: &mut Refusals,
) {
    if selected.filter(|selected| *selected == Some(true)).count() > 1 {
        refusals.push(Refusal::new(
            Code::OnlyOneDeliveryAddressCanBeSelected,
            path.clone(),
            "only one delivery address can be selected",
        ));
    }
}

fn unknown(at: Path) -> Refusal {
    let message = "the cart has no delivery address with this id";
    Refusal::new(Code::InvalidDeliveryAddressId, at, message)
}

fn duplicate(id: Uuid) -> Warning {
    Warning {
        code: WarningCode::DuplicateDeliveryAddress,
        message: "the cart has this delivery address already".into(),
        target: Some(id),
    }
}

#[cfg(test)]
mod tests {
    use super::edit as edit_all;
    use super::*;

    fn draft(city: &str, selected: Option<bool>) -> AddressDraft {
        AddressDraft {
            address: GivenAddress::Written(Box::new(Address {
                city: Some(city.into()),
                country: Some("US".into()),
                ..Address::default()
            })),
            selected,
            one_time_use: false,
            strict: false,
        }
    }

    fn path() -> Path {
        Path::root("addresses")
    }

    fn add(
        before: Vec<CartAddress>,
        drafts: &[AddressDraft],
        path: &Path,
    ) -> Result<(Vec<CartAddress>, Vec<Warning>), Refusals> {
        super::add(before, drafts, &Book::default(), path)
    }

    fn selected(addresses: &[CartAddress]) -> Vec<bool> {
        addresses.iter().map(|address| address.selected).collect()
    }

    #[test]
    fn the_first_address_is_selected_unless_told_otherwise() {
        let (addresses, _) = add(
            Vec::new(),
            &[draft("Rome", None), draft("Oslo", None)],
            &path(),
        )
        .unwrap();
        assert_eq!(selected(&addresses), [true, false]);
        let (addresses, _) = add(addresses, &[draft("Bern", Some(true))], &path()).unwrap();
        assert_eq!(selected(&addresses), [false, false, true]);
        let (addresses, _) = add(Vec::new(), &[draft("Rome", Some(false))], &path()).unwrap();
        assert_eq!(selected(&addresses), [false]);
    }

    #[test]
    fn an_address_of_an_account_is_the_buyers_once_it_is_changed() {
        let (owner, id) = (Id::new(7), Id::new(1));
        let GivenAddress::Written(home) = draft("Rome", None).address else {
            panic!("it is written");
        };
        let book = Book {
            owner: Some(owner),
            addresses: HashMap::from([(id, *home)]),
        };
        let copied = AddressDraft {
            address: GivenAddress::OfCustomer(Some(id)),
            ..draft("", None)
        };
        let both = [copied, draft("Oslo", None)];
        let (addresses, _) = super::add(Vec::new(), &both, &book, &path()).unwrap();
        let owners = |addresses: &[CartAddress]| -> Vec<_> {
            addresses.iter().map(|address| address.customer).collect()
        };
        assert_eq!(owners(&addresses), [Some(owner), None]);
        let edited = |city: Option<&str>| {
            let edit = AddressEdit {
                id: Some(addresses[0].id),
                address: city.map(|city| draft(city, None).address),
                selected: Some(true),
                one_time_use: None,
                strict: false,
            };
            let edited = edit_all(addresses.clone(), &[edit], &book, &path()).unwrap();
            owners(&edited)[0]
        };
        // A form that was filled from it and sent back changes nothing.
        assert_eq!(edited(None), Some(owner));
        assert_eq!(edited(Some("Rome")), Some(owner));
        assert_eq!(edited(Some("Bern")), None);
    }

    #[test]
    fn the_same_address_is_kept_once() {
        let (addresses, warnings) = add(
            Vec::new(),
            &[draft("Rome", None), draft("Rome ", None)],
            &path(),
        )
        .unwrap();
        assert_eq!(addresses.len(), 1);
        assert_eq!(warnings, [duplicate(addresses[0].id)]);
    }

    #[test]
    fn refusals_name_the_entry() {
        let two = [draft("Rome", Some(true)), draft("Oslo", Some(true))];
        let codes = |refusals: Refusals| refusals.into_iter().map(|r| r.code).collect::<Vec<_>>();
        assert_eq!(
            codes(add(Vec::new(), &two, &path()).unwrap_err()),
            [Code::OnlyOneDeliveryAddressCanBeSelected]
        );
        let many: Vec<_> = (0..=MAX_ADDRESSES)
            .map(|n| draft(&n.to_string(), None))
            .collect();
        assert_eq!(
            codes(add(Vec::new(), &many, &path()).unwrap_err()),
            [Code::TooManyDeliveryAddresses]
        );
        let gone = remove(Vec::new(), &[None], &path()).unwrap_err();
        assert_eq!(gone[0].field.0, ["addresses", "0"]);
    }
}
