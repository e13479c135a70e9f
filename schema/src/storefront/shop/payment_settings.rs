//! How the shop is paid.

use async_graphql::{ComplexObject, Context, Enum, Result, SimpleObject};
use commerce::kernel::Fault;

use super::localization;
use crate::codes::{CountryCode, CurrencyCode};
use crate::context::ContextExt;
use crate::scalars::Url;
use crate::storefront::content::loads::the_shop;

/// How the shop is paid.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct PaymentSettings {
    /// The cards it takes.
    pub accepted_card_brands: Vec<CardBrand>,
    /// Where browsers hand in card details, which never reach the shop.
    pub card_vault_url: Url,
    /// The country it sells from.
    pub country_code: CountryCode,
    /// The currency it keeps its books in.
    pub currency_code: CurrencyCode,
    /// An account that shops here do not have.
    pub shopify_payments_account_id: Option<String>,
    /// Wallets it takes.
    pub supported_digital_wallets: Vec<DigitalWallet>,
}

/// A brand of cards.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum CardBrand {
    /// American Express.
    AmericanExpress,
    /// Diners Club.
    DinersClub,
    /// Discover.
    Discover,
    /// JCB.
    Jcb,
    /// Mastercard.
    Mastercard,
    /// Visa.
    Visa,
}

/// A wallet.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum DigitalWallet {
    /// Android Pay.
    AndroidPay,
    /// Apple Pay.
    ApplePay,
    /// Google Pay.
    GooglePay,
    /// Shop Pay.
    ShopifyPay,
}

#[ComplexObject]
impl PaymentSettings {
    /// The currencies that buyers can pay in, the shop's own first.
    async fn enabled_presentment_currencies(&self, ctx: &Context<'_>) -> Result<Vec<CurrencyCode>> {
        let mut all = vec![self.currency_code];
        for currency in localization::currencies(ctx).await? {
            if !all.contains(&currency) {
                all.push(currency);
            }
        }
        Ok(all)
    }
}

impl PaymentSettings {
    pub(super) async fn of(ctx: &Context<'_>) -> Result<Self> {
        let shop = the_shop(ctx).await?;
        let settings = &ctx.shop().settings;
        // Without a provider there is no vault; this address then answers that it does not exist.
        let vault = settings.payment.vault_url();
        let vault = vault.unwrap_or_else(|| format!("{}/vault/sessions", settings.public_url));
        Ok(Self {
            accepted_card_brands: match settings.payment.provider() {
                Some(_) => vec![CardBrand::Mastercard, CardBrand::Visa],
                None => Vec::new(),
            },
            card_vault_url: Url(vault),
            country_code: country(&shop.country)?,
            currency_code: shop.currency.into(),
            shopify_payments_account_id: None,
            supported_digital_wallets: Vec::new(),
        })
    }
}

/// A stored country as the contract names it.
///
/// # Errors
/// A fault when the stored text is not a country that the contract knows.
pub(super) fn country(code: &str) -> Result<CountryCode, Fault> {
    let unknown = || Fault::Inconsistent(format!("`{code}` is not a country"));
    CountryCode::from_code(code).ok_or_else(unknown)
}
