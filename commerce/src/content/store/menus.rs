//! Menus and their items.

use std::collections::{HashMap, VecDeque};

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::made_up::find;
use crate::content::draft::{MenuDraft, MenuItemDraft, Target};
use crate::content::values as references;
use crate::db::Conn;
use crate::kernel::{Fault, Gid};
use crate::tables::{blogs, collections, menu_items, menus, pages, products, shop_policies};

/// Where an item is: below which one, in which place.
type Place = (Option<i64>, i32);

/// Makes the shop's menus the given ones. An item that is still in its place keeps its number.
///
/// # Errors
/// [`Fault::Inconsistent`] when an item leads to something that does not exist.
pub async fn save_menus(conn: &mut Conn, drafts: &[MenuDraft]) -> Result<(), Fault> {
    let handles: Vec<&str> = drafts.iter().map(|draft| draft.handle.as_str()).collect();
    diesel::delete(menus::table.filter(menus::handle.ne_all(handles)))
        .execute(conn)
        .await?;
    for draft in drafts {
        let menu: i64 = diesel::insert_into(menus::table)
            .values((
                menus::handle.eq(&draft.handle),
                menus::title.eq(&draft.title),
            ))
            .on_conflict(menus::handle)
            .do_update()
            .set(menus::title.eq(&draft.title))
            .returning(menus::id)
            .get_result(conn)
            .await?;
        save_items(conn, menu, &draft.items).await?;
    }
    Ok(())
}

async fn save_items(conn: &mut Conn, menu: i64, items: &[MenuItemDraft]) -> Result<(), Fault> {
    let held: Vec<(i64, Option<i64>, i32)> = menu_items::table
        .filter(menu_items::menu_id.eq(menu))
        .select((menu_items::id, menu_items::parent_id, menu_items::position))
        .load(conn)
        .await?;
    let mut held: HashMap<Place, i64> = held
        .into_iter()
        .map(|(id, parent, position)| ((parent, position), id))
        .collect();
    let mut levels = VecDeque::from([(None, items)]);
    while let Some((parent, items)) = levels.pop_front() {
        for (position, item) in (1..).zip(items) {
            let place = (parent, position);
            let id = save_item(conn, menu, held.remove(&place), place, item).await?;
            levels.push_back((Some(id), item.items.as_slice()));
        }
    }
    diesel::delete(menu_items::table.filter(menu_items::id.eq_any(held.into_values())))
        .execute(conn)
        .await?;
    Ok(())
}

async fn save_item(
    conn: &mut Conn,
    menu: i64,
    held: Option<i64>,
    (parent, position): Place,
    item: &MenuItemDraft,
) -> Result<i64, Fault> {
    let (kind, _, url) = item.target.parts();
    let number = target_id(conn, &item.target).await?;
    let fields = (
        menu_items::title.eq(&item.title),
        menu_items::kind.eq(kind),
        menu_items::collection_id.eq(number.filter(|_| kind == "collection")),
        menu_items::product_id.eq(number.filter(|_| kind == "product")),
        menu_items::page_id.eq(number.filter(|_| kind == "page")),
        menu_items::policy_id.eq(number.filter(|_| kind == "policy")),
        menu_items::blog_id.eq(number.filter(|_| kind == "blog")),
        menu_items::article_id.eq(number.filter(|_| kind == "article")),
        menu_items::metaobject_id.eq(number.filter(|_| kind == "metaobject")),
        menu_items::url.eq(url),
    );
    if let Some(id) = held {
        diesel::update(menu_items::table.find(id))
            .set(fields)
            .execute(conn)
            .await?;
        return Ok(id);
    }
    let id = diesel::insert_into(menu_items::table)
        .values((
            menu_items::menu_id.eq(menu),
            menu_items::parent_id.eq(parent),
            menu_items::position.eq(position),
            fields,
        ))
        .returning(menu_items::id)
        .get_result(conn)
        .await?;
    Ok(id)
}

/// The number of what an item leads to; `None` for targets without one.
async fn target_id(conn: &mut Conn, target: &Target) -> Result<Option<i64>, Fault> {
    macro_rules! find {
        ($table:ident, $handle:expr) => {
            $table::table
                .filter($table::handle.eq($handle))
                .select($table::id)
                .first(conn)
                .await
                .optional()?
        };
    }
    let (kind, handle, _) = target.parts();
    let Some(handle) = handle else {
        return Ok(None);
    };
    let found: Option<i64> = match target {
        Target::Collection(handle) => find!(collections, handle),
        Target::Product(handle) => find!(products, handle),
        Target::Page(handle) => find!(pages, handle),
        Target::Policy(handle) => find!(shop_policies, handle),
        Target::Blog(handle) => find!(blogs, handle),
        Target::Article(handles) => numbered(conn, references::Target::Article, handles).await?,
        Target::Metaobject(name) => numbered(conn, references::Target::Metaobject, name).await?,
        _ => None,
    };
    match found {
        Some(id) => Ok(Some(id)),
        None => {
            let fault = format!("a menu leads to the {kind} `{handle}`, which does not exist");
            Err(Fault::Inconsistent(fault))
        }
    }
}

/// The number of what a name stands for.
async fn numbered(
    conn: &mut Conn,
    target: references::Target,
    name: &str,
) -> Result<Option<i64>, Fault> {
    let found = find(conn, target, name).await?;
    Ok(found.and_then(|gid| Gid::parse(&gid)?.number()))
}
