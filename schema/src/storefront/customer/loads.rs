//! How customers are read in batches: always from the primary, so that nobody sees what was true
//! before they signed out.

use std::collections::HashMap;
use std::sync::Arc;

use commerce::customer::{self, CustomerAddress, reads};
use commerce::identity::bearer::Bearer;
use commerce::kernel::{Fault, Id, id};
use commerce::order::fulfillments::{self, Parcel};
use commerce::order::of_customer::{self, BoughtLine, CustomerOrder};
use uuid::Uuid;

use crate::loaders::{Batch, Reads};

/// Whether a bearer token's session lives, and whose it is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CallerKey {
    customer: Id<id::Customer>,
    session: Uuid,
}

impl CallerKey {
    /// The caller with this token.
    #[must_use]
    pub fn of(bearer: Bearer) -> Self {
        Self {
            customer: bearer.customer,
            session: bearer.session,
        }
    }
}

impl Batch for CallerKey {
    type Value = Id<id::Customer>;

    /// A request has one bearer token, so there is one key.
    async fn load(reads: &Reads, keys: Vec<Self>) -> Result<HashMap<Self, Self::Value>, Fault> {
        let mut conn = reads.shop.db.primary().await?;
        let now = reads.shop.clock.now();
        let mut found = HashMap::new();
        for key in keys {
            let bearer = Bearer {
                customer: key.customer,
                session: key.session,
            };
            if let Some(customer) = reads::of_bearer(&mut conn, bearer, now).await? {
                found.insert(key, customer.id);
            }
        }
        Ok(found)
    }
}

/// A customer, for what already belongs to the caller.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CustomerKey(pub Id<id::Customer>);

impl Batch for CustomerKey {
    type Value = Arc<customer::Customer>;

    async fn load(reads: &Reads, keys: Vec<Self>) -> Result<HashMap<Self, Self::Value>, Fault> {
        let ids: Vec<_> = keys.into_iter().map(|key| key.0).collect();
        let mut conn = reads.shop.db.primary().await?;
        let found = reads::by_id(&mut conn, &ids).await?;
        let found = found.into_iter();
        Ok(found.map(|(id, row)| (Self(id), Arc::new(row))).collect())
    }
}

/// The addresses of a customer.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct AddressesOf(pub Id<id::Customer>);

impl Batch for AddressesOf {
    type Value = Arc<Vec<CustomerAddress>>;

    async fn load(reads: &Reads, keys: Vec<Self>) -> Result<HashMap<Self, Self::Value>, Fault> {
        let ids: Vec<_> = keys.into_iter().map(|key| key.0).collect();
        let mut conn = reads.shop.db.primary().await?;
        let found = reads::addresses(&mut conn, &ids).await?;
        let found = found.into_iter();
        Ok(found.map(|(id, rows)| (Self(id), Arc::new(rows))).collect())
    }
}

/// How many orders a customer has made.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct NumberOfOrders(pub Id<id::Customer>);

impl Batch for NumberOfOrders {
    type Value = u64;

    async fn load(reads: &Reads, keys: Vec<Self>) -> Result<HashMap<Self, Self::Value>, Fault> {
        let ids: Vec<_> = keys.into_iter().map(|key| key.0).collect();
        let mut conn = reads.shop.db.primary().await?;
        let found = of_customer::counts(&mut conn, &ids).await?;
        let count = |n: i64| u64::try_from(n).unwrap_or(0);
        let found = found.into_iter();
        Ok(found.map(|(id, n)| (Self(id), count(n))).collect())
    }
}

/// An order, if it is this customer's.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct OwnOrder(pub Id<id::Customer>, pub Id<id::Order>);

impl Batch for OwnOrder {
    type Value = Arc<CustomerOrder>;

    async fn load(reads: &Reads, keys: Vec<Self>) -> Result<HashMap<Self, Self::Value>, Fault> {
        let mut wanted: HashMap<Id<id::Customer>, Vec<Id<id::Order>>> = HashMap::new();
        for Self(customer, order) in keys {
            wanted.entry(customer).or_default().push(order);
        }
        let mut conn = reads.shop.db.primary().await?;
        let mut found = HashMap::new();
        for (customer, orders) in wanted {
            let own = of_customer::owned(&mut conn, customer, &orders).await?;
            let own = own.into_iter();
            found.extend(own.map(|(id, row)| (Self(customer, id), Arc::new(row))));
        }
        Ok(found)
    }
}

/// The lines of an order that has been shown already.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct LinesOf(pub Id<id::Order>, pub commerce::kernel::Currency);

impl Batch for LinesOf {
    type Value = Arc<Vec<BoughtLine>>;

    async fn load(reads: &Reads, keys: Vec<Self>) -> Result<HashMap<Self, Self::Value>, Fault> {
        let keys: Vec<_> = keys.into_iter().map(|key| (key.0, key.1)).collect();
        let mut conn = reads.shop.db.primary().await?;
        let found = of_customer::lines(&mut conn, &keys).await?;
        let found = found.into_iter();
        Ok(found
            .map(|((id, currency), rows)| (Self(id, currency), Arc::new(rows)))
            .collect())
    }
}

/// What was sent of an order that has been shown already.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ParcelsOf(pub Id<id::Order>);

impl Batch for ParcelsOf {
    type Value = Arc<Vec<Parcel>>;

    async fn load(reads: &Reads, keys: Vec<Self>) -> Result<HashMap<Self, Self::Value>, Fault> {
        let ids: Vec<_> = keys.into_iter().map(|key| key.0).collect();
        let mut conn = reads.shop.db.primary().await?;
        let found = fulfillments::of_orders(&mut conn, &ids).await?;
        let found = found.into_iter();
        Ok(found.map(|(id, rows)| (Self(id), Arc::new(rows))).collect())
    }
}
