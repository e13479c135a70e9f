//! What was sent of an order.

#![expect(clippy::too_many_arguments, reason = "the contract's arguments")]

use std::sync::Arc;

use async_graphql::{Context, Object, Result, SimpleObject};
use commerce::kernel::page::Cursor;
use commerce::order::fulfillments::Parcel;
use commerce::order::of_customer::{BoughtLine, CustomerOrder};

use super::line::OrderLineItem;
use crate::connection::{Connection, window};
use crate::context::ContextExt;
use crate::errors::invalid_argument;
use crate::scalars::Url;
use crate::storefront::customer::loads::LinesOf;

/// How many of a list are wanted; all of them when nothing is said.
///
/// # Errors
/// Refuses a negative number.
pub(super) fn at_most(first: Option<i32>) -> Result<usize> {
    let wanted = first.map(usize::try_from).transpose();
    let wanted = wanted.map_err(|_| invalid_argument("`first` must not be negative"))?;
    Ok(wanted.unwrap_or(usize::MAX))
}

/// A parcel.
pub struct Fulfillment {
    parcel: Parcel,
    order: Arc<CustomerOrder>,
}

impl Fulfillment {
    /// The parcels of an order.
    pub(super) fn all<'p>(
        order: &'p Arc<CustomerOrder>,
        parcels: &'p [Parcel],
    ) -> impl Iterator<Item = Self> + 'p {
        parcels.iter().map(|parcel| Self {
            parcel: parcel.clone(),
            order: Arc::clone(order),
        })
    }
}

#[Object]
impl Fulfillment {
    /// What is in it.
    async fn fulfillment_line_items(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those behind this cursor.")] after: Option<String>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
        #[graphql(desc = "So many from the beginning.")] first: Option<i32>,
        #[graphql(desc = "So many from the end.")] last: Option<i32>,
        #[graphql(desc = "The other way round.", default_with = "Some(false)")] reverse: Option<
            bool,
        >,
    ) -> Result<Connection<FulfillmentLineItem>> {
        let window = window(first, after.as_deref(), last, before.as_deref())?;
        let key = LinesOf(self.order.id, self.order.total.currency);
        let lines = ctx.load(key).await?.unwrap_or_default();
        let packed = self.parcel.lines.iter().filter_map(|(id, quantity)| {
            let line = lines.iter().find(|line| line.id == *id)?;
            Some((line.clone(), *quantity))
        });
        let mut packed: Vec<(BoughtLine, i32)> = packed.collect();
        let sign = if reverse.unwrap_or(false) {
            packed.reverse();
            -1
        } else {
            1
        };
        let place = move |(line, _): &(BoughtLine, i32)| sign * line.id;
        Ok(Connection::new(
            window.cut_whole(packed, place),
            |row| Cursor::at(place(row)),
            |(line, quantity)| FulfillmentLineItem {
                line_item: OrderLineItem(line, self.order.clone()),
                quantity,
            },
        ))
    }

    /// Who carries it.
    async fn tracking_company(&self) -> Option<&str> {
        self.parcel.tracking.company.as_deref()
    }

    /// Where it is followed.
    async fn tracking_info(
        &self,
        #[graphql(desc = "So many at most.")] first: Option<i32>,
    ) -> Result<Vec<FulfillmentTrackingInfo>> {
        let tracking = &self.parcel.tracking;
        let info = FulfillmentTrackingInfo {
            number: tracking.number.clone(),
            url: tracking.url.clone().map(Url),
        };
        let is_told = info.number.is_some() || info.url.is_some();
        let infos = is_told.then_some(info).into_iter();
        Ok(infos.take(at_most(first)?).collect())
    }
}

/// So many pieces of a line in a parcel.
#[derive(SimpleObject)]
pub struct FulfillmentLineItem {
    /// The line.
    pub line_item: OrderLineItem,
    /// How many.
    pub quantity: i32,
}

/// Where a parcel is followed.
#[derive(SimpleObject)]
pub struct FulfillmentTrackingInfo {
    /// Its number.
    pub number: Option<String>,
    /// The carrier's page.
    pub url: Option<Url>,
}
