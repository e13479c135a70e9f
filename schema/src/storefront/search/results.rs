//! What `search` answers.

use std::sync::Arc;

use async_graphql::{Context, Enum, Object, Result, Union};
use commerce::catalog::keyset::Page as Rows;
use commerce::search::facets::Source;
use commerce::search::found::{self, Found, FoundSort, Kind, Search};

use crate::connection::Connection;
use crate::context::ContextExt;
use crate::storefront::catalog::filter::Filter;
use crate::storefront::catalog::loads::ProductKey;
use crate::storefront::catalog::{Product, facet};
use crate::storefront::content::loads::{ArticleKey, PageKey};
use crate::storefront::content::{Article, Page};

/// What search results are sorted by.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum SearchSortKeys {
    /// Their lowest prices.
    Price,
    /// How well they fit, best first.
    Relevance,
}

impl From<SearchSortKeys> for FoundSort {
    fn from(key: SearchSortKeys) -> Self {
        match key {
            SearchSortKeys::Price => Self::Price,
            SearchSortKeys::Relevance => Self::Relevance,
        }
    }
}

/// A kind of search result.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum SearchType {
    /// Articles of blogs.
    Article,
    /// Pages of text.
    Page,
    /// Products.
    Product,
}

impl SearchType {
    pub(super) const ALL: [Self; 3] = [Self::Article, Self::Page, Self::Product];

    pub(super) fn kind(self) -> Kind {
        match self {
            Self::Article => Kind::Article,
            Self::Page => Kind::Page,
            Self::Product => Kind::Product,
        }
    }
}

/// Something that a search found.
#[derive(Union)]
pub enum SearchResultItem {
    /// An article of a blog.
    Article(Article),
    /// A page of text.
    Page(Page),
    /// A product.
    Product(Product),
}

/// A page of search results.
pub type SearchResultItemConnection = Connection<SearchResultItem, SearchExtra>;

/// What a list of search results tells beside its rows.
pub struct SearchExtra(Arc<Search>);

#[Object]
impl SearchExtra {
    /// The ways of narrowing the products down, with how many each value leaves.
    async fn product_filters(&self, ctx: &Context<'_>) -> Result<Vec<Filter>> {
        if !self.0.kinds.contains(&Kind::Product) {
            return Ok(Vec::new());
        }
        let source = Source::found(self.0.source());
        facet::read(ctx, source, &self.0.narrowing).await
    }

    /// How many results there are in all.
    async fn total_count(&self, ctx: &Context<'_>) -> Result<i32> {
        let mut conn = ctx.conn().await?;
        let count = found::count(&mut conn, &self.0, ctx.shop().clock.now()).await?;
        Ok(i32::try_from(count).unwrap_or(i32::MAX))
    }
}

/// Shows a page of results; what went away in this moment is left out.
pub(super) async fn show(
    ctx: &Context<'_>,
    rows: Rows<Found>,
    search: Arc<Search>,
) -> Result<SearchResultItemConnection> {
    let loaders = &ctx.session().loaders;
    let products = rows.rows.iter().filter_map(|(_, found)| match found {
        Found::Product(id) => Some(ProductKey(*id)),
        _ => None,
    });
    let pages = rows.rows.iter().filter_map(|(_, found)| match found {
        Found::Page(id) => Some(PageKey(*id)),
        _ => None,
    });
    let articles = rows.rows.iter().filter_map(|(_, found)| match found {
        Found::Article(id) => Some(ArticleKey(*id)),
        _ => None,
    });
    let (products, pages, articles) = futures_util::future::try_join3(
        loaders.load_many(products),
        loaders.load_many(pages),
        loaders.load_many(articles),
    )
    .await?;
    let item = |found: &Found| match found {
        Found::Product(id) => {
            let row = products.get(&ProductKey(*id))?;
            Some(SearchResultItem::Product(Product(Arc::clone(row))))
        }
        Found::Page(id) => {
            let row = pages.get(&PageKey(*id))?;
            Some(SearchResultItem::Page(Page(Arc::clone(row))))
        }
        Found::Article(id) => {
            let row = articles.get(&ArticleKey(*id))?;
            Some(SearchResultItem::Article(Article(Arc::clone(row))))
        }
    };
    let shown = rows.rows.into_iter();
    let slice = Rows {
        rows: shown
            .filter_map(|(cursor, found)| Some((cursor, item(&found)?)))
            .collect(),
        has_previous: rows.has_previous,
        has_next: rows.has_next,
    };
    Ok(Connection::with(
        slice,
        |(cursor, _)| cursor.clone(),
        |(_, item)| item,
        SearchExtra(search),
    ))
}
