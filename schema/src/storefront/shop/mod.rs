//! The shop itself, where it sells and how it is paid.

pub mod brand;
pub mod identity;
pub mod installments;
pub mod localization;
pub mod payment_settings;
pub mod redirect;

pub use identity::Shop;
pub use localization::Market;
pub use redirect::{RedirectQuery, UrlRedirect};

use async_graphql::{Context, Object, Result, SimpleObject};

use self::localization::Localization;
use self::payment_settings::PaymentSettings;
use crate::storefront::content::loads::the_shop;

/// Reads the shop.
#[derive(Default)]
pub struct ShopQuery;

/// A version of this API.
#[derive(SimpleObject)]
pub struct ApiVersion {
    /// What the version is called.
    pub display_name: String,
    /// What stands in the address.
    pub handle: String,
    /// Whether it is supported.
    pub supported: bool,
}

#[Object]
impl ShopQuery {
    /// Where the shop sells, and the place that this request is made for.
    async fn localization(&self, ctx: &Context<'_>) -> Result<Localization> {
        Localization::of(ctx).await
    }

    /// How the shop is paid.
    async fn payment_settings(&self, ctx: &Context<'_>) -> Result<PaymentSettings> {
        PaymentSettings::of(ctx).await
    }

    /// The versions that this API answers to; one schema stands behind all of them.
    async fn public_api_versions(&self) -> Vec<ApiVersion> {
        vec![ApiVersion {
            display_name: "2026-04 (Latest)".to_owned(),
            handle: "2026-04".to_owned(),
            supported: true,
        }]
    }

    /// The shop.
    async fn shop(&self, ctx: &Context<'_>) -> Result<Shop> {
        the_shop(ctx).await.map(Shop)
    }
}
