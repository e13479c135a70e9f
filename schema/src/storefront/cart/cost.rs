//! What a cart and its lines cost.

use async_graphql::{Context, Result, SimpleObject};
use commerce::kernel::Money;
use commerce::pricing::Priced;

use super::Cart;
use crate::money::MoneyV2;

/// What a cart costs.
#[derive(SimpleObject)]
pub struct CartCost {
    /// What is charged at checkout: the total without what gift cards pay.
    pub checkout_charge_amount: MoneyV2,
    /// What the lines cost, before discounts on the whole cart.
    pub subtotal_amount: MoneyV2,
    /// Whether the subtotal may still change.
    pub subtotal_amount_estimated: bool,
    /// What it costs: goods and, once known, delivery, with all discounts taken off.
    pub total_amount: MoneyV2,
    /// Whether the total may still change, because delivery is not known yet.
    pub total_amount_estimated: bool,
    /// Duties; null where none can be due.
    #[graphql(deprecation = "Duties are in the total.")]
    pub total_duty_amount: Option<MoneyV2>,
    /// Whether the duties may still change, because delivery is not known yet.
    #[graphql(deprecation = "Duties are in the total.")]
    pub total_duty_amount_estimated: bool,
    /// Taxes, in the total or within the prices; null where none are due.
    #[graphql(deprecation = "Taxes are in the total.")]
    pub total_tax_amount: Option<MoneyV2>,
    /// Whether the taxes may still change, because delivery is not known yet.
    #[graphql(deprecation = "Taxes are in the total.")]
    pub total_tax_amount_estimated: bool,
}

impl CartCost {
    pub(super) async fn of(cart: &Cart, ctx: &Context<'_>) -> Result<Self> {
        let priced = cart.priced(ctx).await?;
        let is_estimated = priced.requires_shipping() && priced.delivery.is_none();
        Ok(Self {
            checkout_charge_amount: priced.due().into(),
            subtotal_amount: goods(priced).into(),
            subtotal_amount_estimated: false,
            total_amount: priced.total.into(),
            total_amount_estimated: is_estimated,
            total_duty_amount: priced.duty.map(MoneyV2::from),
            total_duty_amount_estimated: is_estimated,
            total_tax_amount: tax(priced),
            total_tax_amount_estimated: is_estimated,
        })
    }
}

/// What a cart is expected to cost.
#[derive(SimpleObject)]
pub struct CartEstimatedCost {
    /// What is charged at checkout: the total without what gift cards pay.
    pub checkout_charge_amount: MoneyV2,
    /// What the lines cost, before discounts on the whole cart.
    pub subtotal_amount: MoneyV2,
    /// What is to be paid.
    pub total_amount: MoneyV2,
    /// Duties; null where none can be due.
    pub total_duty_amount: Option<MoneyV2>,
    /// Taxes, in the total or within the prices; null where none are due.
    pub total_tax_amount: Option<MoneyV2>,
}

impl CartEstimatedCost {
    pub(super) async fn of(cart: &Cart, ctx: &Context<'_>) -> Result<Self> {
        let priced = cart.priced(ctx).await?;
        Ok(Self {
            checkout_charge_amount: priced.due().into(),
            subtotal_amount: goods(priced).into(),
            total_amount: priced.total.into(),
            total_duty_amount: priced.duty.map(MoneyV2::from),
            total_tax_amount: tax(priced),
        })
    }
}

/// What a line costs.
#[derive(SimpleObject)]
pub struct CartLineCost {
    /// One piece.
    pub amount_per_quantity: MoneyV2,
    /// What one piece cost before, or elsewhere.
    pub compare_at_amount_per_quantity: Option<MoneyV2>,
    /// All pieces, before discounts.
    pub subtotal_amount: MoneyV2,
    /// All pieces, with discounts on goods taken off.
    pub total_amount: MoneyV2,
}

impl CartLineCost {
    pub(super) async fn of(cart: &Cart, index: usize, ctx: &Context<'_>) -> Result<Self> {
        let line = &cart.cart().lines[index];
        let subtotal = line.subtotal()?;
        Ok(Self {
            amount_per_quantity: line.unit_price.into(),
            compare_at_amount_per_quantity: line.merchandise.compare_at.map(MoneyV2::from),
            subtotal_amount: subtotal.into(),
            total_amount: discounted(cart, index, ctx, subtotal).await?.into(),
        })
    }
}

/// What a line is expected to cost.
#[derive(SimpleObject)]
pub struct CartLineEstimatedCost {
    /// One piece.
    pub amount: MoneyV2,
    /// What one piece cost before, or elsewhere.
    pub compare_at_amount: Option<MoneyV2>,
    /// All pieces, before discounts.
    pub subtotal_amount: MoneyV2,
    /// All pieces, with discounts on goods taken off.
    pub total_amount: MoneyV2,
}

impl CartLineEstimatedCost {
    pub(super) async fn of(cart: &Cart, index: usize, ctx: &Context<'_>) -> Result<Self> {
        let line = &cart.cart().lines[index];
        let subtotal = line.subtotal()?;
        Ok(Self {
            amount: line.unit_price.into(),
            compare_at_amount: line.merchandise.compare_at.map(MoneyV2::from),
            subtotal_amount: subtotal.into(),
            total_amount: discounted(cart, index, ctx, subtotal).await?.into(),
        })
    }
}

/// Taxes, where any are due.
fn tax(priced: &Priced) -> Option<MoneyV2> {
    (priced.tax.minor > 0).then(|| priced.tax.into())
}

/// What the lines cost, discounts on goods taken off.
fn goods(priced: &Priced) -> Money {
    let lines = priced.lines.iter();
    let off: i64 = lines.map(|line| priced.line_discount(line).minor).sum();
    Money::new(priced.subtotal.minor - off, priced.currency)
}

/// What a line costs, discounts on goods taken off.
async fn discounted(
    cart: &Cart,
    index: usize,
    ctx: &Context<'_>,
    subtotal: Money,
) -> Result<Money> {
    let priced = cart.priced(ctx).await?;
    let line = cart.priced_line(ctx, index).await?;
    let off = line.map_or(0, |line| priced.line_discount(line).minor);
    Ok(Money::new(subtotal.minor - off, subtotal.currency))
}
