//! How a cart is delivered, and where to.

#![expect(clippy::too_many_arguments, reason = "the contract's arguments")]

use async_graphql::{Context, Enum, ID, Object, Result, SimpleObject, Union};
use commerce::cart::{self, CartAddress as Selectable, reads};
use commerce::kernel::{Address, Gid, postal};
use commerce::shipping::{self, Method};

use super::Cart;
use super::line::BaseCartLine;
use crate::connection::{Connection, window};
use crate::context::ContextExt;
use crate::money::MoneyV2;
use crate::storefront::address::{MailingAddress, formatted, language, province_code};

/// Where a cart may be delivered.
pub struct CartDelivery(pub(super) Cart);

#[Object]
impl CartDelivery {
    /// The addresses to choose from.
    async fn addresses(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only the selected one.", default_with = "Some(false)")] selected: Option<
            bool,
        >,
    ) -> Result<Vec<CartSelectableAddress>> {
        let cart = self.0.cart();
        let mut conn = ctx.shop().db.primary().await?;
        let addresses = reads::addresses(&mut conn, cart.id).await?;
        Ok(addresses
            .into_iter()
            .filter(|address| address.selected || selected != Some(true))
            .map(|address| CartSelectableAddress::of(cart, address))
            .collect())
    }
}

/// An address to choose.
#[derive(SimpleObject)]
pub struct CartSelectableAddress {
    /// The address.
    pub address: CartAddress,
    /// Names it.
    pub id: ID,
    /// Whether it must not be kept in the buyer's address book.
    pub one_time_use: bool,
    /// Whether the parcel goes there.
    pub selected: bool,
}

impl CartSelectableAddress {
    fn of(cart: &cart::Cart, address: Selectable) -> Self {
        Self {
            id: address_id(cart, address.id),
            address: CartAddress::CartDeliveryAddress(CartDeliveryAddress(address.address)),
            one_time_use: address.one_time_use,
            selected: address.selected,
        }
    }
}

/// The outside form of an address's id.
pub(super) fn address_id(cart: &cart::Cart, address: uuid::Uuid) -> ID {
    ID(format!(
        "gid://shopify/CartSelectableAddress/{address}?cart={}",
        cart.id
    ))
}

/// An address of whatever kind.
#[derive(Union)]
pub enum CartAddress {
    /// A postal address.
    CartDeliveryAddress(CartDeliveryAddress),
}

/// A postal address to deliver to.
pub struct CartDeliveryAddress(Address);

#[Object]
impl CartDeliveryAddress {
    /// Street and number.
    async fn address1(&self) -> Option<&str> {
        self.0.address1.as_deref()
    }

    /// Apartment, floor or building.
    async fn address2(&self) -> Option<&str> {
        self.0.address2.as_deref()
    }

    /// City, town or village.
    async fn city(&self) -> Option<&str> {
        self.0.city.as_deref()
    }

    /// The company.
    async fn company(&self) -> Option<&str> {
        self.0.company.as_deref()
    }

    /// The country's code.
    async fn country_code(&self) -> Option<&str> {
        self.0.country.as_deref()
    }

    /// The person's first name.
    async fn first_name(&self) -> Option<&str> {
        self.0.first_name.as_deref()
    }

    /// The lines as they stand on a label.
    async fn formatted(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "With the person's name.", default_with = "Some(false)")]
        with_name: Option<bool>,
        #[graphql(desc = "With the company.", default_with = "Some(true)")] with_company: Option<
            bool,
        >,
    ) -> Vec<String> {
        formatted(ctx, &self.0, with_name, with_company)
    }

    /// City, province and country in one line.
    async fn formatted_area(&self, ctx: &Context<'_>) -> Option<String> {
        postal::area(&self.0, language(ctx))
    }

    /// The person's last name.
    async fn last_name(&self) -> Option<&str> {
        self.0.last_name.as_deref()
    }

    /// Degrees north; addresses are not located here.
    async fn latitude(&self) -> Option<f64> {
        None
    }

    /// Degrees east; addresses are not located here.
    async fn longitude(&self) -> Option<f64> {
        None
    }

    /// First and last name.
    async fn name(&self) -> Option<String> {
        self.0.name()
    }

    /// A telephone number for the carrier.
    async fn phone(&self) -> Option<&str> {
        self.0.phone.as_deref()
    }

    /// The code of the state, province or region.
    async fn province_code(&self) -> Option<String> {
        province_code(&self.0)
    }

    /// The postal code.
    async fn zip(&self) -> Option<&str> {
        self.0.zip.as_deref()
    }
}

/// What travels in one parcel.
pub struct CartDeliveryGroup {
    cart: Cart,
    address: MailingAddress,
}

