//! Pages, blogs, metaobjects, menus, policies and the sitemap.

pub mod article;
pub mod blog;
pub mod loads;
pub mod menu;
pub mod metaobject;
pub mod page;
pub mod policy;
pub mod reference;
pub mod sitemap;

pub use article::{Article, Comment};
pub use blog::{Blog, BlogQuery};
pub use menu::{Menu, MenuItem};
pub use metaobject::{Metaobject, MetaobjectQuery};
pub use page::{Page, PageConnection};
pub use policy::ShopPolicy;
pub use reference::GenericFile;
pub use sitemap::SitemapQuery;

use async_graphql::{Context, ID, Object, Result};
use commerce::cache::Tag;
use commerce::content::pages::{self, Listing};
use commerce::kernel::Failure;
use commerce::search::titled;

use self::loads::{MenuHandle, PageHandle, PageKey};
use self::page::PageSortKeys;
use crate::connection::{Connection, window};
use crate::context::ContextExt;
use crate::errors::invalid_argument;
use crate::ids;

/// Reads pages and menus.
#[derive(Default)]
pub struct ContentQuery;

#[Object]
impl ContentQuery {
    /// The menu with this handle.
    async fn menu(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its handle.")] handle: String,
    ) -> Option<Result<Menu>> {
        let found = ctx.load(MenuHandle(handle)).await;
        found
            .map_err(Into::into)
            .transpose()
            .map(|menu| menu.map(Menu))
    }

    /// The page with this id or handle.
    async fn page(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its handle.")] handle: Option<String>,
        #[graphql(desc = "Its id.")] id: Option<ID>,
    ) -> Option<Result<Page>> {
        find_page(ctx, handle, id).await.transpose()
    }

    /// The page with this handle.
    #[graphql(deprecation = "use `page`")]
    async fn page_by_handle(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its handle.")] handle: String,
    ) -> Option<Result<Page>> {
        find_page(ctx, Some(handle), None).await.transpose()
    }

    /// The shop's pages.
    #[expect(clippy::too_many_arguments, reason = "the contract's arguments")]
    async fn pages(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those behind this cursor.")] after: Option<String>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
        #[graphql(desc = "So many from the beginning.")] first: Option<i32>,
        #[graphql(desc = "So many from the end.")] last: Option<i32>,
        #[graphql(desc = "Which ones: words of the title, `handle:`, `updated_at:` and others.")]
        query: Option<String>,
        #[graphql(desc = "The other way round.", default_with = "Some(false)")] reverse: Option<
            bool,
        >,
        #[graphql(
            desc = "What they are sorted by.",
            default_with = "Some(PageSortKeys::Id)"
        )]
        sort_key: Option<PageSortKeys>,
    ) -> Result<PageConnection> {
        let listing = Listing {
            condition: query.and_then(|query| titled::condition(&query, "g")),
            sort: sort_key.unwrap_or(PageSortKeys::Id).into(),
            reverse: reverse.unwrap_or(false),
            window: window(first, after.as_deref(), last, before.as_deref())?,
        };
        let shop = ctx.shop();
        let mut conn = ctx.conn().await?;
        ctx.note([Tag::Pages]);
        match pages::listing(&mut conn, &listing, shop.clock.now()).await {
            Ok(page) => Ok(Connection::new(
                page,
                |(cursor, _)| cursor.clone(),
                |(_, page)| Page(page.into()),
            )),
            Err(Failure::Refused(refusal)) => Err(invalid_argument(refusal)),
            Err(Failure::Broken(fault)) => Err(fault.into()),
        }
    }
}

async fn find_page(
    ctx: &Context<'_>,
    handle: Option<String>,
    id: Option<ID>,
) -> Result<Option<Page>> {
    Ok(match (id, handle) {
        (Some(id), _) => match ids::read(&id) {
            Some(id) => ctx.load(PageKey(id)).await?.map(Page),
            None => None,
        },
        (None, Some(handle)) => ctx.load(PageHandle(handle)).await?.map(Page),
        (None, None) => return Err(invalid_argument("give `id` or `handle`")),
    })
}
