//! `api orders`: what was bought, sent, canceled and refunded.

use std::fmt::Write as _;
use std::path::PathBuf;

use anyhow::{anyhow, ensure};
use clap::{Args, Subcommand};
use commerce::Shop;
use commerce::content::identity::time_zone;
use commerce::flows::cancel_order::{CancelOrder, cancel_order};
use commerce::flows::fulfill_order::{FulfillOrder, fulfill_order};
use commerce::flows::import_orders::{ImportedOrders, export_orders, import_orders_in};
use commerce::flows::refund_order::{RefundOrder, RefundReason, ShippingRefund, refund_order};
use commerce::kernel::{Failure, TimeZone, postal};
use commerce::order::cancellations::OrderCancelReason;
use commerce::order::fulfillments::Tracking;
use commerce::order::idempotency::IdempotencyKey;
use commerce::order::operator::{self, Brief, ToHandle};

use super::{export, sheet};

/// How many orders are listed when nothing is said.
const LISTED: i64 = 50;

/// What to do about orders.
#[derive(Subcommand, Debug)]
pub enum Orders {
    /// Print orders, the latest first.
    List {
        /// So many at most.
        #[arg(long, default_value_t = LISTED)]
        limit: i64,
    },
    /// Print what packing an order needs, and its parcels.
    Show {
        /// The order's number, such as 1001.
        number: i64,
    },
    /// Note that a parcel was sent; stock leaves the shelf with it.
    Fulfill(FulfillArgs),
    /// Take over the orders of another shop; an order is known by its number.
    Import {
        /// Order CSVs, imported one after the other.
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// Say what would be done, and change nothing.
        #[arg(long)]
        dry_run: bool,
    },
    /// Write all orders as a CSV that another shop can take over.
    Export {
        /// The file to write, which must not exist; standard output when left out.
        #[arg(long, short)]
        output: Option<PathBuf>,
    },
    /// Refund money, lines and delivery: by the provider who took the money, then on the gift cards that paid.
    Refund(RefundArgs),
    /// Cancel an order, or lines of it: what was not sent will not be.
    Cancel(CancelArgs),
}

/// Options of every command that changes an order: its idempotency key, the actor, and the buyer's notification.
#[derive(Args, Clone, Debug)]
pub struct Once {
    /// Names this command: sent again with the same key, it takes effect once. Without one, a key is made and printed,
    /// and an equal command that follows within ten minutes is refused.
    #[arg(long)]
    pub idempotency_key: Option<String>,
    /// Who does it.
    #[arg(long, default_value = "operator")]
    pub actor: String,
    /// Send the buyer no mail.
    #[arg(long)]
    pub no_notify: bool,
}

impl Default for Once {
    fn default() -> Self {
        Self {
            idempotency_key: None,
            actor: "operator".to_owned(),
            no_notify: false,
        }
    }
}

impl Once {
    /// Returns the given key, or prints a new one before the command takes effect.
    fn key(&self) -> IdempotencyKey {
        match &self.idempotency_key {
            Some(key) => IdempotencyKey::given(key),
            None => {
                let key = IdempotencyKey::generate();
                eprintln!("idempotency key: {}", key.value());
                key
            }
        }
    }
}

/// What is refunded.
#[derive(Args, Clone, Debug, Default)]
pub struct RefundArgs {
    /// The order's number, such as 1001.
    pub number: i64,
    /// How much, such as 12.50. When left out: what the lines and the delivery come to, or everything without them.
    #[arg(long)]
    pub amount: Option<String>,
    /// A line's place and how many pieces of it, such as 1=2; several times for several lines.
    #[arg(long = "line", value_parser = line)]
    pub lines: Vec<(usize, i32)>,
    /// How much of the delivery, such as 5.00, or `full`.
    #[arg(long)]
    pub shipping: Option<String>,
    /// Put the pieces back where they were taken from.
    #[arg(long, requires = "lines")]
    pub restock: bool,
    /// Why: customer, damage, restock or other.
    #[arg(long, value_parser = refund_reason)]
    pub reason: Option<RefundReason>,
    /// A note for staff.
    #[arg(long)]
    pub note: Option<String>,
    /// The idempotency key and the actor.
    #[command(flatten)]
    pub once: Once,
}

/// What is canceled.
#[derive(Args, Clone, Debug)]
pub struct CancelArgs {
    /// The order's number, such as 1001.
    pub number: i64,
    /// Why: customer, declined, fraud, inventory, staff or other.
    #[arg(long, value_parser = cancel_reason)]
    pub reason: OrderCancelReason,
    /// A line's place and how many pieces of it, such as 1=2; several times for several lines, the whole order when
    /// there is none.
    #[arg(long = "line", value_parser = line)]
    pub lines: Vec<(usize, i32)>,
    /// Offer the pieces for sale again; otherwise they leave the shelf.
    #[arg(long)]
    pub restock: bool,
    /// Refund what was paid for them.
    #[arg(long)]
    pub refund: bool,
    /// A note for staff.
    #[arg(long)]
    pub staff_note: Option<String>,
    /// The idempotency key and the actor.
    #[command(flatten)]
    pub once: Once,
}

