//! `api tokens`: which storefronts are let in, and how much each may ask for.

use std::fmt::Write as _;

use anyhow::{bail, ensure};
use clap::Subcommand;
use commerce::Shop;
use commerce::access::{self, Budget, Draft, TokenKind};
use commerce::content::identity::time_zone;

/// What to do about storefront access tokens.
#[derive(Subcommand, Debug)]
pub enum Tokens {
    /// Make a token and print it.
    Create {
        /// What you call it.
        #[arg(long)]
        title: String,
        /// For a server, which keeps it to itself; it is shown this once.
        #[arg(long)]
        private: bool,
        /// Points that the bucket of each caller holds, where not as usual.
        #[arg(long, value_parser = clap::value_parser!(u32).range(1..=POINTS))]
        bucket: Option<u32>,
        /// Points that come back every second, where not as usual.
        #[arg(long, value_parser = clap::value_parser!(u32).range(1..=POINTS))]
        per_second: Option<u32>,
        /// The most that one operation may cost, where not as usual.
        #[arg(long, value_parser = clap::value_parser!(u32).range(1..=POINTS))]
        maximum: Option<u32>,
    },
    /// Print all tokens; of private ones only what they are called.
    List,
    /// Revoke a token for good; it works for ten seconds more at most.
    Revoke {
        /// Its number in the list.
        id: i64,
    },
}

/// As many points as the database counts.
const POINTS: i64 = 2_147_483_647;

/// Does it, and says what came of it.
///
/// # Errors
/// In words for the operator.
pub async fn run(shop: &Shop, command: &Tokens) -> anyhow::Result<String> {
    match command {
        Tokens::Create {
            title,
            private,
            bucket,
            per_second,
            maximum,
        } => {
            let kind = if *private {
                TokenKind::Private
            } else {
                TokenKind::Public
            };
            let title = title.trim().to_owned();
            ensure!(
                !title.is_empty(),
                "give the token a title that says whose it is"
            );
            let budget = Budget {
                bucket: *bucket,
                per_second: *per_second,
                maximum: *maximum,
            };
            if let (Some(bucket), Some(maximum)) = (budget.bucket, budget.maximum) {
                ensure!(
                    bucket >= maximum,
                    "a bucket of {bucket} points can never pay for an operation of {maximum}"
                );
            }
            create(
                shop,
                &Draft {
                    kind,
                    title,
                    budget,
                },
            )
            .await
        }
        Tokens::List => list(shop).await,
        Tokens::Revoke { id } => {
            let mut conn = shop.db.primary().await?;
            if !access::revoke(&mut conn, *id, shop.clock.now()).await? {
                bail!("there is no token {id} that could be revoked; see `api tokens list`");
            }
            Ok(format!("token {id} is revoked\n"))
        }
    }
}

async fn create(shop: &Shop, draft: &Draft) -> anyhow::Result<String> {
    let mut conn = shop.db.primary().await?;
    let (token, text) = access::create(&mut conn, draft, shop.clock.now()).await?;
    let kind = token.kind.name();
    let header = match token.kind {
        TokenKind::Public => "X-Shopify-Storefront-Access-Token",
        TokenKind::Private => "Shopify-Storefront-Private-Token",
    };
    let mut report = format!("{kind} token {}, to be sent as {header}:\n", token.id);
    writeln!(report, "{}", text.reveal())?;
    if token.kind == TokenKind::Private {
        writeln!(report, "it is not shown again; keep it on the server")?;
    }
    Ok(report)
}

async fn list(shop: &Shop) -> anyhow::Result<String> {
    let mut conn = shop.db.primary().await?;
    let zone = time_zone(&mut conn).await?;
    let mut report = String::new();
    for token in access::list(&mut conn).await? {
        let shown = token.token.as_deref().unwrap_or("(private)");
        let figure = |points: Option<u32>| points.map_or("-".to_owned(), |p| p.to_string());
        let state = match token.revoked_at {
            Some(at) => format!("revoked {}", zone.minute(at)),
            None => "live".to_owned(),
        };
        writeln!(
            report,
            "{:>4}  {:<8}{shown:<34}{state:<26}bucket {}, per second {}, maximum {}  {}",
            token.id,
            token.kind.name(),
            figure(token.budget.bucket),
            figure(token.budget.per_second),
            figure(token.budget.maximum),
            token.title,
        )?;
    }
    if report.is_empty() {
        report.push_str("no tokens yet; make one with `api tokens create --title …`\n");
    }
    Ok(report)
}
