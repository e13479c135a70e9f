//! Variants: what can be put into a cart.

#![expect(clippy::too_many_arguments, reason = "the contract's arguments")]

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::{Context, ID, Object, Result};
use commerce::cache::Tag;
use commerce::catalog::model;
use commerce::catalog::prices::Price;
use commerce::catalog::quantities::{PriceBreak, Quantities};
use commerce::content::metafields::Owner;
use commerce::inventory::locations::AvailabilityPart;
use commerce::kernel::page::{Cursor, Slice};
use commerce::kernel::{Fault, Id, Money, id};

use super::image::Image;
use super::loads::{MediaKey, PartOf, ProductKey, QuantitiesOf, StockOf};
use super::option::SelectedOption;
use super::product::Product;
use super::selling_plan::SellingPlanAllocation;
use super::variant_extras::{
    ProductVariantComponent, QuantityPriceBreak, QuantityRule,
    ShopPayInstallmentsProductVariantPricing, StoreAvailability, UnitPriceMeasurement, WeightUnit,
};
use crate::connection::{Connection, window};
use crate::context::ContextExt;
use crate::errors::{SharedFault, invalid_argument};
use crate::ids;
use crate::money::MoneyV2;
use crate::storefront::exchange;
use crate::storefront::location::GeoCoordinateInput;
use crate::storefront::metafield::{self, HasMetafieldsIdentifier, Metafield, Metafields};

/// Something that can be bought: one combination of a product's option values.
#[derive(Clone)]
pub struct ProductVariant {
    /// The variant.
    pub variant: Arc<model::Variant>,
    /// Its product, where it was reached through it.
    pub product: Option<Arc<model::Product>>,
    /// What it costs in a cart, which is for a country of its own.
    pub in_cart: Option<Arc<Price>>,
}

impl ProductVariant {
    /// A variant whose product is known.
    #[must_use]
    pub fn of(product: &Arc<model::Product>, variant: impl Into<Arc<model::Variant>>) -> Self {
        Self {
            variant: variant.into(),
            product: Some(Arc::clone(product)),
            in_cart: None,
        }
    }

    /// In which numbers it is sold, and for how much.
    async fn quantities(&self, ctx: &Context<'_>) -> Result<Arc<Quantities>> {
        ctx.note([Tag::Product(self.variant.product_id.value)]);
        let found = ctx.load(QuantitiesOf(self.variant.id)).await?;
        Ok(found.unwrap_or_default())
    }

    /// What it costs by the cart that it is in, or by the market that it is shown in; `None` where that
    /// follows from the shop's price.
    async fn settled(&self, ctx: &Context<'_>) -> Result<Option<Arc<Price>>> {
        match &self.in_cart {
            Some(price) => Ok(Some(Arc::clone(price))),
            None => exchange::price(ctx, self.variant.id).await,
        }
    }

    /// What it costs here.
    async fn price_here(&self, ctx: &Context<'_>) -> Result<Money> {
        Ok(match self.settled(ctx).await? {
            Some(settled) => settled.price,
            None => exchange::shown(ctx, self.variant.price()).await?,
        })
    }

    async fn shown_price(&self, ctx: &Context<'_>) -> Result<MoneyV2> {
        Ok(self.price_here(ctx).await?.into())
    }

    async fn shown_compare_at(&self, ctx: &Context<'_>) -> Result<Option<MoneyV2>> {
        let shown = match (self.settled(ctx).await?, self.variant.compare_at_price()) {
            (Some(settled), _) => settled.compare_at,
            (None, Some(own)) => Some(exchange::shown(ctx, own).await?),
            (None, None) => None,
        };
        Ok(shown.map(MoneyV2::from))
    }

    /// What each costs when more are bought.
    async fn breaks(&self, ctx: &Context<'_>) -> Result<Vec<PriceBreak>> {
        if let Some(settled) = self.settled(ctx).await? {
            return Ok(settled.breaks.clone());
        }
        let mut breaks = self.quantities(ctx).await?.breaks.clone();
        for one in &mut breaks {
            one.price = exchange::shown(ctx, one.price).await?;
        }
        Ok(breaks)
    }

    /// The product that it is a variant of.
    async fn whole(&self, ctx: &Context<'_>) -> Result<Arc<model::Product>> {
        if let Some(product) = &self.product {
            return Ok(Arc::clone(product));
        }
        let id: Id<id::Product> = self.variant.product_id;
        let product = ctx.load(ProductKey(id)).await?;
        // Only variants of visible products are handed out; it may have been hidden since.
        let hidden = || Fault::Inconsistent(format!("{id:?} of a variant is not visible"));
        Ok(product.ok_or_else(hidden)?)
    }

    async fn left(&self, ctx: &Context<'_>) -> Result<i64, SharedFault> {
        Ok(ctx.load(StockOf(self.variant.id)).await?.unwrap_or(0))
    }
}

