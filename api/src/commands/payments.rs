//! `api payments`: what a provider has not decided, and what a person does about it.

use std::fmt::Write as _;

use anyhow::bail;
use clap::Subcommand;
use commerce::Shop;
use commerce::content::identity::time_zone;
use commerce::flows::ask_again as flow;
use commerce::kernel::{Failure, TimeZone};
use commerce::payment::operations::{self, Undecided};
use commerce::payment::unapplied::{self, Waiting};
use uuid::Uuid;

/// Resolve payments whose outcome is unknown, and refunds that were refused.
#[derive(Subcommand, Debug)]
pub enum Payments {
    /// List payment operations without an outcome and refused refunds, oldest first.
    List {
        /// The maximum number of operations to list.
        #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(i64).range(1..=1000))]
        limit: i64,
    },
    /// Ask the provider again about an operation without an outcome, or send a refused refund again.
    Ask {
        /// The operation, as `list` shows it.
        operation: Uuid,
    },
    /// Refund a payment that has no order, or what was captured beyond the total of its order.
    Refund {
        /// The payment, as `list` or `api doctor --invariants` shows it.
        payment: Uuid,
    },
    /// Release the stock that an expiring checkout attempt holds while its provider does not answer. Check the provider's
    /// dashboard first: money that arrives later becomes an order only if the stock is still available; otherwise it is refunded.
    Release {
        /// The checkout attempt, as `list` shows it.
        attempt: Uuid,
    },
    /// List provider reports that could not be applied, oldest first.
    Reports,
    /// Apply a report again, after the cause was removed.
    Apply {
        /// The number of the report, as `reports` shows it.
        id: i64,
    },
    /// Remove a report from the list, after it was resolved in another way.
    Dismiss {
        /// The number of the report, as `reports` shows it.
        id: i64,
    },
}

/// Does it, and says what came of it.
///
/// # Errors
/// In words for the operator.
pub async fn run(shop: &Shop, command: &Payments) -> anyhow::Result<String> {
    Ok(match command {
        Payments::List { limit } => {
            let mut conn = shop.db.primary().await?;
            let zone = time_zone(&mut conn).await?;
            list(&operations::undecided(&mut conn, *limit).await?, zone)?
        }
        Payments::Ask { operation } => {
            let kind = done(flow::ask_again(shop, *operation).await)?;
            format!("The provider is asked again about the {}.\n", kind.as_str())
        }
        Payments::Refund { payment } => {
            let amount = done(flow::return_money(shop, *payment).await)?;
            format!("{amount} are asked back of the provider.\n")
        }
        Payments::Release { attempt } => {
            done(flow::release_attempt(shop, *attempt).await)?;
            "The attempt is expired and its stock is free; the provider is still asked to cancel.\n"
                .to_owned()
        }
        Payments::Reports => {
            let mut conn = shop.db.primary().await?;
            let zone = time_zone(&mut conn).await?;
            reports(&unapplied::waiting(&mut conn, None).await?, zone)?
        }
        Payments::Apply { id } => {
            if !done(flow::apply_report(shop, *id).await)? {
                bail!("Report {id} still cannot be applied; see `api payments reports`.");
            }
            format!("Report {id} is applied.\n")
        }
        Payments::Dismiss { id } => {
            done(flow::dismiss_report(shop, *id).await)?;
            format!("Report {id} is dismissed.\n")
        }
    })
}

fn done<T>(result: Result<T, Failure<flow::NotAsked>>) -> anyhow::Result<T> {
    result.map_err(|failure| match failure {
        Failure::Refused(why) => why.into(),
        Failure::Broken(fault) => fault.into(),
    })
}

fn list(undecided: &[Undecided], zone: TimeZone) -> Result<String, std::fmt::Error> {
    let mut report = String::new();
    for one in undecided {
        writeln!(
            report,
            "{}  {}  {} of {}, {}\n    payment {}, attempt {} ({})",
            one.id,
            zone.second(one.since),
            one.kind,
            one.amount,
            one.state,
            one.payment,
            one.attempt,
            one.attempt_state,
        )?;
        if let Some(why) = &one.last_error {
            writeln!(report, "    {why}")?;
        }
    }
    if report.is_empty() {
        report.push_str("Everything is decided.\n");
    }
    Ok(report)
}

fn reports(waiting: &[Waiting], zone: TimeZone) -> Result<String, std::fmt::Error> {
    let mut report = String::new();
    for one in waiting {
        let payment = one.payment.map_or("-".to_owned(), |id| id.to_string());
        writeln!(
            report,
            "{:>6}  {}  charge {} of {}, payment {payment}: {}\n    {}",
            one.id,
            zone.second(one.since),
            one.reference,
            one.provider,
            one.reason.replace('_', " "),
            one.detail,
        )?;
    }
    if report.is_empty() {
        report.push_str("No report waits.\n");
    }
    Ok(report)
}
