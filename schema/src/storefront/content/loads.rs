//! How pages, menus and the shop's own words are read in batches.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::{Context, Result};
use commerce::cache::Tag;
use commerce::cart::metafields as fields;
use commerce::content::articles::{
    self, Article, ArticlePart, ArticleSort, ArticleText, Author, Comment, CommentPart,
};
use commerce::content::blogs::{self, Blog};
use commerce::content::identity::{self, Identity};
use commerce::content::menus::{self, Menu, MenuItem, Target};
use commerce::content::metafields::{self, FieldName, File, Metafield};
use commerce::content::metaobjects::{self, Metaobject};
use commerce::content::pages::{self, Page};
use commerce::content::policies::{self, Policy};
use commerce::content::redirects::{self, Redirect};
use commerce::inventory::locations::{self, Availability, AvailabilityPart, Location};
use commerce::kernel::page::Window;
use commerce::kernel::{Fault, Id, id};
use commerce::search;

use crate::context::ContextExt;
use crate::loaders::{Batch, Reads};
use crate::storefront::catalog::loads::{Paged, PartOf, by_part, collect, paged, rows_of};

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
    /// A path that leads elsewhere.
    RedirectKey(Id<id::UrlRedirect>) -> Redirect,
    |conn, keys, _now| redirects::by_ids(conn, &keys), |_| keys.first().map(|_| Tag::Content);
    /// A menu.
    MenuKey(Id<id::Menu>) -> Menu,
    |conn, keys, _now| menus::by_ids(conn, &keys), |rows| of_menus(keys, rows.values().flat_map(|menu| &menu.items));
    /// The menu with this handle.
    MenuHandle(String) -> Menu,
    |conn, keys, _now| menus::by_handles(conn, &keys), |rows| of_menus(keys, rows.values().flat_map(|menu| &menu.items));
    /// A blog.
    BlogKey(Id<id::Blog>) -> Blog,
    |conn, keys, _now| blogs::by_ids(conn, &keys), |_| keys.first().map(|_| Tag::Content);
    /// The blog with this handle.
    BlogHandle(String) -> Blog,
    |conn, keys, _now| blogs::by_handles(conn, &keys), |_| keys.first().map(|_| Tag::Content);
    /// Who writes in a blog.
    AuthorsOf(Id<id::Blog>) -> Vec<Author>,
    |conn, keys, now| blogs::authors(conn, &keys, now), |_| keys.first().map(|_| Tag::Content);
    /// A visible article.
    ArticleKey(Id<id::Article>) -> Article,
    |conn, keys, now| articles::by_ids(conn, &keys, now), |_| keys.first().map(|_| Tag::Content);
    /// The visible article of a blog with this handle.
    ArticleHandle((Id<id::Blog>, String)) -> Article,
    |conn, keys, now| articles::by_handles(conn, &keys, now), |_| keys.first().map(|_| Tag::Content);
    /// The text of an article.
    TextOf(Id<id::Article>) -> ArticleText,
    |conn, keys, _now| articles::texts(conn, &keys), |_| keys.first().map(|_| Tag::Content);
    /// A comment on a visible article.
    CommentKey(Id<id::Comment>) -> Comment,
    |conn, keys, now| articles::comments_by_ids(conn, &keys, now), |_| keys.first().map(|_| Tag::Content);
    /// A field that the merchant added.
    MetafieldKey(FieldName) -> Metafield,
    |conn, keys, _now| metafields::by_names(conn, &keys), |_| keys.first().map(|_| Tag::Content);
    /// A field of a cart, or of the order that it became; never part of an answer that is kept.
    CartMetafieldKey((fields::Owner, fields::Name)) -> Metafield,
    |conn, keys, _now| fields::by_names(conn, &keys), |_| keys.first().and(None);
    /// A file that is no medium.
    FileKey(Id<id::GenericFile>) -> File,
    |conn, keys, _now| metafields::files_by_ids(conn, &keys), |_| keys.first().map(|_| Tag::Content);
    /// A metaobject.
    MetaobjectKey(Id<id::Metaobject>) -> Metaobject,
    |conn, keys, _now| metaobjects::by_ids(conn, &keys), |_| keys.first().map(|_| Tag::Content);
    /// The metaobject of this kind with this handle.
    MetaobjectHandle((String, String)) -> Metaobject,
    |conn, keys, _now| metaobjects::by_handles(conn, &keys), |_| keys.first().map(|_| Tag::Content);
    /// A place where buyers may fetch what they buy.
    LocationKey(Id<id::Location>) -> Location,
    |conn, keys, _now| locations::by_ids(conn, &keys), |_| keys.first().map(|_| Tag::Content);
    /// An item of a menu.
    MenuItemKey(Id<id::MenuItem>) -> MenuItem,
    |conn, keys, _now| menus::items_by_ids(conn, &keys), |rows| of_menus(keys, rows.values());
}