/// How many are left of those variants whose availability depends on it.
pub(super) async fn stock_of(
    ctx: &Context<'_>,
    variants: &[model::Variant],
) -> Result<HashMap<StockOf, i64>, SharedFault> {
    ctx.note(
        variants
            .iter()
            .map(|variant| Tag::Stock(variant.product_id.value)),
    );
    let counted = variants.iter().filter(|variant| variant.depends_on_stock());
    let keys = counted.map(|variant| StockOf(variant.id));
    ctx.session().loaders.load_many(keys).await
}

/// Whether a variant can be bought, given what [`stock_of`] found.
pub(super) fn is_available(stock: &HashMap<StockOf, i64>, variant: &model::Variant) -> bool {
    variant.available_for_sale(stock.get(&StockOf(variant.id)).copied().unwrap_or(0))
}

#[Object(cache_control(max_age = 10))]
impl ProductVariant {
    /// Whether it can be bought now.
    async fn available_for_sale(&self, ctx: &Context<'_>) -> Result<bool> {
        if !self.variant.depends_on_stock() {
            return Ok(true);
        }
        ctx.note([Tag::Stock(self.variant.product_id.value)]);
        Ok(self.variant.available_for_sale(self.left(ctx).await?))
    }

    /// Its barcode.
    async fn barcode(&self) -> Option<&str> {
        self.variant.barcode.as_deref()
    }

    /// A price to compare with.
    async fn compare_at_price(&self, ctx: &Context<'_>) -> Result<Option<MoneyV2>> {
        self.shown_compare_at(ctx).await
    }

    /// A price to compare with.
    #[graphql(deprecation = "Ask for `compareAtPrice`.")]
    async fn compare_at_price_v2(&self, ctx: &Context<'_>) -> Result<Option<MoneyV2>> {
        self.shown_compare_at(ctx).await
    }

    /// The parts that it is made of, if it is a bundle.
    async fn components(
        &self,
        #[graphql(desc = "Only those behind this cursor.")] after: Option<String>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
        #[graphql(desc = "So many from the beginning.")] first: Option<i32>,
        #[graphql(desc = "So many from the end.")] last: Option<i32>,
    ) -> Result<Connection<ProductVariantComponent>> {
        window(first, after.as_deref(), last, before.as_deref())?;
        Ok(Connection::empty())
    }

    /// Whether it is sold although none is left.
    async fn currently_not_in_stock(&self, ctx: &Context<'_>) -> Result<bool> {
        ctx.note([Tag::Stock(self.variant.product_id.value)]);
        let sold_anyway = self.variant.inventory_tracked && self.variant.sells_when_empty;
        Ok(sold_anyway && self.left(ctx).await? <= 0)
    }

    /// The bundles that it is a part of.
    async fn grouped_by(
        &self,
        #[graphql(desc = "Only those behind this cursor.")] after: Option<String>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
        #[graphql(desc = "So many from the beginning.")] first: Option<i32>,
        #[graphql(desc = "So many from the end.")] last: Option<i32>,
    ) -> Result<Connection<ProductVariant>> {
        window(first, after.as_deref(), last, before.as_deref())?;
        Ok(Connection::empty())
    }

    /// Its id.
    pub async fn id(&self) -> ID {
        ids::id(self.variant.id)
    }

    /// Its picture, or else its product's first.
    async fn image(&self, ctx: &Context<'_>) -> Result<Option<Image>> {
        match self.variant.media_id {
            Some(media) => Ok(ctx.load(MediaKey(media)).await?.map(Image::of)),
            None => Ok(Image::featured(&self.whole(ctx).await?)),
        }
    }

    /// A field that the merchant added.
    pub async fn metafield(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its namespace; `custom` if missing.")] namespace: Option<String>,
        #[graphql(desc = "Its name within the namespace.")] key: String,
    ) -> Result<Option<Metafield>> {
        metafield::one(ctx, Owner::Variant(self.variant.id), namespace, key).await
    }

    /// Fields that the merchant added, null where there is none.
    pub async fn metafields(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which ones, 250 at most.")] identifiers: Vec<HasMetafieldsIdentifier>,
    ) -> Result<Metafields> {
        metafield::several(ctx, Owner::Variant(self.variant.id), identifiers).await
    }

    /// What it costs.
    async fn price(&self, ctx: &Context<'_>) -> Result<MoneyV2> {
        self.shown_price(ctx).await
    }

    /// What it costs.
    #[graphql(deprecation = "Ask for `price`.")]
    async fn price_v2(&self, ctx: &Context<'_>) -> Result<MoneyV2> {
        self.shown_price(ctx).await
    }

    /// The product that it is a variant of.
    async fn product(&self, ctx: &Context<'_>) -> Result<Product> {
        Ok(Product(self.whole(ctx).await?))
    }

    /// How many are left, where they are counted.
    async fn quantity_available(&self, ctx: &Context<'_>) -> Result<Option<i32>> {
        if !self.variant.inventory_tracked {
            return Ok(None);
        }
        ctx.note([Tag::Quantity(self.variant.product_id.value)]);
        let left = self.left(ctx).await?;
        let bounded = left.clamp(i64::from(i32::MIN), i64::from(i32::MAX));
        Ok(i32::try_from(bounded).ok())
    }

