//! Who asks, as far as the gate goes: whose bucket, and how large it is.

use std::net::{IpAddr, Ipv4Addr};

use commerce::Shop;
use commerce::access::{AccessToken, TokenKind};
use commerce::identity;
use commerce::kernel::Secret;
use poem::Request;
use poem::http::StatusCode;

use super::Gateway;
use super::decode::{BEARER, Refusal};
use super::gate::Budget;
use crate::auth;
use crate::middleware::ClientIp;

/// The public token, which stands in the storefront's own script.
pub(super) const PUBLIC: &str = "x-shopify-storefront-access-token";
/// The private token, which a server keeps to itself.
pub(super) const PRIVATE: &str = "shopify-storefront-private-token";
/// The buyer on whose behalf a server asks; believed beside a private token only.
pub(super) const BUYER: &str = "shopify-storefront-buyer-ip";

/// What is done about storefront access tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenRule {
    /// A request without a token is answered, at a budget of its own; one with an unknown token is
    /// not.
    Optional,
    /// Only requests with a token are answered.
    Required,
    /// Nobody looks at tokens, and everybody has the budget of a token.
    Ignored,
}

/// What callers may spend, and how they are known.
#[derive(Clone, Copy, Debug)]
pub struct Budgets {
    /// Whether tokens are looked at.
    pub rule: TokenRule,
    /// The budget of a caller with a token; the token may have one of its own.
    pub token: Budget,
    /// The budget of a caller without.
    pub tokenless: Budget,
}

/// Whoever asks.
#[derive(Clone, Debug)]
pub(super) struct Caller {
    /// Who it is, for the resolvers.
    pub(super) who: identity::Caller,
    /// Names the bucket.
    pub(super) key: String,
    /// Names the bucket of where a customer is, which pays as well: many accounts in one place have no more
    /// than one.
    pub(super) place: Option<String>,
    /// How large it is.
    pub(super) budget: Budget,
}

/// Whose bucket a storefront's token opens.
struct Purse {
    key: String,
    budget: Budget,
    /// Where the buyer is.
    client: ClientIp,
}

impl Caller {
    /// Names the client, whoever pays.
    pub(super) fn client(&self) -> String {
        self.who.network.to_string()
    }

    /// Finds out who asks, or says why nothing is answered. A customer has a bucket of their own, wherever
    /// they are, and draws on that of the place as well.
    pub(super) async fn of(
        request: &Request,
        gateway: &Gateway,
        shop: &Shop,
    ) -> Result<Self, Refusal> {
        let mut who = auth::caller(request, shop).map_err(|_| {
            let what = "the bearer token is not valid; refresh it, or leave it out";
            unauthorized(what.to_owned()).challenging(BEARER)
        })?;
        let purse = Purse::of(request, gateway, shop).await?;
        who.network = purse.client.network();
        let (key, place) = match who.customer() {
            Some(customer) => (format!("customer:{}", customer.value), Some(purse.key)),
            None => (purse.key, None),
        };
        Ok(Self {
            who,
            key,
            place,
            budget: purse.budget,
        })
    }
}

impl Purse {
    async fn of(request: &Request, gateway: &Gateway, shop: &Shop) -> Result<Self, Refusal> {
        let budgets = gateway.budgets;
        let here = request.data::<ClientIp>().copied();
        let here = here.unwrap_or(ClientIp(IpAddr::V4(Ipv4Addr::LOCALHOST)));
        if budgets.rule == TokenRule::Ignored {
            let key = format!("address:{}", here.network());
            return Ok(Self {
                key,
                budget: budgets.token,
                client: here,
            });
        }
        let given = match (header(request, PRIVATE)?, header(request, PUBLIC)?) {
            (Some(private), _) => Some((TokenKind::Private, private)),
            (None, Some(public)) => Some((TokenKind::Public, public)),
            (None, None) => None,
        };
        let Some((kind, text)) = given else {
            if budgets.rule == TokenRule::Required {
                return Err(unauthorized(format!(
                    "send a storefront access token as `{PUBLIC}`"
                )));
            }
            let key = format!("address:{}", here.network());
            return Ok(Self {
                key,
                budget: budgets.tokenless,
                client: here,
            });
        };
        let found = gateway.tokens.find(shop, &Secret::new(text)).await;
        let found = found.map_err(|fault| {
            tracing::error!(
                error = fault.chain(),
                "an access token could not be looked up"
            );
            let what = "the access token could not be checked; try again";
            Refusal::new(StatusCode::SERVICE_UNAVAILABLE, what)
        })?;
        let Some(token) = found.filter(|token| token.kind == kind) else {
            let name = if kind == TokenKind::Private {
                PRIVATE
            } else {
                PUBLIC
            };
            let what = format!("the storefront access token in `{name}` is not known, or revoked");
            return Err(unauthorized(what));
        };
        let (kind, client) = match kind {
            TokenKind::Private => ("private", buyer(request)?.unwrap_or(here)),
            TokenKind::Public => ("public", here),
        };
        Ok(Self {
            key: format!("{kind}:{}:{}", token.id, client.network()),
            budget: budget_of(&token, budgets.token),
            client,
        })
    }
}

/// The buyer that a server names.
fn buyer(request: &Request) -> Result<Option<ClientIp>, Refusal> {
    let Some(text) = header(request, BUYER)? else {
        return Ok(None);
    };
    let address = text.trim().parse::<IpAddr>().map_err(|_| {
        let what = format!("`{BUYER}` must be the buyer's address, such as 203.0.113.7");
        Refusal::new(StatusCode::BAD_REQUEST, what)
    })?;
    Ok(Some(ClientIp(address.to_canonical())))
}

fn budget_of(token: &AccessToken, usual: Budget) -> Budget {
    let own = token.budget;
    Budget {
        bucket: own.bucket.unwrap_or(usual.bucket),
        per_second: own.per_second.unwrap_or(usual.per_second),
        maximum: own.maximum.unwrap_or(usual.maximum),
    }
}

fn header<'r>(request: &'r Request, name: &str) -> Result<Option<&'r str>, Refusal> {
    let Some(value) = request.headers().get(name) else {
        return Ok(None);
    };
    let text = value.to_str().map(str::trim).map_err(|_| {
        Refusal::new(
            StatusCode::BAD_REQUEST,
            format!("`{name}` must be plain ASCII"),
        )
    })?;
    Ok((!text.is_empty()).then_some(text))
}

fn unauthorized(what: String) -> Refusal {
    Refusal::coded(StatusCode::UNAUTHORIZED, "UNAUTHORIZED", what)
}
