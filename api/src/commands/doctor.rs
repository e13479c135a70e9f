//! `api doctor`: is everything as it must be?

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

use anyhow::bail;
use chrono::{DateTime, TimeDelta, Utc};
use clap::Args;
use commerce::db::{DbConfig, ReplicaHealth};
use commerce::kernel::WRONG_CLOCK;
use commerce::payment::{FactKind, Report};
use commerce::{Shop, db, flows, invariants};
use providers::payment::{ListError, PaymentProvider, Since};

use super::print;
use crate::config::ApiConfig;
use crate::connections::Certificate;
use crate::middleware::forwarding_finding;

/// How long Redis may take to say what was found.
const PATIENCE: Duration = Duration::from_secs(1);

/// What to look at.
#[derive(Args, Debug)]
pub(super) struct DoctorArgs {
    /// Look for data that must not be, in the whole database.
    #[arg(long)]
    invariants: bool,
}

/// What Redis should do when it is full: values of caches end sooner than counts of sign-ins, and so go first.
const EVICTION: &str = "volatile-ttl";

/// Looks, says what was found, and fails when anything is wrong.
pub(super) async fn run(config: &ApiConfig, args: &DoctorArgs) -> anyhow::Result<()> {
    let mut report = String::new();
    let mut wrong = 0;
    let pending = db::migrate::pending(&config.common.direct_url).await?;
    for migration in &pending {
        writeln!(report, "migration {migration} is missing")?;
    }
    wrong += pending.len();
    let shop = Shop::open(&config.common).await?;
    if !shop.kv.is_up().await {
        writeln!(report, "Redis does not answer; the shop sells without it")?;
    }
    if let Some((most, policy)) = shop.kv.memory().await
        && (most == 0 || policy != EVICTION)
    {
        writeln!(
            report,
            "Redis may hold {most} bytes (0: no end) and evicts by `{policy}`; \
             set maxmemory, and maxmemory-policy {EVICTION}"
        )?;
    }
    let (kv, prefix) = (shop.kv.clone(), &config.common.key_prefix);
    if let Some(finding) = forwarding_finding(kv, prefix, PATIENCE).await
        && config.edge.proxies.report
    {
        writeln!(report, "{finding}")?;
        wrong += 1;
    }
    wrong += look_at_clock(&shop, &mut report)?;
    wrong += look_at_replica(&shop, &config.common.db, &mut report).await?;
    if let Some(files) = &config.tls
        && let Err(fault) = Certificate::load(files.clone()).await
    {
        writeln!(report, "{fault}")?;
        wrong += 1;
    }
    if args.invariants && pending.is_empty() {
        wrong += look(&shop, &mut report).await?;
    }
    writeln!(report, "{wrong} faults")?;
    print(&report)?;
    if wrong > 0 {
        bail!("{wrong} faults");
    }
    Ok(())
}

/// Processes go by the database's clock; the machine's is what its logs and other programs go by.
fn look_at_clock(shop: &Shop, report: &mut String) -> anyhow::Result<usize> {
    let Some(offset) = shop.clock.offset().filter(|by| by.abs() > WRONG_CLOCK) else {
        return Ok(0);
    };
    let seconds = offset.num_seconds();
    let way = if seconds < 0 { "behind" } else { "ahead of" };
    let seconds = seconds.abs();
    writeln!(
        report,
        "this machine's clock is {seconds} s {way} the database's; set both by NTP"
    )?;
    Ok(1)
}

/// A replica that must not be read helps nobody.
async fn look_at_replica(
    shop: &Shop,
    config: &DbConfig,
    report: &mut String,
) -> anyhow::Result<usize> {
    let Some(health) = shop.db.examine_replica().await? else {
        return Ok(0);
    };
    let seconds = config.replica_max_lag.as_secs();
    let finding = match health {
        ReplicaHealth::Ready => return Ok(0),
        ReplicaHealth::Away => "the replica does not answer".to_owned(),
        ReplicaHealth::Foreign => {
            "the replica is another database than the primary's, or does not follow it".to_owned()
        }
        ReplicaHealth::OtherMigrations => {
            "the replica has other migrations than the primary".to_owned()
        }
        ReplicaHealth::Behind => format!("the replica is more than {seconds} s behind the primary"),
        ReplicaHealth::Unknown => {
            "the replica cannot be compared with the primary, which does not answer".to_owned()
        }
    };
    writeln!(
        report,
        "{finding}; the primary is read instead (DATABASE_REPLICA_URL)"
    )?;
    Ok(1)
}

async fn look(shop: &Shop, report: &mut String) -> anyhow::Result<usize> {
    let mut conn = shop.db.primary().await?;
    let found = invariants::check(&mut conn).await?;
    drop(conn);
    for (invariant, row) in &found {
        writeln!(
            report,
            "{}: {row}\n    {}",
            invariant.name,
            invariant.promise()
        )?;
    }
    writeln!(report, "{} invariants looked at", invariants::ALL.len())?;
    Ok(found.len() + ask_provider(shop, report).await?)
}

/// The charges that changed since then, page after page.
async fn all_since(
    provider: &dyn PaymentProvider,
    time: DateTime<Utc>,
) -> Result<Vec<Report>, ListError> {
    let mut since = Since::Time(time);
    let mut charges = Vec::new();
    loop {
        let page = provider.changed_charges(&since).await?;
        charges.extend(page.reports);
        match page.next {
            Some(next) => since = Since::Cursor(next),
            None => return Ok(charges),
        }
    }
}

/// What the provider remembers of the last two days, against what we were told.
async fn ask_provider(shop: &Shop, report: &mut String) -> anyhow::Result<usize> {
    let Some(provider) = providers::payment::connect(&shop.settings.payment)? else {
        return Ok(0);
    };
    let since = shop.clock.now() - TimeDelta::days(2);
    let charges = match all_since(provider.as_ref(), since).await {
        Ok(charges) => charges,
        Err(error) => {
            writeln!(report, "the payment provider was not asked: {error}")?;
            return Ok(0);
        }
    };
    let mut taken: BTreeMap<_, usize> = BTreeMap::new();
    for fact in charges
        .iter()
        .flat_map(|c| c.facts.iter().map(move |f| (c.payment, f)))
    {
        if fact.1.kind == FactKind::Captured {
            *taken.entry(fact.0).or_default() += 1;
        }
    }
    let twice: Vec<_> = taken.iter().filter(|(_, times)| **times > 1).collect();
    for (payment, times) in &twice {
        writeln!(report, "the provider took payment {payment} {times} times")?;
    }
    let asked = charges.len();
    let news = flows::reconcile::unseen(shop, provider.name(), charges).await?;
    for told in &news {
        writeln!(
            report,
            "the provider moved money of payment {} that we do not know of",
            told.payment
        )?;
    }
    writeln!(report, "{asked} charges of the payment provider looked at")?;
    Ok(twice.len() + news.len())
}
