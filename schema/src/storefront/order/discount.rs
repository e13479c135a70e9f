//! What discounts took off an order, as it was when it was accepted.

use async_graphql::{Interface, SimpleObject};
use commerce::kernel::Currency;
use commerce::order::of_customer::CustomerOrder;
use commerce::pricing::{Allocation, Application};

use crate::money::MoneyV2;
use crate::storefront::cart::discount::{
    DiscountApplicationAllocationMethod, DiscountApplicationTargetSelection,
    DiscountApplicationTargetType, PricingValue, Terms,
};

/// A discount that counted.
#[derive(Interface)]
#[graphql(
    field(
        name = "allocation_method",
        ty = "&DiscountApplicationAllocationMethod",
        desc = "How it is spread."
    ),
    field(
        name = "target_selection",
        ty = "&DiscountApplicationTargetSelection",
        desc = "Which things it is for."
    ),
    field(
        name = "target_type",
        ty = "&DiscountApplicationTargetType",
        desc = "What kind of thing it is for."
    ),
    field(name = "value", ty = "&PricingValue", desc = "How much it is worth.")
)]
pub enum DiscountApplication {
    /// Without a code.
    Automatic(AutomaticDiscountApplication),
    /// With a code.
    Code(DiscountCodeApplication),
    /// Given by the merchant.
    Manual(ManualDiscountApplication),
    /// Made by a script.
    Script(ScriptDiscountApplication),
}

macro_rules! applications {
    ($(
        $(#[doc = $about:literal])*
        $name:ident { $( $(#[doc = $what:literal])* $field:ident: $type:ty, )* }
    )*) => { $(
        $(#[doc = $about])*
        #[derive(SimpleObject)]
        pub struct $name {
            /// How it is spread.
            pub allocation_method: DiscountApplicationAllocationMethod,
            /// Which things it is for.
            pub target_selection: DiscountApplicationTargetSelection,
            /// What kind of thing it is for.
            pub target_type: DiscountApplicationTargetType,
            /// How much it is worth.
            pub value: PricingValue,
            $( $(#[doc = $what])* pub $field: $type, )*
        }
    )* };
}

applications! {
    /// A discount that needs no code.
    AutomaticDiscountApplication {
        /// What it is called.
        title: String,
    }
    /// A discount with a code.
    DiscountCodeApplication {
        /// Whether it took something off.
        applicable: bool,
        /// The code.
        code: String,
    }
    /// A discount that the merchant gave.
    ManualDiscountApplication {
        /// What it is for.
        description: Option<String>,
        /// What it is called.
        title: String,
    }
    /// A discount that a script made.
    ScriptDiscountApplication {
        /// What it is called.
        title: String,
    }
}

/// What a discount took off one thing.
#[derive(SimpleObject)]
pub struct DiscountAllocation {
    /// How much.
    pub allocated_amount: MoneyV2,
    /// The discount.
    pub discount_application: DiscountApplication,
}

impl DiscountApplication {
    /// A discount that counted; its amounts are in `currency`.
    pub(super) fn of(application: &Application, currency: Currency) -> Self {
        let Terms {
            allocation_method,
            target_selection,
            target_type,
            value,
        } = Terms::of(application, currency);
        match &application.code {
            Some(code) => Self::Code(DiscountCodeApplication {
                allocation_method,
                target_selection,
                target_type,
                value,
                applicable: true,
                code: code.clone(),
            }),
            None => Self::Automatic(AutomaticDiscountApplication {
                allocation_method,
                target_selection,
                target_type,
                value,
                title: application.title.clone(),
            }),
        }
    }
}

impl DiscountAllocation {
    /// What the discounts of an order took off one thing.
    pub(super) fn all(order: &CustomerOrder, allocations: &[Allocation]) -> Vec<Self> {
        let parts = allocations.iter().filter_map(|allocation| {
            let application = order.applications.get(allocation.discount)?;
            Some(Self {
                allocated_amount: allocation.amount.into(),
                discount_application: DiscountApplication::of(application, order.total.currency),
            })
        });
        parts.collect()
    }
}
