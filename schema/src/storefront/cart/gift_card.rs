//! Gift cards. None can be used yet; the type stands because storefronts name it.

use async_graphql::{ComplexObject, ID, SimpleObject};

use crate::money::MoneyV2;

/// A gift card that pays a part of a cart.
#[derive(SimpleObject, Clone)]
#[graphql(complex)]
pub struct AppliedGiftCard {
    /// What it pays.
    pub amount_used: MoneyV2,
    /// What is left on it.
    pub balance: MoneyV2,
    /// Names it.
    #[graphql(skip)]
    pub gid: ID,
    /// The last characters of its code.
    pub last_characters: String,
    /// What it pays, in the buyer's currency.
    pub presentment_amount_used: MoneyV2,
}

#[ComplexObject]
impl AppliedGiftCard {
    /// What it pays.
    #[graphql(deprecation = "Ask for `amountUsed`.")]
    async fn amount_used_v2(&self) -> &MoneyV2 {
        &self.amount_used
    }

    /// What is left on it.
    #[graphql(deprecation = "Ask for `balance`.")]
    async fn balance_v2(&self) -> &MoneyV2 {
        &self.balance
    }

    /// Names it.
    pub async fn id(&self) -> ID {
        self.gid.clone()
    }
}
