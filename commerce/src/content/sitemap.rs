//! What search engines are told of: everything that has a page of its own, in parts of 250.

use chrono::{DateTime, Utc};
use diesel::sql_types::{BigInt, Nullable, Text, Timestamptz};
use diesel::{Queryable, sql_query};
use diesel_async::RunQueryDsl;

use crate::db::Conn;
use crate::db::sql::cached;
use crate::kernel::Fault;

/// Entries of a part.
pub const PART: i64 = 250;

/// A kind of pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Articles; the handle is that of the blog and the article's, with a slash between them.
    Article,
    /// Blogs.
    Blog,
    /// Collections.
    Collection,
    /// Metaobjects of kinds that are pages.
    Metaobject,
    /// Pages of text.
    Page,
    /// Products.
    Product,
}

/// A page.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct Entry {
    /// Names it.
    pub handle: String,
    /// What it is called.
    pub title: String,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
    /// The metaobject's kind.
    pub kind: Option<String>,
    /// Where the storefront shows metaobjects of this kind.
    pub url_handle: Option<String>,
    /// Its picture.
    pub image: Option<Picture>,
}

/// The picture of a page.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct Picture {
    /// Where it is.
    pub url: String,
    /// What it shows, in words.
    pub alt: Option<String>,
    /// Since when it is there.
    pub created_at: DateTime<Utc>,
}

type Columns = (
    Text,
    Text,
    Timestamptz,
    Nullable<Text>,
    Nullable<Text>,
    Nullable<(Text, Nullable<Text>, Timestamptz)>,
);

const PLAIN: &str = "NULL::text, NULL::text, NULL::text, NULL::text, NULL::timestamptz";
const PICTURED: &str = "NULL::text, NULL::text, m.url, m.alt, m.created_at";

impl Kind {
    /// The columns, the rows and the id that orders them; `$1` is the time.
    fn sql(self) -> (String, &'static str, &'static str) {
        match self {
            Self::Product => (
                format!("x.handle, x.title, x.updated_at, {PICTURED}"),
                "products x LEFT JOIN media m ON m.id = x.featured_media_id \
                 WHERE x.status = 'active' AND x.published_at <= $1",
                "x.id",
            ),
            Self::Collection => (
                format!("x.handle, x.title, x.updated_at, {PICTURED}"),
                "collections x LEFT JOIN media m ON m.id = x.media_id WHERE x.published_at <= $1",
                "x.id",
            ),
            Self::Page => (
                format!("x.handle, x.title, x.updated_at, {PLAIN}"),
                "pages x WHERE x.published_at <= $1",
                "x.id",
            ),
            Self::Blog => (
                format!("x.handle, x.title, x.updated_at, {PLAIN}"),
                "blogs x WHERE $1::timestamptz IS NOT NULL",
                "x.id",
            ),
            Self::Article => (
                format!("b.handle || '/' || x.handle, x.title, x.updated_at, {PICTURED}"),
                "articles x JOIN blogs b ON b.id = x.blog_id LEFT JOIN media m ON m.id = x.media_id \
                 WHERE x.published_at <= $1",
                "x.id",
            ),
            Self::Metaobject => (
                "x.handle, coalesce(x.fields ->> d.seo_title_key, x.handle), x.updated_at, d.kind, d.url_handle, \
                 NULL::text, NULL::text, NULL::timestamptz"
                    .to_owned(),
                "metaobjects x JOIN metaobject_definitions d ON d.id = x.definition_id \
                 WHERE d.renderable AND $1::timestamptz IS NOT NULL",
                "x.id",
            ),
        }
    }
}

/// How many parts there are.
///
/// # Errors
/// A [`Fault`] of the database.
pub async fn parts(conn: &mut Conn, kind: Kind, now: DateTime<Utc>) -> Result<i64, Fault> {
    let (_, rows, _) = kind.sql();
    let query = sql_query(format!("SELECT (count(*) + $2 - 1) / $2 FROM {rows}"))
        .bind::<Timestamptz, _>(now)
        .bind::<BigInt, _>(PART);
    Ok(cached::<BigInt, _>(query).get_result(conn).await?)
}

/// One part, from 1 on, and whether another follows.
///
/// # Errors
/// A [`Fault`] of the database.
pub async fn part(
    conn: &mut Conn,
    kind: Kind,
    number: i32,
    now: DateTime<Utc>,
) -> Result<(Vec<Entry>, bool), Fault> {
    let (columns, rows, id) = kind.sql();
    let query = sql_query(format!(
        "SELECT {columns} FROM {rows} ORDER BY {id} LIMIT $2 + 1 OFFSET $3"
    ))
    .bind::<Timestamptz, _>(now)
    .bind::<BigInt, _>(PART)
    .bind::<BigInt, _>(PART * i64::from(number - 1));
    let mut entries: Vec<Entry> = cached::<Columns, _>(query).load(conn).await?;
    let part = usize::try_from(PART).unwrap_or(usize::MAX);
    let goes_on = entries.len() > part;
    entries.truncate(part);
    Ok((entries, goes_on))
}
