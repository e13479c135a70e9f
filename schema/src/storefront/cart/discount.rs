//! What discounts take off a cart.

use async_graphql::{Enum, Interface, SimpleObject, Union};
use commerce::kernel::{Currency, Money};
use commerce::pricing::{Application, Class, EnteredCode, Value};

use crate::money::MoneyV2;

/// A discount code that the buyer entered.
#[derive(SimpleObject)]
pub struct CartDiscountCode {
    /// Whether it takes something off.
    pub applicable: bool,
    /// The code as it was entered.
    pub code: String,
}

impl From<&EnteredCode> for CartDiscountCode {
    fn from(entered: &EnteredCode) -> Self {
        Self {
            applicable: entered.obstacle.is_none(),
            code: entered.code.clone(),
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

impl CartDiscountAllocation {
    /// So much of what a discount takes off.
    pub(super) fn of(application: &Application, amount: Money) -> Self {
        let discounted_amount = amount.into();
        let terms = Terms::of(application, amount.currency);
        let target_type = terms.target_type;
        let discount_application = terms.into();
        match &application.code {
            Some(code) => Self::CartCodeDiscountAllocation(CartCodeDiscountAllocation {
                code: code.clone(),
                discount_application,
                discounted_amount,
                target_type,
            }),
            None => Self::CartAutomaticDiscountAllocation(CartAutomaticDiscountAllocation {
                discount_application,
                discounted_amount,
                target_type,
                title: application.title.clone(),
            }),
        }
    }
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

/// How a discount works, in the contract's words.
pub struct Terms {
    /// How it is spread.
    pub allocation_method: DiscountApplicationAllocationMethod,
    /// Which things it is for.
    pub target_selection: DiscountApplicationTargetSelection,
    /// What kind of thing it is for.
    pub target_type: DiscountApplicationTargetType,
    /// How much it is worth.
    pub value: PricingValue,
}

impl Terms {
    /// How an applied discount works; its amounts are in `currency`.
    #[must_use]
    pub fn of(application: &Application, currency: Currency) -> Self {
        use DiscountApplicationAllocationMethod as Method;
        let (allocation_method, value) = match application.value {
            Value::Percentage { basis_points } => (Method::Across, share(basis_points)),
            Value::Amount { minor, each } => (
                if each { Method::Each } else { Method::Across },
                PricingValue::MoneyV2(Money::new(minor, currency).into()),
            ),
            Value::FreeShipping { .. } => (Method::Each, share(10_000)),
            Value::BuyGet { basis_points, .. } => (Method::Each, share(basis_points)),
        };
        Self {
            allocation_method,
            target_selection: if application.is_entitled {
                DiscountApplicationTargetSelection::Entitled
            } else {
                DiscountApplicationTargetSelection::All
            },
            target_type: match application.class {
                Class::Product | Class::Order => DiscountApplicationTargetType::LineItem,
                Class::Shipping => DiscountApplicationTargetType::ShippingLine,
            },
            value,
        }
    }
}

impl From<Terms> for CartDiscountApplication {
    fn from(terms: Terms) -> Self {
        Self {
            allocation_method: terms.allocation_method,
            target_selection: terms.target_selection,
            target_type: terms.target_type,
            value: terms.value,
        }
    }
}

/// A share, from hundredths of a percent.
fn share(basis_points: u32) -> PricingValue {
    let text = format!("{}.{:02}", basis_points / 100, basis_points % 100);
    // Digits and a point always read as a number.
    let percentage = text.parse().unwrap_or_default();
    PricingValue::PricingPercentageValue(PricingPercentageValue { percentage })
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
