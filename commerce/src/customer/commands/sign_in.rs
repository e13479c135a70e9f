//! Signing in and out.

use crate::Shop;
use crate::customer::sessions::{self, End};
use crate::customer::store::{self, Credentials};
use crate::customer::{
    AccessToken, Code, Refreshed, Refusal, Refusals, SessionTokens, rules, tokens,
};
use crate::db::Conn;
use crate::identity::{Caller, Match};
use crate::kernel::id::Customer;
use crate::kernel::{Failure, Fault, Id, Outcome, Secret};

/// A customer who has just proved the password of this version.
pub(super) type Proved = (Id<Customer>, i32);

/// The contract's token for an e-mail address and a password.
///
/// # Errors
/// The same refusal, after the same time, for a wrong password and an unknown address.
pub async fn create_token(
    shop: &Shop,
    caller: &Caller,
    email: &str,
    password: &str,
) -> Outcome<AccessToken, Refusals> {
    let proved = prove(shop, caller, email, password).await?;
    let now = shop.clock.now();
    let mut conn = shop.db.primary().await?;
    let token = tokens::issue(&mut conn, proved, now).await?;
    token.ok_or_else(|| Failure::Refused(Refusal::unidentified()))
}

/// Counts a good token's time anew.
///
/// # Errors
/// [`Refusal::no_customer`] for a token that is not good.
pub async fn renew_token(shop: &Shop, token: &str) -> Outcome<AccessToken, Refusals> {
    let mut conn = shop.db.primary().await?;
    match tokens::renew(&mut conn, token, shop.clock.now()).await? {
        Some(expires_at) => Ok(AccessToken {
            token: Secret::new(token),
            expires_at,
        }),
        None => Err(Failure::Refused(Refusal::no_customer())),
    }
}

/// Deletes a token.
///
/// # Errors
/// [`Refusal::no_customer`] for a token that is not good.
pub async fn delete_token(shop: &Shop, token: &str) -> Outcome<(), Refusals> {
    let mut conn = shop.db.primary().await?;
    if tokens::delete(&mut conn, token, shop.clock.now()).await? {
        Ok(())
    } else {
        Err(Failure::Refused(Refusal::no_customer()))
    }
}

/// Begins a session for an e-mail address and a password.
///
/// # Errors
/// As [`create_token`].
pub async fn begin_session(
    shop: &Shop,
    caller: &Caller,
    email: &str,
    password: &str,
) -> Outcome<SessionTokens, Refusals> {
    let proved = prove(shop, caller, email, password).await?;
    let now = shop.clock.now();
    let begun = shop
        .db
        .write(async |conn: &mut Conn| {
            let session = sessions::begin(conn, proved, now).await?;
            session.ok_or_else(|| Failure::Refused(Refusal::unidentified()))
        })
        .await?;
    Ok(begun)
}

/// Takes a refresh token for the next one; ends the session of one that was used before.
///
/// # Errors
/// A [`Fault`] when a statement fails; then the token is as good as before.
pub async fn refresh_session(shop: &Shop, token: &Secret) -> Result<Refreshed, Fault> {
    let now = shop.clock.now();
    let refreshed: Outcome<Refreshed, std::convert::Infallible> = shop
        .db
        .write(async |conn: &mut Conn| Ok(sessions::refresh(conn, token, now).await?))
        .await;
    refreshed.map_err(Failure::fault)
}

/// What ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// This session.
    Session,
    /// Every session and every access token of the customer.
    Everything,
}

/// Ends a session, known by any refresh token it had or by the caller's bearer token; or all that
/// the customer has, where the session lives and its token is the latest. Nothing tells whether there was one.
///
/// # Errors
/// A [`Fault`] when a statement fails.
pub async fn end_session(
    shop: &Shop,
    caller: &Caller,
    token: Option<&Secret>,
    what: Ended,
) -> Result<(), Fault> {
    let now = shop.clock.now();
    let ended: Outcome<(), std::convert::Infallible> = shop
        .db
        .write(async |conn: &mut Conn| {
            let known = match token {
                Some(token) => sessions::of_token(conn, token, now).await?,
                None => None,
            };
            // Tokens of a session that has ended, or that was refreshed since, must not sign others out.
            let known = match (known, caller.bearer()) {
                (Some(known), _) => Some(known),
                (None, Some(bearer)) => sessions::customer(conn, bearer, now)
                    .await?
                    .map(|customer| (bearer.session, Some(customer.id))),
                (None, None) => None,
            };
            match known {
                Some((_, Some(customer))) if what == Ended::Everything => {
                    sessions::end_all(conn, customer, now).await?;
                    tokens::delete_all(conn, customer).await?;
                }
                Some((session, _)) => sessions::end(conn, session, End::SignOut, now).await?,
                None => {}
            }
            Ok(())
        })
        .await;
    ended.map_err(Failure::fault)
}

/// Whether somebody knows the password of an account. Takes the same steps, and so the same time,
/// for an address that nobody has.
async fn prove(
    shop: &Shop,
    caller: &Caller,
    email: &str,
    password: &str,
) -> Outcome<Proved, Refusals> {
    let now = shop.clock.now();
    let guard = &shop.guard;
    let email = &rules::found_by(email);
    let tried = guard.admit_sign_in(email, caller.network, now).await;
    let tried = tried.map_err(super::too_often)?;
    let known = {
        let mut conn = shop.db.primary().await?;
        store::credentials(&mut conn, email).await?
    };
    let stored = known
        .as_ref()
        .and_then(|known| known.password_hash.as_deref());
    // What is too long to be a password is not worth the work, whoever it is for.
    let given = if rules::is_plausible(password) {
        password
    } else {
        ""
    };
    let found = guard.hasher.compare(given, stored).await?;
    let known = match (known, found) {
        (Some(known), Match::Right | Match::Outdated) => known,
        _ => return Err(Failure::Refused(Refusal::unidentified())),
    };
    guard.succeeded(&tried, now).await;
    if known.state != "enabled" {
        let message = "the account is disabled";
        let refusal = Refusal::new(Code::CustomerDisabled, &[], message);
        return Err(Failure::Refused(vec![refusal]));
    }
    if found == Match::Outdated {
        rehash(shop, &known, password).await?;
    }
    Ok((known.id, known.password_version))
}

async fn rehash(shop: &Shop, known: &Credentials, password: &str) -> Result<(), Fault> {
    let hash = shop.guard.hasher.hash(password).await?;
    store::rehash(&mut *shop.db.primary().await?, known, &hash).await
}
