//! A line of an order.

use std::sync::Arc;

use async_graphql::{Context, Object, Result};
use commerce::order::of_customer::{BoughtLine, CustomerOrder};

use super::discount::DiscountAllocation;
use crate::context::ContextExt;
use crate::money::MoneyV2;
use crate::storefront::attribute::Attribute;
use crate::storefront::catalog::ProductVariant;
use crate::storefront::catalog::loads::VariantKey;

/// So many pieces of something that was bought.
pub struct OrderLineItem(pub(super) BoughtLine, pub(super) Arc<CustomerOrder>);

#[Object]
impl OrderLineItem {
    /// How many are still in the order.
    async fn current_quantity(&self) -> i32 {
        self.0.current_quantity
    }

    /// What the buyer wrote on the line.
    async fn custom_attributes(&self) -> Vec<Attribute> {
        self.0.attributes.iter().map(Attribute::from).collect()
    }

    /// What discounts took off.
    async fn discount_allocations(&self) -> Vec<DiscountAllocation> {
        DiscountAllocation::all(&self.1, &self.0.allocations)
    }

    /// All pieces together, discounts taken off.
    async fn discounted_total_price(&self) -> MoneyV2 {
        self.0.discounted_total.into()
    }

    /// All pieces together, before discounts.
    async fn original_total_price(&self) -> MoneyV2 {
        self.0.original_total.into()
    }

    /// How many were bought.
    async fn quantity(&self) -> i32 {
        self.0.quantity
    }

    /// The product's title when it was bought.
    async fn title(&self) -> &str {
        &self.0.title
    }

    /// The variant; null when the shop does not show it any more.
    async fn variant(&self, ctx: &Context<'_>) -> Result<Option<ProductVariant>> {
        let Some(variant) = self.0.variant else {
            return Ok(None);
        };
        let variant = ctx.load(VariantKey(variant)).await?;
        Ok(variant.map(|variant| ProductVariant {
            variant,
            product: None,
            in_cart: None,
        }))
    }
}
