//! `api gift-cards`: money under a code.

use std::fmt::Write as _;

use anyhow::{bail, ensure};
use clap::Subcommand;
use commerce::Shop;
use commerce::content::identity::time_zone;
use commerce::flows::issue_gift_card::{IssueGiftCard, IssuedGiftCard, issue_gift_card};
use commerce::gift_card::store;
use commerce::kernel::{Currency, Failure};

/// How many cards are listed when nothing is said.
const LISTED: i64 = 100;

/// Manage gift cards.
#[derive(Subcommand, Debug)]
pub enum GiftCards {
    /// Issue a gift card and print its code, which is not stored and cannot be shown again.
    Issue {
        /// The amount, such as 25.00.
        #[arg(long)]
        amount: String,
        /// The currency of the amount. Defaults to the shop's currency.
        #[arg(long)]
        currency: Option<Currency>,
        /// The first day on which the card can no longer be used, such as 2030-01-01, in the shop's time zone.
        #[arg(long)]
        expires_on: Option<String>,
        /// A note for staff.
        #[arg(long, default_value = "")]
        note: String,
        /// A unique name for this command: if it is sent again with the same key, no second card is issued.
        #[arg(long)]
        idempotency_key: Option<String>,
    },
    /// List gift cards, newest first, without their codes.
    List {
        /// The maximum number of cards to list.
        #[arg(long, default_value_t = LISTED)]
        limit: i64,
    },
    /// Disable a gift card. A payment that is already using the card is still completed.
    Disable {
        /// The number of the card, as `list` shows it.
        id: i64,
    },
    /// Enable a disabled gift card.
    Enable {
        /// The number of the card, as `list` shows it.
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
            idempotency_key,
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
                key: idempotency_key.clone(),
            };
            match issue_gift_card(shop, &wanted).await {
                Ok(IssuedGiftCard::New(id, code)) => Ok(format!(
                    "gift card {id}; its code is not shown again:\n{}\n",
                    code.printed()
                )),
                Ok(IssuedGiftCard::Repeated(id)) => Ok(format!(
                    "gift card {id} was issued with this idempotency key before; its code was shown then\n"
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
    let zone = time_zone(&mut conn).await?;
    let mut report = String::new();
    for card in store::list(&mut conn, limit).await? {
        let state = match (card.disabled_at, card.expires_on) {
            (Some(at), _) => format!("disabled {}", zone.day(at)),
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
