//! Who the shop is.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use crate::db::Conn;
use crate::kernel::{Currency, Fault, Id, TimeZone, id};
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
    /// How amounts are written, `{{amount}}` standing for the number; as is usual for the currency if missing.
    pub own_money_format: Option<String>,
    /// The colour behind buttons, as `#2f5e51`.
    pub brand_background: Option<String>,
    /// The colour upon it.
    pub brand_foreground: Option<String>,
    /// Another colour, to be stood upon.
    pub brand_secondary_background: Option<String>,
    /// The colour upon the other one.
    pub brand_secondary_foreground: Option<String>,
    /// What it says of itself.
    pub brand_slogan: Option<String>,
    /// What it is, in a few words.
    pub brand_short_description: Option<String>,
    /// Its mark: a medium.
    pub brand_logo_id: Option<i64>,
    /// Its mark in a square: a medium.
    pub brand_square_logo_id: Option<i64>,
    /// A wide picture: a medium.
    pub brand_cover_id: Option<i64>,
    /// Where buyers write to; may be empty.
    pub email: String,
    /// By which clocks its days begin and end.
    pub time_zone: TimeZone,
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

/// By which clocks the shop's days begin and end; those of UTC before the shop is founded.
///
/// # Errors
/// A [`Fault`] of the database.
pub async fn time_zone(conn: &mut Conn) -> Result<TimeZone, Fault> {
    let zone = shops::table.select(shops::time_zone);
    Ok(zone.first(conn).await.optional()?.unwrap_or_default())
}
