//! `api seed-demo`: load the demo shop.

use commerce::Shop;

use super::progress::Progress;
use crate::demo;

/// Loads the demo shop, or restores it where it is loaded already.
pub(super) async fn run(shop: &Shop) -> anyhow::Result<()> {
    let mut progress = Progress::new("demo");
    let counts = demo::seed(shop, &mut progress).await?;
    progress.finish(&counts);
    Ok(())
}
