//! Ways of selling other than once: subscriptions and the like. None can be set up yet; the types
//! stand because storefronts name them.

#![expect(clippy::too_many_arguments, reason = "the contract's arguments")]

use async_graphql::{ComplexObject, Enum, ID, Object, Result, SimpleObject, Union};

use crate::connection::Connection;
use crate::money::MoneyV2;
use crate::storefront::metafield::{HasMetafieldsIdentifier, Metafield, Metafields, none_of};

/// Selling plans that belong together.
#[derive(Clone)]
pub struct SellingPlanGroup {
    name: String,
}

#[Object]
impl SellingPlanGroup {
    /// The app that made it.
    async fn app_name(&self) -> Option<&str> {
        None
    }

    /// What it is called.
    async fn name(&self) -> &str {
        &self.name
    }

    /// What is to be chosen.
    async fn options(&self) -> Vec<SellingPlanGroupOption> {
        Vec::new()
    }

    /// Its plans.
    async fn selling_plans(
        &self,
        #[graphql(desc = "Only those behind this cursor.")] after: Option<String>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
        #[graphql(desc = "So many from the beginning.")] first: Option<i32>,
        #[graphql(desc = "So many from the end.")] last: Option<i32>,
        #[graphql(desc = "The other way round.", default_with = "Some(false)")] reverse: Option<
            bool,
        >,
    ) -> Result<Connection<SellingPlan>> {
        let _no_order_without_rows = reverse;
        crate::connection::window(first, after.as_deref(), last, before.as_deref())?;
        Ok(Connection::empty())
    }
}

/// Something to choose of a group.
#[derive(SimpleObject)]
pub struct SellingPlanGroupOption {
    /// What it is called.
    pub name: String,
    /// What can be chosen.
    pub values: Vec<String>,
}

/// A way of selling.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct SellingPlan {
    /// When it is paid.
    pub billing_policy: Option<SellingPlanBillingPolicy>,
    /// What is paid at once.
    pub checkout_charge: SellingPlanCheckoutCharge,
    /// When it is delivered.
    pub delivery_policy: Option<SellingPlanDeliveryPolicy>,
    /// What it means.
    pub description: Option<String>,
    /// Its id.
    pub id: ID,
    /// What it is called.
    pub name: String,
    /// What was chosen.
    pub options: Vec<SellingPlanOption>,
    /// How prices change.
    pub price_adjustments: Vec<SellingPlanPriceAdjustment>,
    /// Whether there is more than one delivery.
    pub recurring_deliveries: bool,
}

#[ComplexObject]
impl SellingPlan {
    /// A field that the merchant added.
    pub async fn metafield(
        &self,
        #[graphql(desc = "Its namespace.")] namespace: Option<String>,
        #[graphql(desc = "Its name within the namespace.")] key: String,
    ) -> Option<Metafield> {
        let _none_are_kept = (namespace, key);
        None
    }

    /// Fields that the merchant added, null where there is none.
    pub async fn metafields(
        &self,
        #[graphql(desc = "Which ones, 250 at most.")] identifiers: Vec<HasMetafieldsIdentifier>,
    ) -> Metafields {
        none_of(&identifiers)
    }
}

/// A length of time.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum SellingPlanInterval {
    /// A day.
    Day,
    /// A month.
    Month,
    /// A week.
    Week,
    /// A year.
    Year,
}

/// When a plan is paid.
#[derive(Union)]
pub enum SellingPlanBillingPolicy {
    /// Again and again.
    Recurring(SellingPlanRecurringBillingPolicy),
}

/// Paid again and again.
#[derive(SimpleObject)]
pub struct SellingPlanRecurringBillingPolicy {
    /// The unit of time between payments.
    pub interval: SellingPlanInterval,
    /// So many of the unit.
    pub interval_count: i32,
}

/// When a plan is delivered.
#[derive(Union)]
pub enum SellingPlanDeliveryPolicy {
    /// Again and again.
    Recurring(SellingPlanRecurringDeliveryPolicy),
}

/// Delivered again and again.
#[derive(SimpleObject)]
pub struct SellingPlanRecurringDeliveryPolicy {
    /// The unit of time between deliveries.
    pub interval: SellingPlanInterval,
    /// So many of the unit.
    pub interval_count: i32,
}

/// What is paid at once.
#[derive(SimpleObject)]
pub struct SellingPlanCheckoutCharge {
    /// How it is reckoned.
    #[graphql(name = "type")]
    pub kind: SellingPlanCheckoutChargeType,
    /// How much it is.
    pub value: SellingPlanCheckoutChargeValue,
}

/// How a charge is reckoned.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum SellingPlanCheckoutChargeType {
    /// As a share of the price.
    Percentage,
    /// As an amount.
    Price,
}

/// How much a charge is.
#[derive(Union)]
pub enum SellingPlanCheckoutChargeValue {
    /// An amount.
    Price(MoneyV2),
    /// A share of the price.
    Percentage(SellingPlanCheckoutChargePercentageValue),
}

/// A share of the price.
#[derive(SimpleObject)]
pub struct SellingPlanCheckoutChargePercentageValue {
    /// In percent.
    pub percentage: f64,
}

/// Something chosen.
#[derive(SimpleObject)]
pub struct SellingPlanOption {
    /// What it is called.
    pub name: Option<String>,
    /// What was chosen.
    pub value: Option<String>,
}

/// How prices change.
#[derive(SimpleObject)]
pub struct SellingPlanPriceAdjustment {
    /// By how much.
    pub adjustment_value: SellingPlanPriceAdjustmentValue,
    /// For so many orders.
    pub order_count: Option<i32>,
}

/// By how much prices change.
#[derive(Union)]
pub enum SellingPlanPriceAdjustmentValue {
    /// By an amount.
    FixedAmount(SellingPlanFixedAmountPriceAdjustment),
    /// To an amount.
    FixedPrice(SellingPlanFixedPriceAdjustment),
    /// By a share.
    Percentage(SellingPlanPercentagePriceAdjustment),
}

/// So much less.
#[derive(SimpleObject)]
pub struct SellingPlanFixedAmountPriceAdjustment {
    /// How much.
    pub adjustment_amount: MoneyV2,
}

/// This price.
#[derive(SimpleObject)]
pub struct SellingPlanFixedPriceAdjustment {
    /// The price.
    pub price: MoneyV2,
}

/// So many percent less.
#[derive(SimpleObject)]
pub struct SellingPlanPercentagePriceAdjustment {
    /// How many.
    pub adjustment_percentage: f64,
}

/// What a variant costs by a plan.
#[derive(SimpleObject)]
pub struct SellingPlanAllocation {
    /// What is paid at checkout.
    pub checkout_charge_amount: MoneyV2,
    /// The prices.
    pub price_adjustments: Vec<SellingPlanAllocationPriceAdjustment>,
    /// What is paid later.
    pub remaining_balance_charge_amount: MoneyV2,
    /// The plan.
    pub selling_plan: SellingPlan,
}

/// A price by a plan.
#[derive(SimpleObject)]
pub struct SellingPlanAllocationPriceAdjustment {
    /// The price without the plan.
    pub compare_at_price: MoneyV2,
    /// The price of one delivery.
    pub per_delivery_price: MoneyV2,
    /// The price.
    pub price: MoneyV2,
    /// The price of a unit.
    pub unit_price: Option<MoneyV2>,
}
