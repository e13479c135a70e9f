//! A page, and pages as a list.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, Object, Result};
use commerce::content::metafields::Owner;
use commerce::content::pages::{self, PageSort};
use commerce::content::translations::Kind;

use crate::connection::Connection;
use crate::ids;
use crate::scalars::{DateTime, Html, Url};
use crate::storefront::metafield::{self, HasMetafieldsIdentifier, Metafield, Metafields};
use crate::storefront::publishing::Seo;
use crate::storefront::translation;
use crate::tracking;

/// Pages with their places in a list.
pub type PageConnection = Connection<Page>;

/// A page of text, such as "About us".
#[derive(Clone)]
pub struct Page(pub Arc<pages::Page>);

#[Object(cache_control(max_age = 300))]
impl Page {
    /// The text with its markup.
    async fn body(&self, ctx: &Context<'_>) -> Result<Html> {
        let of = (Kind::Page, self.0.id.value);
        let html = translation::text(ctx, of, |words| &words.html, &self.0.body_html).await?;
        Ok(Html(html))
    }

    /// The first words, without markup.
    async fn body_summary(&self) -> &str {
        &self.0.body_summary
    }

    /// When it was made.
    async fn created_at(&self) -> DateTime {
        self.0.created_at.into()
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
        metafield::one(ctx, Owner::Page(self.0.id), namespace, key).await
    }

    /// Fields that the merchant added, null where there is none.
    pub async fn metafields(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which ones, 250 at most.")] identifiers: Vec<HasMetafieldsIdentifier>,
    ) -> Result<Metafields> {
        metafield::several(ctx, Owner::Page(self.0.id), identifiers).await
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
        let of = (Kind::Page, self.0.id.value);
        Ok(Some(translation::seo(ctx, of, own).await?))
    }

    /// Its name.
    async fn title(&self, ctx: &Context<'_>) -> Result<String> {
        let of = (Kind::Page, self.0.id.value);
        translation::text(ctx, of, |words| &words.title, &self.0.title).await
    }

    /// Parameters to add to its address, if it was found by a search.
    pub async fn tracking_parameters(&self, ctx: &Context<'_>) -> Option<String> {
        tracking::parameters(ctx)
    }

    /// When it last changed.
    async fn updated_at(&self) -> DateTime {
        self.0.updated_at.into()
    }
}

/// What pages can be sorted by.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum PageSortKeys {
    /// Their ids.
    Id,
    /// How well they answer a search; without one, their ids.
    Relevance,
    /// Their titles.
    Title,
    /// When they last changed.
    UpdatedAt,
}

impl From<PageSortKeys> for PageSort {
    fn from(key: PageSortKeys) -> Self {
        match key {
            PageSortKeys::Id | PageSortKeys::Relevance => Self::Id,
            PageSortKeys::Title => Self::Title,
            PageSortKeys::UpdatedAt => Self::UpdatedAt,
        }
    }
}
