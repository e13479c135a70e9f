//! Making and changing accounts.

use chrono::{DateTime, Utc};

use super::identified;
use crate::Shop;
use crate::customer::notices::{self, NoticeKind};
use crate::customer::store::{self, New, Patch};
use crate::customer::{AccessToken, Code, Customer, Refusal, Refusals, links, rules, tokens};
use crate::db::{self, Conn, violated_constraint};
use crate::identity::Caller;
use crate::kernel::{Failure, Fault, Outcome};

/// What a new account starts with.
#[derive(Clone, Default)]
pub struct NewAccount {
    /// The e-mail address.
    pub email: String,
    /// The password.
    pub password: String,
    /// The first name.
    pub first_name: Option<String>,
    /// The last name.
    pub last_name: Option<String>,
    /// The telephone number.
    pub phone: Option<String>,
    /// Whether advertising is welcome, if it was said.
    pub accepts_marketing: Option<bool>,
}

/// A change to an account; `None` leaves as it is, `Some(None)` forgets.
#[derive(Clone, Default)]
pub struct AccountEdit {
    /// The e-mail address.
    pub email: Option<String>,
    /// The password.
    pub password: Option<String>,
    /// The first name.
    pub first_name: Option<Option<String>>,
    /// The last name.
    pub last_name: Option<Option<String>>,
    /// The telephone number.
    pub phone: Option<Option<String>>,
    /// Whether advertising is welcome.
    pub accepts_marketing: Option<bool>,
}

/// Makes an account.
///
/// Where accounts are confirmed by mail, the answer is the refusal [`Code::CustomerDisabled`] whether
/// or not the address has an account, and a mail says what is true.
///
/// # Errors
/// The reasons for refusing.
pub async fn register(
    shop: &Shop,
    caller: &Caller,
    new: &NewAccount,
) -> Outcome<Customer, Refusals> {
    let now = shop.clock.now();
    let row = checked(new, now).map_err(Failure::Refused)?;
    let admitted = shop.guard.admit_sign_up(caller.network, now).await;
    admitted.map_err(super::too_often)?;
    if shop.settings.accounts.is_confirmed {
        return invite(shop, caller, row, now).await;
    }
    let row = New {
        password_hash: Some(shop.guard.hasher.hash(&new.password).await?),
        ..row
    };
    let made = shop
        .db
        .write(async |conn: &mut Conn| {
            let made = store::insert(conn, &row).await?;
            if let Some(customer) = &made {
                let to = Some((customer.id, customer.email.as_str()));
                notices::add(conn, NoticeKind::Welcome, to, caller.tongue, now).await?;
                return Ok(made);
            }
            let known = store::credentials(conn, &row.email).await?;
            let Some(known) = known.filter(|known| known.state == "invited") else {
                return Err(Failure::Refused(taken(&["input", "email"])));
            };
            let to = Some((known.id, known.email.as_str()));
            notices::add(conn, NoticeKind::Activate, to, caller.tongue, now).await?;
            Ok(None)
        })
        .await?;
    made.ok_or_else(|| Failure::Refused(look_into_your_mail()))
}

/// Makes an account that the mail's link takes into use; the same steps for a known address.
async fn invite(
    shop: &Shop,
    caller: &Caller,
    row: New,
    now: DateTime<Utc>,
) -> Outcome<Customer, Refusals> {
    let row = New {
        state: "invited",
        ..row
    };
    let may_mail = shop.guard.may_mail(&row.email, now).await;
    shop.db
        .write(async |conn: &mut Conn| {
            store::insert(conn, &row).await?;
            let known = store::credentials(conn, &row.email).await?;
            let known = known.filter(|known| may_mail && known.state != "disabled");
            let kind = match &known {
                Some(known) if known.state == "enabled" => NoticeKind::Known,
                _ => NoticeKind::Activate,
            };
            let to = known.as_ref().map(|known| (known.id, known.email.as_str()));
            notices::add(conn, kind, to, caller.tongue, now).await?;
            Ok::<(), Failure<Refusals>>(())
        })
        .await?;
    Err(Failure::Refused(look_into_your_mail()))
}

