//! Changing the fields that a storefront adds to carts.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::locked;
use crate::Shop;
use crate::cart::metafields::{self, MAX_PER_CART, MetafieldDraft, Mistake, Wrong};
use crate::cart::store::{self, Patch, Touch};
use crate::cart::{Cart, CartKey};
use crate::db::Conn;
use crate::kernel::{Failure, Fault, Id, Outcome, id};

/// Sets fields of carts: all of them or none. `None` stands for an id that is not one of a cart.
///
/// # Errors
/// What is wrong with them; then nothing was set.
pub async fn set_metafields(
    shop: &Shop,
    given: &[(Option<CartKey>, MetafieldDraft)],
) -> Outcome<(), Vec<Mistake>> {
    settled(metafields::check(given.iter().map(|(_, draft)| draft)))?;
    // Carts are locked in one order, whoever changes several of them.
    let mut by_cart: BTreeMap<_, Vec<(usize, &CartKey, &MetafieldDraft)>> = BTreeMap::new();
    let mut strangers = Vec::new();
    for (index, (key, draft)) in given.iter().enumerate() {
        match key {
            Some(key) => by_cart.entry(key.id).or_default().push((index, key, draft)),
            None => strangers.push(no_cart(index)),
        }
    }
    settled(strangers)?;
    let now = shop.clock.now();
    shop.db
        .write(async |conn: &mut Conn| {
            for (cart, fields) in &by_cart {
                let mut held = None;
                for (index, key, _) in fields {
                    let found = open(conn, key, now).await?;
                    held = Some(found.ok_or_else(|| Failure::Refused(vec![no_cart(*index)]))?);
                }
                let drafts: Vec<&MetafieldDraft> =
                    fields.iter().map(|(.., draft)| *draft).collect();
                if metafields::put(conn, *cart, &drafts, now).await? > MAX_PER_CART {
                    let index = fields.first().map(|(index, ..)| *index);
                    return Err(Failure::Refused(vec![too_many(index)]));
                }
                if let Some(held) = held {
                    store::patch(conn, held, &Patch::default(), Touch::at(shop, now)).await?;
                }
            }
            Ok(())
        })
        .await
}

/// Why no field was deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotDeleted {
    /// The id is not that of an open cart.
    Owner,
    /// The cart has no such field.
    Unknown,
}

/// Deletes a field of a cart; answers which one that was.
///
/// # Errors
/// Why none was.
pub async fn delete_metafield(
    shop: &Shop,
    key: Option<&CartKey>,
    name: &str,
) -> Outcome<Id<id::Metafield>, NotDeleted> {
    let key = key.ok_or(Failure::Refused(NotDeleted::Owner))?;
    let name = metafields::name(name);
    let now = shop.clock.now();
    shop.db
        .write(async |conn: &mut Conn| {
            let cart = open(conn, key, now).await?;
            let cart = cart.ok_or(Failure::Refused(NotDeleted::Owner))?;
            if name.0.contains('\0') || name.1.contains('\0') {
                return Err(Failure::Refused(NotDeleted::Unknown));
            }
            let gone = metafields::delete(conn, cart.id, &name).await?;
            let gone = gone.ok_or(Failure::Refused(NotDeleted::Unknown))?;
            store::patch(conn, cart, &Patch::default(), Touch::at(shop, now)).await?;
            Ok(gone)
        })
        .await
}

/// The locked cart, if the key opens an open one.
async fn open(conn: &mut Conn, key: &CartKey, now: DateTime<Utc>) -> Result<Option<Cart>, Fault> {
    match locked(conn, key, now).await {
        Ok(cart) => Ok(Some(cart)),
        Err(Failure::Refused(_no_cart)) => Ok(None),
        Err(Failure::Broken(fault)) => Err(fault),
    }
}

fn settled(mistakes: Vec<Mistake>) -> Result<(), Failure<Vec<Mistake>>> {
    if mistakes.is_empty() {
        Ok(())
    } else {
        Err(Failure::Refused(mistakes))
    }
}

fn no_cart(index: usize) -> Mistake {
    Mistake {
        index: Some(index),
        part: Some("ownerId"),
        wrong: Wrong::Owner,
        message: "the cart does not exist or is no longer open".to_owned(),
    }
}

fn too_many(index: Option<usize>) -> Mistake {
    Mistake {
        index,
        part: None,
        wrong: Wrong::TooMany,
        message: format!("a cart has at most {MAX_PER_CART} metafields"),
    }
}
