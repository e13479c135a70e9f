//! Articles: by id and handle, as lists of the shop and of blogs, and what readers say of them.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::sql_types::{Array, BigInt, Nullable, Text, Timestamptz};
use diesel::{Queryable, sql_query};
use diesel_async::RunQueryDsl;

use crate::db::Conn;
use crate::db::fragment::{Fragment, Value};
use crate::db::keyset::{self, Order, Place, PlaceColumns, SortKind, limit};
use crate::db::sql::cached;
use crate::kernel::page::{PageRefusal, Window};
use crate::kernel::{Failure, Fault, Id, Outcome, id};

/// Who writes articles.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct Author {
    /// Their given name.
    pub first_name: String,
    /// Their family name; may be empty.
    pub last_name: String,
    /// Where readers may write to; empty when nowhere.
    pub email: String,
    /// Who they are.
    pub bio: Option<String>,
}

impl Author {
    /// Their whole name.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name)
            .trim_end()
            .to_owned()
    }
}

/// The types of [`Author`]'s columns.
pub(super) type AuthorColumns = (Text, Text, Text, Nullable<Text>);

/// An article, without its text.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct Article {
    /// Names the article.
    pub id: Id<id::Article>,
    /// The blog it stands in.
    pub blog_id: Id<id::Blog>,
    /// Names it in addresses, within its blog.
    pub handle: String,
    /// What it is called.
    pub title: String,
    /// What it is about, with markup, cleaned.
    pub excerpt_html: Option<String>,
    /// What it is about, without markup.
    pub excerpt: Option<String>,
    /// Words that the merchant sorts it by.
    pub tags: Vec<String>,
    /// Its picture.
    pub media_id: Option<i64>,
    /// The title for search engines, where it differs.
    pub seo_title: Option<String>,
    /// The description for search engines, where it differs.
    pub seo_description: Option<String>,
    /// Since when it is visible.
    pub published_at: DateTime<Utc>,
    /// Who wrote it.
    pub author: Author,
}

/// The text of an article.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct ArticleText {
    /// With its markup, cleaned.
    pub html: String,
    /// Without markup.
    pub plain: String,
}

/// What a reader said of an article.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct Comment {
    /// Names the comment.
    pub id: Id<id::Comment>,
    /// What the reader calls themselves.
    pub author_name: String,
    /// With its markup, cleaned.
    pub content_html: String,
    /// Without markup.
    pub content: String,
}

/// The columns of [`Article`]: of [`ARTICLES`].
const ARTICLE: &str = "a.id, a.blog_id, a.handle, a.title, a.excerpt_html, a.excerpt, a.tags, a.media_id, \
    a.seo_title, a.seo_description, a.published_at, au.first_name, au.last_name, au.email, au.bio";

type ArticleColumns = (
    BigInt,
    BigInt,
    Text,
    Text,
    Nullable<Text>,
    Nullable<Text>,
    Array<Text>,
    Nullable<BigInt>,
    Nullable<Text>,
    Nullable<Text>,
    Timestamptz,
    AuthorColumns,
);

/// Articles `a` with their blogs `b` and authors `au`.
const ARTICLES: &str =
    "articles a JOIN blogs b ON b.id = a.blog_id JOIN article_authors au ON au.id = a.author_id";

/// What makes a row of `articles a` visible; the time comes as a bind.
const VISIBLE: &str = "a.published_at <= ";

const COMMENT: &str = "c.id, c.author_name, c.content_html, c.content";

type CommentColumns = (BigInt, Text, Text, Text);

/// What articles can be ordered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ArticleSort {
    /// Who wrote them, by name.
    Author,
    /// The titles of their blogs.
    BlogTitle,
    /// Since when they are visible.
    PublishedAt,
    /// Their titles.
    Title,
    /// When they last changed.
    UpdatedAt,
    /// How well they fit the query, best first; by id without free text.
    Relevance,
    /// Their ids.
    Id,
}

/// Which articles of a list are wanted, in which order.
#[derive(Clone, Debug)]
pub struct ArticlePart {
    /// Only these: a condition on articles `a`, blogs `b` and authors `au`.
    pub condition: Option<Fragment>,
    /// How well an article fits, for [`ArticleSort::Relevance`].
    pub relevance: Option<Fragment>,
    /// The order.
    pub sort: ArticleSort,
    /// The other way round.
    pub reverse: bool,
    /// Which part of the list.
    pub window: Window,
}

