//! A cart.

#![expect(clippy::too_many_arguments, reason = "the contract's arguments")]

use std::sync::Arc;

use async_graphql::{Context, ID, Object, Result};
use commerce::cart::{self, CartKey, offers, reads};
use commerce::kernel::page::{Cursor, Slice, Window};
use commerce::pricing::{Class, Priced, PricedLine, price};
use commerce::shipping::{self, DeliveryOption};
use tokio::sync::OnceCell;

use super::buyer::CartBuyerIdentity;
use super::cost::{CartCost, CartEstimatedCost};
use super::delivery::{CartDelivery, CartDeliveryGroup};
use super::discount::{CartDiscountAllocation, CartDiscountCode};
use super::gift_card::AppliedGiftCard;
use super::line::{BaseCartLine, CartLine};
use crate::connection::{Connection, window};
use crate::context::ContextExt;
use crate::scalars::{DateTime, Url};
use crate::storefront::attribute::Attribute;
use crate::storefront::metafield::{
    HasMetafieldsIdentifier, Holder, Metafield, Metafields, all_held, held,
};

/// What a buyer wants to buy.
#[derive(Clone)]
pub struct Cart(Arc<Inner>);

struct Inner {
    key: CartKey,
    cart: cart::Cart,
    /// Read when the first field needs it.
    options: OnceCell<Vec<DeliveryOption>>,
    /// Worked out when the first field needs it.
    priced: OnceCell<Priced>,
}

impl Cart {
    /// Shows a cart to whoever holds the key.
    #[must_use]
    pub fn new(key: CartKey, cart: cart::Cart) -> Self {
        Self(Arc::new(Inner {
            key,
            cart,
            options: OnceCell::new(),
            priced: OnceCell::new(),
        }))
    }

    /// The cart as it was read.
    #[must_use]
    pub fn cart(&self) -> &cart::Cart {
        &self.0.cart
    }

    /// What delivery is offered.
    pub(super) async fn options(&self, ctx: &Context<'_>) -> Result<&[DeliveryOption]> {
        let read = async || {
            if self.cart().destination.is_none() {
                return Ok::<_, async_graphql::Error>(Vec::new());
            }
            let mut conn = ctx.shop().db.primary().await?;
            Ok(reads::delivery_options(&mut conn, self.cart()).await?)
        };
        Ok(self.0.options.get_or_try_init(read).await?)
    }

    /// The delivery that counts: the buyer's choice or the cheapest.
    pub(super) async fn chosen(&self, ctx: &Context<'_>) -> Result<Option<&DeliveryOption>> {
        let options = self.options(ctx).await?;
        let code = self.cart().delivery_code.as_deref();
        Ok(shipping::choose(options, code))
    }

    /// What it costs, discounts and gift cards included: one statement more than the delivery's.
    pub(super) async fn priced(&self, ctx: &Context<'_>) -> Result<&Priced> {
        let work_out = async || {
            let chosen = self.chosen(ctx).await?;
            let shop = ctx.shop();
            let mut conn = shop.db.primary().await?;
            let terms = offers::read(&mut conn, self.cart(), shop.clock.now()).await?;
            let pricing = self.cart().pricing(chosen, None, terms);
            Ok::<_, async_graphql::Error>(price(&pricing)?)
        };
        self.0.priced.get_or_try_init(work_out).await
    }

    /// The price of the line at `index`; `None` for one without a piece.
    pub(super) async fn priced_line(
        &self,
        ctx: &Context<'_>,
        index: usize,
    ) -> Result<Option<&PricedLine>> {
        let priced = self.priced(ctx).await?;
        let place = self.cart().priced_place(index);
        Ok(place.and_then(|place| priced.lines.get(place)))
    }

    /// A part of the wanted lines, the newest first as storefronts' optimistic carts show them.
    pub(super) fn lines_page(
        &self,
        window: &Window,
        reverse: bool,
        wanted: impl Fn(&cart::Line) -> bool,
    ) -> Connection<BaseCartLine> {
        let sign = if reverse { 1 } else { -1 };
        let lines = &self.cart().lines;
        let mut rows: Vec<usize> = (0..lines.len()).filter(|i| wanted(&lines[*i])).collect();
        if !reverse {
            rows.reverse();
        }
        let place = |index: &usize| sign * lines[*index].position;
        let slice: Slice<usize> = window.cut_whole(rows, place);
        Connection::new(
            slice,
            |index| Cursor::at(place(index)),
            |index| BaseCartLine::CartLine(CartLine::new(self.clone(), index)),
        )
    }
}

#[Object(cache_control(private))]
impl Cart {
    /// Names the cart and opens it; whoever has it has the cart.
    pub async fn id(&self) -> ID {
        ID(self.0.key.gid())
    }

