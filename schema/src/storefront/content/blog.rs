//! Blogs, and the root fields that lead to them and to articles.

#![expect(clippy::too_many_arguments, reason = "the contract's arguments")]

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, Object, Result};
use commerce::cache::Tag;
use commerce::content::blogs::{self, BlogListing, BlogSort};
use commerce::content::metafields::Owner;
use commerce::content::translations::Kind;
use commerce::kernel::Failure;
use commerce::search::titled;

use super::article::{Article, ArticleAuthor, ArticleConnection, ArticleSortKeys, connection};
use super::loads::{
    AllArticles, ArticleHandle, ArticleKey, ArticleList, AuthorsOf, BlogHandle, BlogKey,
};

use crate::connection::{Connection, window};
use crate::context::ContextExt;
use crate::errors::invalid_argument;
use crate::ids;
use crate::scalars::Url;
use crate::storefront::catalog::loads::PartOf;
use crate::storefront::metafield::{self, HasMetafieldsIdentifier, Metafield, Metafields};
use crate::storefront::publishing::Seo;
use crate::storefront::translation;

/// Blogs with their places in a list.
pub type BlogConnection = Connection<Blog>;

/// A blog.
#[derive(Clone)]
pub struct Blog(pub Arc<blogs::Blog>);

#[Object(cache_control(max_age = 300))]
impl Blog {
    /// The article of this blog with this handle.
    async fn article_by_handle(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its handle.")] handle: String,
    ) -> Option<Result<Article>> {
        let found = ctx.load(ArticleHandle((self.0.id, handle))).await;
        let found = found.map(|article| article.map(Article));
        found.map_err(Into::into).transpose()
    }

    /// Its articles.
    async fn articles(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those behind this cursor.")] after: Option<String>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
        #[graphql(desc = "So many from the beginning.")] first: Option<i32>,
        #[graphql(desc = "So many from the end.")] last: Option<i32>,
        #[graphql(
            desc = "Which ones: words, `author:`, `tag:`, `tag_not:`, `blog_title:`, `created_at:`, `updated_at:` and others."
        )]
        query: Option<String>,
        #[graphql(desc = "The other way round.", default_with = "Some(false)")] reverse: Option<
            bool,
        >,
        #[graphql(
            desc = "What they are sorted by.",
            default_with = "Some(ArticleSortKeys::Id)"
        )]
        sort_key: Option<ArticleSortKeys>,
    ) -> Result<ArticleConnection> {
        let part = ArticleList {
            query,
            sort: sort_key.unwrap_or(ArticleSortKeys::Id).into(),
            reverse: reverse.unwrap_or(false),
            window: window(first, after.as_deref(), last, before.as_deref())?,
        };
        let owner = self.0.id;
        connection(ctx.load(PartOf { owner, part }).await?)
    }

    /// Who writes in it, by name.
    async fn authors(&self, ctx: &Context<'_>) -> Result<Vec<ArticleAuthor>> {
        let authors = ctx.load(AuthorsOf(self.0.id)).await?.unwrap_or_default();
        Ok(authors.iter().cloned().map(ArticleAuthor).collect())
    }

    /// Its name in addresses.
    async fn handle(&self) -> &str {
        &self.0.handle
    }

    /// Its id.
    pub async fn id(&self) -> ID {
        ids::id(self.0.id)
    }

    /// A field that the merchant added.
    pub async fn metafield(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its namespace; `custom` if missing.")] namespace: Option<String>,
        #[graphql(desc = "Its name within the namespace.")] key: String,
    ) -> Result<Option<Metafield>> {
        metafield::one(ctx, Owner::Blog(self.0.id), namespace, key).await
    }

    /// Fields that the merchant added, null where there is none.
    pub async fn metafields(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which ones, 250 at most.")] identifiers: Vec<HasMetafieldsIdentifier>,
    ) -> Result<Metafields> {
        metafield::several(ctx, Owner::Blog(self.0.id), identifiers).await
    }

    /// Its page in an online store of the shop's own; storefronts have theirs.
    pub async fn online_store_url(&self) -> Option<Url> {
        None
    }

    /// What search engines are told.
    async fn seo(&self, ctx: &Context<'_>) -> Result<Option<Seo>> {
        let own = Seo {
            description: self.0.seo_description.clone(),
            title: self.0.seo_title.clone(),
        };
        let of = (Kind::Blog, self.0.id.value);
        Ok(Some(translation::seo(ctx, of, own).await?))
    }

    /// Its name.
    async fn title(&self, ctx: &Context<'_>) -> Result<String> {
        let of = (Kind::Blog, self.0.id.value);
        translation::text(ctx, of, |words| &words.title, &self.0.title).await
    }
}