impl ArticlePart {
    fn order(&self) -> Order {
        let by = |sql, kind| Order::by(sql, kind, "a.id");
        let order = match (self.sort, &self.relevance) {
            (ArticleSort::Author, _) => by("au.name_key", SortKind::Text),
            (ArticleSort::BlogTitle, _) => by("b.title_key", SortKind::Text),
            (ArticleSort::PublishedAt, _) => by("a.published_at", SortKind::Time),
            (ArticleSort::Title, _) => by("a.title_key", SortKind::Text),
            (ArticleSort::UpdatedAt, _) => by("a.updated_at", SortKind::Time),
            (ArticleSort::Relevance, Some(rank)) => {
                Order::by_expression(rank.clone(), SortKind::Number, "a.id").reversed(true)
            }
            (ArticleSort::Id | ArticleSort::Relevance, _) => Order::by_id("a.id"),
        };
        order.reversed(self.reverse)
    }

    /// The rows that meet `scope`, from `SELECT` to the limit.
    fn rows(
        &self,
        order: &Order,
        scope: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<Fragment, PageRefusal> {
        let mut conditions = vec![Fragment::sql(VISIBLE).bind(Value::Time(now))];
        conditions.extend(scope.map(Fragment::sql));
        conditions.extend(self.condition.clone());
        conditions.extend(order.bounds(&self.window)?);
        Ok(Fragment::sql("SELECT ")
            .append(order.columns())
            .push(format!(", {ARTICLE} FROM {ARTICLES} WHERE "))
            .append(Fragment::join(conditions, " AND "))
            .append(order.walk(&self.window))
            .push(limit(&self.window)))
    }
}

/// The visible articles among these.
///
/// # Errors
/// A [`Fault`] of the database.
pub async fn by_ids(
    conn: &mut Conn,
    ids: &[Id<id::Article>],
    now: DateTime<Utc>,
) -> Result<HashMap<Id<id::Article>, Article>, Fault> {
    let text = format!("SELECT {ARTICLE} FROM {ARTICLES} WHERE a.id = ANY($1) AND {VISIBLE} $2");
    let ids: Vec<i64> = ids.iter().map(|id| id.value).collect();
    let query = sql_query(text)
        .bind::<Array<BigInt>, _>(ids)
        .bind::<Timestamptz, _>(now);
    let rows: Vec<Article> = cached::<ArticleColumns, _>(query).load(conn).await?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}

/// The visible articles among those with these handles in these blogs.
///
/// # Errors
/// A [`Fault`] of the database.
pub async fn by_handles(
    conn: &mut Conn,
    handles: &[(Id<id::Blog>, String)],
    now: DateTime<Utc>,
) -> Result<HashMap<(Id<id::Blog>, String), Article>, Fault> {
    let text = format!(
        "SELECT {ARTICLE} FROM {ARTICLES} \
         WHERE (a.blog_id, a.handle) IN (SELECT * FROM unnest($1::bigint[], $2::text[])) AND {VISIBLE} $3"
    );
    let storable = handles.iter().filter(|(_, handle)| !handle.contains('\0'));
    let (blogs, handles): (Vec<i64>, Vec<&str>) = storable
        .map(|(blog, handle)| (blog.value, handle.as_str()))
        .unzip();
    let query = sql_query(text)
        .bind::<Array<BigInt>, _>(blogs)
        .bind::<Array<Text>, _>(handles)
        .bind::<Timestamptz, _>(now);
    let rows: Vec<Article> = cached::<ArticleColumns, _>(query).load(conn).await?;
    Ok(rows
        .into_iter()
        .map(|row| ((row.blog_id, row.handle.clone()), row))
        .collect())
}

/// The texts of these articles.
///
/// # Errors
/// A [`Fault`] of the database.
pub async fn texts(
    conn: &mut Conn,
    ids: &[Id<id::Article>],
) -> Result<HashMap<Id<id::Article>, ArticleText>, Fault> {
    let ids: Vec<i64> = ids.iter().map(|id| id.value).collect();
    let query = sql_query("SELECT id, content_html, content FROM articles WHERE id = ANY($1)")
        .bind::<Array<BigInt>, _>(ids);
    let rows: Vec<(Id<id::Article>, ArticleText)> = cached::<(BigInt, (Text, Text)), _>(query)
        .load(conn)
        .await?;
    Ok(rows.into_iter().collect())
}

/// One part of the shop's visible articles.
///
/// # Errors
/// Refused for a cursor of another list; a [`Fault`] of the database.
pub async fn listing(
    conn: &mut Conn,
    part: &ArticlePart,
    now: DateTime<Utc>,
) -> Outcome<keyset::Page<Article>, PageRefusal> {
    let order = part.order();
    let statement = part.rows(&order, None, now).map_err(Failure::Refused)?;
    let rows: Vec<(Place, Article)> = statement
        .into_statement::<(PlaceColumns, ArticleColumns)>()
        .load(conn)
        .await?;
    Ok(keyset::page(&order, &part.window, rows))
}

/// The same part of the visible articles of several blogs.
///
/// # Errors
/// Refused for a cursor of another list; a [`Fault`] of the database.
pub async fn of_blogs(
    conn: &mut Conn,
    blogs: &[Id<id::Blog>],
    part: &ArticlePart,
    now: DateTime<Utc>,
) -> Outcome<HashMap<Id<id::Blog>, keyset::Page<Article>>, PageRefusal> {
    let order = part.order();
    let inner = part
        .rows(&order, Some("a.blog_id = w.id"), now)
        .map_err(Failure::Refused)?;
    let rows: Vec<(Id<id::Blog>, (Place, Article))> =
        each_of(blogs.iter().map(|id| id.value), inner)
            .into_statement::<(BigInt, (PlaceColumns, ArticleColumns))>()
            .load(conn)
            .await?;
    Ok(pages(blogs, rows, |rows| {
        keyset::page(&order, &part.window, rows)
    }))
}

/// Which part of the comments on an article.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CommentPart {
    /// Newest first.
    pub reverse: bool,
    /// Which part of the list.
    pub window: Window,
}

