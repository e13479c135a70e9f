//! What `predictiveSearch` answers.

use std::sync::Arc;

use async_graphql::{Context, Enum, Object, Result, SimpleObject};
use commerce::kernel::Id;
use commerce::search::suggest::{Kind, Part, Suggestions};
use commerce::search::wording::Wording;

use crate::context::ContextExt;
use crate::storefront::catalog::loads::{CollectionKey, ProductKey};
use crate::storefront::catalog::{Collection, Product};
use crate::storefront::content::loads::{ArticleKey, PageKey};
use crate::storefront::content::{Article, Page};
use crate::tracking;

/// What a limit is for.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum PredictiveSearchLimitScope {
    /// All kinds together.
    All,
    /// Each kind.
    Each,
}

/// A kind of suggestion.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum PredictiveSearchType {
    /// Articles of blogs.
    Article,
    /// Collections.
    Collection,
    /// Pages of text.
    Page,
    /// Products.
    Product,
    /// Texts to search for.
    Query,
}

impl PredictiveSearchType {
    pub(super) const ALL: [Self; 5] = [
        Self::Article,
        Self::Collection,
        Self::Page,
        Self::Product,
        Self::Query,
    ];

    pub(super) fn kind(self) -> Kind {
        match self {
            Self::Article => Kind::Article,
            Self::Collection => Kind::Collection,
            Self::Page => Kind::Page,
            Self::Product => Kind::Product,
            Self::Query => Kind::Query,
        }
    }
}

/// Where words are looked for.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum SearchableField {
    /// Who wrote an article.
    Author,
    /// The text of an article or page, the description of a product or collection.
    Body,
    /// The type of a product.
    ProductType,
    /// The tags of a product or article.
    Tag,
    /// The title of anything.
    Title,
    /// The barcodes of a product's variants.
    VariantsBarcode,
    /// The stock keeping units of a product's variants.
    VariantsSku,
    /// The titles of a product's variants.
    VariantsTitle,
    /// The vendor of a product.
    Vendor,
}

impl From<SearchableField> for Part {
    fn from(field: SearchableField) -> Self {
        match field {
            SearchableField::Author => Self::Author,
            SearchableField::Body => Self::Body,
            SearchableField::ProductType => Self::ProductType,
            SearchableField::Tag => Self::Tag,
            SearchableField::Title => Self::Title,
            SearchableField::VariantsBarcode => Self::Barcode,
            SearchableField::VariantsSku => Self::Sku,
            SearchableField::VariantsTitle => Self::VariantTitle,
            SearchableField::Vendor => Self::Vendor,
        }
    }
}

/// What fits what somebody has typed so far.
#[derive(SimpleObject)]
pub struct PredictiveSearchResult {
    /// Articles of blogs.
    pub articles: Vec<Article>,
    /// Collections.
    pub collections: Vec<Collection>,
    /// Pages of text.
    pub pages: Vec<Page>,
    /// Products.
    pub products: Vec<Product>,
    /// Texts to search for.
    pub queries: Vec<SearchQuerySuggestion>,
}

impl PredictiveSearchResult {
    pub(super) async fn load(
        ctx: &Context<'_>,
        found: Suggestions,
        wording: &Wording,
    ) -> Result<Self> {
        let loaders = &ctx.session().loaders;
        let products = found.products.into_iter().map(|id| ProductKey(Id::new(id)));
        let products: Vec<ProductKey> = products.collect();
        let collections = found.collections.into_iter();
        let collections: Vec<CollectionKey> =
            collections.map(|id| CollectionKey(Id::new(id))).collect();
        let pages: Vec<PageKey> = found
            .pages
            .into_iter()
            .map(|id| PageKey(Id::new(id)))
            .collect();
        let articles = found.articles.into_iter();
        let articles: Vec<ArticleKey> = articles.map(|id| ArticleKey(Id::new(id))).collect();
        let (of_products, of_collections, of_pages, of_articles) = futures_util::future::try_join4(
            loaders.load_many(products.iter().cloned()),
            loaders.load_many(collections.iter().cloned()),
            loaders.load_many(pages.iter().cloned()),
            loaders.load_many(articles.iter().cloned()),
        )
        .await?;
        let products = products.iter().filter_map(|key| of_products.get(key));
        let collections = collections.iter().filter_map(|key| of_collections.get(key));
        let pages = pages.iter().filter_map(|key| of_pages.get(key));
        let articles = articles.iter().filter_map(|key| of_articles.get(key));
        let typed: Vec<&str> = wording.words().map(|(word, _)| word).collect();
        let query = |text: String| SearchQuerySuggestion {
            styled: styled(&text, &typed),
            text,
        };
        Ok(Self {
            articles: articles.map(|row| Article(Arc::clone(row))).collect(),
            collections: collections.map(|row| Collection(Arc::clone(row))).collect(),
            pages: pages.map(|row| Page(Arc::clone(row))).collect(),
            products: products.map(|row| Product(Arc::clone(row))).collect(),
            queries: found.queries.into_iter().map(query).collect(),
        })
    }
}

/// A text to search for.
#[derive(Clone)]
pub struct SearchQuerySuggestion {
    text: String,
    styled: String,
}

#[Object]
impl SearchQuerySuggestion {
    /// The text as HTML: what was typed in `mark`, what was added in `span`.
    async fn styled_text(&self) -> &str {
        &self.styled
    }

    /// The text.
    async fn text(&self) -> &str {
        &self.text
    }

    /// Parameters to add to the address of the results.
    pub async fn tracking_parameters(&self, ctx: &Context<'_>) -> Option<String> {
        tracking::parameters(ctx)
    }
}

/// Marks what was typed of each word. Words of the shop hold letters and digits alone, and are escaped as if
/// they did not.
fn styled(text: &str, typed: &[&str]) -> String {
    let escaped = |text: &str| {
        let text = text.replace('&', "&amp;");
        text.replace('<', "&lt;")
            .replace('>', "&gt;")
            .replace('"', "&quot;")
    };
    let word = |(place, word): (usize, &str)| {
        let known = typed.get(place).copied().unwrap_or_default();
        match word.strip_prefix(known) {
            Some("") => format!("<mark>{}</mark>", escaped(word)),
            Some(rest) if !known.is_empty() => {
                format!(
                    "<mark>{}</mark><span>{}</span>",
                    escaped(known),
                    escaped(rest)
                )
            }
            _ => format!("<span>{}</span>", escaped(word)),
        }
    };
    let words: Vec<String> = text.split(' ').enumerate().map(word).collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::styled;

    #[test]
    fn what_was_typed_is_marked() {
        assert_eq!(
            styled("blue shirt", &["blue", "sh"]),
            "<mark>blue</mark> <mark>sh</mark><span>irt</span>"
        );
        assert_eq!(styled("a<b", &["a"]), "<mark>a</mark><span>&lt;b</span>");
        assert_eq!(styled("hat", &[]), "<span>hat</span>");
    }
}
