//! Another e-mail address for an account: asked for by its customer, confirmed by a link that is mailed to it.

use chrono::{DateTime, Utc};

use super::password::invalid;
use crate::Shop;
use crate::customer::notices::{self, NoticeKind};
use crate::customer::store::{self, Patch};
use crate::customer::{Code, Customer, Link, Refusal, Refusals, links, rules};
use crate::db::{self, Conn, violated_constraint};
use crate::identity::Caller;
use crate::kernel::{Failure, Fault, Outcome};
use crate::order::carried;

/// An address that an account does not have yet.
pub(super) struct NewEmail {
    /// The address.
    pub(super) email: String,
    /// Whether it may be written to.
    pub(super) may_mail: bool,
}

/// Whether an address would be another one for the account. Where an answer may tell so, a taken one is refused.
pub(super) async fn is_another(
    shop: &Shop,
    conn: &mut Conn,
    customer: &Customer,
    email: &str,
) -> Outcome<bool, Refusals> {
    match store::credentials(conn, email).await? {
        Some(known) if known.id == customer.id => Ok(false),
        Some(_) if !shop.settings.accounts.is_confirmed => {
            Err(Failure::Refused(taken(&["customer", "email"])))
        }
        _ => Ok(true),
    }
}

/// Has the link mailed. An address that has an account is not written to, at the same cost.
pub(super) async fn ask(
    shop: &Shop,
    conn: &mut Conn,
    (customer, new): (&Customer, &NewEmail),
    caller: &Caller,
    now: DateTime<Utc>,
) -> Outcome<(), Refusals> {
    is_another(shop, conn, customer, &new.email).await?;
    links::delete_emails(conn, customer.id).await?;
    let is_free = store::credentials(conn, &new.email).await?.is_none();
    let to = (is_free && new.may_mail).then_some((customer.id, new.email.as_str()));
    notices::add(conn, NoticeKind::ConfirmEmail, to, caller.tongue, now).await?;
    Ok(())
}

/// Makes the address to which a link was mailed the account's. Links that were mailed before end with it.
///
/// # Errors
/// The reasons for refusing; then nothing was changed.
pub async fn confirm_email(
    shop: &Shop,
    caller: &Caller,
    link: &Link,
) -> Outcome<Customer, Refusals> {
    let now = shop.clock.now();
    shop.db
        .write(async |conn: &mut Conn| {
            let gone = || Failure::Refused(invalid(link.kind));
            let version = links::version(conn, link, now).await?;
            version.ok_or_else(gone)?;
            let before = store::lock(conn, link.customer).await?;
            let email = links::consume_email(conn, link, now).await?;
            let email = email.ok_or_else(gone)?;
            let patch = Patch {
                email: Some(email),
                ..Patch::default()
            };
            let after = patched(conn, &before, &patch, now).await?;
            links::delete_all(conn, after.id).await?;
            // Whoever has the link has the address that it was sent to.
            carried::adopt(conn, after.id, &after.email).await?;
            for email in [&before.email, &after.email] {
                let to = Some((after.id, email.as_str()));
                notices::add(conn, NoticeKind::EmailChanged, to, caller.tongue, now).await?;
            }
            Ok(after)
        })
        .await
}

/// Changes columns in a savepoint: the address may belong to another account.
pub(super) async fn patched(
    conn: &mut Conn,
    before: &Customer,
    patch: &Patch,
    now: DateTime<Utc>,
) -> Outcome<Customer, Refusals> {
    let id = before.id;
    let changed: Outcome<Customer, Refusals> =
        db::transaction(conn, async move |conn: &mut Conn| {
            Ok(store::patch(conn, id, patch, now).await?)
        })
        .await;
    changed.map_err(|failure| match failure {
        Failure::Broken(Fault::Database(error))
            if violated_constraint(&error) == Some("customers_email") =>
        {
            Failure::Refused(taken(&["customer", "email"]))
        }
        Failure::Broken(Fault::Database(error))
            if violated_constraint(&error) == Some("customers_phone") =>
        {
            Failure::Refused(rules::phone_taken(&["customer", "phone"]))
        }
        other => other,
    })
}

pub(super) fn taken(field: &[&str]) -> Refusals {
    let message = "this e-mail address has an account; sign in, or ask for a new password";
    vec![Refusal::new(Code::Taken, field, message)]
}