/// The same part of the comments on several articles, oldest first.
///
/// # Errors
/// Refused for a cursor of another list; a [`Fault`] of the database.
pub async fn comments(
    conn: &mut Conn,
    articles: &[Id<id::Article>],
    part: &CommentPart,
) -> Outcome<HashMap<Id<id::Article>, keyset::Page<Comment>>, PageRefusal> {
    let order = Order::by_id("c.id").reversed(part.reverse);
    let mut conditions = vec![Fragment::sql("c.article_id = w.id")];
    conditions.extend(order.bounds(&part.window).map_err(Failure::Refused)?);
    let inner = Fragment::sql("SELECT ")
        .append(order.columns())
        .push(format!(", {COMMENT} FROM article_comments c WHERE "))
        .append(Fragment::join(conditions, " AND "))
        .append(order.walk(&part.window))
        .push(limit(&part.window));
    let rows: Vec<(Id<id::Article>, (Place, Comment))> =
        each_of(articles.iter().map(|id| id.value), inner)
            .into_statement::<(BigInt, (PlaceColumns, CommentColumns))>()
            .load(conn)
            .await?;
    Ok(pages(articles, rows, |rows| {
        keyset::page(&order, &part.window, rows)
    }))
}

/// The comments among these, on visible articles.
///
/// # Errors
/// A [`Fault`] of the database.
pub async fn comments_by_ids(
    conn: &mut Conn,
    ids: &[Id<id::Comment>],
    now: DateTime<Utc>,
) -> Result<HashMap<Id<id::Comment>, Comment>, Fault> {
    let text = format!(
        "SELECT {COMMENT} FROM article_comments c JOIN articles a ON a.id = c.article_id \
         WHERE c.id = ANY($1) AND {VISIBLE} $2"
    );
    let ids: Vec<i64> = ids.iter().map(|id| id.value).collect();
    let query = sql_query(text)
        .bind::<Array<BigInt>, _>(ids)
        .bind::<Timestamptz, _>(now);
    let rows: Vec<Comment> = cached::<CommentColumns, _>(query).load(conn).await?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}

/// A lateral subquery with a limit can only be joined by a nested loop, which keeps its order.
fn each_of(owners: impl Iterator<Item = i64>, inner: Fragment) -> Fragment {
    Fragment::sql("SELECT w.id, x.* FROM unnest(")
        .bind(Value::Numbers(owners.collect()))
        .push("::bigint[]) AS w (id) CROSS JOIN LATERAL (")
        .append(inner)
        .push(") AS x")
}

/// The rows of each owner, cut into its page.
fn pages<K: id::Kind, T>(
    owners: &[Id<K>],
    rows: Vec<(Id<K>, (Place, T))>,
    cut: impl Fn(Vec<(Place, T)>) -> keyset::Page<T>,
) -> HashMap<Id<K>, keyset::Page<T>> {
    let mut lists: HashMap<_, Vec<_>> = HashMap::with_capacity(owners.len());
    for (owner, row) in rows {
        lists.entry(owner).or_default().push(row);
    }
    let page = |owner: &Id<K>| (*owner, cut(lists.remove(owner).unwrap_or_default()));
    owners.iter().map(page).collect()
}