    /// Where a browser sees the cart.
    async fn checkout_url(&self, ctx: &Context<'_>) -> Url {
        Url(self.0.key.url(&ctx.shop().settings.public_url))
    }

    /// When it was made.
    async fn created_at(&self) -> DateTime {
        self.cart().created_at.into()
    }

    /// When it was last changed.
    async fn updated_at(&self) -> DateTime {
        self.cart().updated_at.into()
    }

    /// What the buyer wrote to the merchant.
    async fn note(&self) -> Option<&str> {
        Some(&self.cart().note)
    }

    /// How many pieces there are in all lines.
    async fn total_quantity(&self) -> i32 {
        i32::try_from(self.cart().total_quantity()).unwrap_or(i32::MAX)
    }

    /// What the storefront attached.
    async fn attributes(&self) -> Vec<Attribute> {
        self.cart().attributes.iter().map(Attribute::from).collect()
    }

    /// The attribute with this key.
    async fn attribute(&self, #[graphql(desc = "Its key.")] key: String) -> Option<Attribute> {
        Attribute::find(&self.cart().attributes, &key)
    }

    /// Who buys.
    async fn buyer_identity(&self) -> CartBuyerIdentity {
        CartBuyerIdentity(self.clone())
    }

    /// What it costs.
    async fn cost(&self, ctx: &Context<'_>) -> Result<CartCost> {
        CartCost::of(self, ctx).await
    }

    /// What it is expected to cost.
    #[graphql(deprecation = "Ask for `cost`.")]
    async fn estimated_cost(&self, ctx: &Context<'_>) -> Result<CartEstimatedCost> {
        CartEstimatedCost::of(self, ctx).await
    }

    /// The lines of the cart, the newest first; of lines that were added together the last comes first.
    async fn lines(
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
        Ok(self.lines_page(&window, reverse == Some(true), |_| true))
    }

    /// The parcels it is delivered in: one, once an address is selected.
    async fn delivery_groups(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those behind this cursor.")] after: Option<String>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
        #[graphql(desc = "So many from the beginning.")] first: Option<i32>,
        #[graphql(desc = "So many from the end.")] last: Option<i32>,
        #[graphql(desc = "The other way round.", default_with = "Some(false)")] reverse: Option<
            bool,
        >,
        #[graphql(
            desc = "Whether carriers are asked, which takes longer; the shop's rates are its own.",
            default_with = "Some(false)"
        )]
        with_carrier_rates: Option<bool>,
    ) -> Result<Connection<CartDeliveryGroup>> {
        let _changes_nothing = (reverse, with_carrier_rates);
        let window = window(first, after.as_deref(), last, before.as_deref())?;
        let group = CartDeliveryGroup::of(self, ctx).await?;
        let slice = window.cut_whole(group.into_iter().collect(), |_| 1);
        Ok(Connection::new(slice, |_| Cursor::at(1), |group| group))
    }

    /// Where it may be delivered.
    async fn delivery(&self) -> CartDelivery {
        CartDelivery(self.clone())
    }

    /// The discount codes that the buyer entered.
    async fn discount_codes(&self, ctx: &Context<'_>) -> Result<Vec<CartDiscountCode>> {
        if self.cart().discount_codes.is_empty() {
            return Ok(Vec::new());
        }
        let codes = self.priced(ctx).await?.codes.iter();
        Ok(codes.map(CartDiscountCode::from).collect())
    }

    /// What discounts take off the whole cart: those on the order and on delivery. What discounts take off
    /// goods stands in the lines.
    async fn discount_allocations(&self, ctx: &Context<'_>) -> Result<Vec<CartDiscountAllocation>> {
        let applications = self.priced(ctx).await?.applications.iter();
        let on_cart = applications.filter(|a| a.class != Class::Product);
        Ok(on_cart
            .map(|application| CartDiscountAllocation::of(application, application.amount))
            .collect())
    }

    /// The gift cards that pay a part.
    async fn applied_gift_cards(&self, ctx: &Context<'_>) -> Result<Vec<AppliedGiftCard>> {
        let parts = self.priced(ctx).await?.gift_cards.iter();
        Ok(parts.map(AppliedGiftCard::from).collect())
    }

    /// A field that the storefront added.
    pub async fn metafield(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its namespace.")] namespace: Option<String>,
        #[graphql(desc = "Its name within the namespace.")] key: String,
    ) -> Result<Option<Metafield>> {
        held(ctx, Holder::Cart(self.0.key.clone()), namespace, key).await
    }

    /// Fields that the storefront added, null where there is none.
    pub async fn metafields(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which ones, 250 at most.")] identifiers: Vec<HasMetafieldsIdentifier>,
    ) -> Result<Metafields> {
        all_held(ctx, Holder::Cart(self.0.key.clone()), identifiers).await
    }
}
