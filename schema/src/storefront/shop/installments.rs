//! Instalments of a service that shops here do not have; the types stand here because storefronts
//! name them.

use async_graphql::{Enum, ID, SimpleObject};

use crate::money::MoneyV2;
use crate::storefront::catalog::taxonomy::Count;

/// How a purchase can be paid in parts.
#[derive(SimpleObject)]
pub struct ShopPayInstallmentsPricing {
    /// The ways to do it.
    pub financing_plans: Vec<ShopPayInstallmentsFinancingPlan>,
    /// The largest purchase.
    pub max_price: MoneyV2,
    /// The smallest purchase.
    pub min_price: MoneyV2,
}

/// A way to pay in parts.
#[derive(SimpleObject)]
pub struct ShopPayInstallmentsFinancingPlan {
    /// Its id.
    #[graphql(owned)]
    pub id: ID,
    /// The largest purchase.
    pub max_price: MoneyV2,
    /// The smallest purchase.
    pub min_price: MoneyV2,
    /// Its conditions.
    pub terms: Vec<ShopPayInstallmentsFinancingPlanTerm>,
}

/// A condition of paying in parts.
#[derive(SimpleObject)]
pub struct ShopPayInstallmentsFinancingPlanTerm {
    /// The yearly rate, in percent.
    pub apr: i32,
    /// How often a part is due.
    pub frequency: ShopPayInstallmentsFinancingPlanFrequency,
    /// Its id.
    #[graphql(owned)]
    pub id: ID,
    /// How many parts.
    pub installments_count: Option<Count>,
    /// What kind of loan it is.
    pub loan_type: ShopPayInstallmentsLoan,
}

/// How often a part is due.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShopPayInstallmentsFinancingPlanFrequency {
    /// Every month.
    Monthly,
    /// Every week.
    Weekly,
}

/// What kind of loan it is.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShopPayInstallmentsLoan {
    /// With interest.
    Interest,
    /// Four equal parts.
    SplitPay,
    /// Without interest.
    ZeroPercent,
}
