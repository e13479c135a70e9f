//! Lines of a cart.

use std::sync::Arc;

use async_graphql::{Context, ID, Interface, Object, Result, SimpleObject, Union};
use commerce::cart;
use commerce::catalog::prices::Price;
use commerce::pricing::Class;
use uuid::Uuid;

use super::Cart;
use super::cost::{CartLineCost, CartLineEstimatedCost};
use super::discount::CartDiscountAllocation;
use crate::context::ContextExt;
use crate::storefront::attribute::Attribute;
use crate::storefront::catalog::ProductVariant;
use crate::storefront::catalog::loads::VariantKey;
use crate::storefront::catalog::selling_plan::SellingPlanAllocation;

/// A line of a cart, whatever its kind.
#[derive(Interface)]
#[graphql(
    field(name = "id", ty = "ID", desc = "Names the line."),
    field(
        name = "quantity",
        ty = "i32",
        desc = "How many; zero when stock ran out."
    ),
    field(name = "merchandise", ty = "Merchandise", desc = "What is bought."),
    field(
        name = "attribute",
        ty = "Option<Attribute>",
        desc = "The attribute with this key.",
        arg(name = "key", ty = "String", desc = "Its key.")
    ),
    field(
        name = "attributes",
        ty = "Vec<Attribute>",
        desc = "The buyer's notes on it."
    ),
    field(name = "cost", ty = "CartLineCost", desc = "What it costs."),
    field(
        name = "estimated_cost",
        ty = "CartLineEstimatedCost",
        desc = "What it is expected to cost.",
        deprecation = "Ask for `cost`."
    ),
    field(
        name = "discount_allocations",
        ty = "Vec<CartDiscountAllocation>",
        desc = "What discounts take off."
    ),
    field(
        name = "selling_plan_allocation",
        ty = "Option<SellingPlanAllocation>",
        desc = "The plan it is sold on."
    )
)]
pub enum BaseCartLine {
    /// A line as buyers put it in.
    CartLine(CartLine),
    /// A line that is made of others.
    ComponentizableCartLine(ComponentizableCartLine),
}

/// What can be put into a cart.
#[derive(Union)]
pub enum Merchandise {
    /// A variant of a product.
    ProductVariant(ProductVariant),
}

/// A line as buyers put it in.
#[derive(Clone)]
pub struct CartLine {
    cart: Cart,
    index: usize,
}

impl CartLine {
    /// The line at this place of the cart.
    #[must_use]
    pub(super) fn new(cart: Cart, index: usize) -> Self {
        Self { cart, index }
    }

    fn line(&self) -> &cart::Line {
        &self.cart.cart().lines[self.index]
    }
}

/// The outside form of a line's id.
pub(super) fn line_id(cart: &cart::Cart, line: Uuid) -> ID {
    ID(format!("gid://shopify/CartLine/{line}?cart={}", cart.id))
}

#[Object]
impl CartLine {
    /// Names the line.
    pub async fn id(&self) -> ID {
        line_id(self.cart.cart(), self.line().id)
    }

    /// How many; zero when stock ran out.
    pub async fn quantity(&self) -> i32 {
        self.line().quantity
    }

    /// What is bought.
    pub async fn merchandise(&self, ctx: &Context<'_>) -> Result<Merchandise> {
        let merchandise = &self.line().merchandise;
        let price = Price {
            price: merchandise.price,
            compare_at: merchandise.compare_at,
            breaks: merchandise.quantities.breaks.clone(),
        };
        let variant = ctx.load(VariantKey(merchandise.variant_id)).await?;
        // The cart was read with it a moment ago: it went off sale in between.
        let variant = variant.ok_or("the merchandise has just gone off sale; ask again")?;
        Ok(Merchandise::ProductVariant(ProductVariant {
            variant,
            product: None,
            in_cart: Some(Arc::new(price)),
        }))
    }

    /// The attribute with this key.
    pub async fn attribute(&self, #[graphql(desc = "Its key.")] key: String) -> Option<Attribute> {
        Attribute::find(&self.line().attributes, &key)
    }

