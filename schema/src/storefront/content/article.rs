//! Articles, who writes them, and what readers say.

#![expect(clippy::too_many_arguments, reason = "the contract's arguments")]

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, Object, Result};
use commerce::content::articles::{self, ArticleSort, ArticleText, CommentPart};
use commerce::content::metafields::Owner;
use commerce::content::translations::Kind;
use commerce::kernel::Fault;

use super::blog::Blog;
use super::loads::{ArticlePage, BlogKey, TextOf};

use crate::connection::{Connection, window};
use crate::context::ContextExt;
use crate::errors::invalid_argument;
use crate::ids;
use crate::scalars::{DateTime, Html, Url};
use crate::storefront::catalog::image::Image;
use crate::storefront::catalog::loads::{MediaKey, PartOf};
use crate::storefront::catalog::product::truncate;
use crate::storefront::metafield::{self, HasMetafieldsIdentifier, Metafield, Metafields};
use crate::storefront::publishing::Seo;
use crate::storefront::translation;
use crate::tracking;

/// Articles with their places in a list.
pub type ArticleConnection = Connection<Article>;

/// Shows a page of articles.
///
/// # Errors
/// A public error when its arguments were refused.
pub(super) fn connection(page: Option<ArticlePage>) -> Result<ArticleConnection> {
    let page = match page {
        Some(page) => page.as_ref().as_ref().map_err(invalid_argument)?.clone(),
        None => Default::default(),
    };
    Ok(Connection::new(
        page,
        |(cursor, _)| cursor.clone(),
        |(_, article)| Article(article),
    ))
}

/// An article of a blog.
#[derive(Clone)]
pub struct Article(pub Arc<articles::Article>);

#[Object(cache_control(max_age = 300))]
impl Article {
    /// Who wrote it.
    #[graphql(deprecation = "Ask for `authorV2`.")]
    async fn author(&self) -> ArticleAuthor {
        ArticleAuthor(self.0.author.clone())
    }

    /// Who wrote it.
    #[graphql(name = "authorV2")]
    async fn author_v2(&self) -> Option<ArticleAuthor> {
        Some(ArticleAuthor(self.0.author.clone()))
    }

    /// The blog it stands in.
    async fn blog(&self, ctx: &Context<'_>) -> Result<Blog> {
        let gone = || Fault::Inconsistent(format!("{:?} has no blog", self.0.id));
        let blog = ctx.load(BlogKey(self.0.blog_id)).await?;
        Ok(Blog(blog.ok_or_else(gone)?))
    }

    /// What readers said of it, oldest first.
    async fn comments(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those behind this cursor.")] after: Option<String>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
        #[graphql(desc = "So many from the beginning.")] first: Option<i32>,
        #[graphql(desc = "So many from the end.")] last: Option<i32>,
        #[graphql(desc = "The other way round.", default_with = "Some(false)")] reverse: Option<
            bool,
        >,
    ) -> Result<Connection<Comment>> {
        let part = CommentPart {
            reverse: reverse.unwrap_or(false),
            window: window(first, after.as_deref(), last, before.as_deref())?,
        };
        let owner = self.0.id;
        let page = match ctx.load(PartOf { owner, part }).await? {
            Some(page) => page.as_ref().as_ref().map_err(invalid_argument)?.clone(),
            None => Default::default(),
        };
        Ok(Connection::new(
            page,
            |(cursor, _)| cursor.clone(),
            |(_, comment)| Comment(comment),
        ))
    }

    /// Its text in one line, without markup.
    async fn content(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Cut behind so many characters.")] truncate_at: Option<i32>,
    ) -> Result<String> {
        let of = (Kind::Article, self.0.id.value);
        let own = self.text(ctx).await?;
        let text = translation::text(ctx, of, |words| &words.text, &own.plain).await?;
        Ok(truncate(&text, truncate_at))
    }

    /// Its text.
    async fn content_html(&self, ctx: &Context<'_>) -> Result<Html> {
        let of = (Kind::Article, self.0.id.value);
        let own = self.text(ctx).await?;
        let html = translation::text(ctx, of, |words| &words.html, &own.html).await?;
        Ok(Html(html))
    }

    /// What it is about, in one line without markup.
    async fn excerpt(
        &self,
        #[graphql(desc = "Cut behind so many characters.")] truncate_at: Option<i32>,
    ) -> Option<String> {
        let excerpt = self.0.excerpt.as_ref()?;
        Some(truncate(excerpt, truncate_at))
    }

    /// What it is about.
    async fn excerpt_html(&self) -> Option<Html> {
        self.0.excerpt_html.clone().map(Html)
    }

    /// Its name in addresses, within its blog.
    async fn handle(&self) -> &str {
        &self.0.handle
    }

    /// Its id.
    pub async fn id(&self) -> ID {
        ids::id(self.0.id)
    }

    /// Its picture.
    async fn image(&self, ctx: &Context<'_>) -> Option<Result<Image>> {
        let media = ctx.load(MediaKey(self.0.media_id?)).await;
        let image = media.map(|media| media.map(Image::of));
        image.map_err(Into::into).transpose()
    }

