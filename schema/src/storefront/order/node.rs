//! An order.

#![expect(clippy::too_many_arguments, reason = "the contract's arguments")]

use std::sync::Arc;

use async_graphql::{Context, ID, Object, Result};
use commerce::kernel::page::{Cursor, Slice};
use commerce::kernel::{Address, Id, Money, id};
use commerce::order::of_customer::{self, BoughtLine, CustomerOrder, OrderListing};
use commerce::order::status_url;
use commerce::pricing::Application;

use super::discount::{DiscountAllocation, DiscountApplication};
use super::fulfillment::{Fulfillment, at_most};
use super::line::OrderLineItem;
use super::status::{OrderCancelReason, OrderFinancialStatus, OrderFulfillmentStatus};
use crate::codes::CurrencyCode;
use crate::connection::{Connection, window};
use crate::context::ContextExt;
use crate::errors::invalid_argument;
use crate::ids;
use crate::money::MoneyV2;
use crate::scalars::{DateTime, UnsignedInt64, Url};
use crate::storefront::address::MailingAddress;
use crate::storefront::attribute::Attribute;
use crate::storefront::customer::loads::{LinesOf, ParcelsOf};
use crate::storefront::metafield::{
    HasMetafieldsIdentifier, Holder, Metafield, Metafields, all_held, held,
};

/// A customer's orders.
pub type OrderConnection = Connection<Order, OrderCount>;

/// How many orders a list has in all.
pub struct OrderCount(pub Option<OrderListing>);

#[Object]
impl OrderCount {
    /// How many orders the whole list has.
    async fn total_count(&self, ctx: &Context<'_>) -> Result<UnsignedInt64> {
        let Some(listing) = &self.0 else {
            return Ok(UnsignedInt64(0));
        };
        let mut conn = ctx.shop().db.primary().await?;
        let count = of_customer::count(&mut conn, listing).await?;
        Ok(UnsignedInt64(u64::try_from(count).unwrap_or(0)))
    }
}

/// What a customer bought.
#[derive(Clone)]
pub struct Order(Arc<CustomerOrder>);

impl Order {
    /// Shows an order to the customer whose it is.
    #[must_use]
    pub fn new(order: Arc<CustomerOrder>) -> Self {
        Self(order)
    }

    /// Shows a row of a list of the customer's own.
    #[must_use]
    pub fn shown((_, order): (Cursor, CustomerOrder)) -> Self {
        Self(Arc::new(order))
    }

    /// Its number in the database.
    pub(crate) fn row_id(&self) -> Id<id::Order> {
        self.0.id
    }

    fn address(&self, address: Option<&Address>, what: &str) -> Option<MailingAddress> {
        Some(MailingAddress {
            id: ID(format!(
                "gid://shopify/MailingAddress/{}?model_name={what}",
                self.0.id.value
            )),
            address: address?.clone(),
        })
    }

    fn discounted(&self) -> MoneyV2 {
        let minor = self.0.subtotal.minor - self.0.discount.minor;
        money(Money::new(minor, self.0.subtotal.currency))
    }

    fn status(&self, ctx: &Context<'_>) -> Url {
        let public_url = &ctx.shop().settings.public_url;
        Url(status_url(public_url, self.0.id.value, &self.0.key))
    }
}

fn money(money: Money) -> MoneyV2 {
    money.into()
}

#[Object]
impl Order {
    /// Where the invoice goes.
    async fn billing_address(&self) -> Option<MailingAddress> {
        self.address(self.0.billing_address.as_ref(), "OrderBillingAddress")
    }

    /// Why it was called off.
    async fn cancel_reason(&self) -> Option<OrderCancelReason> {
        let reason = self.0.cancel_reason.as_deref();
        self.0.canceled_at.map(|_| OrderCancelReason::parse(reason))
    }

    /// When it was called off.
    async fn canceled_at(&self) -> Option<DateTime> {
        self.0.canceled_at.map(DateTime)
    }

    /// The currency of every amount.
    async fn currency_code(&self) -> CurrencyCode {
        self.0.total.currency.into()
    }

