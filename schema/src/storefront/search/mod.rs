//! The search of the shop.

mod predictive;
mod results;

use std::sync::Arc;

use async_graphql::{Context, Enum, Object, Result};
use commerce::kernel::Failure;
use commerce::search::found::{self, Search};
use commerce::search::suggest::{self, Wanted};
use commerce::search::wording::{self, Wording};

pub use self::predictive::{PredictiveSearchResult, SearchQuerySuggestion};
pub use self::results::{SearchResultItem, SearchResultItemConnection};

use self::predictive::{PredictiveSearchLimitScope, PredictiveSearchType, SearchableField};
use self::results::{SearchSortKeys, SearchType};
use super::catalog::filter::{ProductFilter, narrowing};
use crate::connection::window;
use crate::context::ContextExt;
use crate::errors::invalid_argument;
use crate::tracking;

/// Whether the last word may be only the beginning of one.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum SearchPrefixQueryType {
    /// The last word may.
    Last,
    /// No word may.
    None,
}

/// What becomes of products that cannot be bought.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum SearchUnavailableProductsType {
    /// They are not shown.
    Hide,
    /// They stand behind everything else.
    Last,
    /// They stand where they would.
    Show,
}

impl From<SearchUnavailableProductsType> for found::Unavailable {
    fn from(given: SearchUnavailableProductsType) -> Self {
        match given {
            SearchUnavailableProductsType::Hide => Self::Hide,
            SearchUnavailableProductsType::Last => Self::Last,
            SearchUnavailableProductsType::Show => Self::Show,
        }
    }
}

/// The most values that a list of an argument may have.
const MAX_VALUES: usize = 250;

/// The most suggestions, and how many there are when nothing is said.
const MAX_SUGGESTIONS: i32 = 10;

/// Searches the shop.
#[derive(Default)]
pub struct SearchQuery;

/// Reads what is looked for.
async fn wording_of(ctx: &Context<'_>, text: &str, prefix: bool) -> Result<Wording> {
    if text.chars().count() > wording::MAX_LENGTH {
        return Err(invalid_argument(wording::TooLong));
    }
    let mut conn = ctx.conn().await?;
    Ok(wording::read(&mut conn, text, prefix).await?)
}

/// A list of an argument without duplicates; all there is if it is left out.
fn chosen<T: Copy>(name: &str, given: Option<Vec<T>>, all: &[T]) -> Result<Vec<T>> {
    let given = given.unwrap_or_else(|| all.to_vec());
    if given.len() > MAX_VALUES {
        let text = format!("give at most {MAX_VALUES} values in `{name}`");
        return Err(invalid_argument(text));
    }
    Ok(given)
}

#[Object]
impl SearchQuery {
    /// A few of everything that fits what somebody has typed so far.
    #[expect(clippy::too_many_arguments, reason = "the contract's arguments")]
    async fn predictive_search(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, 1 to 10; 10 if nothing is said.")] limit: Option<i32>,
        #[graphql(desc = "Whether that is for each kind or together, as it is by default.")]
        limit_scope: Option<PredictiveSearchLimitScope>,
        #[graphql(desc = "What was typed.")] query: String,
        #[graphql(
            desc = "Where the words are looked for: titles, types, vendors and options by default."
        )]
        searchable_fields: Option<Vec<SearchableField>>,
        #[graphql(desc = "Of which kinds; all by default.")] types: Option<
            Vec<PredictiveSearchType>,
        >,
        #[graphql(
            desc = "What becomes of products that cannot be bought; they come last by default."
        )]
        unavailable_products: Option<SearchUnavailableProductsType>,
    ) -> Option<Result<PredictiveSearchResult>> {
        let asked = async {
            let limit = limit.unwrap_or(MAX_SUGGESTIONS);
            if !(1..=MAX_SUGGESTIONS).contains(&limit) {
                return Err(invalid_argument("`limit` must be between 1 and 10"));
            }
            let kinds = chosen("types", types, &PredictiveSearchType::ALL)?;
            let parts = chosen("searchableFields", searchable_fields, &[])?;
            let parts = if parts.is_empty() {
                suggest::PARTS.into_iter().collect()
            } else {
                parts.into_iter().map(Into::into).collect()
            };
            let wording = wording_of(ctx, &query, true).await?;
            let wanted = Wanted {
                wording,
                kinds: kinds.into_iter().map(PredictiveSearchType::kind).collect(),
                parts,
                unavailable: unavailable_products.map(Into::into).unwrap_or_default(),
                limit: limit.into(),
                each: limit_scope == Some(PredictiveSearchLimitScope::Each),
            };
            let now = ctx.shop().clock.now();
            let found = suggest::suggest(&mut *ctx.conn().await?, &wanted, now).await?;
            tracking::note(ctx, "_psq", &query);
            PredictiveSearchResult::load(ctx, found, &wanted.wording).await
        };
        Some(asked.await)
    }

    /// Products, pages and articles by the words in them, the best first.
    #[expect(clippy::too_many_arguments, reason = "the contract's arguments")]
    async fn search(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those behind this cursor.")] after: Option<String>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
        #[graphql(desc = "So many from the beginning.")] first: Option<i32>,
        #[graphql(desc = "So many from the end.")] last: Option<i32>,
        #[graphql(
            desc = "Whether the last word may be only the beginning of one; it may not by default."
        )]
        prefix: Option<SearchPrefixQueryType>,
        #[graphql(
            desc = "Only products that meet these: of each kind any of them, and all kinds at once."
        )]
        product_filters: Option<Vec<ProductFilter>>,
        #[graphql(
            desc = "The words, each of which must be found; everything is if there are none."
        )]
        query: String,
        #[graphql(desc = "The other way round.", default_with = "Some(false)")] reverse: Option<
            bool,
        >,
        #[graphql(
            desc = "What they are sorted by.",
            default_with = "Some(SearchSortKeys::Relevance)"
        )]
        sort_key: Option<SearchSortKeys>,
        #[graphql(desc = "Of which kinds; all by default.")] types: Option<Vec<SearchType>>,
        #[graphql(
            desc = "What becomes of products that cannot be bought; they come last by default."
        )]
        unavailable_products: Option<SearchUnavailableProductsType>,
    ) -> Result<SearchResultItemConnection> {
        let window = window(first, after.as_deref(), last, before.as_deref())?;
        let kinds = chosen("types", types, &SearchType::ALL)?;
        let narrowing = narrowing(ctx, product_filters.unwrap_or_default()).await?;
        let prefix = prefix == Some(SearchPrefixQueryType::Last);
        let search = Search {
            wording: wording_of(ctx, &query, prefix).await?,
            kinds: kinds.into_iter().map(SearchType::kind).collect(),
            narrowing,
            unavailable: unavailable_products.map(Into::into).unwrap_or_default(),
            sort: sort_key.unwrap_or(SearchSortKeys::Relevance).into(),
            reverse: reverse.unwrap_or(false),
            window,
        };
        let now = ctx.shop().clock.now();
        let page = match found::found(&mut *ctx.conn().await?, &search, now).await {
            Ok(page) => page,
            Err(Failure::Refused(refusal)) => return Err(invalid_argument(refusal)),
            Err(Failure::Broken(fault)) => return Err(fault.into()),
        };
        tracking::note(ctx, "_q", &query);
        results::show(ctx, page, Arc::new(search)).await
    }
}
