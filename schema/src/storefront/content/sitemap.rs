//! What search engines are told of.

use async_graphql::{Context, Enum, Interface, Object, Result, SimpleObject};
use commerce::cache::Tag;
use commerce::content::sitemap::{self, Entry, Kind, Picture};

use crate::context::ContextExt;
use crate::scalars::DateTime;
use crate::storefront::catalog::taxonomy::{Count, CountPrecision};

/// A kind of pages.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum SitemapType {
    /// Articles.
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

impl From<SitemapType> for Kind {
    fn from(kind: SitemapType) -> Self {
        match kind {
            SitemapType::Article => Self::Article,
            SitemapType::Blog => Self::Blog,
            SitemapType::Collection => Self::Collection,
            SitemapType::Metaobject => Self::Metaobject,
            SitemapType::Page => Self::Page,
            SitemapType::Product => Self::Product,
        }
    }
}

/// All pages of a kind, in parts of 250 by their ids.
pub struct Sitemap(Kind);

#[Object(cache_control(max_age = 300))]
impl Sitemap {
    /// How many parts there are.
    async fn pages_count(&self, ctx: &Context<'_>) -> Option<Result<Count>> {
        Some(self.count(ctx).await)
    }

    /// One part.
    async fn resources(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which one, from 1 on.")] page: i32,
    ) -> Option<Result<PaginatedSitemapResources>> {
        if page < 1 {
            return None;
        }
        Some(self.part(ctx, page).await)
    }
}

impl Sitemap {
    /// What an answer with any of it is made of.
    fn note(&self, ctx: &Context<'_>) {
        match self.0 {
            Kind::Product => ctx.note([Tag::Products, Tag::AnyProduct, Tag::Media]),
            Kind::Collection => ctx.note([Tag::Collections, Tag::Media]),
            Kind::Page => ctx.note([Tag::Pages]),
            Kind::Article | Kind::Blog | Kind::Metaobject => ctx.note([Tag::Content, Tag::Media]),
        }
    }

    async fn count(&self, ctx: &Context<'_>) -> Result<Count> {
        let mut conn = ctx.conn().await?;
        self.note(ctx);
        let now = ctx.shop().clock.now();
        let parts = sitemap::parts(&mut conn, self.0, now).await?;
        Ok(Count {
            count: i32::try_from(parts).unwrap_or(i32::MAX),
            precision: CountPrecision::Exact,
        })
    }

    async fn part(&self, ctx: &Context<'_>, number: i32) -> Result<PaginatedSitemapResources> {
        let mut conn = ctx.conn().await?;
        self.note(ctx);
        let now = ctx.shop().clock.now();
        let (entries, has_next_page) = sitemap::part(&mut conn, self.0, number, now).await?;
        Ok(PaginatedSitemapResources {
            has_next_page,
            items: entries.into_iter().map(Into::into).collect(),
        })
    }
}

/// A part of a sitemap.
#[derive(SimpleObject)]
pub struct PaginatedSitemapResources {
    /// Whether another part follows.
    pub has_next_page: bool,
    /// The pages of this part.
    pub items: Vec<SitemapResourceInterface>,
}

/// A page that search engines are told of.
#[derive(Interface)]
#[graphql(
    field(name = "handle", ty = "&String", desc = "Its name in addresses."),
    field(name = "updated_at", ty = "&DateTime", desc = "When it last changed.")
)]
pub enum SitemapResourceInterface {
    /// Of the shop's own kinds.
    SitemapResource(SitemapResource),
    /// Of a kind that the merchant made up.
    SitemapResourceMetaobject(SitemapResourceMetaobject),
}

/// A page of the shop's own kinds.
#[derive(SimpleObject)]
pub struct SitemapResource {
    /// Its name in addresses; an article's begins with its blog's and a slash.
    pub handle: String,
    /// Its picture.
    pub image: Option<SitemapImage>,
    /// What it is called.
    pub title: Option<String>,
    /// When it last changed.
    pub updated_at: DateTime,
}

/// A page of a kind that the merchant made up.
#[derive(SimpleObject)]
pub struct SitemapResourceMetaobject {
    /// Its name within its kind.
    pub handle: String,
    /// Where the storefront shows its kind.
    pub online_store_url_handle: Option<String>,
    /// Its kind.
    #[graphql(name = "type")]
    pub kind: String,
    /// When it last changed.
    pub updated_at: DateTime,
}

/// The picture of a page.
#[derive(SimpleObject)]
pub struct SitemapImage {
    /// What it shows, in words.
    pub alt: Option<String>,
    /// The path of its address.
    pub filepath: Option<String>,
    /// Since when it is there.
    pub updated_at: DateTime,
}

impl From<Entry> for SitemapResourceInterface {
    fn from(entry: Entry) -> Self {
        let updated_at = entry.updated_at.into();
        match entry.kind {
            Some(kind) => Self::SitemapResourceMetaobject(SitemapResourceMetaobject {
                handle: entry.handle,
                online_store_url_handle: entry.url_handle,
                kind,
                updated_at,
            }),
            None => Self::SitemapResource(SitemapResource {
                handle: entry.handle,
                image: entry.image.map(SitemapImage::from),
                title: Some(entry.title),
                updated_at,
            }),
        }
    }
}

impl From<Picture> for SitemapImage {
    fn from(picture: Picture) -> Self {
        // What follows the scheme and the host.
        let path = picture.url.splitn(4, '/').nth(3);
        let path = path.map(|path| format!("/{}", path.split(['?', '#']).next().unwrap_or("")));
        Self {
            alt: picture.alt,
            filepath: path,
            updated_at: picture.created_at.into(),
        }
    }
}

/// Reads sitemaps.
#[derive(Default)]
pub struct SitemapQuery;

#[Object]
impl SitemapQuery {
    /// All pages of a kind.
    async fn sitemap(
        &self,
        #[graphql(name = "type", desc = "The kind.")] kind: SitemapType,
    ) -> Sitemap {
        Sitemap(kind.into())
    }
}
