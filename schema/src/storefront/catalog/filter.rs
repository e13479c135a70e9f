//! Filters of product lists: what is offered, and what a client sends to use it.

use async_graphql::{ComplexObject, Context, Enum, InputObject, Object, Result, SimpleObject};
use commerce::catalog::model;
use commerce::kernel::{Exchange, Money};
use commerce::market::PriceList;
use commerce::search::facets::Source;
use commerce::search::narrowing::{Facet, Fixed, Narrowing, PriceRange, ShownRange};

use super::facet;
use super::loads::MediaKey;
use super::media::MediaImage;
use crate::context::ContextExt;
use crate::errors::invalid_argument;
use crate::scalars::{Color, Json};
use crate::storefront::content::loads::the_shop;
use crate::storefront::exchange;

/// How a filter is shown.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum FilterPresentation {
    /// With pictures.
    Image,
    /// With swatches.
    Swatch,
    /// With words.
    Text,
}

/// What a filter takes.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum FilterType {
    /// Yes or no.
    Boolean,
    /// Values of a list.
    List,
    /// Two prices.
    PriceRange,
}

/// A way of narrowing a list down.
#[derive(SimpleObject)]
pub struct Filter {
    /// Its id.
    pub id: String,
    /// What it is called.
    pub label: String,
    /// How it is shown.
    pub presentation: Option<FilterPresentation>,
    /// What it takes.
    #[graphql(name = "type")]
    pub kind: FilterType,
    /// Its values.
    pub values: Vec<FilterValue>,
}

/// A value of a filter.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct FilterValue {
    /// How many products it leaves.
    pub count: i32,
    /// Its id.
    pub id: String,
    /// What to send to use it.
    pub input: Json,
    /// What it is called.
    pub label: String,
    /// A swatch to show it by.
    pub swatch: Option<Swatch>,
}

#[ComplexObject]
impl FilterValue {
    /// A picture to show it by.
    async fn image(&self, ctx: &Context<'_>) -> Option<Result<MediaImage>> {
        picture(ctx, &self.swatch.as_ref()?.0).await
    }
}

/// A color or picture that stands for a value.
#[derive(Clone)]
pub struct Swatch(pub model::Swatch);

/// A color or picture that stands for a value.
#[Object]
impl Swatch {
    /// The color.
    async fn color(&self) -> Option<Color> {
        self.0.color.clone().map(Color)
    }

    /// The picture.
    async fn image(&self, ctx: &Context<'_>) -> Option<Result<MediaImage>> {
        picture(ctx, &self.0).await
    }
}

/// The picture of a swatch, if it has one.
async fn picture(ctx: &Context<'_>, swatch: &model::Swatch) -> Option<Result<MediaImage>> {
    let picture = ctx.load(MediaKey(swatch.media_id?)).await.transpose()?;
    Some(picture.map(MediaImage).map_err(Into::into))
}

/// Which products of a collection are wanted.
#[derive(InputObject)]
pub struct ProductFilter {
    /// Only those that can be bought, or only the others.
    pub available: Option<bool>,
    /// Only those of a category.
    pub category: Option<CategoryFilter>,
    /// Only those whose price lies in a range.
    pub price: Option<PriceRangeFilter>,
    /// Only those with a metafield.
    pub product_metafield: Option<MetafieldFilter>,
    /// Only those of a type.
    pub product_type: Option<String>,
    /// Only those of a vendor.
    pub product_vendor: Option<String>,
    /// Only those with a tag.
    pub tag: Option<String>,
    /// Only those with a metafield of their category.
    pub taxonomy_metafield: Option<TaxonomyMetafieldFilter>,
    /// Only those with a variant that has a metafield.
    pub variant_metafield: Option<MetafieldFilter>,
    /// Only those with a variant that has an option value.
    pub variant_option: Option<VariantOptionFilter>,
}

/// A category of the standard taxonomy.
#[derive(InputObject)]
pub struct CategoryFilter {
    /// Its id.
    pub id: String,
}

/// A range of prices.
#[derive(InputObject)]
pub struct PriceRangeFilter {
    /// The highest.
    pub max: Option<f64>,
    /// The lowest.
    #[graphql(default_with = "Some(0.0)")]
    pub min: Option<f64>,
}