    /// Prices for larger quantities.
    async fn quantity_price_breaks(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those behind this cursor.")] after: Option<String>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
        #[graphql(desc = "So many from the beginning.")] first: Option<i32>,
        #[graphql(desc = "So many from the end.")] last: Option<i32>,
    ) -> Result<Connection<QuantityPriceBreak>> {
        let window = window(first, after.as_deref(), last, before.as_deref())?;
        let shown = self.breaks(ctx).await?.into_iter();
        let shown = shown.map(|one| QuantityPriceBreak {
            minimum_quantity: one.minimum,
            price: one.price.into(),
        });
        let place = |one: &QuantityPriceBreak| i64::from(one.minimum_quantity);
        let page: Slice<QuantityPriceBreak> = window.cut_whole(shown.collect(), place);
        Ok(Connection::new(
            page,
            |one| Cursor::at(place(one)),
            |one| one,
        ))
    }

    /// How many can be bought at once.
    async fn quantity_rule(&self, ctx: &Context<'_>) -> Result<QuantityRule> {
        Ok(self.quantities(ctx).await?.rule.into())
    }

    /// Whether it can only be bought with its parts.
    async fn requires_components(&self) -> bool {
        false
    }

    /// Whether it has to be delivered.
    async fn requires_shipping(&self) -> bool {
        self.variant.requires_shipping
    }

    /// Its option values.
    async fn selected_options(&self, ctx: &Context<'_>) -> Result<Vec<SelectedOption>> {
        let product = self.whole(ctx).await?;
        let named = |(name, value): (&String, &String)| SelectedOption {
            name: name.clone(),
            value: value.clone(),
        };
        let values = &self.variant.option_values;
        Ok(product.option_names.iter().zip(values).map(named).collect())
    }

    /// What it costs by each selling plan.
    async fn selling_plan_allocations(
        &self,
        #[graphql(desc = "Only those behind this cursor.")] after: Option<String>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
        #[graphql(desc = "So many from the beginning.")] first: Option<i32>,
        #[graphql(desc = "So many from the end.")] last: Option<i32>,
        #[graphql(desc = "The other way round.", default_with = "Some(false)")] reverse: Option<
            bool,
        >,
    ) -> Result<Connection<SellingPlanAllocation>> {
        let _no_order_without_rows = reverse;
        window(first, after.as_deref(), last, before.as_deref())?;
        Ok(Connection::empty())
    }

    /// What it costs in installments; they are not offered.
    async fn shop_pay_installments_pricing(
        &self,
    ) -> Option<ShopPayInstallmentsProductVariantPricing> {
        None
    }

    /// The merchant's stock keeping unit.
    async fn sku(&self) -> Option<&str> {
        self.variant.sku.as_deref()
    }

    /// Where it can be fetched.
    async fn store_availability(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those behind this cursor.")] after: Option<String>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
        #[graphql(desc = "So many from the beginning.")] first: Option<i32>,
        #[graphql(desc = "So many from the end.")] last: Option<i32>,
        #[graphql(desc = "Closest to this place first.")] near: Option<GeoCoordinateInput>,
        #[graphql(desc = "The other way round.", default_with = "Some(false)")] reverse: Option<
            bool,
        >,
    ) -> Result<Connection<StoreAvailability>> {
        let part = AvailabilityPart {
            near: near.map(|near| near.spot()).transpose()?,
            reverse: reverse.unwrap_or(false),
            window: window(first, after.as_deref(), last, before.as_deref())?,
        };
        let product = self.variant.product_id.value;
        ctx.note([
            Tag::Product(product),
            Tag::Stock(product),
            Tag::Quantity(product),
        ]);
        let owner = self.variant.id;
        let page = match ctx.load(PartOf { owner, part }).await? {
            Some(page) => page.as_ref().as_ref().map_err(invalid_argument)?.clone(),
            None => Default::default(),
        };
        Ok(Connection::new(
            page,
            |(cursor, _)| cursor.clone(),
            |(_, row)| StoreAvailability::of(&row),
        ))
    }

    /// Whether taxes apply.
    async fn taxable(&self) -> bool {
        self.variant.taxable
    }

    /// Its name, made of its option values.
    async fn title(&self) -> &str {
        &self.variant.title
    }

    /// What a unit of it costs.
    async fn unit_price(&self, ctx: &Context<'_>) -> Result<Option<MoneyV2>> {
        let Some(measure) = self.variant.measure() else {
            return Ok(None);
        };
        let price = self.price_here(ctx).await?;
        Ok(measure.unit_price(price).map(MoneyV2::from))
    }

    /// What the unit price measures.
    async fn unit_price_measurement(&self) -> Option<UnitPriceMeasurement> {
        self.variant.measure().map(UnitPriceMeasurement::from)
    }

    /// Its weight in the unit that it is shown in.
    async fn weight(&self) -> Option<f64> {
        let unit = WeightUnit::from_column(&self.variant.weight_unit);
        Some(unit.of_grams(self.variant.grams))
    }

    /// The unit that its weight is shown in.
    async fn weight_unit(&self) -> WeightUnit {
        WeightUnit::from_column(&self.variant.weight_unit)
    }
}
