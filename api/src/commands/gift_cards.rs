//! `api gift-cards`: money under a code.

use std::fmt::Write as _;

use anyhow::{bail, ensure};
use clap::Subcommand;
use commerce::Shop;
use commerce::flows::issue_gift_card::{IssueGiftCard, issue_gift_card};
use commerce::gift_card::store;
use commerce::kernel::{Currency, Failure};

/// How many cards are listed when nothing is said.
const LISTED: i64 = 100;

/// What to do about gift cards.
#[derive(Subcommand, Debug)]
pub enum GiftCards {
    /// Issue a card and print its code, this once.
    Issue {
        /// What is put on it, such as 25.00.
        #[arg(long)]
        amount: String,
        /// The amount's currency; the shop's when left out.
        #[arg(long)]
        currency: Option<Currency>,
        /// The first day on which it is not taken any more, such as 2030-01-01.
        #[arg(long)]
        expires_on: Option<String>,
        /// A note for yourself.
        #[arg(long, default_value = "")]
        note: String,
    },
    /// Print cards, the latest first; never their codes.
    List {
        /// So many at most.
        #[arg(long, default_value_t = LISTED)]
        limit: i64,
    },
    /// Let a card not be used any more; what a buyer is paying with it just now is still taken.
    Disable {
        /// Its number in the list.
        id: i64,
    },
    /// Let a disabled card be used again.
    Enable {
        /// Its number in the list.
        id: i64,
    },
}

/// Does it, and says what came of it.
///
/// # Errors
/// In words for the operator.
pub async fn run(shop: &Shop, command: &GiftCards) -> anyhow::Result<String> {
    match command {
        GiftCards::Issue {
            amount,
            currency,
            expires_on,
            note,
        } => {
            let day = expires_on.as_deref().map(str::parse).transpose();
            let Ok(expires_on) = day else {
                bail!("--expires-on must be a day such as 2030-01-01");
            };
            let wanted = IssueGiftCard {
                amount: amount.clone(),
                currency: *currency,
                expires_on,
                note: note.trim().to_owned(),
            };
            match issue_gift_card(shop, &wanted).await {
                Ok((id, code)) => Ok(format!(
                    "gift card {id}; its code is not shown again:\n{}\n",
                    code.printed()
                )),
                Err(Failure::Refused(why)) => Err(why.into()),
                Err(Failure::Broken(fault)) => Err(fault.into()),
            }
        }
        GiftCards::List { limit } => list(shop, *limit).await,
        GiftCards::Disable { id } => set_disabled(shop, *id, true).await,
        GiftCards::Enable { id } => set_disabled(shop, *id, false).await,
    }
}

async fn set_disabled(shop: &Shop, id: i64, disabled: bool) -> anyhow::Result<String> {
    let at = disabled.then(|| shop.clock.now());
    let mut conn = shop.db.primary().await?;
    let changed = store::set_disabled(&mut conn, id, at).await?;
    let state = if disabled { "disabled" } else { "enabled" };
    ensure!(
        changed,
        "there is no gift card {id} that could be {state}; see `api gift-cards list`"
    );
    Ok(format!("gift card {id} is {state}\n"))
}

async fn list(shop: &Shop, limit: i64) -> anyhow::Result<String> {
    ensure!(limit > 0, "--limit must be above 0");
    let mut conn = shop.db.primary().await?;
    let mut report = String::new();
    for card in store::list(&mut conn, limit).await? {
        let state = match (card.disabled_at, card.expires_on) {
            (Some(at), _) => format!("disabled {}", at.format("%Y-%m-%d")),
            (None, Some(day)) => format!("until {day}"),
            (None, None) => "live".to_owned(),
        };
        writeln!(
            report,
            "{:>4}  …{}  {} of {}, {} held  {state}  {}",
            card.id, card.last_characters, card.balance, card.initial, card.held, card.note,
        )?;
    }
    if report.is_empty() {
        report.push_str("no gift cards yet; issue one with `api gift-cards issue --amount …`\n");
    }
    Ok(report)
}
