//! Products.

#![expect(clippy::too_many_arguments, reason = "the contract's arguments")]

use std::sync::Arc;

use async_graphql::{Context, ID, Object, Result, SimpleObject};
use commerce::cache::Tag;
use commerce::catalog::collections::ProductCollectionsPart;
use commerce::catalog::media::MediaPart;
use commerce::catalog::stock::ProductStock;
use commerce::catalog::variants::VariantPart;
use commerce::catalog::{encoded_variants, model, selection};
use commerce::content::metafields::Owner;
use commerce::content::translations::Kind;
use commerce::kernel::Money;

use super::collection::{CollectionConnection, collections};
use super::filter::ProductFilters;
use super::image::Image;
use super::loads::{OptionsOf, PartOf, ProductStockOf, TextsOf, VariantsOf};
use super::media::Media;
use super::option::{ProductOption, SelectedOptionInput, selection as selected};
use super::selling_plan::SellingPlanGroup;
use super::sort_keys::{ProductImageSortKeys, ProductMediaSortKeys, ProductVariantSortKeys};
use super::taxonomy::{Count, CountPrecision, TaxonomyCategory};
use super::variant::{ProductVariant, is_available, stock_of};
use crate::connection::{Connection, window};
use crate::context::ContextExt;
use crate::errors::{SharedFault, invalid_argument};
use crate::ids;
use crate::money::MoneyV2;
use crate::scalars::{DateTime, Html, Url};
use crate::storefront::exchange;
use crate::storefront::metafield::{self, HasMetafieldsIdentifier, Metafield, Metafields};
use crate::storefront::publishing::Seo;
use crate::storefront::translation;
use crate::tracking;

/// A page of products.
pub type ProductConnection = Connection<Product, ProductFilters>;

/// The lowest and the highest price.
#[derive(SimpleObject)]
pub struct ProductPriceRange {
    /// The highest.
    pub max_variant_price: MoneyV2,
    /// The lowest.
    pub min_variant_price: MoneyV2,
}

impl From<(Money, Money)> for ProductPriceRange {
    /// The lowest comes first.
    fn from((min, max): (Money, Money)) -> Self {
        Self {
            max_variant_price: max.into(),
            min_variant_price: min.into(),
        }
    }
}

/// A product: what is shown on one page, to be bought as one of its variants.
#[derive(Clone)]
pub struct Product(pub Arc<model::Product>);

impl Product {
    async fn texts(&self, ctx: &Context<'_>) -> Result<Arc<model::ProductTexts>, SharedFault> {
        let texts = ctx.load(TextsOf(self.0.id)).await?;
        Ok(texts.unwrap_or_default())
    }

    async fn stock(&self, ctx: &Context<'_>) -> Result<ProductStock, SharedFault> {
        Ok(ctx
            .load(ProductStockOf(self.0.id))
            .await?
            .unwrap_or_default())
    }

    async fn options_and_variants(
        &self,
        ctx: &Context<'_>,
    ) -> Result<(Arc<Vec<model::ProductOption>>, Arc<Vec<model::Variant>>), SharedFault> {
        let both = futures_util::future::try_join(
            ctx.load(OptionsOf(self.0.id)),
            ctx.load(VariantsOf(self.0.id)),
        );
        let (options, variants) = both.await?;
        Ok((options.unwrap_or_default(), variants.unwrap_or_default()))
    }

    fn variant(&self, variant: &model::Variant) -> ProductVariant {
        ProductVariant::of(&self.0, variant.clone())
    }

    async fn between(&self, ctx: &Context<'_>, min: i64, max: i64) -> Result<ProductPriceRange> {
        let money = |minor| Money::new(minor, self.0.currency);
        let min = exchange::shown(ctx, money(min)).await?;
        Ok((min, exchange::shown(ctx, money(max)).await?).into())
    }
}

/// Cuts a text that is longer than `limit` characters, three of which are then dots.
pub(crate) fn truncate(text: &str, limit: Option<i32>) -> String {
    let limit = limit.and_then(|limit| usize::try_from(limit).ok());
    match limit {
        Some(limit) if text.chars().count() > limit => {
            let kept: String = text.chars().take(limit.saturating_sub(3)).collect();
            format!("{}...", kept.trim_end())
        }
        _ => text.to_owned(),
    }
}

