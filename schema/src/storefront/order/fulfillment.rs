//! What was sent of an order. Nothing can be sent yet, so no list has any; the types stand because
//! storefronts name them.

#![expect(clippy::too_many_arguments, reason = "the contract's arguments")]

use async_graphql::{ComplexObject, Result, SimpleObject};

use super::line::OrderLineItem;
use crate::connection::{Connection, window};
use crate::scalars::Url;

/// A parcel.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct Fulfillment {
    /// Who carries it.
    pub tracking_company: Option<String>,
    #[graphql(skip)]
    pub(super) tracking: Vec<FulfillmentTrackingInfo>,
}

#[ComplexObject]
impl Fulfillment {
    /// What is in it.
    async fn fulfillment_line_items(
        &self,
        #[graphql(desc = "Only those behind this cursor.")] after: Option<String>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
        #[graphql(desc = "So many from the beginning.")] first: Option<i32>,
        #[graphql(desc = "So many from the end.")] last: Option<i32>,
        #[graphql(desc = "The other way round.", default_with = "Some(false)")] reverse: Option<
            bool,
        >,
    ) -> Result<Connection<FulfillmentLineItem>> {
        let _nothing_to_turn = reverse;
        window(first, after.as_deref(), last, before.as_deref())?;
        Ok(Connection::empty())
    }

    /// Where it is followed.
    async fn tracking_info(
        &self,
        #[graphql(desc = "So many at most.")] first: Option<i32>,
    ) -> &[FulfillmentTrackingInfo] {
        let most = first.map_or(usize::MAX, |first| usize::try_from(first).unwrap_or(0));
        &self.tracking[..self.tracking.len().min(most)]
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
