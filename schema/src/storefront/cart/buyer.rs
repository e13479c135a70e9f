//! Who buys.

use async_graphql::{Context, Enum, Object, Result, SimpleObject};

use commerce::cart::{self, DeliveryMethod};

use super::Cart;
use crate::codes::CountryCode;
use crate::context::ContextExt;
use crate::storefront::address::DeliveryAddress;
use crate::storefront::company::PurchasingCompany;
use crate::storefront::customer::loads::CustomerKey;
use crate::storefront::customer::{self, Customer};

/// Who buys.
pub struct CartBuyerIdentity(pub(super) Cart);

#[Object(cache_control(private))]
impl CartBuyerIdentity {
    /// The buyer's country.
    async fn country_code(&self) -> Option<CountryCode> {
        CountryCode::from_code(self.0.cart().country.as_deref()?)
    }

    /// The account that the cart belongs to. Who holds the cart's key sees its name and e-mail
    /// address; the rest of it only its owner does, who is named by the request's bearer token.
    async fn customer(&self, ctx: &Context<'_>) -> Option<Result<Customer>> {
        account(ctx, &self.0).await.transpose()
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

    /// What the buyer prefers, as the storefront gave it.
    async fn preferences(&self) -> Option<CartPreferences> {
        let preferences = self.0.cart().preferences.clone()?;
        Some(CartPreferences {
            delivery: preferences.delivery.map(CartDeliveryPreference::from),
            wallet: preferences.wallet,
        })
    }

    /// The company that is bought for; this shop sells to people.
    async fn purchasing_company(&self) -> Option<PurchasingCompany> {
        None
    }
}

async fn account(ctx: &Context<'_>, cart: &Cart) -> Result<Option<Customer>> {
    let Some(id) = cart.cart().customer else {
        return Ok(None);
    };
    let Some(row) = ctx.load(CustomerKey(id)).await? else {
        return Ok(None);
    };
    let is_oneself = customer::caller(ctx).await? == Some(id);
    Ok(Some(Customer::of_cart(row, is_oneself)))
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

impl From<cart::DeliveryPreference> for CartDeliveryPreference {
    fn from(preference: cart::DeliveryPreference) -> Self {
        let place = |place: cart::Coordinates| {
            Some(CartDeliveryCoordinatesPreference {
                country_code: CountryCode::from_code(&place.country)?,
                latitude: place.latitude,
                longitude: place.longitude,
            })
        };
        Self {
            coordinates: preference.coordinates.and_then(place),
            delivery_method: preference.methods.into_iter().map(Into::into).collect(),
            pickup_handle: preference.pickup_handles,
        }
    }
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
#[graphql(remote = "DeliveryMethod")]
pub enum PreferenceDeliveryMethodType {
    /// At a carrier's shop.
    PickupPoint,
    /// At the merchant's shop.
    PickUp,
    /// To an address.
    Shipping,
}
