//! What must be true of the data at any moment, as statements that look for the opposite.

use diesel::sql_types::Text;
use diesel_async::RunQueryDsl;

use crate::db::Conn;
use crate::db::sql::cached;
use crate::kernel::Fault;

/// One statement: every row it answers is something that must not be.
#[derive(Clone, Copy, Debug)]
pub struct Invariant {
    /// Its file's name.
    pub name: &'static str,
    /// The statement; its first line says what it proves.
    pub sql: &'static str,
}

macro_rules! invariants {
    ($($name:literal),* $(,)?) => {
        /// All of them.
        pub const ALL: &[Invariant] = &[$(Invariant {
            name: $name,
            sql: include_str!(concat!("../sql/invariants/", $name, ".sql")),
        }),*];
    };
}

invariants!(
    "reserved_is_what_is_held",
    "committed_is_what_is_committed",
    "nothing_is_oversold",
    "levels_follow_the_policy",
    "offers_follow_the_stock",
    "only_live_attempts_hold",
    "orders_commit_what_they_bought",
    "completed_means_one_order",
    "money_is_an_order_or_a_refund",
    "orders_are_paid_exactly",
    "orders_add_up",
    "orders_spend_what_they_say",
    "discount_counts_are_uses",
    "discounts_are_used_as_allowed",
    "gift_cards_follow_their_entries",
    "parcels_are_what_was_sent",
    "refunds_add_up",
    "refunds_are_recorded",
    "lines_follow_their_refunds",
    "canceled_orders_send_nothing",
    "history_stands",
    "states_go_forward",
    "money_has_one_currency",
    "sums_follow_facts",
    "nobody_is_charged_twice",
    "orders_belong_to_their_buyers",
    "orders_have_their_jobs",
    "nothing_is_stuck",
    "reports_are_applied",
    "waiting_attempts_have_work",
);

impl Invariant {
    /// What it proves, in a sentence.
    #[must_use]
    pub fn promise(&self) -> &'static str {
        let first = self.sql.lines().next().unwrap_or_default();
        first.trim_start_matches("-- ")
    }
}

/// Looks for what must not be; answers each finding with the invariant it breaks.
///
/// # Errors
/// A [`Fault`] when a statement fails.
pub async fn check(conn: &mut Conn) -> Result<Vec<(Invariant, String)>, Fault> {
    let mut found = Vec::new();
    for invariant in ALL {
        let query = cached::<Text, _>(diesel::sql_query(invariant.sql));
        let rows: Vec<String> = query.load(conn).await?;
        found.extend(rows.into_iter().map(|row| (*invariant, row)));
    }
    Ok(found)
}
