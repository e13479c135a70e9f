//! Loads the demo shop; loading it again restores it.

use std::io::Cursor;

use anyhow::{Context, ensure};
use commerce::Shop;
use commerce::content::store::identity;
use commerce::flows::arrange_shop::{arrange_shop, found_shop};
use commerce::flows::import_catalog::{Counts, Observer, import_catalog};

use super::pictures;
use crate::shop_file::ShopFile;

const SHOP: &str = include_str!("../../demo/shop.json");
const PRODUCTS: &str = include_str!("../../demo/products.csv");

/// The database holds a shop that is not the demo, and loading would overwrite it.
#[derive(Debug, thiserror::Error)]
#[error(
    "the database holds the shop `{0}` and its products; the demo shop is only loaded into a database without products, or over itself"
)]
pub struct NotTheDemo(pub String);

/// Loads the demo shop: products with their stock, then everything else.
///
/// # Errors
/// [`NotTheDemo`], or whatever the database answers.
pub async fn seed(shop: &Shop, observer: &mut dyn Observer) -> anyhow::Result<Counts> {
    let storefront = shop.settings.public_url.as_str();
    let assets = format!("{storefront}/demo");
    let fill = |text: &str| {
        text.replace("{{assets}}", &assets)
            .replace("{{storefront}}", storefront)
    };
    let file = ShopFile::read(&fill(SHOP))?;
    let draft = file.shop()?.context("demo/shop.json says who it is")?;
    if let Some((name, true)) = identity(&mut *shop.db.primary().await?).await?
        && name != draft.name
    {
        return Err(NotTheDemo(name).into());
    }
    found_shop(shop, &draft).await?;
    let products = Cursor::new(fill(PRODUCTS).into_bytes());
    let counts = import_catalog(shop, products, draft.currency, observer).await?;
    ensure!(
        counts.refusals == 0,
        "rows of the demo shop's own products.csv were refused"
    );
    let dimensions = pictures::dimensions()
        .into_iter()
        .map(|(name, width, height)| (format!("{assets}/{name}"), width, height))
        .collect();
    let mut arrangement = file.arrangement(None)?;
    arrangement.dimensions = dimensions;
    arrange_shop(shop, &arrangement).await?;
    Ok(counts)
}
