//! Menus: each with all of its items, in one statement.

use std::collections::HashMap;

use diesel::Queryable;
use diesel::sql_query;
use diesel::sql_types::{Array, BigInt, Nullable, Text};
use diesel_async::RunQueryDsl;

use crate::db::Conn;
use crate::db::sql::cached;
use crate::kernel::{Fault, Id, id};

/// A menu.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Menu {
    /// Names the menu.
    pub id: Id<id::Menu>,
    /// Names it to storefronts.
    pub handle: String,
    /// What staff call it.
    pub title: String,
    /// The items at its top, in order.
    pub items: Vec<MenuItem>,
}

/// A place in a menu, and what is below it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MenuItem {
    /// Names the item.
    pub id: Id<id::MenuItem>,
    /// What buyers read.
    pub title: String,
    /// Words that storefronts tell items apart by.
    pub tags: Vec<String>,
    /// Where it leads.
    pub target: Target,
    /// What is below it, in order.
    pub items: Vec<MenuItem>,
}

/// Where a menu item leads; handles make addresses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// The storefront's front page.
    Frontpage,
    /// All products.
    Catalog,
    /// The search.
    Search,
    /// All collections.
    Collections,
    /// One collection.
    Collection(Id<id::Collection>, String),
    /// One product.
    Product(Id<id::Product>, String),
    /// One page.
    Page(Id<id::Page>, String),
    /// One blog.
    Blog(Id<id::Blog>, String),
    /// One article; the handle is that of its blog and its own, with a slash between them.
    Article(Id<id::Article>, String),
    /// One policy.
    Policy(Id<id::ShopPolicy>, String),
    /// One metaobject; the text is where the storefront shows its kind and its handle, with a slash between.
    Metaobject(Id<id::Metaobject>, String),
    /// Any other address: absolute, or a path of the storefront.
    Http(String),
}

impl Target {
    /// The address: a path of the storefront, or absolute.
    #[must_use]
    pub fn path(&self) -> String {
        match self {
            Self::Frontpage => "/".to_owned(),
            Self::Catalog => "/collections/all".to_owned(),
            Self::Search => "/search".to_owned(),
            Self::Collections => "/collections".to_owned(),
            Self::Collection(_, handle) => format!("/collections/{handle}"),
            Self::Product(_, handle) => format!("/products/{handle}"),
            Self::Page(_, handle) | Self::Metaobject(_, handle) => format!("/pages/{handle}"),
            Self::Blog(_, handle) | Self::Article(_, handle) => format!("/blogs/{handle}"),
            Self::Policy(_, handle) => format!("/policies/{handle}"),
            Self::Http(url) => url.clone(),
        }
    }
}

impl MenuItem {
    /// This item or the one below it with this id.
    fn find(&self, wanted: Id<id::MenuItem>) -> Option<&Self> {
        if self.id == wanted {
            return Some(self);
        }
        self.items.iter().find_map(|item| item.find(wanted))
    }
}

#[derive(Queryable)]
struct Row {
    menu_id: Id<id::Menu>,
    handle: String,
    title: String,
    item: Option<ItemRow>,
}

#[derive(Queryable)]
struct ItemRow {
    id: Id<id::MenuItem>,
    parent_id: Option<i64>,
    title: String,
    tags: Vec<String>,
    kind: String,
    /// The id of what it leads to.
    target_id: Option<i64>,
    /// The handle of what it leads to, or the address.
    target: Option<String>,
}

type Columns = (
    BigInt,
    Text,
    Text,
    Nullable<(
        BigInt,
        Nullable<BigInt>,
        Text,
        Array<Text>,
        Text,
        Nullable<BigInt>,
        Nullable<Text>,
    )>,
);

const MENUS: &str = "SELECT m.id, m.handle, m.title, i.id, i.parent_id, i.title, i.tags, i.kind, \
    coalesce(i.collection_id, i.product_id, i.page_id, i.policy_id, i.blog_id, i.article_id, i.metaobject_id), \
    coalesce(c.handle, p.handle, g.handle, s.handle, b.handle, o.handle || '/' || a.handle, \
    coalesce(d.url_handle, d.kind) || '/' || x.handle, i.url) \
    FROM menus m LEFT JOIN menu_items i ON i.menu_id = m.id \
    LEFT JOIN collections c ON c.id = i.collection_id LEFT JOIN products p ON p.id = i.product_id \
    LEFT JOIN pages g ON g.id = i.page_id LEFT JOIN shop_policies s ON s.id = i.policy_id \
    LEFT JOIN blogs b ON b.id = i.blog_id \
    LEFT JOIN articles a ON a.id = i.article_id LEFT JOIN blogs o ON o.id = a.blog_id \
    LEFT JOIN metaobjects x ON x.id = i.metaobject_id LEFT JOIN metaobject_definitions d ON d.id = x.definition_id";

const IN_ORDER: &str = "ORDER BY m.id, i.position, i.id";

