//! Where reading the catalogue begins.

#![expect(clippy::too_many_arguments, reason = "the contract's arguments")]

use async_graphql::{Context, ID, Object, Result};
use commerce::cache::Tag;
use commerce::catalog::collections::{self as collection_reads, Listing};
use commerce::catalog::keyset::Page;
use commerce::catalog::product_list::{self, ProductListing, ProductSort};
use commerce::catalog::{companions, products, recommendations};
use commerce::kernel::page::{Cursor, Slice, Window};
use commerce::kernel::{Currency, Failure, id};
use commerce::search;

use super::collection::{Collection, CollectionConnection, CollectionCount, collections};
use super::filter::ProductFilters;
use super::loads::{CollectionHandle, CollectionKey, ProductHandle, ProductKey, shared};
use super::product::{Product, ProductConnection};
use super::sort_keys::{CollectionSortKeys, ProductRecommendationIntent, ProductSortKeys};
use crate::caching;
use crate::connection::{Connection, window};
use crate::context::ContextExt;
use crate::errors::invalid_argument;
use crate::ids;

/// Reads products and collections.
#[derive(Default)]
pub struct CatalogQuery;

/// The product with this id or handle; the id counts when both are given.
pub(super) async fn find_product(
    ctx: &Context<'_>,
    handle: Option<String>,
    id: Option<ID>,
) -> Result<Option<Product>> {
    let found = match (id, handle) {
        (Some(id), _) => match ids::read::<id::Product>(&id) {
            Some(id) => ctx.load(ProductKey(id)).await?,
            None => None,
        },
        (None, Some(handle)) => ctx.load(ProductHandle(handle)).await?,
        (None, None) => return Err(invalid_argument("give `id` or `handle`")),
    };
    Ok(found.map(Product))
}

async fn find_collection(
    ctx: &Context<'_>,
    handle: Option<String>,
    id: Option<ID>,
) -> Result<Option<Collection>> {
    let found = match (id, handle) {
        (Some(id), _) => match ids::read::<id::Collection>(&id) {
            Some(id) => ctx.load(CollectionKey(id)).await?,
            None => None,
        },
        (None, Some(handle)) => ctx.load(CollectionHandle(handle)).await?,
        (None, None) => return Err(invalid_argument("give `id` or `handle`")),
    };
    Ok(found.map(Collection))
}

#[Object]
impl CatalogQuery {
    /// The collection with this id or handle.
    async fn collection(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its handle.")] handle: Option<String>,
        #[graphql(desc = "Its id.")] id: Option<ID>,
    ) -> Result<Option<Collection>> {
        find_collection(ctx, handle, id).await
    }

    /// The collection with this handle.
    #[graphql(deprecation = "Ask for `collection`.")]
    async fn collection_by_handle(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its handle.")] handle: String,
    ) -> Result<Option<Collection>> {
        find_collection(ctx, Some(handle), None).await
    }

