//! Blogs: by id and handle, as a list, and who writes in them.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::sql_types::{Array, BigInt, Nullable, Text, Timestamptz};
use diesel::{Queryable, sql_query};
use diesel_async::RunQueryDsl;

use super::articles::{Author, AuthorColumns};
use crate::db::Conn;
use crate::db::fragment::{Fragment, Value};
use crate::db::keyset::{self, Order, Place, PlaceColumns, SortKind};
use crate::db::sql::cached;
use crate::kernel::page::{PageRefusal, Window};
use crate::kernel::{Failure, Fault, Id, Outcome, id};

/// A blog; everybody sees it, also without articles.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct Blog {
    /// Names the blog.
    pub id: Id<id::Blog>,
    /// Names it in addresses.
    pub handle: String,
    /// What it is called.
    pub title: String,
    /// The title for search engines, where it differs.
    pub seo_title: Option<String>,
    /// The description for search engines, where it differs.
    pub seo_description: Option<String>,
}

/// The columns of [`Blog`]: of `blogs b`.
const BLOG: &str = "b.id, b.handle, b.title, b.seo_title, b.seo_description";

type BlogColumns = (BigInt, Text, Text, Nullable<Text>, Nullable<Text>);

/// What blogs can be ordered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BlogSort {
    /// Their handles.
    Handle,
    /// Their titles.
    Title,
    /// Their ids.
    Id,
}

/// A wanted part of the shop's blogs.
#[derive(Clone, Debug)]
pub struct BlogListing {
    /// Only these: a condition on `blogs b`.
    pub condition: Option<Fragment>,
    /// The order.
    pub sort: BlogSort,
    /// The other way round.
    pub reverse: bool,
    /// Which part of the list.
    pub window: Window,
}

/// The blogs among these.
///
/// # Errors
/// A [`Fault`] of the database.
pub async fn by_ids(
    conn: &mut Conn,
    ids: &[Id<id::Blog>],
) -> Result<HashMap<Id<id::Blog>, Blog>, Fault> {
    let ids: Vec<i64> = ids.iter().map(|id| id.value).collect();
    let query = sql_query(format!("SELECT {BLOG} FROM blogs b WHERE b.id = ANY($1)"))
        .bind::<Array<BigInt>, _>(ids);
    let rows: Vec<Blog> = cached::<BlogColumns, _>(query).load(conn).await?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}

/// The blogs among those with these handles.
///
/// # Errors
/// A [`Fault`] of the database.
pub async fn by_handles(
    conn: &mut Conn,
    handles: &[String],
) -> Result<HashMap<String, Blog>, Fault> {
    let storable = handles.iter().filter(|handle| !handle.contains('\0'));
    let query = sql_query(format!(
        "SELECT {BLOG} FROM blogs b WHERE b.handle = ANY($1)"
    ))
    .bind::<Array<Text>, _>(storable.collect::<Vec<_>>());
    let rows: Vec<Blog> = cached::<BlogColumns, _>(query).load(conn).await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.handle.clone(), row))
        .collect())
}

/// One part of the shop's blogs.
///
/// # Errors
/// Refused for a cursor of another list; a [`Fault`] of the database.
pub async fn listing(
    conn: &mut Conn,
    listing: &BlogListing,
) -> Outcome<keyset::Page<Blog>, PageRefusal> {
    let order = match listing.sort {
        BlogSort::Handle => Order::by("b.handle_key", SortKind::Text, "b.id"),
        BlogSort::Title => Order::by("b.title_key", SortKind::Text, "b.id"),
        BlogSort::Id => Order::by_id("b.id"),
    }
    .reversed(listing.reverse);
    let mut conditions = vec![Fragment::sql("true")];
    conditions.extend(listing.condition.clone());
    conditions.extend(order.bounds(&listing.window).map_err(Failure::Refused)?);
    let statement = Fragment::sql("SELECT ")
        .append(order.columns())
        .push(format!(", {BLOG} FROM blogs b WHERE "))
        .append(Fragment::join(conditions, " AND "))
        .append(order.walk(&listing.window))
        .push(" LIMIT ")
        .bind(Value::Number(listing.window.fetch_limit()));
    let rows: Vec<(Place, Blog)> = statement
        .into_statement::<(PlaceColumns, BlogColumns)>()
        .load(conn)
        .await?;
    Ok(keyset::page(&order, &listing.window, rows))
}

/// Who wrote visible articles of these blogs, each author once, by name.
///
/// # Errors
/// A [`Fault`] of the database.
pub async fn authors(
    conn: &mut Conn,
    blogs: &[Id<id::Blog>],
    now: DateTime<Utc>,
) -> Result<HashMap<Id<id::Blog>, Vec<Author>>, Fault> {
    let ids: Vec<i64> = blogs.iter().map(|id| id.value).collect();
    let query = sql_query(
        "SELECT w.blog_id, au.first_name, au.last_name, au.email, au.bio \
         FROM (SELECT DISTINCT a.blog_id, a.author_id FROM articles a \
               WHERE a.blog_id = ANY($1) AND a.published_at <= $2) w \
         JOIN article_authors au ON au.id = w.author_id ORDER BY w.blog_id, au.name_key, au.id",
    )
    .bind::<Array<BigInt>, _>(ids)
    .bind::<Timestamptz, _>(now);
    let rows: Vec<(Id<id::Blog>, Author)> = cached::<(BigInt, AuthorColumns), _>(query)
        .load(conn)
        .await?;
    let mut found: HashMap<_, Vec<_>> = blogs.iter().map(|blog| (*blog, Vec::new())).collect();
    for (blog, author) in rows {
        found.entry(blog).or_default().push(author);
    }
    Ok(found)
}
