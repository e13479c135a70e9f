//! Customers: people with an account, seen by themselves alone.

pub mod inputs;
pub mod loads;
pub mod mutation;
pub mod node;
pub mod payload;
pub mod user_error;

pub use mutation::CustomerMutation;
pub use node::Customer;
pub use user_error::CustomerUserError;

use async_graphql::{Context, Object, Result};
use commerce::customer::reads;
use commerce::kernel::{Id, id};

use self::loads::{AddressesOf, CallerKey};
use crate::context::ContextExt;
use crate::storefront::address::MailingAddress;

/// Reads customers.
#[derive(Default)]
pub struct CustomerQuery;

#[Object]
impl CustomerQuery {
    /// The customer whom the token names; null for one that is not good. An empty token means the
    /// bearer token of the request.
    async fn customer(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The token that signing in answered.")] customer_access_token: String,
    ) -> Option<Result<Customer>> {
        find(ctx, Some(&customer_access_token)).await.transpose()
    }
}

/// The customer whom a token names, or the request's bearer token.
pub(super) async fn find(ctx: &Context<'_>, token: Option<&str>) -> Result<Option<Customer>> {
    let session = ctx.session();
    let mut conn = session.shop.db.primary().await?;
    let now = session.shop.clock.now();
    let customer = reads::identify(&mut conn, &session.caller, token, now).await?;
    Ok(customer.map(Customer::oneself))
}

/// The customer whom the request's bearer token names, as long as the session lives; read once in
/// each request.
pub(super) async fn caller(ctx: &Context<'_>) -> Result<Option<Id<id::Customer>>> {
    let Some(bearer) = ctx.session().caller.bearer() else {
        return Ok(None);
    };
    Ok(ctx.load(CallerKey::of(bearer)).await?)
}

/// One address of a customer's book.
pub(super) async fn own_address(
    ctx: &Context<'_>,
    customer: Id<id::Customer>,
    address: Id<id::MailingAddress>,
) -> Result<Option<MailingAddress>> {
    let book = ctx.load(AddressesOf(customer)).await?.unwrap_or_default();
    let found = book.iter().find(|entry| entry.id == address);
    Ok(found.cloned().map(node::shown))
}