fn refund_reason(text: &str) -> Result<RefundReason, String> {
    RefundReason::parse(text)
        .ok_or_else(|| format!("`{text}` is none of customer, damage, restock and other"))
}

fn cancel_reason(text: &str) -> Result<OrderCancelReason, String> {
    OrderCancelReason::parse(text).ok_or_else(|| {
        format!("`{text}` is none of customer, declined, fraud, inventory, staff and other")
    })
}

/// What is sent.
#[derive(Args, Clone, Debug)]
pub struct FulfillArgs {
    /// The order's number, such as 1001.
    pub number: i64,
    /// A line's place and how many pieces of it, such as 1=2; several times for several lines, everything
    /// that is left when there is none.
    #[arg(long = "line", value_parser = line)]
    pub lines: Vec<(usize, i32)>,
    /// Who carries it.
    #[arg(long)]
    pub company: Option<String>,
    /// The parcel's number.
    #[arg(long)]
    pub tracking_number: Option<String>,
    /// The carrier's page about the parcel.
    #[arg(long)]
    pub tracking_url: Option<String>,
    /// The idempotency key and the actor.
    #[command(flatten)]
    pub once: Once,
}

fn line(text: &str) -> Result<(usize, i32), String> {
    let parts = text.split_once('=');
    let parts = parts.and_then(|(place, pieces)| Some((place.parse().ok()?, pieces.parse().ok()?)));
    parts.ok_or_else(|| format!("`{text}` is not a line's place and a number of pieces: write 1=2"))
}

/// Runs the command and returns its result as text.
///
/// # Errors
/// In words for the operator.
pub async fn run(shop: &Shop, command: &Orders) -> anyhow::Result<String> {
    match command {
        Orders::List { limit } => list(shop, *limit).await,
        Orders::Show { number } => {
            let mut conn = shop.db.primary().await?;
            let found = operator::find(&mut conn, *number).await?;
            let order = found.ok_or_else(|| anyhow!("there is no order #{number}"))?;
            Ok(show(&order, time_zone(&mut conn).await?)?)
        }
        Orders::Fulfill(args) => {
            let wanted = FulfillOrder {
                number: args.number,
                lines: args.lines.clone(),
                tracking: Tracking {
                    company: args.company.clone(),
                    number: args.tracking_number.clone(),
                    url: args.tracking_url.clone(),
                },
                notify: !args.once.no_notify,
                actor: args.once.actor.clone(),
                key: args.once.key(),
            };
            let parcel = done(fulfill_order(shop, &wanted).await)?;
            Ok(format!("parcel {parcel} of order #{}\n", args.number))
        }
        Orders::Import { files, dry_run } => import(shop, files, *dry_run).await,
        Orders::Export { output } => {
            let mut out = export::open(output.as_deref())?;
            let count = export_orders(shop, &mut *out).await?;
            out.flush()?;
            eprintln!("{count} orders");
            Ok(String::new())
        }
        Orders::Refund(args) => Box::pin(refund(shop, args)).await,
        Orders::Cancel(args) => Box::pin(cancel(shop, args)).await,
    }
}

async fn refund(shop: &Shop, args: &RefundArgs) -> anyhow::Result<String> {
    let shipping = args.shipping.as_ref().map(|text| match text.as_str() {
        "full" => ShippingRefund::Full,
        amount => ShippingRefund::Amount(amount.to_owned()),
    });
    let wanted = RefundOrder {
        number: args.number,
        amount: args.amount.clone(),
        lines: args.lines.clone(),
        shipping,
        restock: args.restock,
        reason: args.reason,
        note: args.note.clone(),
        notify: !args.once.no_notify,
        actor: args.once.actor.clone(),
        key: args.once.key(),
    };
    let refunded = done(refund_order(shop, &wanted).await)?;
    Ok(format!(
        "order #{}: {} is asked of the provider, {} is on gift cards again\n",
        args.number, refunded.by_provider, refunded.on_gift_cards
    ))
}

async fn cancel(shop: &Shop, args: &CancelArgs) -> anyhow::Result<String> {
    let wanted = CancelOrder {
        number: args.number,
        lines: args.lines.clone(),
        reason: args.reason,
        restock: args.restock,
        refund: args.refund,
        staff_note: args.staff_note.clone(),
        notify_customer: !args.once.no_notify,
        actor: args.once.actor.clone(),
        key: args.once.key(),
    };
    let canceled = done(cancel_order(shop, &wanted).await)?;
    let what = if args.lines.is_empty() {
        ""
    } else {
        "in part "
    };
    let mut said = format!(
        "order #{} is {what}canceled: {} is asked of the provider, {} is on gift cards again\n",
        args.number, canceled.by_provider, canceled.on_gift_cards
    );
    if canceled.still_owed.minor > 0 {
        let cards = canceled.unusable_cards.join(", …");
        let owed = canceled.still_owed;
        said.push_str(&format!(
            "{owed} could not be refunded, because gift card …{cards} cannot be used any more, and is still owed: \
             enable the card and refund the order, or issue a new card for it\n"
        ));
    }
    Ok(said)
}

