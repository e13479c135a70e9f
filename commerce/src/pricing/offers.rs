//! What may make a cart cheaper: discounts and gift cards, as they stood when the cart was read.

use crate::kernel::id::ProductVariant;
use crate::kernel::{Id, Money};

/// From what a discount takes; discounts say with which classes they may be combined.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// From some of the goods.
    Product,
    /// From all goods together.
    Order,
    /// From delivery.
    Shipping,
}

/// How much a discount takes off.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Value {
    /// A share.
    Percentage {
        /// Hundredths of a percent, 1 to 10,000.
        basis_points: u32,
    },
    /// An amount in the minor unit of the cart's currency.
    Amount {
        /// How much, above zero.
        minor: i64,
        /// Off every piece, instead of once off all of them.
        each: bool,
    },
    /// Delivery costs nothing.
    FreeShipping {
        /// Unless it would cost more than this, in minor units.
        up_to: Option<i64>,
    },
    /// Whoever buys so many pieces gets so many others cheaper.
    BuyGet {
        /// Pieces at their full price.
        buys: i32,
        /// Pieces that become cheaper.
        gets: i32,
        /// By how much, in hundredths of a percent; 10,000 makes them free.
        basis_points: u32,
        /// How often it counts in one order; `None` for any number of times.
        uses: Option<i32>,
    },
}

/// Why a discount takes nothing off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Obstacle {
    /// Nobody knows the code.
    NotFound,
    /// It has not begun, is over or was switched off.
    Inactive,
    /// It was used as often as is allowed.
    UsageLimit,
    /// It is for some customers, and nobody is signed in.
    CustomerMissing,
    /// It is for other customers.
    CustomerNotEligible,
    /// This customer used it.
    CustomerUsageLimit,
    /// It is for other goods.
    NoEntitledLines,
    /// It is for other deliveries.
    NoEntitledShipping,
    /// The goods are not worth enough.
    Subtotal,
    /// There are not enough pieces.
    Quantity,
    /// Others that it cannot be combined with take off more.
    NotHonoured,
}

/// A discount as one cart meets it. The statement that reads discounts writes exactly this JSON.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Discount {
    /// Its number.
    pub id: i64,
    /// What it is called.
    pub title: String,
    /// The code that the buyer entered for it; `None` for one that needs none.
    pub code: Option<String>,
    /// From what it takes.
    pub class: Class,
    /// How much.
    pub value: Value,
    /// The cart's variants that it takes from; `None` for all goods.
    pub gets: Option<Vec<Id<ProductVariant>>>,
    /// The cart's variants that must be bought for it; `None` for all goods.
    pub buys: Option<Vec<Id<ProductVariant>>>,
    /// What the goods that it takes from must be worth, in minor units.
    pub minimum_subtotal: Option<i64>,
    /// How many pieces there must be of what it takes from.
    pub minimum_quantity: Option<i32>,
    /// Classes of other discounts that may be used with it, if they agree.
    pub combines_with: Vec<Class>,
    /// What keeps it away whatever is in the cart.
    pub obstacle: Option<Obstacle>,
}

/// A gift card that the buyer wants to pay with.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct GiftCard {
    /// Its number.
    pub id: i64,
    /// The last four characters of its code.
    pub last_characters: String,
    /// What can be spent of it, in the minor unit of the cart's currency.
    pub available: i64,
}

/// Everything that may make a cart cheaper.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Offers {
    /// Those of the codes that were entered, and all that need none.
    pub discounts: Vec<Discount>,
    /// In the order in which they are used up.
    pub gift_cards: Vec<GiftCard>,
}

/// A discount that takes something off, and how much in all.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Application {
    /// The discount's number.
    pub id: i64,
    /// What it is called.
    pub title: String,
    /// The code that was entered for it.
    pub code: Option<String>,
    /// From what it takes.
    pub class: Class,
    /// How much it is worth.
    pub value: Value,
    /// Whether it names the goods that it takes from.
    pub is_entitled: bool,
    /// What it takes off in all; zero for free delivery whose price is not known yet.
    pub amount: Money,
}

/// What one discount takes off one line, or off delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Allocation {
    /// The discount's place among the applications.
    pub discount: usize,
    /// How much; never zero.
    pub amount: Money,
}

/// A code that the buyer entered.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct EnteredCode {
    /// As it was entered.
    pub code: String,
    /// Why it takes nothing off; `None` when it does.
    pub obstacle: Option<Obstacle>,
}

/// What one gift card pays.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct GiftCardPart {
    /// The card's number.
    pub id: i64,
    /// The last four characters of its code.
    pub last_characters: String,
    /// What could be spent of it.
    pub available: Money,
    /// What it pays; zero when others have paid everything.
    pub amount: Money,
}