/// Changes an account. A new password ends everything that was signed in, and the answer has a
/// token for going on.
///
/// # Errors
/// The reasons for refusing; then nothing was changed.
pub async fn update(
    shop: &Shop,
    caller: &Caller,
    token: &str,
    edit: &AccountEdit,
) -> Outcome<(Customer, Option<AccessToken>), Refusals> {
    let patch = read(edit, shop.clock.now()).map_err(Failure::Refused)?;
    let now = shop.clock.now();
    let hash = match &edit.password {
        Some(password) => {
            // Strangers get no hash computed.
            let mut conn = shop.db.primary().await?;
            identified(&mut conn, caller, token, now).await?;
            drop(conn);
            Some(shop.guard.hasher.hash(password).await?)
        }
        None => None,
    };
    shop.db
        .write(async |conn: &mut Conn| {
            let before = identified(conn, caller, token, now).await?;
            let before = store::lock(conn, before.id).await?;
            let mut after = patched(conn, &before, &patch, now).await?;
            if !before.email.eq_ignore_ascii_case(&after.email) {
                // A link that was sent to the old address must not open the account any more.
                links::delete_all(conn, after.id).await?;
                for email in [&before.email, &after.email] {
                    let to = Some((after.id, email.as_str()));
                    notices::add(conn, NoticeKind::EmailChanged, to, caller.tongue, now).await?;
                }
            }
            let Some(hash) = &hash else {
                return Ok((after, None));
            };
            let known = store::credentials(conn, &after.email).await?;
            let version = known.map_or(0, |known| known.password_version);
            let set = store::set_password(conn, (after.id, version), hash, now).await?;
            let (customer, version) =
                set.ok_or_else(|| Failure::Refused(Refusal::no_customer()))?;
            let fresh = tokens::issue(conn, (customer.id, version), now).await?;
            after = customer;
            let mut told = vec![&after.email];
            if !before.email.eq_ignore_ascii_case(&after.email) {
                told.push(&before.email);
            }
            for email in told {
                let to = Some((after.id, email.as_str()));
                notices::add(conn, NoticeKind::PasswordChanged, to, caller.tongue, now).await?;
            }
            Ok((after, fresh))
        })
        .await
}

/// Changes columns in a savepoint: the address may belong to another account.
async fn patched(
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
        other => other,
    })
}

fn checked(new: &NewAccount, now: DateTime<Utc>) -> Result<New, Refusals> {
    let mut refusals = Vec::new();
    let found = &mut refusals;
    let email = rules::email(&new.email, &["input", "email"], found);
    rules::password(&new.password, &["input", "password"], found);
    let name = |given: &Option<String>, field, found: &mut Refusals| {
        let given = given.as_deref()?;
        rules::name(given, &["input", field], found)
    };
    let first_name = name(&new.first_name, "firstName", found);
    let last_name = name(&new.last_name, "lastName", found);
    let phone = new.phone.as_deref();
    let phone = phone.and_then(|phone| rules::phone(phone, &["input", "phone"], found));
    rules::settled(refusals)?;
    Ok(New {
        email,
        password_hash: None,
        state: "enabled",
        first_name,
        last_name,
        phone,
        accepts_marketing: new.accepts_marketing.unwrap_or(false),
        marketing_decided_at: new.accepts_marketing.map(|_| now),
        created_at: now,
        updated_at: now,
    })
}

fn read(edit: &AccountEdit, now: DateTime<Utc>) -> Result<Patch, Refusals> {
    let mut refusals = Vec::new();
    let found = &mut refusals;
    let email = edit.email.as_deref();
    let email = email.map(|email| rules::email(email, &["customer", "email"], found));
    if let Some(password) = &edit.password {
        rules::password(password, &["customer", "password"], found);
    }
    let name = |given: &Option<Option<String>>, field, found: &mut Refusals| {
        let given = given.as_ref()?.as_deref();
        Some(given.and_then(|given| rules::name(given, &["customer", field], found)))
    };
    let first_name = name(&edit.first_name, "firstName", found);
    let last_name = name(&edit.last_name, "lastName", found);
    let phone = edit.phone.as_ref().map(|phone| {
        let phone = phone.as_deref();
        phone.and_then(|phone| rules::phone(phone, &["customer", "phone"], found))
    });
    rules::settled(refusals)?;
    Ok(Patch {
        email,
        first_name,
        last_name,
        phone,
        accepts_marketing: edit.accepts_marketing,
        marketing_decided_at: edit.accepts_marketing.map(|_| now),
        ..Patch::default()
    })
}

fn taken(field: &[&str]) -> Refusals {
    let message = "this e-mail address has an account; sign in, or ask for a new password";
    vec![Refusal::new(Code::Taken, field, message)]
}

fn look_into_your_mail() -> Refusals {
    let message = "we have sent a mail to this address; follow the link in it";
    let field = ["input", "email"];
    vec![Refusal::new(Code::CustomerDisabled, &field, message)]
}
