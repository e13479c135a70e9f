//! Collections of products.

#![expect(clippy::too_many_arguments, reason = "the contract's arguments")]

use std::sync::Arc;

use async_graphql::{Context, ID, Object, Result};
use commerce::cache::Tag;
use commerce::catalog::keyset::Page;
use commerce::catalog::product_list::CollectionPart;
use commerce::catalog::{collections as reads, model};
use commerce::content::metafields::Owner;
use commerce::content::translations::Kind;
use commerce::db::fragment::{Fragment, Value};
use commerce::kernel::page::PageRefusal;
use commerce::kernel::{Id, id};
use commerce::search::facets::Source;

use super::filter::{ProductFilter, ProductFilters, narrowing};
use super::image::Image;
use super::loads::{MediaKey, PartOf};
use super::product::{Product, ProductConnection, truncate};
use super::sort_keys::ProductCollectionSortKeys;
use crate::connection::{Connection, window};
use crate::context::ContextExt;
use crate::errors::invalid_argument;
use crate::ids;
use crate::scalars::{DateTime, Html, UnsignedInt64, Url};
use crate::storefront::metafield::{self, HasMetafieldsIdentifier, Metafield, Metafields};
use crate::storefront::publishing::Seo;
use crate::storefront::translation;
use crate::tracking;

/// A page of collections.
pub type CollectionConnection = Connection<Collection, CollectionCount>;

/// How many collections a list has, counted only when asked for.
#[derive(Default)]
pub struct CollectionCount {
    condition: Option<Fragment>,
}

impl CollectionCount {
    /// Counts those that meet a condition on `collections c`.
    #[must_use]
    pub fn new(condition: Option<Fragment>) -> Self {
        Self { condition }
    }

    /// Counts those that a product stands in.
    #[must_use]
    pub fn of_product(product: Id<id::Product>) -> Self {
        let condition = Fragment::sql(
            "EXISTS (SELECT FROM collection_products cp WHERE cp.collection_id = c.id AND cp.product_id = ",
        );
        let condition = condition.bind(Value::Number(product.value)).push(")");
        Self::new(Some(condition))
    }
}

#[Object]
impl CollectionCount {
    /// How many collections the whole list has.
    async fn total_count(&self, ctx: &Context<'_>) -> Result<UnsignedInt64> {
        let shop = ctx.shop();
        let mut conn = ctx.conn().await?;
        ctx.note([Tag::Collections]);
        let count = reads::count(&mut conn, self.condition.as_ref(), shop.clock.now()).await?;
        Ok(UnsignedInt64(u64::try_from(count).unwrap_or(0)))
    }
}

/// Shows a page of collections.
///
/// # Errors
/// A public error when its arguments were refused.
pub fn collections(
    page: Option<&Result<Page<Arc<model::Collection>>, PageRefusal>>,
    count: CollectionCount,
) -> Result<CollectionConnection> {
    let page = match page {
        Some(page) => page.as_ref().map_err(invalid_argument)?.clone(),
        None => Page::default(),
    };
    Ok(Connection::with(
        page,
        |(cursor, _)| cursor.clone(),
        |(_, collection)| Collection(collection),
        count,
    ))
}

/// A collection of products.
#[derive(Clone)]
pub struct Collection(pub Arc<model::Collection>);

#[Object(cache_control(max_age = 60))]
impl Collection {
    /// What it is about, without markup.
    async fn description(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Cut behind so many characters.")] truncate_at: Option<i32>,
    ) -> Result<String> {
        let of = (Kind::Collection, self.0.id.value);
        let own = &self.0.description;
        let text = translation::text(ctx, of, |words| &words.text, own).await?;
        Ok(truncate(&text, truncate_at))
    }

    /// What it is about.
    async fn description_html(&self, ctx: &Context<'_>) -> Result<Html> {
        let of = (Kind::Collection, self.0.id.value);
        let own = &self.0.description_html;
        let html = translation::text(ctx, of, |words| &words.html, own).await?;
        Ok(Html(html))
    }

    /// Its name in addresses.
    async fn handle(&self) -> &str {
        &self.0.handle
    }

    /// Its id.
    pub async fn id(&self) -> ID {
        ids::id(self.0.id)
    }

    /// Its picture.
    async fn image(&self, ctx: &Context<'_>) -> Result<Option<Image>> {
        match self.0.media_id {
            Some(media) => Ok(ctx.load(MediaKey(media)).await?.map(Image::of)),
            None => Ok(None),
        }
    }

    /// A field that the merchant added.
    pub async fn metafield(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its namespace; `custom` if missing.")] namespace: Option<String>,
        #[graphql(desc = "Its name within the namespace.")] key: String,
    ) -> Result<Option<Metafield>> {
        metafield::one(ctx, Owner::Collection(self.0.id), namespace, key).await
    }

    /// Fields that the merchant added, null where there is none.
    pub async fn metafields(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which ones, 250 at most.")] identifiers: Vec<HasMetafieldsIdentifier>,
    ) -> Result<Metafields> {
        metafield::several(ctx, Owner::Collection(self.0.id), identifiers).await
    }

    /// Its page in an online store of the shop's own; storefronts have theirs.
    pub async fn online_store_url(&self) -> Option<Url> {
        None
    }

    /// Its products.
    async fn products(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those behind this cursor.")] after: Option<String>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
        #[graphql(
            desc = "Only those that meet these: of each kind any of them, and all kinds at once."
        )]
        filters: Option<Vec<ProductFilter>>,
        #[graphql(desc = "So many from the beginning.")] first: Option<i32>,
        #[graphql(desc = "So many from the end.")] last: Option<i32>,
        #[graphql(desc = "The other way round.", default_with = "Some(false)")] reverse: Option<
            bool,
        >,
        #[graphql(
            desc = "What they are sorted by.",
            default_with = "Some(ProductCollectionSortKeys::CollectionDefault)"
        )]
        sort_key: Option<ProductCollectionSortKeys>,
    ) -> Result<ProductConnection> {
        let narrowing = narrowing(ctx, filters.unwrap_or_default()).await?;
        let conditions = narrowing.conditions();
        let sort_key = sort_key.unwrap_or(ProductCollectionSortKeys::CollectionDefault);
        let part = CollectionPart {
            condition: (!conditions.is_empty()).then(|| Fragment::join(conditions, " AND ")),
            sort: sort_key.of(&self.0),
            reverse: reverse.unwrap_or(false),
            window: window(first, after.as_deref(), last, before.as_deref())?,
        };
        let owner = self.0.id;
        let page = match ctx.load(PartOf { owner, part }).await? {
            Some(page) => page.as_ref().as_ref().map_err(invalid_argument)?.clone(),
            None => Page::default(),
        };
        Ok(Connection::with(
            page,
            |(cursor, _)| cursor.clone(),
            |(_, product)| Product(product),
            ProductFilters::new(Source::collection(owner.value), narrowing),
        ))
    }

    /// What search engines are told.
    async fn seo(&self, ctx: &Context<'_>) -> Result<Seo> {
        let own = Seo {
            description: self.0.seo_description.clone(),
            title: self.0.seo_title.clone(),
        };
        translation::seo(ctx, (Kind::Collection, self.0.id.value), own).await
    }

    /// Its name.
    async fn title(&self, ctx: &Context<'_>) -> Result<String> {
        let of = (Kind::Collection, self.0.id.value);
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
