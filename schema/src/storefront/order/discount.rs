//! What discounts took off an order. No discount exists yet, so every list is empty; the types stand
//! because storefronts name them.

use async_graphql::{Interface, SimpleObject};

use crate::money::MoneyV2;
use crate::storefront::cart::discount::{
    DiscountApplicationAllocationMethod, DiscountApplicationTargetSelection,
    DiscountApplicationTargetType, PricingValue,
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
