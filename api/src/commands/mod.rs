//! The operator's commands, one file each.

pub mod customers;
pub mod discounts;
mod doctor;
pub mod export;
pub mod gift_cards;
pub mod import;
pub mod inventory;
pub mod jobs;
mod keys;
mod migrate;
pub mod orders;
pub mod payments;
pub mod person;
pub mod prices;
mod progress;
pub mod quantities;
pub mod redirects;
pub mod replay_pricing;
mod seed_demo;
mod sheet;
pub mod tokens;

use clap::{Parser, Subcommand};
use commerce::Shop;
use commerce::config::{LogFormat, Reader};
use commerce::kernel::failpoint;
use providers::telemetry::Telemetry;

use crate::config::ApiConfig;
use crate::sandbox::SandboxServerConfig;
use crate::server;

/// The Cartwright API server and its tools.
#[derive(Debug, Parser)]
#[command(name = "api", version)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the storefront API.
    Serve,
    /// Bring the database's schema up to date.
    Migrate,
    /// Print the storefront's schema in its definition language.
    Sdl,
    /// Serve the sandbox payment provider; never in production.
    Sandbox,
    /// Import merchants' product CSVs.
    Import(import::ImportArgs),
    /// Export what can be imported again.
    #[command(subcommand)]
    Export(export::Export),
    /// Load the demo shop.
    SeedDemo,
    /// Make, list and revoke storefront access tokens.
    #[command(subcommand)]
    Tokens(tokens::Tokens),
    /// Print jobs that were given up, and try them again.
    #[command(subcommand)]
    Jobs(jobs::Jobs),
    /// Import, export and list discounts.
    #[command(subcommand)]
    Discounts(discounts::Discounts),
    /// Issue, list, disable and enable gift cards.
    #[command(subcommand)]
    GiftCards(gift_cards::GiftCards),
    /// List, show, send, cancel and refund orders.
    #[command(subcommand)]
    Orders(orders::Orders),
    /// Print what payment providers have not decided, ask them again, and give money back.
    #[command(subcommand)]
    Payments(payments::Payments),
    /// Compute recorded orders again and report what comes out otherwise.
    ReplayPricing(replay_pricing::ReplayArgs),
    /// Import and export what lies where.
    #[command(subcommand)]
    Inventory(inventory::Inventory),
    /// Import and export customers.
    #[command(subcommand)]
    Customers(customers::Customers),
    /// Write or erase what is kept about a person.
    #[command(subcommand)]
    Person(person::Person),
    /// Import and export what variants cost in single markets.
    #[command(subcommand)]
    Prices(prices::Prices),
    /// Import and export in which numbers variants are sold, and for how much.
    #[command(subcommand)]
    Quantities(quantities::Quantities),
    /// Import and export paths that lead elsewhere.
    #[command(subcommand)]
    Redirects(redirects::Redirects),
    /// Look for what is not as it must be.
    Doctor(doctor::DoctorArgs),
    /// Make keys that sign bearer tokens.
    #[command(subcommand)]
    Keys(keys::KeysCommand),
}

/// Runs one command to its end.
///
/// # Errors
/// Whatever went wrong, in words for the operator.
pub async fn run(cli: Cli) -> anyhow::Result<()> {
    match cli.command {
        // A provider of somebody else's: it knows neither database nor Redis.
        Command::Sandbox => return sandbox().await,
        Command::Sdl => return print(&schema::storefront::sdl()),
        Command::Keys(ref command) => return keys::run(command),
        _ => {}
    }
    let config = ApiConfig::read(Reader::from_environment())?;
    let common = &config.common;
    let (format, filter) = (common.log_format, common.log_filter.as_str());
    let telemetry = Telemetry::start(&config.telemetry, "cartwright-api", format, filter)?;
    if let Some(name) = &config.common.failpoint {
        failpoint::arm(name).map_err(anyhow::Error::msg)?;
    }
    let done = match cli.command {
        Command::Serve => server::serve(&config, Shop::open(&config.common).await?).await,
        Command::Migrate => migrate::run(&config).await,
        Command::Doctor(args) => doctor::run(&config, &args).await,
        Command::Sandbox | Command::Sdl | Command::Keys(_) => Ok(()),
        Command::Import(args) => {
            let shop = Shop::open(&config.common).await?;
            import::run(&shop, &args).await.map(|_counts| ())
        }
        Command::Export(command) => export::run(&Shop::open(&config.common).await?, &command).await,
        Command::Customers(command) => {
            customers::run(&Shop::open(&config.common).await?, &command).await
        }
        Command::Inventory(command) => {
            inventory::run(&Shop::open(&config.common).await?, &command).await
        }
        Command::Person(command) => person::run(&config.common.eraser_url, &command).await,
        Command::Prices(command) => prices::run(&Shop::open(&config.common).await?, &command).await,
        Command::Quantities(command) => {
            quantities::run(&Shop::open(&config.common).await?, &command).await
        }
        Command::Redirects(command) => {
            redirects::run(&Shop::open(&config.common).await?, &command).await
        }
        Command::Tokens(command) => {
            print(&tokens::run(&Shop::open(&config.common).await?, &command).await?)
        }
        Command::Jobs(command) => {
            print(&jobs::run(&Shop::open(&config.common).await?, &command).await?)
        }
        Command::Discounts(command) => {
            print(&discounts::run(&Shop::open(&config.common).await?, &command).await?)
        }
        Command::GiftCards(command) => {
            print(&gift_cards::run(&Shop::open(&config.common).await?, &command).await?)
        }
        Command::Orders(command) => {
            print(&orders::run(&Shop::open(&config.common).await?, &command).await?)
        }
        Command::Payments(command) => {
            print(&payments::run(&Shop::open(&config.common).await?, &command).await?)
        }
        Command::ReplayPricing(args) => {
            print(&replay_pricing::run(&Shop::open(&config.common).await?, &args).await?)
        }
        Command::SeedDemo => seed_demo::run(&Shop::open(&config.common).await?).await,
    };
    telemetry.flush().await;
    done
}

fn print(text: &str) -> anyhow::Result<()> {
    use std::io::Write;
    Ok(std::io::stdout().write_all(text.as_bytes())?)
}

async fn sandbox() -> anyhow::Result<()> {
    let mut reader = Reader::from_environment();
    let config = SandboxServerConfig::read(&mut reader);
    let format = reader.parsed("LOG_FORMAT", LogFormat::Pretty);
    let filter = reader.optional("LOG").unwrap_or_else(|| "info".to_owned());
    let config = reader.finish(config)?;
    commerce::telemetry::init(format, &filter, None);
    crate::sandbox::serve(&config).await
}
