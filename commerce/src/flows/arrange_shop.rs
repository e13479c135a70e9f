//! Gives a whole shop its words, rates and collections at once; its products are imported before.

use std::convert::Infallible;

use crate::Shop;
use crate::catalog::draft::CollectionDraft;
use crate::catalog::store as catalog;
use crate::content::draft::{MenuDraft, PageDraft, PolicyDraft, ShopDraft};
use crate::content::store as content;
use crate::kernel::{Failure, Fault};
use crate::shipping::draft::ZoneDraft;
use crate::shipping::store as shipping;

/// Everything about a shop that is not a product.
#[derive(Clone, Debug)]
pub struct Arrangement {
    /// The shop itself.
    pub shop: ShopDraft,
    /// Its policies.
    pub policies: Vec<PolicyDraft>,
    /// Where it delivers.
    pub zones: Vec<ZoneDraft>,
    /// Its collections; those made first are the oldest.
    pub collections: Vec<CollectionDraft>,
    /// Its pages.
    pub pages: Vec<PageDraft>,
    /// Its menus.
    pub menus: Vec<MenuDraft>,
    /// Widths and heights of pictures by their URL, in pixels.
    pub dimensions: Vec<(String, i32, i32)>,
}

/// Makes the shop row what the draft says, before its products are imported.
///
/// # Errors
/// A [`Fault`] of the database's.
pub async fn found_shop(shop: &Shop, draft: &ShopDraft) -> Result<(), Fault> {
    let now = shop.clock.now();
    let outcome = shop
        .db
        .write::<_, Infallible, _>(async |conn| Ok(content::save_shop(conn, draft, now).await?))
        .await;
    only_faults(outcome)
}

/// Makes everything of the shop but its products what the arrangement says, in one transaction.
/// What the arrangement does not list is deleted.
///
/// # Errors
/// [`Fault::Inconsistent`] when a collection or menu names something that does not exist.
pub async fn arrange_shop(shop: &Shop, arrangement: &Arrangement) -> Result<(), Fault> {
    let now = shop.clock.now();
    let a = arrangement;
    let outcome = shop
        .db
        .write::<_, Infallible, _>(async |conn| {
            content::save_shop(conn, &a.shop, now).await?;
            content::save_policies(conn, &a.policies).await?;
            shipping::save_zones(conn, &a.zones, a.shop.currency).await?;
            for collection in &a.collections {
                let unknown = catalog::save_collection(conn, collection, now).await?;
                if let Some(product) = unknown.first() {
                    let handle = &collection.handle;
                    let what = format!(
                        "the collection `{handle}` lists `{product}`, which does not exist"
                    );
                    return Err(Fault::Inconsistent(what).into());
                }
            }
            let handles: Vec<&str> = a.collections.iter().map(|c| c.handle.as_str()).collect();
            catalog::remove_other_collections(conn, &handles).await?;
            content::save_pages(conn, &a.pages, now).await?;
            content::save_menus(conn, &a.menus).await?;
            Ok(catalog::set_dimensions(conn, &a.dimensions).await?)
        })
        .await;
    only_faults(outcome)
}

fn only_faults(outcome: Result<(), Failure<Infallible>>) -> Result<(), Fault> {
    outcome.map_err(|failure| match failure {
        Failure::Refused(never) => match never {},
        Failure::Broken(fault) => fault,
    })
}