/// The menus among those with these handles.
///
/// # Errors
/// A [`Fault`] of the database.
pub async fn by_handles(
    conn: &mut Conn,
    handles: &[String],
) -> Result<HashMap<String, Menu>, Fault> {
    let storable = handles.iter().filter(|handle| !handle.contains('\0'));
    let query = sql_query(format!("{MENUS} WHERE m.handle = ANY($1) {IN_ORDER}"))
        .bind::<Array<Text>, _>(storable.collect::<Vec<_>>());
    let rows: Vec<Row> = cached::<Columns, _>(query).load(conn).await?;
    let menus = assemble(rows)?.into_iter();
    Ok(menus.map(|menu| (menu.handle.clone(), menu)).collect())
}

/// The menus among these.
///
/// # Errors
/// A [`Fault`] of the database.
pub async fn by_ids(
    conn: &mut Conn,
    ids: &[Id<id::Menu>],
) -> Result<HashMap<Id<id::Menu>, Menu>, Fault> {
    let ids: Vec<i64> = ids.iter().map(|id| id.value).collect();
    let query =
        sql_query(format!("{MENUS} WHERE m.id = ANY($1) {IN_ORDER}")).bind::<Array<BigInt>, _>(ids);
    let rows: Vec<Row> = cached::<Columns, _>(query).load(conn).await?;
    let menus = assemble(rows)?.into_iter();
    Ok(menus.map(|menu| (menu.id, menu)).collect())
}

/// The items among these, with what is below them.
///
/// # Errors
/// A [`Fault`] of the database.
pub async fn items_by_ids(
    conn: &mut Conn,
    ids: &[Id<id::MenuItem>],
) -> Result<HashMap<Id<id::MenuItem>, MenuItem>, Fault> {
    let numbers: Vec<i64> = ids.iter().map(|id| id.value).collect();
    let of_items = "WHERE m.id IN (SELECT menu_id FROM menu_items WHERE id = ANY($1))";
    let query =
        sql_query(format!("{MENUS} {of_items} {IN_ORDER}")).bind::<Array<BigInt>, _>(numbers);
    let rows: Vec<Row> = cached::<Columns, _>(query).load(conn).await?;
    let menus = assemble(rows)?;
    let find = |id: &Id<id::MenuItem>| {
        let mut items = menus.iter().flat_map(|menu| &menu.items);
        items
            .find_map(|item| item.find(*id))
            .map(|item| (*id, item.clone()))
    };
    Ok(ids.iter().filter_map(find).collect())
}

/// Puts rows, in the order of their positions, into trees.
fn assemble(rows: Vec<Row>) -> Result<Vec<Menu>, Fault> {
    let mut menus: Vec<Menu> = Vec::new();
    let mut below: HashMap<(i64, Option<i64>), Vec<ItemRow>> = HashMap::new();
    for row in rows {
        if menus.last().is_none_or(|menu| menu.id != row.menu_id) {
            menus.push(Menu {
                id: row.menu_id,
                handle: row.handle,
                title: row.title,
                items: Vec::new(),
            });
        }
        if let Some(item) = row.item {
            let parent = (row.menu_id.value, item.parent_id);
            below.entry(parent).or_default().push(item);
        }
    }
    for menu in &mut menus {
        menu.items = take(&mut below, menu.id.value, None)?;
    }
    Ok(menus)
}

fn take(
    below: &mut HashMap<(i64, Option<i64>), Vec<ItemRow>>,
    menu: i64,
    parent: Option<i64>,
) -> Result<Vec<MenuItem>, Fault> {
    let rows = below.remove(&(menu, parent)).unwrap_or_default();
    let item = |row: ItemRow| {
        Ok(MenuItem {
            id: row.id,
            target: target(&row)?,
            title: row.title,
            tags: row.tags,
            items: take(below, menu, Some(row.id.value))?,
        })
    };
    rows.into_iter().map(item).collect()
}

fn target(row: &ItemRow) -> Result<Target, Fault> {
    let named = row.target_id.zip(row.target.clone());
    Ok(match (row.kind.as_str(), named, &row.target) {
        ("frontpage", ..) => Target::Frontpage,
        ("catalog", ..) => Target::Catalog,
        ("search", ..) => Target::Search,
        ("collections", ..) => Target::Collections,
        ("collection", Some((id, handle)), _) => Target::Collection(Id::new(id), handle),
        ("product", Some((id, handle)), _) => Target::Product(Id::new(id), handle),
        ("page", Some((id, handle)), _) => Target::Page(Id::new(id), handle),
        ("blog", Some((id, handle)), _) => Target::Blog(Id::new(id), handle),
        ("article", Some((id, handle)), _) => Target::Article(Id::new(id), handle),
        ("policy", Some((id, handle)), _) => Target::Policy(Id::new(id), handle),
        ("metaobject", Some((id, handle)), _) => Target::Metaobject(Id::new(id), handle),
        ("http", _, Some(url)) => Target::Http(url.clone()),
        (kind, ..) => {
            let id = row.id.value;
            let what = format!("menu item {id} of kind `{kind}` leads nowhere");
            return Err(Fault::Inconsistent(what));
        }
    })
}