    /// What the lines cost now, before discounts on the whole order.
    async fn current_subtotal_price(&self) -> MoneyV2 {
        money(self.0.current.subtotal)
    }

    /// Duties now; null where none could be due.
    async fn current_total_duties(&self) -> Option<MoneyV2> {
        self.0.current.duty.map(money)
    }

    /// What the order costs now.
    async fn current_total_price(&self) -> MoneyV2 {
        money(self.0.current.total)
    }

    /// What delivery costs now.
    async fn current_total_shipping_price(&self) -> MoneyV2 {
        money(self.0.current.shipping)
    }

    /// Tax now.
    async fn current_total_tax(&self) -> MoneyV2 {
        money(self.0.current.tax)
    }

    /// What the storefront attached.
    async fn custom_attributes(&self) -> Vec<Attribute> {
        self.0.attributes.iter().map(Attribute::from).collect()
    }

    /// The language it was placed in; not kept.
    async fn customer_locale(&self) -> Option<&str> {
        None
    }

    /// Where the customer sees it.
    async fn customer_url(&self, ctx: &Context<'_>) -> Option<Url> {
        Some(self.status(ctx))
    }

    /// Discounts that counted.
    async fn discount_applications(
        &self,
        #[graphql(desc = "Only those behind this cursor.")] after: Option<String>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
        #[graphql(desc = "So many from the beginning.")] first: Option<i32>,
        #[graphql(desc = "So many from the end.")] last: Option<i32>,
        #[graphql(desc = "The other way round.", default_with = "Some(false)")] reverse: Option<
            bool,
        >,
    ) -> Result<Connection<DiscountApplication>> {
        let window = window(first, after.as_deref(), last, before.as_deref())?;
        let mut rows: Vec<_> = (1_i64..).zip(&self.0.applications).collect();
        let sign = if reverse.unwrap_or(false) {
            rows.reverse();
            -1
        } else {
            1
        };
        let place = move |(number, _): &(i64, &Application)| sign * number;
        Ok(Connection::new(
            window.cut_whole(rows, place),
            |row| Cursor::at(place(row)),
            |(_, application)| DiscountApplication::of(application, self.0.total.currency),
        ))
    }

    /// Whether it was changed after it was placed.
    async fn edited(&self) -> bool {
        self.0.is_edited
    }

    /// Where the confirmation went.
    async fn email(&self) -> Option<&str> {
        Some(self.0.email.as_str()).filter(|email| !email.is_empty())
    }

    /// How the money stands.
    async fn financial_status(&self) -> Option<OrderFinancialStatus> {
        OrderFinancialStatus::parse(&self.0.financial_status)
    }

    /// How delivery stands.
    async fn fulfillment_status(&self) -> OrderFulfillmentStatus {
        OrderFulfillmentStatus::parse(&self.0.fulfillment_status)
    }

    /// Names the order.
    pub async fn id(&self) -> ID {
        ids::id(self.0.id)
    }

    /// What was bought.
    async fn line_items(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those behind this cursor.")] after: Option<String>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
        #[graphql(desc = "So many from the beginning.")] first: Option<i32>,
        #[graphql(desc = "So many from the end.")] last: Option<i32>,
        #[graphql(desc = "The other way round.", default_with = "Some(false)")] reverse: Option<
            bool,
        >,
    ) -> Result<Connection<OrderLineItem>> {
        let window = window(first, after.as_deref(), last, before.as_deref())?;
        let key = LinesOf(self.0.id, self.0.total.currency);
        let lines = ctx.load(key).await?.unwrap_or_default();
        let mut lines = lines.to_vec();
        let sign = if reverse.unwrap_or(false) {
            lines.reverse();
            -1
        } else {
            1
        };
        let place = move |line: &BoughtLine| sign * line.id;
        let page: Slice<BoughtLine> = window.cut_whole(lines, place);
        Ok(Connection::new(
            page,
            |line| Cursor::at(place(line)),
            |line| OrderLineItem(line, self.0.clone()),
        ))
    }

