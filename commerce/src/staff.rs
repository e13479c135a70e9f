//! Who works for the merchant: the model alone. Nothing signs staff in yet.
//!
//! Owns `staff`, `staff_roles` and `staff_memberships`. Somebody may do what the scopes of all their
//! roles together say, and nothing while inactive.

use std::collections::BTreeSet;

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use crate::db::Conn;
use crate::kernel::Fault;
use crate::tables::{staff, staff_memberships, staff_roles};

macro_rules! scopes {
    ($($name:ident $word:literal,)*) => {
        /// One thing that a role may allow. Writing does not include reading.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        #[expect(missing_docs, reason = "the names say what they allow")]
        pub enum Scope { $($name,)* }

        impl Scope {
            /// Every scope.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The word in the table.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $word,)* }
            }
        }
    };
}

scopes! {
    ReadProducts "read_products",
    WriteProducts "write_products",
    ReadInventory "read_inventory",
    WriteInventory "write_inventory",
    ReadOrders "read_orders",
    WriteOrders "write_orders",
    ReadCustomers "read_customers",
    WriteCustomers "write_customers",
    ReadContent "read_content",
    WriteContent "write_content",
    ReadSettings "read_settings",
    WriteSettings "write_settings",
    ManageStaff "manage_staff",
}

impl Scope {
    /// Reads the word in the table.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        let mut all = Self::ALL.iter().copied();
        all.find(|scope| scope.as_str() == word)
    }
}

/// What a member of staff may do now; nothing for an unknown or inactive one.
///
/// # Errors
/// A [`Fault`] when the statement fails.
pub async fn scopes(conn: &mut Conn, id: i64) -> Result<BTreeSet<Scope>, Fault> {
    let roles: Vec<Vec<String>> = staff_memberships::table
        .inner_join(staff::table.on(staff::id.eq(staff_memberships::staff_id)))
        .inner_join(staff_roles::table.on(staff_roles::id.eq(staff_memberships::role_id)))
        .filter(staff::id.eq(id))
        .filter(staff::active)
        .select(staff_roles::scopes)
        .load(conn)
        .await?;
    let words = roles.iter().flatten();
    Ok(words.filter_map(|word| Scope::parse(word)).collect())
}
