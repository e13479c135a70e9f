//! How pages, menus and the shop's own words are read in batches.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::{Context, Result};
use commerce::content::identity::{self, Identity};
use commerce::content::menus::{self, Menu, MenuItem};
use commerce::content::pages::{self, Page};
use commerce::content::policies::{self, Policy};
use commerce::kernel::{Fault, Id, id};

use crate::context::ContextExt;
use crate::loaders::{Batch, Reads};

/// Declares keys and how a batch of them is read: an expression over a connection, what the keys
/// hold, and the time.
macro_rules! batches {
    ($(
        $(#[doc = $about:literal])*
        $name:ident($inner:ty) -> $value:ty,
        |$conn:ident, $keys:ident, $now:ident| $read:expr;
    )*) => { $(
        $(#[doc = $about])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        pub struct $name(pub $inner);

        impl Batch for $name {
            type Value = Arc<$value>;

            async fn load(reads: &Reads, keys: Vec<Self>) -> Result<HashMap<Self, Arc<$value>>, Fault> {
                let $keys: Vec<$inner> = keys.into_iter().map(|key| key.0).collect();
                let $now = reads.shop.clock.now();
                let $conn = &mut *reads.conn().await?;
                let found = $read.await?;
                Ok(found.into_iter().map(|(key, row)| ($name(key), Arc::new(row))).collect())
            }
        }
    )* };
}

batches! {
    /// A visible page.
    PageKey(Id<id::Page>) -> Page,
    |conn, keys, now| pages::by_ids(conn, &keys, now);
    /// The visible page with this handle.
    PageHandle(String) -> Page,
    |conn, keys, now| pages::by_handles(conn, &keys, now);
    /// A menu.
    MenuKey(Id<id::Menu>) -> Menu,
    |conn, keys, _now| menus::by_ids(conn, &keys);
    /// The menu with this handle.
    MenuHandle(String) -> Menu,
    |conn, keys, _now| menus::by_handles(conn, &keys);
    /// An item of a menu.
    MenuItemKey(Id<id::MenuItem>) -> MenuItem,
    |conn, keys, _now| menus::items_by_ids(conn, &keys);
}

/// Declares what there is one of in a shop.
macro_rules! only_ones {
    ($(
        $(#[doc = $about:literal])*
        $name:ident -> $value:ty, |$conn:ident| $read:expr;
    )*) => { $(
        $(#[doc = $about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub struct $name;

        impl Batch for $name {
            type Value = Arc<$value>;

            async fn load(reads: &Reads, _: Vec<Self>) -> Result<HashMap<Self, Arc<$value>>, Fault> {
                let $conn = &mut *reads.conn().await?;
                let found: Option<$value> = $read;
                Ok(found.map(|value| ($name, Arc::new(value))).into_iter().collect())
            }
        }
    )* };
}

only_ones! {
    /// Who the shop is.
    TheShop -> Identity, |conn| identity::read(conn).await?;
    /// All of the shop's policies.
    ThePolicies -> Vec<Policy>, |conn| Some(policies::all(conn).await?);
}

/// Who the shop is.
///
/// # Errors
/// A fault of the database, or when the shop has no row yet.
pub async fn the_shop(ctx: &Context<'_>) -> Result<Arc<Identity>> {
    let unfounded = || {
        let what = "there is no shop yet: `api seed-demo` or `api import` founds one";
        Fault::Inconsistent(what.to_owned())
    };
    Ok(ctx.load(TheShop).await?.ok_or_else(unfounded)?)
}

/// An absolute address: what begins with a slash is a path on the shop's primary domain.
#[must_use]
pub fn absolute(shop: &Identity, path: &str) -> String {
    if path.starts_with('/') {
        format!("{}{path}", shop.primary_domain_url)
    } else {
        path.to_owned()
    }
}
