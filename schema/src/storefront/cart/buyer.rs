//! Who buys.

use async_graphql::{Enum, Object, SimpleObject};

use super::Cart;
use crate::codes::CountryCode;
use crate::storefront::address::DeliveryAddress;
use crate::storefront::customer::Customer;

/// Who buys.
pub struct CartBuyerIdentity(pub(super) Cart);

#[Object]
impl CartBuyerIdentity {
    /// The buyer's country.
    async fn country_code(&self) -> Option<CountryCode> {
        CountryCode::from_code(self.0.cart().country.as_deref()?)
    }

    /// The account; accounts do not exist yet.
    async fn customer(&self) -> Option<Customer> {
        None
    }

    /// Addresses that the buyer prefers.
    #[graphql(deprecation = "Ask for `delivery` of the cart.")]
    async fn delivery_address_preferences(&self) -> Vec<DeliveryAddress> {
        Vec::new()
    }

    /// Where the confirmation goes.
    async fn email(&self) -> Option<&str> {
        self.0.cart().email.as_deref()
    }

    /// The buyer's telephone number.
    async fn phone(&self) -> Option<&str> {
        self.0.cart().phone.as_deref()
    }

    /// What the buyer prefers; not kept.
    async fn preferences(&self) -> Option<CartPreferences> {
        None
    }
}

/// What a buyer prefers.
#[derive(SimpleObject)]
pub struct CartPreferences {
    /// How things are delivered.
    pub delivery: Option<CartDeliveryPreference>,
    /// Wallets to pay with.
    pub wallet: Option<Vec<String>>,
}

/// How a buyer prefers things to be delivered.
#[derive(SimpleObject)]
pub struct CartDeliveryPreference {
    /// Where the buyer is.
    pub coordinates: Option<CartDeliveryCoordinatesPreference>,
    /// The ways, best first.
    pub delivery_method: Vec<PreferenceDeliveryMethodType>,
    /// Places to pick things up.
    pub pickup_handle: Vec<String>,
}

/// Where a buyer is.
#[derive(SimpleObject)]
pub struct CartDeliveryCoordinatesPreference {
    /// The country.
    pub country_code: CountryCode,
    /// Degrees north.
    pub latitude: f64,
    /// Degrees east.
    pub longitude: f64,
}

/// A way of delivery that a buyer may prefer.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum PreferenceDeliveryMethodType {
    /// At a carrier's shop.
    PickupPoint,
    /// At the merchant's shop.
    PickUp,
    /// To an address.
    Shipping,
}
