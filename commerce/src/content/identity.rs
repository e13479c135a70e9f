//! Who the shop is.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use crate::db::Conn;
use crate::kernel::{Currency, Fault, Id, id};
use crate::tables::shops;

/// The shop's own row.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = shops)]
pub struct Identity {
    /// Names the shop.
    pub id: Id<id::Shop>,
    /// What it is called.
    pub name: String,
    /// What it is, in a sentence.
    pub description: String,
    /// The one currency it sells in.
    pub currency: Currency,
    /// The country it sells from, two upper-case letters.
    pub country: String,
    /// Where its storefront lives, without a trailing slash.
    pub primary_domain_url: String,
    /// How amounts are written: `{{amount}}` stands for the number.
    pub money_format: String,
    /// The colour behind buttons, as `#2f5e51`.
    pub brand_background: Option<String>,
    /// The colour upon it.
    pub brand_foreground: Option<String>,
    /// Where buyers write to; may be empty.
    pub email: String,
}

/// The shop's own row; `None` before the shop is founded.
///
/// # Errors
/// A [`Fault`] of the database.
pub async fn read(conn: &mut Conn) -> Result<Option<Identity>, Fault> {
    Ok(shops::table
        .select(Identity::as_select())
        .first(conn)
        .await
        .optional()?)
}
