//! What stands in the links of mails: who has one sets the password or confirms an address, once, for a while.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use crate::db::Conn;
use crate::kernel::id::Customer;
use crate::kernel::{Fault, Id, Secret};
use crate::tables::customer_link_tokens as t;
use crate::tables::customers;

/// What a link is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkKind {
    /// To take an account into use.
    Activate,
    /// To choose a new password.
    Reset,
    /// To confirm a new e-mail address.
    Email,
}

impl LinkKind {
    /// The word in the table and in the link.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Activate => "activate",
            Self::Reset => "reset",
            Self::Email => "email",
        }
    }

    /// How long a link is good for.
    #[must_use]
    pub fn lifetime(self) -> TimeDelta {
        match self {
            Self::Activate => TimeDelta::days(7),
            Self::Reset => TimeDelta::hours(2),
            Self::Email => TimeDelta::days(1),
        }
    }
}

/// A link of a mail.
#[derive(Clone, Debug)]
pub struct Link {
    /// What it is for.
    pub kind: LinkKind,
    /// Whose it is.
    pub customer: Id<Customer>,
    /// Opens it; only its hash is stored.
    pub token: Secret,
}

impl Link {
    /// Where a browser follows it; `public_url` has no trailing slash.
    #[must_use]
    pub fn url(&self, public_url: &str) -> String {
        format!(
            "{public_url}/account/{}/{}/{}",
            self.kind.as_str(),
            self.customer.value,
            self.token.reveal()
        )
    }

    /// Reads what [`Link::url`] wrote. The host does not matter: storefronts have pages of their
    /// own under the same path.
    #[must_use]
    pub fn parse(kind: LinkKind, url: &str) -> Option<Self> {
        let url = url::Url::parse(url).ok()?;
        let parts: Vec<&str> = url
            .path_segments()?
            .filter(|part| !part.is_empty())
            .collect();
        let [.., "account", word, customer, token] = parts.as_slice() else {
            return None;
        };
        (*word == kind.as_str()).then_some(())?;
        Some(Self {
            kind,
            customer: Id::new(customer.parse().ok().filter(|id| *id > 0)?),
            token: Secret::new(*token),
        })
    }
}

/// A new link for a customer, for the password as it is now, to be sent to an address. `None` for one that opens the account
/// where the account has another address meanwhile.
pub(super) async fn issue(
    conn: &mut Conn,
    kind: LinkKind,
    (customer, to): (Id<Customer>, &str),
    now: DateTime<Utc>,
) -> Result<Option<Link>, Fault> {
    let (version, email): (i32, String) = customers::table
        .find(customer.value)
        .select((customers::password_version, customers::email))
        .for_key_share()
        .first(conn)
        .await?;
    let is_new = kind == LinkKind::Email;
    if !is_new && email.to_lowercase() != to.to_lowercase() {
        return Ok(None);
    }
    let token = Secret::random();
    diesel::insert_into(t::table)
        .values((
            t::token_hash.eq(token.digest()),
            t::kind.eq(kind.as_str()),
            t::customer_id.eq(customer.value),
            t::password_version.eq(version),
            t::created_at.eq(now),
            t::expires_at.eq(now + kind.lifetime()),
            t::email.eq(is_new.then_some(to)),
        ))
        .execute(conn)
        .await?;
    Ok(Some(Link {
        kind,
        customer,
        token,
    }))
}

/// The version of the password that a good link may replace.
pub(super) async fn version(
    conn: &mut Conn,
    link: &Link,
    now: DateTime<Utc>,
) -> Result<Option<i32>, Fault> {
    let version: Option<Option<i32>> = t::table
        .inner_join(customers::table.on(t::customer_id.eq(customers::id.nullable())))
        .filter(t::token_hash.eq(link.token.digest()))
        .filter(t::kind.eq(link.kind.as_str()))
        .filter(t::customer_id.eq(link.customer.value))
        .filter(t::expires_at.gt(now))
        .filter(customers::state.ne("disabled"))
        .select(t::password_version)
        .first(conn)
        .await
        .optional()?;
    Ok(version.flatten())
}

/// Uses a good link up; answers whether it was one.
pub(super) async fn consume(
    conn: &mut Conn,
    link: &Link,
    now: DateTime<Utc>,
) -> Result<bool, Fault> {
    let good = t::table
        .filter(t::token_hash.eq(link.token.digest()))
        .filter(t::kind.eq(link.kind.as_str()))
        .filter(t::customer_id.eq(link.customer.value))
        .filter(t::expires_at.gt(now));
    Ok(diesel::delete(good).execute(conn).await? > 0)
}

/// Uses a good link up that confirms an address; answers the address.
pub(super) async fn consume_email(
    conn: &mut Conn,
    link: &Link,
    now: DateTime<Utc>,
) -> Result<Option<String>, Fault> {
    let good = t::table
        .filter(t::token_hash.eq(link.token.digest()))
        .filter(t::kind.eq(LinkKind::Email.as_str()))
        .filter(t::customer_id.eq(link.customer.value))
        .filter(t::expires_at.gt(now));
    let email: Option<Option<String>> = diesel::delete(good)
        .returning(t::email)
        .get_result(conn)
        .await
        .optional()?;
    Ok(email.flatten())
}

/// Deletes the links of a customer that confirm an address: the latest request counts.
pub(super) async fn delete_emails(conn: &mut Conn, customer: Id<Customer>) -> Result<(), Fault> {
    let own = t::table.filter(t::customer_id.eq(customer.value));
    diesel::delete(own.filter(t::kind.eq(LinkKind::Email.as_str())))
        .execute(conn)
        .await?;
    Ok(())
}

/// Deletes every link of a customer.
pub(super) async fn delete_all(conn: &mut Conn, customer: Id<Customer>) -> Result<(), Fault> {
    diesel::delete(t::table.filter(t::customer_id.eq(customer.value)))
        .execute(conn)
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_reads_back_on_any_host() {
        let link = Link {
            kind: LinkKind::Reset,
            customer: Id::new(7),
            token: Secret::new("s3cr-t_"),
        };
        let url = link.url("https://api.shop.example");
        assert_eq!(url, "https://api.shop.example/account/reset/7/s3cr-t_");
        for url in [
            url.as_str(),
            "http://shop.example/en/account/reset/7/s3cr-t_?x=1",
        ] {
            let read = Link::parse(LinkKind::Reset, url).unwrap();
            assert_eq!(
                (read.customer, read.token.reveal()),
                (Id::new(7), "s3cr-t_")
            );
            assert!(Link::parse(LinkKind::Activate, url).is_none());
        }
        for bad in [
            "",
            "/account/reset/7/x",
            "https://a.example/account/reset/x/y",
            "https://a.example/reset/7/y",
        ] {
            assert!(Link::parse(LinkKind::Reset, bad).is_none(), "{bad}");
        }
    }
}