    /// A field that the merchant added.
    pub async fn metafield(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its namespace; `custom` if missing.")] namespace: Option<String>,
        #[graphql(desc = "Its name within the namespace.")] key: String,
    ) -> Result<Option<Metafield>> {
        metafield::one(ctx, Owner::Article(self.0.id), namespace, key).await
    }

    /// Fields that the merchant added, null where there is none.
    pub async fn metafields(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which ones, 250 at most.")] identifiers: Vec<HasMetafieldsIdentifier>,
    ) -> Result<Metafields> {
        metafield::several(ctx, Owner::Article(self.0.id), identifiers).await
    }

    /// Its page in an online store of the shop's own; storefronts have theirs.
    pub async fn online_store_url(&self) -> Option<Url> {
        None
    }

    /// Since when everybody sees it.
    async fn published_at(&self) -> DateTime {
        self.0.published_at.into()
    }

    /// What search engines are told.
    async fn seo(&self, ctx: &Context<'_>) -> Result<Option<Seo>> {
        let own = Seo {
            description: self.0.seo_description.clone(),
            title: self.0.seo_title.clone(),
        };
        let of = (Kind::Article, self.0.id.value);
        Ok(Some(translation::seo(ctx, of, own).await?))
    }

    /// Words that the merchant sorts it by.
    async fn tags(&self) -> &[String] {
        &self.0.tags
    }

    /// Its name.
    async fn title(&self, ctx: &Context<'_>) -> Result<String> {
        let of = (Kind::Article, self.0.id.value);
        translation::text(ctx, of, |words| &words.title, &self.0.title).await
    }

    /// Parameters to add to its address, if it was found by a search.
    pub async fn tracking_parameters(&self, ctx: &Context<'_>) -> Option<String> {
        tracking::parameters(ctx)
    }
}

impl Article {
    async fn text(&self, ctx: &Context<'_>) -> Result<Arc<ArticleText>> {
        let gone = || Fault::Inconsistent(format!("{:?} has no text", self.0.id));
        Ok(ctx.load(TextOf(self.0.id)).await?.ok_or_else(gone)?)
    }
}

/// Who writes articles.
pub struct ArticleAuthor(pub articles::Author);

#[Object]
impl ArticleAuthor {
    /// Who they are.
    async fn bio(&self) -> Option<&str> {
        self.0.bio.as_deref()
    }

    /// Where readers may write to; empty when nowhere.
    async fn email(&self) -> &str {
        &self.0.email
    }

    /// Their given name.
    async fn first_name(&self) -> &str {
        &self.0.first_name
    }

    /// Their family name.
    async fn last_name(&self) -> &str {
        &self.0.last_name
    }

    /// Their whole name.
    async fn name(&self) -> String {
        self.0.name()
    }
}

/// What a reader said of an article.
#[derive(Clone)]
pub struct Comment(pub Arc<articles::Comment>);

#[Object]
impl Comment {
    /// Who said it.
    async fn author(&self) -> CommentAuthor {
        CommentAuthor(Arc::clone(&self.0))
    }

    /// What they said, in one line without markup.
    async fn content(
        &self,
        #[graphql(desc = "Cut behind so many characters.")] truncate_at: Option<i32>,
    ) -> String {
        truncate(&self.0.content, truncate_at)
    }

    /// What they said.
    async fn content_html(&self) -> Html {
        Html(self.0.content_html.clone())
    }

    /// Its id.
    pub async fn id(&self) -> ID {
        ids::id(self.0.id)
    }
}

/// A reader who said something.
pub struct CommentAuthor(Arc<articles::Comment>);

#[Object]
impl CommentAuthor {
    /// Always empty: readers' addresses are not kept, because everybody may read this.
    async fn email(&self) -> &str {
        ""
    }

    /// What they call themselves.
    async fn name(&self) -> &str {
        &self.0.author_name
    }
}

/// What articles can be sorted by.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArticleSortKeys {
    /// Who wrote them.
    Author,
    /// The titles of their blogs.
    BlogTitle,
    /// Their ids.
    Id,
    /// Since when everybody sees them.
    PublishedAt,
    /// How well they answer a search; without one, their ids.
    Relevance,
    /// Their titles.
    Title,
    /// When they last changed.
    UpdatedAt,
}

impl From<ArticleSortKeys> for ArticleSort {
    fn from(key: ArticleSortKeys) -> Self {
        match key {
            ArticleSortKeys::Author => Self::Author,
            ArticleSortKeys::BlogTitle => Self::BlogTitle,
            ArticleSortKeys::Id => Self::Id,
            ArticleSortKeys::PublishedAt => Self::PublishedAt,
            ArticleSortKeys::Relevance => Self::Relevance,
            ArticleSortKeys::Title => Self::Title,
            ArticleSortKeys::UpdatedAt => Self::UpdatedAt,
        }
    }
}
