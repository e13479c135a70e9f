//! `api payments`: what a provider has not decided, and what a person does about it.

use std::fmt::Write as _;

use anyhow::bail;
use clap::Subcommand;
use commerce::Shop;
use commerce::flows::ask_again as flow;
use commerce::kernel::Failure;
use commerce::payment::operations::{self, Undecided};
use commerce::payment::unapplied::{self, Waiting};
use uuid::Uuid;

/// What to do about payments.
#[derive(Subcommand, Debug)]
pub enum Payments {
    /// Print what a provider has not decided, and the refunds that it refused, the oldest first.
    List {
        /// How many at most.
        #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(i64).range(1..=1000))]
        limit: i64,
    },
    /// Ask the provider again: for a refund that it refused, or about an operation without an outcome.
    Ask {
        /// The operation in the list.
        operation: Uuid,
    },
    /// Give back the money of a payment that no order was made of, or that was taken beyond its order's price.
    Refund {
        /// The payment.
        payment: Uuid,
    },
    /// Give back the stock of an attempt that is expiring while its provider does not answer. Look into the provider's dashboard
    /// first: money that arrives later becomes an order only if the stock is still there, and goes back otherwise.
    Release {
        /// The checkout attempt in the list.
        attempt: Uuid,
    },
    /// Print the provider's reports that could not be applied, the oldest first.
    Reports,
    /// Apply a report once more, when what was in its way is gone.
    Apply {
        /// Its number in the list of reports.
        id: i64,
    },
    /// Take a report off the list that was seen to in another way.
    Dismiss {
        /// Its number in the list of reports.
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
            list(&operations::undecided(&mut conn, *limit).await?)?
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
            reports(&unapplied::waiting(&mut conn, None).await?)?
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

fn list(undecided: &[Undecided]) -> Result<String, std::fmt::Error> {
    let mut report = String::new();
    for one in undecided {
        writeln!(
            report,
            "{}  {}  {} of {}, {}\n    payment {}, attempt {} ({})",
            one.id,
            one.since.format("%Y-%m-%d %H:%M:%S"),
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

fn reports(waiting: &[Waiting]) -> Result<String, std::fmt::Error> {
    let mut report = String::new();
    for one in waiting {
        let payment = one.payment.map_or("-".to_owned(), |id| id.to_string());
        writeln!(
            report,
            "{:>6}  {}  charge {} of {}, payment {payment}: {}\n    {}",
            one.id,
            one.since.format("%Y-%m-%d %H:%M:%S"),
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
