//! After the storm: every acknowledged order, its one charge and its one mail.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::Context;
use diesel::sql_types::{BigInt, Text};
use diesel::{QueryableByName, sql_query};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use tests::load::ledger::facts;

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = Text)]
    name: String,
}

/// Compares what buyers were told with what is stored, charged and mailed.
pub(crate) async fn run(acknowledged: &Path, mailbox: &Path, ledger: &Path) -> anyhow::Result<()> {
    let url = commerce::config::Reader::from_environment()
        .optional("DATABASE_URL")
        .context("DATABASE_URL is not set; start this through bin/storm")?;
    let mut conn = AsyncPgConnection::establish(&url).await?;
    let orders: Vec<Row> = sql_query(
        "SELECT o.id, coalesce(p.id::text, '') AS name FROM orders o \
         LEFT JOIN payments p ON p.attempt_id = o.attempt_id ORDER BY o.id",
    )
    .load(&mut conn)
    .await?;
    let told: BTreeSet<String> = std::fs::read_to_string(acknowledged)?
        .lines()
        .map(str::to_owned)
        .collect();
    let stored: BTreeSet<String> = orders
        .iter()
        .map(|row| format!("gid://shopify/Order/{}", row.id))
        .collect();
    let lost: Vec<&String> = told.difference(&stored).collect();
    let charges = facts(ledger, "captured")?;
    let doubled = charges.len() - charges.iter().collect::<BTreeSet<_>>().len();
    let unpaid = orders
        .iter()
        .filter(|row| !charges.contains(&row.name))
        .count();
    let mails = std::fs::read_dir(mailbox)?.count();
    let unfinished: Vec<Row> = sql_query(
        "SELECT id, kind AS name FROM jobs WHERE queue <> 'maintenance' \
         AND state NOT IN ('completed', 'cancelled')",
    )
    .load(&mut conn)
    .await?;
    println!(
        "orders: {} acknowledged, {} stored, {} lost; charges: {}, {doubled} doubled, {unpaid} orders \
         without one; mails: {mails}; jobs left: {}",
        told.len(),
        stored.len(),
        lost.len(),
        charges.len(),
        unfinished.len(),
    );
    anyhow::ensure!(lost.is_empty(), "lost orders: {lost:?}");
    anyhow::ensure!(
        doubled == 0 && unpaid == 0,
        "charges and orders do not agree"
    );
    anyhow::ensure!(
        mails == orders.len(),
        "{} orders but {mails} mails",
        orders.len()
    );
    let left: Vec<String> = unfinished
        .iter()
        .map(|row| format!("{} {}", row.name, row.id))
        .collect();
    anyhow::ensure!(left.is_empty(), "jobs that never ended: {left:?}");
    Ok(())
}
