//! Changing accounts: each field reads its input, calls one command and shows what came of it.

use async_graphql::{Context, ID, Object, Result};
use commerce::customer::{AccessToken, Code, Link, LinkKind, Refusal, Refusals, commands};
use commerce::kernel::{Failure, Outcome, Secret};

use super::inputs::{
    CustomerAccessTokenCreateInput, CustomerActivateInput, CustomerCreateInput, CustomerResetInput,
    CustomerUpdateInput,
};
use super::node::{Customer, address_id, shown};
use super::payload::*;
use super::user_error::CustomerUserError;
use crate::context::ContextExt;
use crate::ids;
use crate::scalars::Url;
use crate::storefront::address::MailingAddressInput;

type Done<T> = Option<Result<T>>;

/// A customer, a token to go on with, and refusals.
type SignedIn = (
    Option<Customer>,
    Option<CustomerAccessToken>,
    Vec<CustomerUserError>,
);

/// Sets a password by a link that could be read.
async fn set_password(
    ctx: &Context<'_>,
    link: Option<Link>,
    password: &str,
    field: &[&str],
) -> Result<SignedIn> {
    let outcome = match link {
        Some(link) => {
            let (shop, caller) = (ctx.shop(), &ctx.session().caller);
            commands::set_by_link(shop, caller, &link, password, field).await
        }
        None => {
            let message = "the link is not one of our mails";
            let refusal = Refusal::new(Code::TokenInvalid, &[], message);
            Err(Failure::Refused(vec![refusal]))
        }
    };
    signed_in(ctx, outcome)
}

fn signed_in(
    ctx: &Context<'_>,
    outcome: Outcome<(commerce::customer::Customer, Option<AccessToken>), Refusals>,
) -> Result<SignedIn> {
    ctx.session().loaders.forget();
    let (done, errors) = settle(outcome)?;
    let (customer, token) = done.unzip();
    let token = token.flatten().map(CustomerAccessToken::from);
    Ok((customer.map(Customer::oneself), token, errors))
}

fn link(kind: LinkKind, id: &ID, token: String) -> Option<Link> {
    Some(Link {
        kind,
        customer: ids::read(id)?,
        token: Secret::new(token),
    })
}

/// Changes accounts.
#[derive(Default)]
pub struct CustomerMutation;

#[Object]
impl CustomerMutation {
    /// Makes an account.
    async fn customer_create(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What it starts with.")] input: CustomerCreateInput,
    ) -> Done<CustomerCreatePayload> {
        let caller = &ctx.session().caller;
        let outcome = commands::register(ctx.shop(), caller, &input.read()).await;
        let payload = settle(outcome).map(|(customer, errors)| {
            CustomerCreatePayload::new(customer.map(Customer::oneself), errors)
        });
        Some(payload)
    }

    /// Signs in: a token for an e-mail address and a password.
    async fn customer_access_token_create(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Address and password.")] input: CustomerAccessTokenCreateInput,
    ) -> Done<CustomerAccessTokenCreatePayload> {
        let caller = &ctx.session().caller;
        let made = commands::create_token(ctx.shop(), caller, &input.email, &input.password).await;
        let payload = settle(made).map(|(token, errors)| {
            CustomerAccessTokenCreatePayload::new(token.map(CustomerAccessToken::from), errors)
        });
        Some(payload)
    }

    /// Signs in by another site; this shop trusts none, so it is always refused.
    async fn customer_access_token_create_with_multipass(
        &self,
        #[graphql(desc = "The other site's token.")] multipass_token: String,
    ) -> Option<CustomerAccessTokenCreateWithMultipassPayload> {
        let _none_is_good = multipass_token;
        let message = "this shop does not sign customers in by another site";
        let refusal = Refusal::new(Code::InvalidMultipassRequest, &["multipassToken"], message);
        Some(CustomerAccessTokenCreateWithMultipassPayload {
            customer_access_token: None,
            customer_user_errors: vec![refusal.into()],
        })
    }

    /// Counts a token's thirty days anew.
    async fn customer_access_token_renew(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The token.")] customer_access_token: String,
    ) -> Done<CustomerAccessTokenRenewPayload> {
        let renewed = commands::renew_token(ctx.shop(), &customer_access_token).await;
        Some(
            settle(renewed).map(|(token, errors)| CustomerAccessTokenRenewPayload {
                customer_access_token: token.map(CustomerAccessToken::from),
                user_errors: older(&errors),
            }),
        )
    }

    /// Signs out: deletes a token.
    async fn customer_access_token_delete(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The token.")] customer_access_token: String,
    ) -> Done<CustomerAccessTokenDeletePayload> {
        let deleted = commands::delete_token(ctx.shop(), &customer_access_token).await;
        ctx.session().loaders.forget();
        Some(settle(deleted).map(|(done, errors)| {
            let gone = done.map(|()| customer_access_token);
            CustomerAccessTokenDeletePayload {
                deleted_customer_access_token_id: gone.clone(),
                deleted_access_token: gone,
                user_errors: older(&errors),
            }
        }))
    }

    /// Takes an account into use, by the token in the mail's link.
    async fn customer_activate(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The customer's id.")] id: ID,
        #[graphql(desc = "The token and the password to be.")] input: CustomerActivateInput,
    ) -> Done<CustomerActivatePayload> {
        let link = link(LinkKind::Activate, &id, input.activation_token);
        let field = ["input", "password"];
        let set = set_password(ctx, link, &input.password, &field).await;
        Some(
            set.map(|(customer, token, errors)| {
                CustomerActivatePayload::new(customer, token, errors)
            }),
        )
    }

