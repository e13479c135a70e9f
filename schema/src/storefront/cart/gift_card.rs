//! Gift cards that pay a part of a cart.

use async_graphql::{ComplexObject, ID, SimpleObject};
use commerce::kernel::{Id, id};
use commerce::pricing::GiftCardPart;

use crate::money::MoneyV2;

/// A gift card that pays a part of a cart.
#[derive(SimpleObject, Clone)]
#[graphql(complex)]
pub struct AppliedGiftCard {
    /// What it pays.
    pub amount_used: MoneyV2,
    /// What can be spent of it, before it pays.
    pub balance: MoneyV2,
    /// Names it.
    #[graphql(skip)]
    pub gid: ID,
    /// The last characters of its code.
    pub last_characters: String,
    /// What it pays, in the buyer's currency.
    pub presentment_amount_used: MoneyV2,
}

impl From<&GiftCardPart> for AppliedGiftCard {
    fn from(part: &GiftCardPart) -> Self {
        Self {
            amount_used: part.amount.into(),
            balance: part.available.into(),
            gid: ID(Id::<id::AppliedGiftCard>::new(part.id).gid()),
            last_characters: part.last_characters.clone(),
            presentment_amount_used: part.amount.into(),
        }
    }
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
