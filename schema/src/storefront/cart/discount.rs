//! Discounts. Codes are kept but lead to nothing yet; the types stand because storefronts name them.

use async_graphql::{Enum, Interface, SimpleObject, Union};

use crate::money::MoneyV2;

/// A discount code that the buyer entered.
#[derive(SimpleObject)]
pub struct CartDiscountCode {
    /// Whether it takes something off.
    pub applicable: bool,
    /// The code as it was entered.
    pub code: String,
}

impl CartDiscountCode {
    /// A code that nobody knows.
    #[must_use]
    pub fn unknown(code: &str) -> Self {
        Self {
            applicable: false,
            code: code.to_owned(),
        }
    }
}

/// What a discount takes off.
#[derive(Interface)]
#[graphql(
    field(
        name = "discount_application",
        ty = "&CartDiscountApplication",
        desc = "The discount."
    ),
    field(name = "discounted_amount", ty = "&MoneyV2", desc = "How much."),
    field(
        name = "target_type",
        ty = "&DiscountApplicationTargetType",
        desc = "From what kind of thing."
    )
)]
pub enum CartDiscountAllocation {
    /// Of a discount that needs no code.
    CartAutomaticDiscountAllocation(CartAutomaticDiscountAllocation),
    /// Of a discount with a code.
    CartCodeDiscountAllocation(CartCodeDiscountAllocation),
    /// Of a discount that an app made.
    CartCustomDiscountAllocation(CartCustomDiscountAllocation),
}

/// What a discount without a code takes off.
#[derive(SimpleObject)]
pub struct CartAutomaticDiscountAllocation {
    /// The discount.
    pub discount_application: CartDiscountApplication,
    /// How much.
    pub discounted_amount: MoneyV2,
    /// From what kind of thing.
    pub target_type: DiscountApplicationTargetType,
    /// What the discount is called.
    pub title: String,
}

/// What a discount with a code takes off.
#[derive(SimpleObject)]
pub struct CartCodeDiscountAllocation {
    /// The code.
    pub code: String,
    /// The discount.
    pub discount_application: CartDiscountApplication,
    /// How much.
    pub discounted_amount: MoneyV2,
    /// From what kind of thing.
    pub target_type: DiscountApplicationTargetType,
}

/// What a discount of an app takes off.
#[derive(SimpleObject)]
pub struct CartCustomDiscountAllocation {
    /// The discount.
    pub discount_application: CartDiscountApplication,
    /// How much.
    pub discounted_amount: MoneyV2,
    /// From what kind of thing.
    pub target_type: DiscountApplicationTargetType,
    /// What the discount is called.
    pub title: String,
}

/// How a discount works.
#[derive(SimpleObject)]
pub struct CartDiscountApplication {
    /// How it is spread.
    pub allocation_method: DiscountApplicationAllocationMethod,
    /// Which things it is for.
    pub target_selection: DiscountApplicationTargetSelection,
    /// What kind of thing it is for.
    pub target_type: DiscountApplicationTargetType,
    /// How much it is worth.
    pub value: PricingValue,
}

/// How much a discount is worth.
#[derive(Union)]
pub enum PricingValue {
    /// An amount.
    MoneyV2(MoneyV2),
    /// A share.
    PricingPercentageValue(PricingPercentageValue),
}

/// A share of a price.
#[derive(SimpleObject)]
pub struct PricingPercentageValue {
    /// In percent.
    pub percentage: f64,
}

/// How a discount is spread.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum DiscountApplicationAllocationMethod {
    /// Over all things together.
    Across,
    /// On each thing.
    Each,
    /// On one thing.
    #[graphql(deprecation = "Use `EACH`.")]
    One,
}

/// Which things a discount is for.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum DiscountApplicationTargetSelection {
    /// All.
    All,
    /// Those that the discount names.
    Entitled,
    /// Those that were chosen.
    Explicit,
}

/// What kind of thing a discount is for.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum DiscountApplicationTargetType {
    /// Goods.
    LineItem,
    /// Delivery.
    ShippingLine,
}