/// A part of a list of articles, as a caller asks for it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ArticleList {
    /// Which ones, in the query language.
    pub query: Option<String>,
    /// The order.
    pub sort: ArticleSort,
    /// The other way round.
    pub reverse: bool,
    /// Which part of the list.
    pub window: Window,
}

impl ArticleList {
    fn part(self) -> ArticlePart {
        let query = self.query.as_deref().map(search::articles::read);
        let query = query.unwrap_or_default();
        ArticlePart {
            condition: query.condition,
            relevance: query.relevance,
            sort: self.sort,
            reverse: self.reverse,
            window: self.window,
        }
    }
}

/// A page of articles, or why its arguments were refused.
pub type ArticlePage = Paged<Arc<Article>>;

/// A part of the articles of all blogs.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct AllArticles(pub ArticleList);

impl Batch for AllArticles {
    type Value = ArticlePage;

    fn most(&self) -> u64 {
        self.0.window.most()
    }

    fn rows(page: &Self::Value) -> u64 {
        rows_of(page)
    }

    async fn load(reads: &Reads, keys: Vec<Self>) -> Result<HashMap<Self, Self::Value>, Fault> {
        let now = reads.shop.clock.now();
        let mut found = HashMap::with_capacity(keys.len());
        for key in keys {
            reads.note([Tag::Content]);
            let mut conn = reads.conn().await?;
            let page = articles::listing(&mut conn, &key.0.clone().part(), now).await;
            found.insert(key, paged(page)?);
        }
        Ok(found)
    }
}

impl Batch for PartOf<Id<id::Blog>, ArticleList> {
    type Value = ArticlePage;

    fn most(&self) -> u64 {
        self.part.window.most()
    }

    fn rows(page: &Self::Value) -> u64 {
        rows_of(page)
    }

    async fn load(reads: &Reads, keys: Vec<Self>) -> Result<HashMap<Self, Self::Value>, Fault> {
        let now = reads.shop.clock.now();
        let mut found = HashMap::with_capacity(keys.len());
        for (list, owners) in by_part(keys) {
            reads.note([Tag::Content]);
            let mut conn = reads.conn().await?;
            let pages = articles::of_blogs(&mut conn, &owners, &list.clone().part(), now).await;
            collect(&mut found, pages, &list, &owners)?;
        }
        Ok(found)
    }
}

impl Batch for PartOf<Id<id::Article>, CommentPart> {
    type Value = Paged<Arc<Comment>>;

    fn most(&self) -> u64 {
        self.part.window.most()
    }

    fn rows(page: &Self::Value) -> u64 {
        rows_of(page)
    }

    async fn load(reads: &Reads, keys: Vec<Self>) -> Result<HashMap<Self, Self::Value>, Fault> {
        let mut found = HashMap::with_capacity(keys.len());
        for (part, owners) in by_part(keys) {
            reads.note([Tag::Content]);
            let mut conn = reads.conn().await?;
            let pages = articles::comments(&mut conn, &owners, &part).await;
            collect(&mut found, pages, &part, &owners)?;
        }
        Ok(found)
    }
}

impl Batch for PartOf<Id<id::ProductVariant>, AvailabilityPart> {
    type Value = Paged<Arc<Availability>>;

    fn most(&self) -> u64 {
        self.part.window.most()
    }

    fn rows(page: &Self::Value) -> u64 {
        rows_of(page)
    }

    async fn load(reads: &Reads, keys: Vec<Self>) -> Result<HashMap<Self, Self::Value>, Fault> {
        let mut found = HashMap::with_capacity(keys.len());
        for (part, owners) in by_part(keys) {
            reads.note([Tag::Content]);
            let mut conn = reads.conn().await?;
            let pages = locations::of_variants(&mut conn, &owners, &part).await;
            collect(&mut found, pages, &part, &owners)?;
        }
        Ok(found)
    }
}

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
            Target::Blog(..) | Target::Article(..) | Target::Metaobject(..) => Some(Tag::Content),
            _ => None,
        });
    }
    tags
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
