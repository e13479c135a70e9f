//! Amounts as the contract shows them.

use async_graphql::{InputObject, SimpleObject};
use commerce::kernel::Money;

use crate::codes::CurrencyCode;
use crate::scalars::Decimal;

/// An amount of money.
#[derive(SimpleObject, Clone, Debug, PartialEq, Eq)]
pub struct MoneyV2 {
    /// How much, as a decimal number.
    pub amount: Decimal,
    /// In which currency.
    pub currency_code: CurrencyCode,
}

impl From<Money> for MoneyV2 {
    fn from(money: Money) -> Self {
        Self {
            amount: Decimal(money.decimal()),
            currency_code: money.currency.into(),
        }
    }
}

/// An amount of money, as a client gives it.
#[derive(InputObject, Clone, Debug)]
pub struct MoneyInput {
    /// How much, as a decimal number.
    pub amount: Decimal,
    /// In which currency.
    pub currency_code: CurrencyCode,
}
