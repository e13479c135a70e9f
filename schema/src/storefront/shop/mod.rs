//! The shop itself.

use async_graphql::{Object, SimpleObject};

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
    /// The versions that this API answers to; one schema stands behind all of them.
    async fn public_api_versions(&self) -> Vec<ApiVersion> {
        vec![ApiVersion {
            display_name: "2026-04 (Latest)".to_owned(),
            handle: "2026-04".to_owned(),
            supported: true,
        }]
    }
}