impl CartDeliveryGroup {
    /// The cart's parcel: none while no address is selected or nothing is shipped.
    pub(super) async fn of(cart: &Cart, ctx: &Context<'_>) -> Result<Option<Self>> {
        if cart.options(ctx).await?.is_empty() {
            return Ok(None);
        }
        let mut conn = ctx.shop().db.primary().await?;
        let addresses = reads::addresses(&mut conn, cart.cart().id).await?;
        let selected = addresses.into_iter().find(|address| address.selected);
        Ok(selected.map(|selected| Self {
            cart: cart.clone(),
            address: MailingAddress {
                id: ID(format!(
                    "gid://shopify/MailingAddress/{}?model_name=CartAddress",
                    selected.id
                )),
                address: selected.address,
            },
        }))
    }
}

/// The kind of id that a parcel has.
const GROUP: &str = "CartDeliveryGroup";

/// Whether the id is the one of this cart's parcel.
pub(super) fn is_group_of(id: &ID, cart: uuid::Uuid) -> bool {
    Gid::parse(id).is_some_and(|gid| gid.kind == GROUP && gid.uuid() == Some(cart))
}

#[Object]
impl CartDeliveryGroup {
    /// The lines that travel in it.
    async fn cart_lines(
        &self,
        #[graphql(desc = "Only those behind this cursor.")] after: Option<String>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
        #[graphql(desc = "So many from the beginning.")] first: Option<i32>,
        #[graphql(desc = "So many from the end.")] last: Option<i32>,
        #[graphql(desc = "The other way round.", default_with = "Some(false)")] reverse: Option<
            bool,
        >,
    ) -> Result<Connection<BaseCartLine>> {
        let window = window(first, after.as_deref(), last, before.as_deref())?;
        let travels = |line: &cart::Line| line.merchandise.requires_shipping;
        Ok(self
            .cart
            .lines_page(&window, reverse == Some(true), travels))
    }

    /// Where it goes.
    async fn delivery_address(&self) -> &MailingAddress {
        &self.address
    }

    /// The ways it may travel.
    async fn delivery_options(&self, ctx: &Context<'_>) -> Result<Vec<CartDeliveryOption>> {
        let options = self.cart.options(ctx).await?.iter();
        Ok(options.map(CartDeliveryOption::from).collect())
    }

    /// Whether it is delivered once or again and again.
    async fn group_type(&self) -> CartDeliveryGroupType {
        CartDeliveryGroupType::OneTimePurchase
    }

    /// Names it.
    async fn id(&self) -> ID {
        ID(format!("gid://shopify/{GROUP}/{}", self.cart.cart().id))
    }

    /// The way that was chosen; the cheapest until the buyer chooses.
    async fn selected_delivery_option(
        &self,
        ctx: &Context<'_>,
    ) -> Option<Result<CartDeliveryOption>> {
        let chosen = self.cart.chosen(ctx).await;
        chosen
            .map(|option| option.map(CartDeliveryOption::from))
            .transpose()
    }
}

/// A way to deliver.
#[derive(SimpleObject)]
pub struct CartDeliveryOption {
    /// Names the rate in the shop.
    pub code: Option<String>,
    /// Of which kind it is.
    pub delivery_method_type: DeliveryMethodType,
    /// More than its title.
    pub description: Option<String>,
    /// What it costs.
    pub estimated_cost: MoneyV2,
    /// Names it when it is chosen.
    pub handle: String,
    /// What it is called.
    pub title: Option<String>,
}

impl From<&shipping::DeliveryOption> for CartDeliveryOption {
    fn from(option: &shipping::DeliveryOption) -> Self {
        Self {
            code: Some(option.code.clone()),
            delivery_method_type: match option.method {
                Method::Shipping => DeliveryMethodType::Shipping,
                Method::Local => DeliveryMethodType::Local,
                Method::PickUp => DeliveryMethodType::PickUp,
            },
            description: option.description.clone(),
            estimated_cost: option.price.into(),
            handle: option.handle.clone(),
            title: Some(option.title.clone()),
        }
    }
}

/// Whether something is delivered once or again and again.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum CartDeliveryGroupType {
    /// Once.
    OneTimePurchase,
    /// Again and again.
    Subscription,
}

/// Kinds of delivery.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeliveryMethodType {
    /// By the merchant, nearby.
    Local,
    /// Not at all: nothing is to be moved.
    None,
    /// At a carrier's shop.
    PickupPoint,
    /// At the merchant's shop.
    PickUp,
    /// Over the counter.
    Retail,
    /// To an address.
    Shipping,
}
