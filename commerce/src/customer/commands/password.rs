//! Passwords that are set by a link in a mail.

use crate::Shop;
use crate::customer::notices::{self, NoticeKind};
use crate::customer::{
    AccessToken, Code, Customer, Link, LinkKind, Refusal, Refusals, links, rules, store, tokens,
};
use crate::db::Conn;
use crate::identity::Caller;
use crate::kernel::{Failure, Outcome};
use crate::order::carried;

/// Has a mail sent with a link for a new password, if the address has an account.
///
/// # Errors
/// For a text that is no address, and after too many requests from one network; never for an
/// address that nobody has.
pub async fn recover(shop: &Shop, caller: &Caller, email: &str) -> Outcome<(), Refusals> {
    let now = shop.clock.now();
    let mut refusals = Vec::new();
    let email = rules::email(email, &["email"], &mut refusals);
    rules::settled(refusals).map_err(Failure::Refused)?;
    let admitted = shop.guard.admit_recovery(caller.network, now).await;
    admitted.map_err(super::too_often)?;
    super::admit_mail(caller)?;
    let may_mail = shop.guard.may_mail(&email, now).await;
    shop.db
        .write(async |conn: &mut Conn| {
            let known = store::credentials(conn, &email).await?;
            let known = known.filter(|known| may_mail && known.state != "disabled");
            let kind = match &known {
                Some(known) if known.state == "invited" => NoticeKind::Activate,
                _ => NoticeKind::Recover,
            };
            let to = known.as_ref().map(|known| (known.id, known.email.as_str()));
            notices::add(conn, kind, to, caller.tongue, now).await?;
            Ok(())
        })
        .await
}

/// Sets the password by a link, and signs the customer in. The link, and all that was signed in
/// before, end.
///
/// `field` is where the password stands in the caller's input.
///
/// # Errors
/// The reasons for refusing; then the link is as good as before.
pub async fn set_by_link(
    shop: &Shop,
    caller: &Caller,
    link: &Link,
    password: &str,
    field: &[&str],
) -> Outcome<(Customer, Option<AccessToken>), Refusals> {
    let now = shop.clock.now();
    let mut refusals = Vec::new();
    rules::password(password, field, &mut refusals);
    rules::settled(refusals).map_err(Failure::Refused)?;
    if link.kind == LinkKind::Email {
        return Err(Failure::Refused(invalid(link.kind)));
    }
    let version = {
        let mut conn = shop.db.primary().await?;
        links::version(&mut conn, link, now).await?
    };
    // Without a good link no hash is computed.
    let version = version.ok_or_else(|| Failure::Refused(invalid(link.kind)))?;
    let admitted = shop.guard.admit_change(link.customer, now).await;
    admitted.map_err(super::too_often)?;
    super::admit_mail(caller)?;
    let hash = shop.guard.hasher.hash(password).await?;
    let set = shop
        .db
        .write(async |conn: &mut Conn| {
            if !links::consume(conn, link, now).await? {
                return Err(Failure::Refused(invalid(link.kind)));
            }
            let set = store::set_password(conn, (link.customer, version), &hash, now).await?;
            let (customer, version) = set.ok_or_else(|| Failure::Refused(invalid(link.kind)))?;
            let token = tokens::issue(conn, (customer.id, version), now).await?;
            // Whoever has the link has the address that it was sent to.
            carried::adopt(conn, customer.id, &customer.email).await?;
            let kind = match link.kind {
                LinkKind::Activate => NoticeKind::Welcome,
                LinkKind::Reset | LinkKind::Email => NoticeKind::PasswordChanged,
            };
            let to = Some((customer.id, customer.email.as_str()));
            notices::add(conn, kind, to, caller.tongue, now).await?;
            Ok((customer, token))
        })
        .await?;
    shop.guard.forgive(&set.0.email, caller.network).await;
    Ok(set)
}

/// The link is unknown, used, too old, or somebody else's: all the same to a caller.
pub(super) fn invalid(kind: LinkKind) -> Refusals {
    let message = match kind {
        LinkKind::Activate => "the activation link is not valid any more; ask for a new one",
        LinkKind::Reset => "the link for a new password is not valid any more; ask for a new one",
        LinkKind::Email => {
            "the link for a new e-mail address is not valid any more; ask for a new one"
        }
    };
    vec![Refusal::new(Code::TokenInvalid, &[], message)]
}
