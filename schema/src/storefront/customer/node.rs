//! A customer.

#![expect(clippy::too_many_arguments, reason = "the contract's arguments")]

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, Object, Result};
use commerce::customer::{self, CustomerAddress};
use commerce::kernel::page::{Cursor, Slice};
use commerce::kernel::{Failure, Id, id};
use commerce::order::of_customer::{self, OrderListing, OrderSort};
use commerce::search;

use super::loads::{AddressesOf, NumberOfOrders};
use crate::connection::{Connection, window};
use crate::context::ContextExt;
use crate::errors::invalid_argument;
use crate::ids;
use crate::scalars::{DateTime, UnsignedInt64};
use crate::storefront::address::MailingAddress;
use crate::storefront::metafield::{
    HasMetafieldsIdentifier, Holder, Metafield, Metafields, all_held, held, none_of,
};
use crate::storefront::order::{Order, OrderConnection, OrderCount};
use crate::storefront::shop::identity::SocialLoginProvider;

/// Somebody with an account.
#[derive(Clone)]
pub struct Customer {
    row: Arc<customer::Customer>,
    /// Whether whoever asks has proved to be the customer. Who merely holds a cart that belongs to
    /// one sees the name and the e-mail address, as on the cart itself, and nothing else.
    is_oneself: bool,
}

impl Customer {
    /// Shows a customer to themselves.
    #[must_use]
    pub fn oneself(row: customer::Customer) -> Self {
        Self {
            row: Arc::new(row),
            is_oneself: true,
        }
    }

    /// Shows a customer to whoever holds one of their carts.
    #[must_use]
    pub fn of_cart(row: Arc<customer::Customer>, is_oneself: bool) -> Self {
        Self { row, is_oneself }
    }

    /// Its row.
    #[must_use]
    pub fn row_id(&self) -> Id<id::Customer> {
        self.row.id
    }

    async fn book(&self, ctx: &Context<'_>) -> Result<Arc<Vec<CustomerAddress>>> {
        if !self.is_oneself {
            return Ok(Arc::default());
        }
        Ok(ctx
            .load(AddressesOf(self.row.id))
            .await?
            .unwrap_or_default())
    }
}

/// An address of a book as the contract shows it.
pub(super) fn shown(address: CustomerAddress) -> MailingAddress {
    MailingAddress {
        id: address_id(address.id),
        address: address.address,
    }
}

/// The id of an address in a book.
pub(super) fn address_id(id: Id<id::MailingAddress>) -> ID {
    ID(format!("{}?model_name=CustomerAddress", id.gid()))
}

#[Object(cache_control(private))]
impl Customer {
    /// Whether advertising is welcome.
    async fn accepts_marketing(&self) -> bool {
        self.is_oneself && self.row.accepts_marketing
    }

    /// The customer's addresses.
    async fn addresses(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those behind this cursor.")] after: Option<String>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
        #[graphql(desc = "So many from the beginning.")] first: Option<i32>,
        #[graphql(desc = "So many from the end.")] last: Option<i32>,
        #[graphql(desc = "The other way round.", default_with = "Some(false)")] reverse: Option<
            bool,
        >,
    ) -> Result<Connection<MailingAddress>> {
        let window = window(first, after.as_deref(), last, before.as_deref())?;
        let mut rows = self.book(ctx).await?.to_vec();
        let sign = if reverse.unwrap_or(false) {
            rows.reverse();
            -1
        } else {
            1
        };
        let place = move |row: &CustomerAddress| sign * row.id.value;
        let page: Slice<CustomerAddress> = window.cut_whole(rows, place);
        Ok(Connection::new(page, |row| Cursor::at(place(row)), shown))
    }

    /// A picture of the customer; none is kept.
    async fn avatar_url(&self) -> Option<&str> {
        None
    }

    /// When the account was made.
    async fn created_at(&self) -> DateTime {
        self.row.created_at.into()
    }

    /// The address that is used unless another is chosen.
    async fn default_address(&self, ctx: &Context<'_>) -> Option<Result<MailingAddress>> {
        let id = self.row.default_address?;
        let book = match self.book(ctx).await {
            Ok(book) => book,
            Err(error) => return Some(Err(error)),
        };
        let found = book.iter().find(|address| address.id == id);
        found.cloned().map(shown).map(Ok)
    }

    /// How the customer is called: the name, else the e-mail address.
    async fn display_name(&self) -> String {
        self.row.display_name()
    }

    /// The e-mail address.
    async fn email(&self) -> Option<&str> {
        Some(&self.row.email)
    }

