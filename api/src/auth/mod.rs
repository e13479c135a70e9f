//! Signing in without GraphQL: sessions for browsers and apps, and who comes with a bearer token.
//!
//! A bearer token lives a quarter of an hour and goes into `Authorization`. The refresh token that
//! brings the next one works once. A browser keeps it in a cookie that scripts cannot read and that is
//! sent to this host alone; everybody else is given it in the body. There is no OAuth password grant
//! here (RFC 9700 forbids it): these endpoints are the shop's own.

mod cookie;
mod keys;
mod routes;

pub(crate) use cookie::is_from_ourselves;
pub(crate) use routes::routes;

use std::net::{IpAddr, Ipv4Addr};

use commerce::Shop;
use commerce::identity::Caller;
use commerce::identity::bearer::Authority;
use commerce::kernel::Secret;
use poem::Request;
use poem::http::header;

pub use keys::Signing;

use crate::middleware::ClientIp;

/// The request has a bearer token that is not good.
#[derive(Debug)]
pub(crate) struct BadBearer;

/// Who sends a request.
///
/// # Errors
/// [`BadBearer`] for a bearer token that is forged, too old or not meant for us. Without one, or with
/// credentials of another kind, the caller is anonymous.
pub(crate) fn caller(request: &Request, shop: &Shop) -> Result<Caller, BadBearer> {
    let network = request
        .data::<ClientIp>()
        .map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |ip| ip.network());
    let mut given = request.headers().get_all(header::AUTHORIZATION).iter();
    let (Some(value), None) = (given.next(), given.next()) else {
        // None, or several of which one would have to be chosen.
        return match request.headers().contains_key(header::AUTHORIZATION) {
            false => Ok(Caller::anonymous(network)),
            true => Err(BadBearer),
        };
    };
    let text = value.to_str().map_err(|_| BadBearer)?;
    let token = match text.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => token.trim(),
        _ if text.trim().eq_ignore_ascii_case("bearer") => return Err(BadBearer),
        _ => return Ok(Caller::anonymous(network)),
    };
    let authority = request.data::<Authority>().ok_or(BadBearer)?;
    let bearer = authority.check(token, shop.clock.now()).ok_or(BadBearer)?;
    Ok(Caller::with_bearer(network, bearer, Secret::new(token)))
}
