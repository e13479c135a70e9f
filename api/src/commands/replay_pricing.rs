//! `api replay-pricing`: recorded orders, computed again.

use anyhow::{bail, ensure};
use clap::Args;
use commerce::Shop;
use commerce::flows::replay_pricing::{Replayed, replay_pricing};

/// Which orders.
#[derive(Args, Clone, Debug)]
#[group(required = true, multiple = false)]
pub struct ReplayArgs {
    /// The order with this number.
    #[arg(long)]
    pub order: Option<i64>,
    /// All orders.
    #[arg(long)]
    pub all: bool,
}

/// Computes the orders again; every difference is named on standard error.
///
/// # Errors
/// When anything comes out otherwise than it was recorded, after computing all of them; when there is no
/// such order; when the database fails.
pub async fn run(shop: &Shop, args: &ReplayArgs) -> anyhow::Result<String> {
    let (mut orders, mut different) = (0_u64, 0_u64);
    let mut told = |replayed: Replayed| {
        orders += 1;
        different += u64::from(!replayed.differences.is_empty());
        for difference in replayed.differences {
            eprintln!("order #{}: {difference}", replayed.number);
        }
    };
    replay_pricing(shop, args.order, &mut told).await?;
    if let Some(number) = args.order {
        ensure!(orders > 0, "there is no order #{number}");
    }
    if different > 0 {
        bail!("{different} of {orders} orders come out otherwise than they were recorded");
    }
    Ok(format!(
        "{orders} orders computed again; all come out as they were recorded\n"
    ))
}