async fn import(shop: &Shop, files: &[PathBuf], dry_run: bool) -> anyhow::Result<String> {
    let mut refused = 0;
    for path in files {
        let (name, file) = sheet::open(path)?;
        let ImportedOrders {
            created,
            there,
            ignored,
            refusals,
            notes,
        } = import_orders_in(sheet::run(dry_run), shop, file).await?;
        let done = format!("{created} orders created, {there} there already");
        sheet::warn(&name, &notes);
        sheet::tell(&name, &ignored, &refusals, &sheet::said(dry_run, &done));
        refused += refusals.len();
    }
    sheet::settle(refused)?;
    Ok(String::new())
}

fn done<T, R>(result: Result<T, Failure<R>>) -> anyhow::Result<T>
where
    R: std::error::Error + Send + Sync + 'static,
{
    result.map_err(|failure| match failure {
        Failure::Refused(why) => why.into(),
        Failure::Broken(fault) => fault.into(),
    })
}

async fn list(shop: &Shop, limit: i64) -> anyhow::Result<String> {
    ensure!(limit > 0, "--limit must be above 0");
    let mut conn = shop.db.primary().await?;
    let zone = time_zone(&mut conn).await?;
    let mut report = String::new();
    for order in operator::latest(&mut conn, limit).await? {
        writeln!(report, "{}", in_short(&order, zone))?;
    }
    if report.is_empty() {
        report.push_str("no orders yet\n");
    }
    Ok(report)
}

fn in_short(order: &Brief, zone: TimeZone) -> String {
    let words = |status: &str| status.to_lowercase().replace('_', " ");
    let mut line = format!(
        "#{}  {}  {}  {}, {}",
        order.number,
        zone.minute(order.processed_at),
        order.total,
        words(&order.financial_status),
        words(&order.fulfillment_status),
    );
    if order.refunded.minor > 0 {
        line.push_str(&format!(", {} given back", order.refunded));
    }
    line
}

fn show(order: &ToHandle, zone: TimeZone) -> Result<String, std::fmt::Error> {
    let mut report = format!("{}\n", in_short(&order.brief, zone));
    for (place, line) in (1..).zip(&order.lines) {
        let sku = line.sku.as_deref().unwrap_or("-");
        writeln!(
            report,
            "{place:>4}  {} × {}, {} ({sku}), {} sent",
            line.quantity, line.title, line.variant_title, line.sent
        )?;
    }
    if let Some(title) = &order.delivery_title {
        writeln!(report, "by {title}")?;
    }
    if let Some(address) = &order.shipping_address {
        for part in postal::lines(address, None, true, true) {
            writeln!(report, "      {part}")?;
        }
    }
    if let Some((reason, actor, note)) = &order.canceled {
        let note = note.as_deref().unwrap_or_default();
        writeln!(
            report,
            "canceled by {actor}: {}  {note}",
            reason.to_lowercase()
        )?;
    }
    let at = |line: i64| order.lines.iter().position(|known| known.id == line);
    for refund in &order.refunds {
        let pieces = refund.lines.iter().filter_map(|(line, pieces, how)| {
            let how = how.to_lowercase().replace('_', " ");
            at(*line).map(|place| format!("{}={pieces} ({how})", place + 1))
        });
        let pieces: Vec<String> = pieces.collect();
        writeln!(
            report,
            "refund {} of {} by {}: {}, {} has gone back  {}  {}",
            refund.id,
            zone.minute(refund.created_at),
            refund.actor,
            refund.total,
            refund.succeeded,
            pieces.join(", "),
            refund.note.as_deref().unwrap_or_default()
        )?;
    }
    for parcel in &order.parcels {
        let held = parcel
            .lines
            .iter()
            .filter_map(|(line, pieces)| at(*line).map(|place| format!("{}={pieces}", place + 1)));
        let held: Vec<String> = held.collect();
        let tracking = [
            &parcel.tracking.company,
            &parcel.tracking.number,
            &parcel.tracking.url,
        ];
        let tracking: Vec<&str> = tracking
            .into_iter()
            .filter_map(|text| text.as_deref())
            .collect();
        writeln!(
            report,
            "parcel {} of {}: {}  {}",
            parcel.id,
            zone.minute(parcel.sent_at),
            held.join(", "),
            tracking.join(" ")
        )?;
    }
    Ok(report)
}
