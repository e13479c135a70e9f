//! The shop's own fields.

use std::sync::Arc;

use async_graphql::{Context, ID, Object, Result, SimpleObject};
use commerce::content::identity::Identity;
use commerce::content::metafields::Owner;
use commerce::kernel::Currency;

use super::brand::Brand;
use super::installments::ShopPayInstallmentsPricing;
use super::localization::delivered_to;
use super::payment_settings::PaymentSettings;
use crate::codes::{CountryCode, CurrencyCode};
use crate::ids;
use crate::scalars::Url;
use crate::storefront::content::policy::{ShopPolicy, ShopPolicyWithDefault, of_kind};
use crate::storefront::metafield::{self, HasMetafieldsIdentifier, Metafield, Metafields};

/// The shop.
#[derive(Clone)]
pub struct Shop(pub Arc<Identity>);

#[Object(cache_control(max_age = 300))]
impl Shop {
    /// How it presents itself.
    async fn brand(&self) -> Option<Brand> {
        Brand::of(&self.0)
    }

    /// How to reach it.
    async fn contact_information(&self, ctx: &Context<'_>) -> Option<Result<ShopPolicy>> {
        policy(ctx, "contact").await
    }

    /// Texts of the customer's account pages.
    async fn customer_account_translations(&self) -> Option<Vec<Translation>> {
        None
    }

    /// Where customers sign in outside the storefront.
    async fn customer_account_url(&self) -> Option<String> {
        None
    }

    /// What it is, in a sentence.
    async fn description(&self) -> Option<&str> {
        Some(self.0.description.as_str()).filter(|text| !text.is_empty())
    }

    /// Its id.
    pub async fn id(&self) -> ID {
        ids::id(self.0.id)
    }

    /// Who answers for it before the law.
    async fn legal_notice(&self, ctx: &Context<'_>) -> Option<Result<ShopPolicy>> {
        policy(ctx, "legal_notice").await
    }

    /// A field that the merchant added.
    pub async fn metafield(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its namespace; `custom` if missing.")] namespace: Option<String>,
        #[graphql(desc = "Its name within the namespace.")] key: String,
    ) -> Result<Option<Metafield>> {
        metafield::one(ctx, Owner::Shop(self.0.id), namespace, key).await
    }

    /// Fields that the merchant added, null where there is none.
    pub async fn metafields(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which ones, 250 at most.")] identifiers: Vec<HasMetafieldsIdentifier>,
    ) -> Result<Metafields> {
        metafield::several(ctx, Owner::Shop(self.0.id), identifiers).await
    }

    /// How amounts are written: `{{amount}}` stands for the number.
    async fn money_format(&self) -> String {
        let usual = || usual_format(self.0.currency);
        self.0.own_money_format.clone().unwrap_or_else(usual)
    }

    /// Its name.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// How it is paid.
    async fn payment_settings(&self, ctx: &Context<'_>) -> Result<PaymentSettings> {
        PaymentSettings::of(ctx).await
    }

    /// Where its storefront lives.
    async fn primary_domain(&self) -> Domain {
        let url = &self.0.primary_domain_url;
        let (scheme, host) = url.split_once("://").unwrap_or(("https", url));
        Domain {
            host: host.to_owned(),
            ssl_enabled: scheme == "https",
            url: Url(url.clone()),
        }
    }

    /// What it does with personal data.
    async fn privacy_policy(&self, ctx: &Context<'_>) -> Option<Result<ShopPolicy>> {
        policy(ctx, "privacy").await
    }

    /// How goods are returned.
    async fn refund_policy(&self, ctx: &Context<'_>) -> Option<Result<ShopPolicy>> {
        policy(ctx, "refund").await
    }

    /// How goods are delivered.
    async fn shipping_policy(&self, ctx: &Context<'_>) -> Option<Result<ShopPolicy>> {
        policy(ctx, "shipping").await
    }

    /// The countries that it delivers to.
    async fn ships_to_countries(&self, ctx: &Context<'_>) -> Result<Vec<CountryCode>> {
        delivered_to(ctx).await
    }

    /// Instalments of a service that shops here do not have.
    async fn shop_pay_installments_pricing(&self) -> Option<ShopPayInstallmentsPricing> {
        None
    }

    /// Whom customers can sign in with.
    async fn social_login_providers(&self) -> Vec<SocialLoginProvider> {
        Vec::new()
    }

    /// How subscriptions work.
    async fn subscription_policy(
        &self,
        ctx: &Context<'_>,
    ) -> Option<Result<ShopPolicyWithDefault>> {
        match of_kind(ctx, "subscription").await {
            Ok(None) => None,
            Ok(Some(policy)) => Some(ShopPolicyWithDefault::of(ctx, policy).await),
            Err(error) => Some(Err(error)),
        }
    }

    /// What buyer and seller owe each other for a sale.
    async fn terms_of_sale(&self, ctx: &Context<'_>) -> Option<Result<ShopPolicy>> {
        policy(ctx, "terms_of_sale").await
    }

    /// What visitors agree to.
    async fn terms_of_service(&self, ctx: &Context<'_>) -> Option<Result<ShopPolicy>> {
        policy(ctx, "terms").await
    }
}

/// How amounts of a currency are written as long as the merchant says nothing else: its sign before the
/// number, a code or a word apart from it, and no decimal places where there are none.
fn usual_format(currency: Currency) -> String {
    let sign = match CurrencyCode::from(currency) {
        CurrencyCode::Xxx => currency.code(),
        code => code.symbol(),
    };
    let gap = if sign.ends_with(char::is_alphabetic) {
        " "
    } else {
        ""
    };
    let number = match currency.exponent() {
        0 => "{{amount_no_decimals}}",
        _ => "{{amount}}",
    };
    format!("{sign}{gap}{number}")
}

async fn policy(ctx: &Context<'_>, kind: &str) -> Option<Result<ShopPolicy>> {
    let found = of_kind(ctx, kind).await.transpose()?;
    Some(found.map(ShopPolicy))
}

/// A place of the web that belongs to the shop.
#[derive(SimpleObject)]
pub struct Domain {
    /// Its name.
    pub host: String,
    /// Whether it is reached over TLS.
    pub ssl_enabled: bool,
    /// Its address.
    pub url: Url,
}

/// Somebody whom customers can sign in with.
#[derive(SimpleObject)]
pub struct SocialLoginProvider {
    /// Their name to programs.
    pub handle: String,
}

/// A text in the language of the request.
#[derive(SimpleObject)]
pub struct Translation {
    /// What it stands for.
    pub key: String,
    /// The text.
    pub value: String,
}