#[Object(cache_control(max_age = 10))]
impl Product {
    /// The variants that are one choice away from the selected options.
    async fn adjacent_variants(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "Whether names are compared regardless of case.",
            default_with = "Some(false)"
        )]
        case_insensitive_match: Option<bool>,
        #[graphql(
            desc = "Whether options that it does not have are passed over.",
            default_with = "Some(true)"
        )]
        ignore_unknown_options: Option<bool>,
        #[graphql(desc = "What is selected.")] selected_options: Option<Vec<SelectedOptionInput>>,
    ) -> Result<Vec<ProductVariant>> {
        let wanted = selected(
            selected_options,
            ignore_unknown_options,
            case_insensitive_match,
        );
        let (options, variants) = self.options_and_variants(ctx).await?;
        let stock = stock_of(ctx, &variants).await?;
        let available = |variant: &model::Variant| is_available(&stock, variant);
        let found = selection::adjacent(&options, &variants, &wanted, &available);
        Ok(found
            .into_iter()
            .map(|variant| self.variant(variant))
            .collect())
    }

    /// Whether any of its variants can be bought now.
    async fn available_for_sale(&self, ctx: &Context<'_>) -> Result<bool> {
        ctx.note([Tag::Stock(self.0.id.value)]);
        Ok(self.stock(ctx).await?.available_for_sale)
    }

    /// Its category of the standard taxonomy.
    async fn category(&self) -> Option<TaxonomyCategory> {
        None
    }

    /// The collections that it stands in.
    async fn collections(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those behind this cursor.")] after: Option<String>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
        #[graphql(desc = "So many from the beginning.")] first: Option<i32>,
        #[graphql(desc = "So many from the end.")] last: Option<i32>,
        #[graphql(desc = "The other way round.", default_with = "Some(false)")] reverse: Option<
            bool,
        >,
    ) -> Result<CollectionConnection> {
        let part = ProductCollectionsPart {
            reverse: reverse.unwrap_or(false),
            window: window(first, after.as_deref(), last, before.as_deref())?,
        };
        let owner = self.0.id;
        let page = ctx.load(PartOf { owner, part }).await?;
        collections(
            page.as_deref(),
            super::collection::CollectionCount::of_product(owner),
        )
    }

    /// The lowest and the highest price to compare with; zero without any.
    async fn compare_at_price_range(&self, ctx: &Context<'_>) -> Result<ProductPriceRange> {
        if let Some(range) = exchange::range(ctx, self.0.id).await? {
            return Ok(range.compare_at.into());
        }
        let (min, max) = (self.0.compare_at_min_minor, self.0.compare_at_max_minor);
        self.between(ctx, min.unwrap_or(0), max.unwrap_or(0)).await
    }

    /// When it was made.
    async fn created_at(&self) -> DateTime {
        self.0.created_at.into()
    }

    /// The description without markup.
    async fn description(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Cut behind so many characters.")] truncate_at: Option<i32>,
    ) -> Result<String> {
        let of = (Kind::Product, self.0.id.value);
        let own = self.texts(ctx).await?;
        let text = translation::text(ctx, of, |words| &words.text, &own.description).await?;
        Ok(truncate(&text, truncate_at))
    }

    /// The description.
    async fn description_html(&self, ctx: &Context<'_>) -> Result<Html> {
        let of = (Kind::Product, self.0.id.value);
        let own = self.texts(ctx).await?;
        let own = &own.description_html;
        let html = translation::text(ctx, of, |words| &words.html, own).await?;
        Ok(Html(html))
    }

    /// The combinations of option values that can be bought now, as a trie.
    async fn encoded_variant_availability(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        let (options, variants) = self.options_and_variants(ctx).await?;
        let stock = stock_of(ctx, &variants).await?;
        let available = variants
            .iter()
            .filter(|variant| is_available(&stock, variant));
        Ok(Some(encoded_variants::encode(&options, available)))
    }

    /// The combinations of option values that exist, as a trie.
    async fn encoded_variant_existence(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        let (options, variants) = self.options_and_variants(ctx).await?;
        Ok(Some(encoded_variants::encode(&options, variants.iter())))
    }

    /// Its first picture.
    async fn featured_image(&self) -> Option<Image> {
        Image::featured(&self.0)
    }

    /// Its name in addresses.
    async fn handle(&self) -> &str {
        &self.0.handle
    }

    /// Its id.
    pub async fn id(&self) -> ID {
        ids::id(self.0.id)
    }

    /// Its pictures.
    async fn images(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those behind this cursor.")] after: Option<String>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
        #[graphql(desc = "So many from the beginning.")] first: Option<i32>,
        #[graphql(desc = "So many from the end.")] last: Option<i32>,
        #[graphql(desc = "The other way round.", default_with = "Some(false)")] reverse: Option<
            bool,
        >,
        #[graphql(
            desc = "What they are sorted by.",
            default_with = "Some(ProductImageSortKeys::Position)"
        )]
        sort_key: Option<ProductImageSortKeys>,
    ) -> Result<Connection<Image>> {
        let part = MediaPart {
            images_only: true,
            sort: sort_key.unwrap_or(ProductImageSortKeys::Position).into(),
            reverse: reverse.unwrap_or(false),
            window: window(first, after.as_deref(), last, before.as_deref())?,
        };
        self.media_page(ctx, part, Image::of).await
    }

    /// Whether it is a gift card.
    async fn is_gift_card(&self) -> bool {
        self.0.is_gift_card
    }

    /// Its pictures, films and models.
    async fn media(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those behind this cursor.")] after: Option<String>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
        #[graphql(desc = "So many from the beginning.")] first: Option<i32>,
        #[graphql(desc = "So many from the end.")] last: Option<i32>,
        #[graphql(desc = "The other way round.", default_with = "Some(false)")] reverse: Option<
            bool,
        >,
        #[graphql(
            desc = "What they are sorted by.",
            default_with = "Some(ProductMediaSortKeys::Position)"
        )]
        sort_key: Option<ProductMediaSortKeys>,
    ) -> Result<Connection<Media>> {
        let part = MediaPart {
            images_only: false,
            sort: sort_key.unwrap_or(ProductMediaSortKeys::Position).into(),
            reverse: reverse.unwrap_or(false),
            window: window(first, after.as_deref(), last, before.as_deref())?,
        };
        self.media_page(ctx, part, Media::from).await
    }

    /// A field that the merchant added.
    pub async fn metafield(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its namespace; `custom` if missing.")] namespace: Option<String>,
        #[graphql(desc = "Its name within the namespace.")] key: String,
    ) -> Result<Option<Metafield>> {
        metafield::one(ctx, Owner::Product(self.0.id), namespace, key).await
    }

    /// Fields that the merchant added, null where there is none.
    pub async fn metafields(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which ones, 250 at most.")] identifiers: Vec<HasMetafieldsIdentifier>,
    ) -> Result<Metafields> {
        metafield::several(ctx, Owner::Product(self.0.id), identifiers).await
    }

    /// Its page in an online store of the shop's own; storefronts have theirs.
    pub async fn online_store_url(&self) -> Option<Url> {
        None
    }

    /// Its options, in order.
    async fn options(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "At most so many.")] first: Option<i32>,
    ) -> Result<Vec<ProductOption>> {
        let options = ctx.load(OptionsOf(self.0.id)).await?.unwrap_or_default();
        let limit = first.map_or(usize::MAX, |first| usize::try_from(first).unwrap_or(0));
        let option = |option: &model::ProductOption| ProductOption {
            product: Arc::clone(&self.0),
            options: Arc::clone(&options),
            option: option.clone(),
        };
        Ok(options.iter().take(limit).map(option).collect())
    }

    /// The lowest and the highest price of its variants.
    async fn price_range(&self, ctx: &Context<'_>) -> Result<ProductPriceRange> {
        if let Some(range) = exchange::range(ctx, self.0.id).await? {
            return Ok(range.price.into());
        }
        let (min, max) = (self.0.price_min_minor, self.0.price_max_minor);
        self.between(ctx, min, max).await
    }

    /// What kind of thing it is.
    async fn product_type(&self) -> &str {
        &self.0.product_type
    }

    /// Since when it can be seen.
    async fn published_at(&self) -> DateTime {
        self.0.published_at.into()
    }

    /// Whether it can only be bought by a selling plan.
    async fn requires_selling_plan(&self) -> bool {
        false
    }

    /// The variant that its page opens with: the selected one, or else the first that can be bought,
    /// or else the first.
    async fn selected_or_first_available_variant(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "Whether names are compared regardless of case.",
            default_with = "Some(false)"
        )]
        case_insensitive_match: Option<bool>,
        #[graphql(
            desc = "Whether options that it does not have are passed over.",
            default_with = "Some(true)"
        )]
        ignore_unknown_options: Option<bool>,
        #[graphql(desc = "What is selected.")] selected_options: Option<Vec<SelectedOptionInput>>,
    ) -> Result<Option<ProductVariant>> {
        let wanted = selected(
            selected_options,
            ignore_unknown_options,
            case_insensitive_match,
        );
        let (options, variants) = self.options_and_variants(ctx).await?;
        let stock = stock_of(ctx, &variants).await?;
        let available = |variant: &model::Variant| is_available(&stock, variant);
        let found = selection::opening(&options, &variants, &wanted, &available);
        Ok(found.map(|variant| self.variant(variant)))
    }

    /// Ways of buying it other than once.
    async fn selling_plan_groups(
        &self,
        #[graphql(desc = "Only those behind this cursor.")] after: Option<String>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
        #[graphql(desc = "So many from the beginning.")] first: Option<i32>,
        #[graphql(desc = "So many from the end.")] last: Option<i32>,
        #[graphql(desc = "The other way round.", default_with = "Some(false)")] reverse: Option<
            bool,
        >,
    ) -> Result<Connection<SellingPlanGroup>> {
        let _no_order_without_rows = reverse;
        window(first, after.as_deref(), last, before.as_deref())?;
        Ok(Connection::empty())
    }

    /// What search engines are told.
    async fn seo(&self, ctx: &Context<'_>) -> Result<Seo> {
        let texts = self.texts(ctx).await?;
        let own = Seo {
            description: texts.seo_description.clone(),
            title: texts.seo_title.clone(),
        };
        translation::seo(ctx, (Kind::Product, self.0.id.value), own).await
    }

    /// Words that the merchant sorts it by.
    async fn tags(&self) -> &[String] {
        &self.0.tags
    }

    /// Its name.
    async fn title(&self, ctx: &Context<'_>) -> Result<String> {
        let of = (Kind::Product, self.0.id.value);
        translation::text(ctx, of, |words| &words.title, &self.0.title).await
    }

    /// How many are left over all variants that are counted.
    async fn total_inventory(&self, ctx: &Context<'_>) -> Result<Option<i32>> {
        ctx.note([Tag::Quantity(self.0.id.value)]);
        let total = self.stock(ctx).await?.total;
        Ok(total.map(|total| i32::try_from(total).unwrap_or(i32::MAX)))
    }

    /// Parameters to add to its address, if it was found by a search.
    pub async fn tracking_parameters(&self, ctx: &Context<'_>) -> Option<String> {
        tracking::parameters(ctx)
    }

    /// When it last changed.
    async fn updated_at(&self) -> DateTime {
        self.0.updated_at.into()
    }

    /// The variant with exactly the selected options.
    async fn variant_by_selected_options(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "Whether names are compared regardless of case.",
            default_with = "Some(false)"
        )]
        case_insensitive_match: Option<bool>,
        #[graphql(
            desc = "Whether options that it does not have are passed over.",
            default_with = "Some(false)"
        )]
        ignore_unknown_options: Option<bool>,
        #[graphql(desc = "What is selected.")] selected_options: Vec<SelectedOptionInput>,
    ) -> Result<Option<ProductVariant>> {
        let wanted = selected(
            Some(selected_options),
            ignore_unknown_options,
            case_insensitive_match,
        );
        let (options, variants) = self.options_and_variants(ctx).await?;
        let found = selection::exact(&options, &variants, &wanted);
        Ok(found.map(|variant| self.variant(variant)))
    }

    /// Its variants.
    async fn variants(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those behind this cursor.")] after: Option<String>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
        #[graphql(desc = "So many from the beginning.")] first: Option<i32>,
        #[graphql(desc = "So many from the end.")] last: Option<i32>,
        #[graphql(desc = "The other way round.", default_with = "Some(false)")] reverse: Option<
            bool,
        >,
        #[graphql(
            desc = "What they are sorted by.",
            default_with = "Some(ProductVariantSortKeys::Position)"
        )]
        sort_key: Option<ProductVariantSortKeys>,
    ) -> Result<Connection<ProductVariant>> {
        let part = VariantPart {
            sort: sort_key.unwrap_or(ProductVariantSortKeys::Position).into(),
            reverse: reverse.unwrap_or(false),
            window: window(first, after.as_deref(), last, before.as_deref())?,
        };
        let owner = self.0.id;
        let Some(page) = ctx.load(PartOf { owner, part }).await? else {
            return Ok(Connection::empty());
        };
        let page = page.as_ref().as_ref().map_err(invalid_argument)?;
        Ok(Connection::new(
            page.clone(),
            |(cursor, _)| cursor.clone(),
            |(_, variant)| ProductVariant::of(&self.0, variant),
        ))
    }

    /// How many variants it has.
    async fn variants_count(&self, ctx: &Context<'_>) -> Result<Option<Count>> {
        let variants = self.stock(ctx).await?.variants;
        Ok(Some(Count {
            count: i32::try_from(variants).unwrap_or(i32::MAX),
            precision: CountPrecision::Exact,
        }))
    }

    /// Who makes or sells it.
    async fn vendor(&self) -> &str {
        &self.0.vendor
    }
}

impl Product {
    async fn media_page<T>(
        &self,
        ctx: &Context<'_>,
        part: MediaPart,
        show: impl Fn(Arc<model::Media>) -> T,
    ) -> Result<Connection<T>> {
        let owner = self.0.id;
        let Some(page) = ctx.load(PartOf { owner, part }).await? else {
            return Ok(Connection::empty());
        };
        let page = page.as_ref().as_ref().map_err(invalid_argument)?;
        Ok(Connection::new(
            page.clone(),
            |(cursor, _)| cursor.clone(),
            |(_, media)| show(media),
        ))
    }
}