    /// The shop's collections.
    async fn collections(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those behind this cursor.")] after: Option<String>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
        #[graphql(desc = "So many from the beginning.")] first: Option<i32>,
        #[graphql(desc = "So many from the end.")] last: Option<i32>,
        #[graphql(desc = "Words of the title, or `handle:`, `title:`, `updated_at:`.")]
        query: Option<String>,
        #[graphql(desc = "The other way round.", default_with = "Some(false)")] reverse: Option<
            bool,
        >,
        #[graphql(
            desc = "What they are sorted by.",
            default_with = "Some(CollectionSortKeys::Id)"
        )]
        sort_key: Option<CollectionSortKeys>,
    ) -> Result<CollectionConnection> {
        let listing = Listing {
            condition: query.and_then(|query| search::titled::condition(&query, "c")),
            sort: sort_key.unwrap_or(CollectionSortKeys::Id).into(),
            reverse: reverse.unwrap_or(false),
            window: window(first, after.as_deref(), last, before.as_deref())?,
        };
        let shop = ctx.shop();
        let mut conn = ctx.conn().await?;
        ctx.note([Tag::Collections]);
        let page = match collection_reads::listing(&mut conn, &listing, shop.clock.now()).await {
            Ok(page) => Ok(shared(page)),
            Err(Failure::Refused(refusal)) => Err(refusal),
            Err(Failure::Broken(fault)) => return Err(fault.into()),
        };
        collections(Some(&page), CollectionCount::new(listing.condition))
    }

    /// The product with this id or handle.
    async fn product(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its handle.")] handle: Option<String>,
        #[graphql(desc = "Its id.")] id: Option<ID>,
    ) -> Result<Option<Product>> {
        find_product(ctx, handle, id).await
    }

    /// The product with this handle.
    #[graphql(deprecation = "Ask for `product`.")]
    async fn product_by_handle(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its handle.")] handle: String,
    ) -> Result<Option<Product>> {
        find_product(ctx, Some(handle), None).await
    }

    /// Up to ten products that go with one; null if there is no such product.
    async fn product_recommendations(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "What they are for.",
            default_with = "Some(ProductRecommendationIntent::Related)"
        )]
        intent: Option<ProductRecommendationIntent>,
        #[graphql(desc = "The product's handle.")] product_handle: Option<String>,
        #[graphql(desc = "The product's id.")] product_id: Option<ID>,
    ) -> Result<Option<Vec<Product>>> {
        let Some(product) = find_product(ctx, product_handle, product_id).await? else {
            return Ok(None);
        };
        let now = ctx.shop().clock.now();
        let mut conn = ctx.conn().await?;
        ctx.note([Tag::AnyProduct]);
        let found = match intent {
            Some(ProductRecommendationIntent::Complementary) => {
                companions::of_product(&mut conn, product.0.id, now).await?
            }
            _ => recommendations::related(&mut conn, product.0.id, now).await?,
        };
        ctx.note(caching::of_products(&found));
        Ok(Some(
            found.into_iter().map(|row| Product(row.into())).collect(),
        ))
    }

    /// The tags of the shop's products, in alphabetical order.
    async fn product_tags(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "At most so many.")] first: i32,
    ) -> Result<Connection<String>> {
        let window = window(Some(first), None, None, None)?;
        let shop = ctx.shop();
        let mut conn = ctx.conn().await?;
        ctx.note([Tag::Products]);
        let rows = products::tags(&mut conn, window.fetch_limit(), shop.clock.now()).await?;
        Ok(texts(&window, rows))
    }

    /// The types of the shop's products, in alphabetical order.
    async fn product_types(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "At most so many.")] first: i32,
    ) -> Result<Connection<String>> {
        let window = window(Some(first), None, None, None)?;
        let shop = ctx.shop();
        let mut conn = ctx.conn().await?;
        ctx.note([Tag::Products]);
        let rows = products::types(&mut conn, window.fetch_limit(), shop.clock.now()).await?;
        Ok(texts(&window, rows))
    }

    /// The shop's products.
    async fn products(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those behind this cursor.")] after: Option<String>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
        #[graphql(desc = "So many from the beginning.")] first: Option<i32>,
        #[graphql(desc = "So many from the end.")] last: Option<i32>,
        #[graphql(
            desc = "Which ones, in the query language: words, `tag:`, `vendor:` and others."
        )]
        query: Option<String>,
        #[graphql(desc = "The other way round.", default_with = "Some(false)")] reverse: Option<
            bool,
        >,
        #[graphql(
            desc = "What they are sorted by.",
            default_with = "Some(ProductSortKeys::Id)"
        )]
        sort_key: Option<ProductSortKeys>,
    ) -> Result<ProductConnection> {
        let shop = ctx.shop();
        let window = window(first, after.as_deref(), last, before.as_deref())?;
        let query = query.unwrap_or_default();
        let mut conn = ctx.conn().await?;
        let query = if search::products::mentions_price(&query) {
            search::products::read(&query, products::currency(&mut conn).await?)
        } else {
            search::products::read(&query, Currency::USD)
        };
        let listing = ProductListing {
            condition: query.condition,
            relevance: query.relevance,
            sort: sort_key.unwrap_or(ProductSortKeys::Id).into(),
            reverse: reverse.unwrap_or(false),
            window,
        };
        ctx.note(order_of(&listing));
        let page: Page<_> = match product_list::listing(&mut conn, &listing, shop.clock.now()).await
        {
            Ok(page) => page,
            Err(Failure::Refused(refusal)) => return Err(invalid_argument(refusal)),
            Err(Failure::Broken(fault)) => return Err(fault.into()),
        };
        ctx.note(caching::of_products(page.rows.iter().map(|(_, row)| row)));
        Ok(Connection::with(
            page,
            |(cursor, _)| cursor.clone(),
            |(_, product)| Product(product.into()),
            ProductFilters::default(),
        ))
    }
}

/// What decides which products stand in a list, and in which order.
fn order_of(listing: &ProductListing) -> Vec<Tag> {
    use ProductSort::{BestSelling, Price, UpdatedAt};
    match (&listing.condition, &listing.sort) {
        (None, BestSelling | Price | UpdatedAt) => vec![Tag::AnyProduct],
        (None, _) => vec![Tag::Products],
        (Some(_), _) => vec![Tag::AnyProduct, Tag::AnyStock],
    }
}

/// A list of texts that is always read from its beginning.
fn texts(window: &Window, rows: Vec<String>) -> Connection<String> {
    let numbered = rows.into_iter().zip(1..).collect();
    let slice: Slice<(String, i64)> = window.cut(numbered);
    Connection::new(slice, |(_, place)| Cursor::at(*place), |(text, _)| text)
}
