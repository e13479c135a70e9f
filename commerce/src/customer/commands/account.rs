//! Making and changing accounts.

use chrono::{DateTime, Utc};

use super::email::{self, NewEmail, taken};
use super::identified;
use crate::Shop;
use crate::customer::notices::{self, NoticeKind};
use crate::customer::store::{self, New, Patch};
use crate::customer::{AccessToken, Code, Customer, Refusal, Refusals, rules, tokens};
use crate::db::Conn;
use crate::identity::Caller;
use crate::kernel::{Failure, Outcome};

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
    let home = super::dialled_at(shop, new.phone.as_deref()).await?;
    let row = checked(new, home.as_deref(), now).map_err(Failure::Refused)?;
    let admitted = shop.guard.admit_sign_up(caller.network, now).await;
    admitted.map_err(super::too_often)?;
    super::admit_mail(caller)?;
    if shop.settings.accounts.is_confirmed {
        return invite(shop, caller, row, now).await;
    }
    let known = {
        let mut conn = shop.db.primary().await?;
        store::credentials(&mut conn, &row.email).await?
    };
    // What will be refused takes no hash.
    if known.is_some_and(|known| known.state != "invited") {
        return Err(Failure::Refused(taken(&["input", "email"])));
    }
    super::phone_is_free(shop, &row).await?;
    let may_mail = shop.guard.may_mail(&row.email, now).await;
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
            let to = may_mail.then_some((known.id, known.email.as_str()));
            notices::add(conn, NoticeKind::Activate, to, caller.tongue, now).await?;
            Ok(None)
        })
        .await
        .map_err(super::phone_refused)?;
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
        .await
        .map_err(super::phone_refused)?;
    Err(Failure::Refused(look_into_your_mail()))
}

/// Changes an account. A new password ends everything that was signed in, and the answer has a
/// token for going on. A new e-mail address is the account's once a link that is mailed to it is opened.
///
/// # Errors
/// The reasons for refusing; then nothing was changed.
pub async fn update(
    shop: &Shop,
    caller: &Caller,
    token: &str,
    edit: &AccountEdit,
) -> Outcome<(Customer, Option<AccessToken>), Refusals> {
    let now = shop.clock.now();
    let home = super::dialled_at(shop, edit.phone.as_ref().and_then(Option::as_deref)).await?;
    let mut patch = read(edit, home.as_deref(), now).map_err(Failure::Refused)?;
    let new = guarded(shop, caller, token, &mut patch, edit.password.is_some()).await?;
    let hash = match &edit.password {
        Some(password) => Some(shop.guard.hasher.hash(password).await?),
        None => None,
    };
    shop.db
        .write(async |conn: &mut Conn| {
            let before = identified(conn, caller, token, now).await?;
            let before = store::lock(conn, before.id).await?;
            let after = email::patched(conn, &before, &patch, now).await?;
            if let Some(new) = &new {
                email::ask(shop, conn, (&after, new), caller, now).await?;
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
            let to = Some((customer.id, customer.email.as_str()));
            notices::add(conn, NoticeKind::PasswordChanged, to, caller.tongue, now).await?;
            Ok((customer, fresh))
        })
        .await
}

/// What a change must pass before a password is hashed or anybody is written: strangers, customers who do so too often
/// and addresses that are taken cost neither. Takes out of the patch an address that has to be confirmed first.
async fn guarded(
    shop: &Shop,
    caller: &Caller,
    token: &str,
    patch: &mut Patch,
    has_password: bool,
) -> Outcome<Option<NewEmail>, Refusals> {
    if patch.email.is_none() && !has_password {
        return Ok(None);
    }
    let now = shop.clock.now();
    let mut conn = shop.db.primary().await?;
    let customer = identified(&mut conn, caller, token, now).await?;
    let is_another = match &patch.email {
        Some(email) => email::is_another(shop, &mut conn, &customer, email).await?,
        None => false,
    };
    drop(conn);
    let new = if is_another { patch.email.take() } else { None };
    for _ in 0..usize::from(new.is_some()) + usize::from(has_password) {
        let admitted = shop.guard.admit_change(customer.id, now).await;
        admitted.map_err(super::too_often)?;
        super::admit_mail(caller)?;
    }
    let Some(email) = new else {
        return Ok(None);
    };
    let may_mail = shop.guard.may_mail(&email, now).await;
    Ok(Some(NewEmail { email, may_mail }))
}

fn checked(new: &NewAccount, home: Option<&str>, now: DateTime<Utc>) -> Result<New, Refusals> {
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
    let phone = phone.and_then(|phone| rules::phone(phone, home, &["input", "phone"], found));
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

fn read(edit: &AccountEdit, home: Option<&str>, now: DateTime<Utc>) -> Result<Patch, Refusals> {
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
        phone.and_then(|phone| rules::phone(phone, home, &["customer", "phone"], found))
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

fn look_into_your_mail() -> Refusals {
    let message = "we have sent a mail to this address; follow the link in it";
    let field = ["input", "email"];
    vec![Refusal::new(Code::CustomerDisabled, &field, message)]
}