    /// The first name.
    async fn first_name(&self) -> Option<&str> {
        self.row.first_name.as_deref()
    }

    /// Names the customer.
    async fn id(&self) -> ID {
        ids::id(self.row.id)
    }

    /// The last name.
    async fn last_name(&self) -> Option<&str> {
        self.row.last_name.as_deref()
    }

    /// A field that the merchant added.
    pub async fn metafield(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its namespace.")] namespace: Option<String>,
        #[graphql(desc = "Its name within the namespace.")] key: String,
    ) -> Result<Option<Metafield>> {
        if !self.is_oneself {
            return Ok(None);
        }
        held(ctx, Holder::Customer(self.clone()), namespace, key).await
    }

    /// Fields that the merchant added, null where there is none.
    pub async fn metafields(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which ones, 250 at most.")] identifiers: Vec<HasMetafieldsIdentifier>,
    ) -> Result<Metafields> {
        if !self.is_oneself {
            return Ok(none_of(&identifiers));
        }
        all_held(ctx, Holder::Customer(self.clone()), identifiers).await
    }

    /// How many orders the customer made.
    async fn number_of_orders(&self, ctx: &Context<'_>) -> Result<UnsignedInt64> {
        if !self.is_oneself {
            return Ok(UnsignedInt64(0));
        }
        let count = ctx.load(NumberOfOrders(self.row.id)).await?;
        Ok(UnsignedInt64(count.unwrap_or(0)))
    }

    /// The customer's orders.
    async fn orders(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those behind this cursor.")] after: Option<String>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
        #[graphql(desc = "So many from the beginning.")] first: Option<i32>,
        #[graphql(desc = "So many from the end.")] last: Option<i32>,
        #[graphql(desc = "Only these: `processed_at:>2026-01-01`, or a number.")] query: Option<
            String,
        >,
        #[graphql(desc = "The other way round.", default_with = "Some(false)")] reverse: Option<
            bool,
        >,
        #[graphql(
            desc = "What they are sorted by.",
            default_with = "Some(OrderSortKeys::Id)"
        )]
        sort_key: Option<OrderSortKeys>,
    ) -> Result<OrderConnection> {
        let listing = OrderListing {
            customer: self.row.id,
            condition: query.and_then(|query| search::orders::condition(&query)),
            sort: sort_key.unwrap_or(OrderSortKeys::Id).into(),
            reverse: reverse.unwrap_or(false),
            window: window(first, after.as_deref(), last, before.as_deref())?,
        };
        if !self.is_oneself {
            let none = Slice::<(Cursor, of_customer::CustomerOrder)>::default();
            let count = OrderCount(None);
            return Ok(Connection::with(
                none,
                |(at, _)| at.clone(),
                Order::shown,
                count,
            ));
        }
        let mut conn = ctx.shop().db.primary().await?;
        let page = match of_customer::listing(&mut conn, &listing).await {
            Ok(page) => page,
            Err(Failure::Refused(refusal)) => return Err(invalid_argument(refusal)),
            Err(Failure::Broken(fault)) => return Err(fault.into()),
        };
        let count = OrderCount(Some(listing));
        Ok(Connection::with(
            page,
            |(at, _)| at.clone(),
            Order::shown,
            count,
        ))
    }

    /// The telephone number.
    async fn phone(&self) -> Option<&str> {
        self.row.phone.as_deref().filter(|_| self.is_oneself)
    }

    /// The site that the customer signs in by; none but ours.
    async fn social_login_provider(&self) -> Option<SocialLoginProvider> {
        None
    }

    /// What the merchant calls the customer by.
    async fn tags(&self) -> &[String] {
        if self.is_oneself { &self.row.tags } else { &[] }
    }

    /// When the account last changed.
    async fn updated_at(&self) -> DateTime {
        self.row.updated_at.into()
    }
}

/// What a customer's orders are sorted by.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderSortKeys {
    /// Their ids.
    Id,
    /// When they were placed.
    ProcessedAt,
    /// How well they fit the query; all that fit, fit alike.
    Relevance,
    /// What they cost.
    TotalPrice,
}

impl From<OrderSortKeys> for OrderSort {
    fn from(key: OrderSortKeys) -> Self {
        match key {
            OrderSortKeys::Id | OrderSortKeys::Relevance => Self::Id,
            OrderSortKeys::ProcessedAt => Self::ProcessedAt,
            OrderSortKeys::TotalPrice => Self::TotalPrice,
        }
    }
}
