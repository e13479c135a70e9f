//! The shop's policies; there are a handful, so they are read together.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use crate::db::Conn;
use crate::kernel::{Fault, Id, id};
use crate::tables::shop_policies;

/// One of the shop's policies.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = shop_policies)]
pub struct Policy {
    /// Names the policy.
    pub id: Id<id::ShopPolicy>,
    /// Which one: `privacy`, `refund`, `shipping`, `terms`, `subscription`, `legal_notice`,
    /// `contact` or `terms_of_sale`.
    pub kind: String,
    /// Names it in addresses.
    pub handle: String,
    /// What buyers read first.
    pub title: String,
    /// The text with its markup, cleaned.
    pub body_html: String,
}

/// All of them.
///
/// # Errors
/// A [`Fault`] of the database.
pub async fn all(conn: &mut Conn) -> Result<Vec<Policy>, Fault> {
    Ok(shop_policies::table
        .order(shop_policies::id)
        .select(Policy::as_select())
        .load(conn)
        .await?)
}