    /// Takes an account into use, by the mail's link.
    async fn customer_activate_by_url(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The link.")] activation_url: Url,
        #[graphql(desc = "The password to be.")] password: String,
    ) -> Done<CustomerActivateByUrlPayload> {
        let link = Link::parse(LinkKind::Activate, &activation_url.0);
        let set = set_password(ctx, link, &password, &["password"]).await;
        Some(
            set.map(|(customer, customer_access_token, customer_user_errors)| {
                CustomerActivateByUrlPayload {
                    customer,
                    customer_access_token,
                    customer_user_errors,
                }
            }),
        )
    }

    /// Has a mail sent with a link for a new password. The answer is the same for every address.
    async fn customer_recover(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The customer's e-mail address.")] email: String,
    ) -> Done<CustomerRecoverPayload> {
        let caller = &ctx.session().caller;
        let asked = commands::recover(ctx.shop(), caller, &email).await;
        Some(settle(asked).map(|(_done, errors)| CustomerRecoverPayload::new(errors)))
    }

    /// Chooses a new password, by the token in the mail's link.
    async fn customer_reset(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The customer's id.")] id: ID,
        #[graphql(desc = "The token and the password to be.")] input: CustomerResetInput,
    ) -> Done<CustomerResetPayload> {
        let link = link(LinkKind::Reset, &id, input.reset_token);
        let field = ["input", "password"];
        let set = set_password(ctx, link, &input.password, &field).await;
        Some(
            set.map(|(customer, token, errors)| CustomerResetPayload::new(customer, token, errors)),
        )
    }

    /// Chooses a new password, by the mail's link.
    async fn customer_reset_by_url(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The password to be.")] password: String,
        #[graphql(desc = "The link.")] reset_url: Url,
    ) -> Done<CustomerResetByUrlPayload> {
        let link = Link::parse(LinkKind::Reset, &reset_url.0);
        let set = set_password(ctx, link, &password, &["password"]).await;
        Some(set.map(|(customer, token, errors)| {
            CustomerResetByUrlPayload::new(customer, token, errors)
        }))
    }

    /// Changes an account; what is not given stays, null forgets.
    async fn customer_update(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The changes.")] customer: CustomerUpdateInput,
        #[graphql(desc = "Names the customer.")] customer_access_token: String,
    ) -> Done<CustomerUpdatePayload> {
        let caller = &ctx.session().caller;
        let edit = customer.read();
        let outcome = commands::update(ctx.shop(), caller, &customer_access_token, &edit).await;
        Some(
            signed_in(ctx, outcome).map(|(customer, token, errors)| {
                CustomerUpdatePayload::new(customer, token, errors)
            }),
        )
    }

    /// Adds an address; the first one becomes the default.
    async fn customer_address_create(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The address.")] address: MailingAddressInput,
        #[graphql(desc = "Names the customer.")] customer_access_token: String,
    ) -> Done<CustomerAddressCreatePayload> {
        let (caller, address) = (&ctx.session().caller, address.into());
        let added = commands::add_address(ctx.shop(), caller, &customer_access_token, &address);
        let added = settle(added.await);
        ctx.session().loaders.forget();
        Some(
            added.map(|(address, errors)| {
                CustomerAddressCreatePayload::new(address.map(shown), errors)
            }),
        )
    }

    /// Changes an address; what is not given stays.
    async fn customer_address_update(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The changes.")] address: MailingAddressInput,
        #[graphql(desc = "Names the customer.")] customer_access_token: String,
        #[graphql(desc = "The address's id.")] id: ID,
    ) -> Done<CustomerAddressUpdatePayload> {
        let (caller, address) = (&ctx.session().caller, address.into());
        let (token, id) = (&customer_access_token, ids::read(&id));
        let edited = commands::edit_address(ctx.shop(), caller, token, id, &address).await;
        ctx.session().loaders.forget();
        Some(
            settle(edited).map(|(address, errors)| {
                CustomerAddressUpdatePayload::new(address.map(shown), errors)
            }),
        )
    }

    /// Deletes an address.
    async fn customer_address_delete(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Names the customer.")] customer_access_token: String,
        #[graphql(desc = "The address's id.")] id: ID,
    ) -> Done<CustomerAddressDeletePayload> {
        let (caller, address) = (&ctx.session().caller, ids::read(&id));
        let token = &customer_access_token;
        let deleted = commands::delete_address(ctx.shop(), caller, token, address).await;
        ctx.session().loaders.forget();
        let gone = address.map(|id| address_id(id).0);
        Some(
            settle(deleted)
                .map(|(done, errors)| CustomerAddressDeletePayload::new(done.and(gone), errors)),
        )
    }

    /// Chooses the default address.
    async fn customer_default_address_update(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The address's id.")] address_id: ID,
        #[graphql(desc = "Names the customer.")] customer_access_token: String,
    ) -> Done<CustomerDefaultAddressUpdatePayload> {
        let (caller, address) = (&ctx.session().caller, ids::read(&address_id));
        let token = &customer_access_token;
        let set = commands::set_default_address(ctx.shop(), caller, token, address).await;
        ctx.session().loaders.forget();
        Some(settle(set).map(|(customer, errors)| {
            let customer = customer.map(Customer::oneself);
            CustomerDefaultAddressUpdatePayload::new(customer, errors)
        }))
    }
}