    /// A field that its cart had.
    pub async fn metafield(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its namespace.")] namespace: Option<String>,
        #[graphql(desc = "Its name within the namespace.")] key: String,
    ) -> Result<Option<Metafield>> {
        held(ctx, Holder::Order(self.clone()), namespace, key).await
    }

    /// Fields that its cart had, null where there is none.
    pub async fn metafields(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which ones, 250 at most.")] identifiers: Vec<HasMetafieldsIdentifier>,
    ) -> Result<Metafields> {
        all_held(ctx, Holder::Order(self.clone()), identifiers).await
    }

    /// The number as it is written.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// The number.
    async fn order_number(&self) -> Result<i32> {
        i32::try_from(self.0.number).map_err(invalid_argument)
    }

    /// Duties when it was placed; null where none could be due.
    async fn original_total_duties(&self) -> Option<MoneyV2> {
        self.0.duty.map(money)
    }

    /// What it cost when it was placed.
    async fn original_total_price(&self) -> MoneyV2 {
        money(self.0.total)
    }

    /// The buyer's telephone number.
    async fn phone(&self) -> Option<&str> {
        self.0.phone.as_deref()
    }

    /// When it was placed.
    async fn processed_at(&self) -> DateTime {
        self.0.processed_at.into()
    }

    /// Where it goes.
    async fn shipping_address(&self) -> Option<MailingAddress> {
        self.address(self.0.shipping_address.as_ref(), "OrderShippingAddress")
    }

    /// What discounts took off delivery.
    async fn shipping_discount_allocations(&self) -> Vec<DiscountAllocation> {
        DiscountAllocation::all(&self.0, &self.0.shipping_allocations)
    }

    /// Where whoever has the link sees it.
    async fn status_url(&self, ctx: &Context<'_>) -> Url {
        self.status(ctx)
    }

    /// What the lines cost with all discounts on them, before delivery and tax.
    async fn subtotal_price(&self) -> Option<MoneyV2> {
        Some(self.discounted())
    }

    /// What the lines cost with all discounts on them, before delivery and tax.
    #[graphql(deprecation = "Ask for `subtotalPrice`.")]
    async fn subtotal_price_v2(&self) -> Option<MoneyV2> {
        Some(self.discounted())
    }

    /// Parcels that were sent.
    async fn successful_fulfillments(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "So many at most.")] first: Option<i32>,
    ) -> Result<Option<Vec<Fulfillment>>> {
        let parcels = ctx.load(ParcelsOf(self.0.id)).await?.unwrap_or_default();
        let sent = Fulfillment::all(&self.0, &parcels);
        Ok(Some(sent.take(at_most(first)?).collect()))
    }

    /// What it cost.
    async fn total_price(&self) -> MoneyV2 {
        money(self.0.total)
    }

    /// What it cost.
    #[graphql(deprecation = "Ask for `totalPrice`.")]
    async fn total_price_v2(&self) -> MoneyV2 {
        money(self.0.total)
    }

    /// What was given back.
    async fn total_refunded(&self) -> MoneyV2 {
        money(self.0.refunded)
    }

    /// What was given back.
    #[graphql(deprecation = "Ask for `totalRefunded`.")]
    async fn total_refunded_v2(&self) -> MoneyV2 {
        money(self.0.refunded)
    }

    /// What delivery cost.
    async fn total_shipping_price(&self) -> MoneyV2 {
        money(self.0.shipping)
    }

    /// What delivery cost.
    #[graphql(deprecation = "Ask for `totalShippingPrice`.")]
    async fn total_shipping_price_v2(&self) -> MoneyV2 {
        money(self.0.shipping)
    }

    /// Tax.
    async fn total_tax(&self) -> Option<MoneyV2> {
        Some(money(self.0.tax))
    }

    /// Tax.
    #[graphql(deprecation = "Ask for `totalTax`.")]
    async fn total_tax_v2(&self) -> Option<MoneyV2> {
        Some(money(self.0.tax))
    }
}
