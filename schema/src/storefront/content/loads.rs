//! How pages, menus and the shop's own words are read in batches.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::{Context, Result};
use commerce::cache::Tag;
use commerce::content::identity::{self, Identity};
use commerce::content::menus::{self, Menu, MenuItem, Target};
use commerce::content::pages::{self, Page};
use commerce::content::policies::{self, Policy};
use commerce::kernel::{Fault, Id, id};

use crate::context::ContextExt;
use crate::loaders::{Batch, Reads};

/// Declares keys and how a batch of them is read: an expression over a connection, what the keys
/// hold, and the time; and what an answer with the rows is made of.
macro_rules! batches {
    ($(
        $(#[doc = $about:literal])*
        $name:ident($inner:ty) -> $value:ty,
        |$conn:ident, $keys:ident, $now:ident| $read:expr, |$rows:pat_param| $tags:expr;
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
                if reads.notes.is_some() {
                    let ($keys, $rows) = (&$keys, &found);
                    reads.note($tags);
                }
                Ok(found.into_iter().map(|(key, row)| ($name(key), Arc::new(row))).collect())
            }
        }
    )* };
}

batches! {
    /// A visible page.
    PageKey(Id<id::Page>) -> Page,
    |conn, keys, now| pages::by_ids(conn, &keys, now), |_| keys.iter().map(|id| Tag::Page(id.value));
    /// The visible page with this handle.
    PageHandle(String) -> Page,
    |conn, keys, now| pages::by_handles(conn, &keys, now), |rows| if rows.len() < keys.len() { vec![Tag::Pages] } else { rows.values().map(|row| Tag::Page(row.id.value)).collect() };
    /// A menu.
    MenuKey(Id<id::Menu>) -> Menu,
    |conn, keys, _now| menus::by_ids(conn, &keys), |rows| of_menus(keys, rows.values().flat_map(|menu| &menu.items));
    /// The menu with this handle.
    MenuHandle(String) -> Menu,
    |conn, keys, _now| menus::by_handles(conn, &keys), |rows| of_menus(keys, rows.values().flat_map(|menu| &menu.items));
    /// An item of a menu.
    MenuItemKey(Id<id::MenuItem>) -> MenuItem,
    |conn, keys, _now| menus::items_by_ids(conn, &keys), |rows| of_menus(keys, rows.values());
}

/// Declares what there is one of in a shop.
/// Items show the handles of what they lead to.
fn of_menus<'m, K>(_: &[K], items: impl IntoIterator<Item = &'m MenuItem>) -> Vec<Tag> {
    let mut tags = vec![Tag::Menus];
    let mut left: Vec<&MenuItem> = items.into_iter().collect();
    while let Some(item) = left.pop() {
        left.extend(&item.items);
        tags.extend(match &item.target {
            Target::Collection(id, _) => Some(Tag::Collection(id.value)),
            Target::Product(id, _) => Some(Tag::Product(id.value)),
            Target::Page(id, _) => Some(Tag::Page(id.value)),
            _ => None,
        });
    }
    tags
}

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