    /// The buyer's notes on it.
    pub async fn attributes(&self) -> Vec<Attribute> {
        self.line().attributes.iter().map(Attribute::from).collect()
    }

    /// What it costs.
    pub async fn cost(&self, ctx: &Context<'_>) -> Result<CartLineCost> {
        CartLineCost::of(&self.cart, self.index, ctx).await
    }

    /// What it is expected to cost.
    #[graphql(deprecation = "Ask for `cost`.")]
    pub async fn estimated_cost(&self, ctx: &Context<'_>) -> Result<CartLineEstimatedCost> {
        CartLineEstimatedCost::of(&self.cart, self.index, ctx).await
    }

    /// What discounts on goods take off; those on the whole order stand in the cart.
    pub async fn discount_allocations(
        &self,
        ctx: &Context<'_>,
    ) -> Result<Vec<CartDiscountAllocation>> {
        let priced = self.cart.priced(ctx).await?;
        let Some(line) = self.cart.priced_line(ctx, self.index).await? else {
            return Ok(Vec::new());
        };
        let own = line.allocations.iter().filter_map(|allocation| {
            let application = priced.applications.get(allocation.discount)?;
            (application.class == Class::Product)
                .then(|| CartDiscountAllocation::of(application, allocation.amount))
        });
        Ok(own.collect())
    }

    /// What may be done with it.
    async fn instructions(&self) -> CartLineInstructions {
        CartLineInstructions {
            can_remove: true,
            can_update_quantity: true,
        }
    }

    /// The line that this one belongs to.
    async fn parent_relationship(&self) -> Option<CartLineParentRelationship> {
        None
    }

    /// The plan it is sold on.
    pub async fn selling_plan_allocation(&self) -> Option<SellingPlanAllocation> {
        None
    }
}

/// What may be done with a line.
#[derive(SimpleObject)]
pub struct CartLineInstructions {
    /// Whether it may be removed.
    pub can_remove: bool,
    /// Whether its quantity may be changed.
    pub can_update_quantity: bool,
}

/// The line that another belongs to.
#[derive(SimpleObject)]
pub struct CartLineParentRelationship {
    /// That line.
    pub parent: CartLine,
}

/// A line that is made of others; bundles cannot be sold yet, so there is none.
#[derive(Clone)]
pub struct ComponentizableCartLine(CartLine);

#[Object]
impl ComponentizableCartLine {
    /// Names the line.
    pub async fn id(&self) -> ID {
        line_id(self.0.cart.cart(), self.0.line().id)
    }

    /// How many; zero when stock ran out.
    pub async fn quantity(&self) -> i32 {
        self.0.line().quantity
    }

    /// What is bought.
    pub async fn merchandise(&self, ctx: &Context<'_>) -> Result<Merchandise> {
        self.0.merchandise(ctx).await
    }

    /// The attribute with this key.
    pub async fn attribute(&self, #[graphql(desc = "Its key.")] key: String) -> Option<Attribute> {
        Attribute::find(&self.0.line().attributes, &key)
    }

    /// The buyer's notes on it.
    pub async fn attributes(&self) -> Vec<Attribute> {
        let attributes = self.0.line().attributes.iter();
        attributes.map(Attribute::from).collect()
    }

    /// What it costs.
    pub async fn cost(&self, ctx: &Context<'_>) -> Result<CartLineCost> {
        self.0.cost(ctx).await
    }

    /// What it is expected to cost.
    #[graphql(deprecation = "Ask for `cost`.")]
    pub async fn estimated_cost(&self, ctx: &Context<'_>) -> Result<CartLineEstimatedCost> {
        self.0.estimated_cost(ctx).await
    }

    /// What discounts take off.
    pub async fn discount_allocations(
        &self,
        ctx: &Context<'_>,
    ) -> Result<Vec<CartDiscountAllocation>> {
        self.0.discount_allocations(ctx).await
    }

    /// The lines it is made of.
    async fn line_components(&self) -> Vec<CartLine> {
        Vec::new()
    }

    /// The plan it is sold on.
    pub async fn selling_plan_allocation(&self) -> Option<SellingPlanAllocation> {
        None
    }
}