/// A metafield with a value.
#[derive(InputObject)]
pub struct MetafieldFilter {
    /// Its name.
    pub key: String,
    /// Its namespace.
    pub namespace: String,
    /// Its value.
    pub value: String,
}

/// A metafield of a category with a value.
#[derive(InputObject)]
pub struct TaxonomyMetafieldFilter {
    /// Its name.
    pub key: String,
    /// Its namespace.
    pub namespace: String,
    /// Its value.
    pub value: String,
}

/// An option with a value.
#[derive(InputObject)]
pub struct VariantOptionFilter {
    /// The option's name.
    pub name: String,
    /// The value.
    pub value: String,
}

/// The most filters that a list takes.
const MAX_FILTERS: usize = 250;

/// Reads filters; prices are in the currency that they are shown in.
///
/// # Errors
/// A public error that names the filter and says what it takes; a fault of the database.
pub async fn narrowing(ctx: &Context<'_>, filters: Vec<ProductFilter>) -> Result<Narrowing> {
    if filters.len() > MAX_FILTERS {
        return Err(invalid_argument(format!(
            "give at most {MAX_FILTERS} filters"
        )));
    }
    let mut narrowing = Narrowing::default();
    for filter in filters {
        if let Some(price) = &filter.price {
            let own = the_shop(ctx).await?.currency;
            let list = exchange::price_list(ctx).await?;
            let list = list.unwrap_or(PriceList::own(own));
            narrowing.prices.insert(price.read(&list.exchange)?);
            narrowing.fixed = Fixed::of(&list);
        }
        filter.add_to(&mut narrowing);
    }
    Ok(narrowing)
}

impl ProductFilter {
    fn add_to(self, narrowing: &mut Narrowing) {
        narrowing.available.extend(self.available);
        if let Some(value) = self.product_type {
            narrowing.add(Facet::ProductType, &value);
        }
        if let Some(value) = self.product_vendor {
            narrowing.add(Facet::Vendor, &value);
        }
        if let Some(value) = self.tag {
            narrowing.add(Facet::Tag, &value);
        }
        if let Some(option) = self.variant_option {
            narrowing.add(Facet::Option(option.name), &option.value);
        }
        if let Some(field) = self.product_metafield {
            let name = format!("{}.{}", field.namespace, field.key);
            narrowing.add(Facet::ProductMetafield(name), &field.value);
        }
        if let Some(field) = self.variant_metafield {
            let name = format!("{}.{}", field.namespace, field.key);
            narrowing.add(Facet::VariantMetafield(name), &field.value);
        }
        // The standard taxonomy is not kept: no product is of a category.
        narrowing.impossible |= self.category.is_some() || self.taxonomy_metafield.is_some();
    }
}

impl PriceRangeFilter {
    /// The range, and the shop's prices that are shown within it.
    fn read(&self, exchange: &Exchange) -> Result<ShownRange> {
        let minor = |name: &str, amount: f64| {
            let price = Money::parse(&amount.to_string(), exchange.to);
            price
                .map(|price| price.minor)
                .map_err(|error| invalid_argument(format!("`price.{name}`: {error}")))
        };
        let min = minor("min", self.min.unwrap_or_default())?;
        let max = self.max.map(|max| minor("max", max)).transpose()?;
        Ok(ShownRange {
            shown: PriceRange { min, max },
            own: PriceRange {
                min: exchange.least(min),
                max: max.map(|max| exchange.most(max)),
            },
        })
    }
}

/// What a list of products tells beside its rows.
#[derive(Default)]
pub struct ProductFilters(Option<(Source, Narrowing)>);

impl ProductFilters {
    /// The filters of a list, narrowed down as it is.
    #[must_use]
    pub fn new(source: Source, narrowing: Narrowing) -> Self {
        Self(Some((source, narrowing)))
    }
}

#[Object]
impl ProductFilters {
    /// The ways of narrowing the list down, with how many products each value leaves. A list that takes no
    /// filters offers none.
    async fn filters(&self, ctx: &Context<'_>) -> Result<Vec<Filter>> {
        match &self.0 {
            Some((source, narrowing)) => facet::read(ctx, source.clone(), narrowing).await,
            None => Ok(Vec::new()),
        }
    }
}