/// What blogs can be sorted by.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlogSortKeys {
    /// Their handles.
    Handle,
    /// Their ids.
    Id,
    /// How well they answer a search; without one, their ids.
    Relevance,
    /// Their titles.
    Title,
}

impl From<BlogSortKeys> for BlogSort {
    fn from(key: BlogSortKeys) -> Self {
        match key {
            BlogSortKeys::Handle => Self::Handle,
            BlogSortKeys::Id | BlogSortKeys::Relevance => Self::Id,
            BlogSortKeys::Title => Self::Title,
        }
    }
}

/// Reads blogs and articles.
#[derive(Default)]
pub struct BlogQuery;

#[Object]
impl BlogQuery {
    /// The article with this id.
    async fn article(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its id.")] id: ID,
    ) -> Option<Result<Article>> {
        let found = ctx.load(ArticleKey(ids::read(&id)?)).await;
        let found = found.map(|article| article.map(Article));
        found.map_err(Into::into).transpose()
    }

    /// The articles of all blogs.
    async fn articles(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those behind this cursor.")] after: Option<String>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
        #[graphql(desc = "So many from the beginning.")] first: Option<i32>,
        #[graphql(desc = "So many from the end.")] last: Option<i32>,
        #[graphql(
            desc = "Which ones: words, `author:`, `tag:`, `tag_not:`, `blog_title:`, `created_at:`, `updated_at:` and others."
        )]
        query: Option<String>,
        #[graphql(desc = "The other way round.", default_with = "Some(false)")] reverse: Option<
            bool,
        >,
        #[graphql(
            desc = "What they are sorted by.",
            default_with = "Some(ArticleSortKeys::Id)"
        )]
        sort_key: Option<ArticleSortKeys>,
    ) -> Result<ArticleConnection> {
        let list = ArticleList {
            query,
            sort: sort_key.unwrap_or(ArticleSortKeys::Id).into(),
            reverse: reverse.unwrap_or(false),
            window: window(first, after.as_deref(), last, before.as_deref())?,
        };
        connection(ctx.load(AllArticles(list)).await?)
    }

    /// The blog with this id or handle.
    async fn blog(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its handle.")] handle: Option<String>,
        #[graphql(desc = "Its id.")] id: Option<ID>,
    ) -> Option<Result<Blog>> {
        find_blog(ctx, handle, id).await.transpose()
    }

    /// The blog with this handle.
    #[graphql(deprecation = "Ask for `blog`.")]
    async fn blog_by_handle(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its handle.")] handle: String,
    ) -> Option<Result<Blog>> {
        find_blog(ctx, Some(handle), None).await.transpose()
    }

    /// The shop's blogs.
    async fn blogs(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those behind this cursor.")] after: Option<String>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
        #[graphql(desc = "So many from the beginning.")] first: Option<i32>,
        #[graphql(desc = "So many from the end.")] last: Option<i32>,
        #[graphql(
            desc = "Which ones: words of the title, `handle:`, `created_at:`, `updated_at:`."
        )]
        query: Option<String>,
        #[graphql(desc = "The other way round.", default_with = "Some(false)")] reverse: Option<
            bool,
        >,
        #[graphql(
            desc = "What they are sorted by.",
            default_with = "Some(BlogSortKeys::Id)"
        )]
        sort_key: Option<BlogSortKeys>,
    ) -> Result<BlogConnection> {
        let listing = BlogListing {
            condition: query.and_then(|query| titled::condition(&query, "b")),
            sort: sort_key.unwrap_or(BlogSortKeys::Id).into(),
            reverse: reverse.unwrap_or(false),
            window: window(first, after.as_deref(), last, before.as_deref())?,
        };
        let mut conn = ctx.conn().await?;
        ctx.note([Tag::Content]);
        match blogs::listing(&mut conn, &listing).await {
            Ok(page) => Ok(Connection::new(
                page,
                |(cursor, _)| cursor.clone(),
                |(_, blog)| Blog(blog.into()),
            )),
            Err(Failure::Refused(refusal)) => Err(invalid_argument(refusal)),
            Err(Failure::Broken(fault)) => Err(fault.into()),
        }
    }
}

async fn find_blog(
    ctx: &Context<'_>,
    handle: Option<String>,
    id: Option<ID>,
) -> Result<Option<Blog>> {
    Ok(match (id, handle) {
        (Some(id), _) => match ids::read(&id) {
            Some(id) => ctx.load(BlogKey(id)).await?.map(Blog),
            None => None,
        },
        (None, Some(handle)) => ctx.load(BlogHandle(handle)).await?.map(Blog),
        (None, None) => return Err(invalid_argument("give `id` or `handle`")),
    })
}
