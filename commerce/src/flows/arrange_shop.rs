//! Gives a whole shop its words, rates and collections at once; its products are imported before.

use std::convert::Infallible;

use chrono::{DateTime, Utc};

use crate::Shop;
use crate::catalog::draft::{CollectionDraft, MediumDraft, SwatchDraft};
use crate::catalog::rules;
use crate::catalog::store as catalog;
use crate::content::draft::{
    AuthorDraft, BlogDraft, DefinitionDraft, FieldDefinitionDraft, FileDraft, MenuDraft,
    MetafieldDraft, PageDraft, PolicyDraft, ShopDraft,
};
use crate::content::store as content;
use crate::content::translations::{self, TranslationDraft};
use crate::db::{Conn, Run};
use crate::inventory::draft::LocationDraft;
use crate::inventory::store as inventory;
use crate::kernel::{Currency, Failure, Fault, TimeZone};
use crate::market::draft::{DutyDraft, MarketDraft, TaxDraft};
use crate::market::store as market;
use crate::shipping::draft::{ProfileDraft, ZoneDraft};
use crate::shipping::store as shipping;

/// Everything about a shop that is not a product. What is `None` stays as it is; of what is given,
/// what is not listed is deleted.
#[derive(Clone, Debug, Default)]
pub struct Arrangement {
    /// The shop itself.
    pub shop: Option<ShopDraft>,
    /// By which clocks its days begin and end.
    pub time_zone: Option<TimeZone>,
    /// Its policies.
    pub policies: Option<Vec<PolicyDraft>>,
    /// Its markets.
    pub markets: Option<Vec<MarketDraft>>,
    /// The taxes that are due.
    pub taxes: Option<Vec<TaxDraft>>,
    /// The duties that are due.
    pub duties: Option<Vec<DutyDraft>>,
    /// Where it delivers what is in no profile.
    pub zones: Option<Vec<ZoneDraft>>,
    /// What travels otherwise than the rest.
    pub profiles: Option<Vec<ProfileDraft>>,
    /// What products have beside the pictures of the product CSV.
    pub media: Option<Vec<MediumDraft>>,
    /// What stands for the values of options.
    pub swatches: Option<Vec<SwatchDraft>>,
    /// Its collections; those made first are the oldest.
    pub collections: Option<Vec<CollectionDraft>>,
    /// Its pages.
    pub pages: Option<Vec<PageDraft>>,
    /// Who writes its articles.
    pub authors: Option<Vec<AuthorDraft>>,
    /// Its blogs.
    pub blogs: Option<Vec<BlogDraft>>,
    /// Where its goods lie.
    pub locations: Option<Vec<LocationDraft>>,
    /// Its files.
    pub files: Option<Vec<FileDraft>>,
    /// The kinds of things that it makes up, with all of each kind.
    pub metaobjects: Option<Vec<DefinitionDraft>>,
    /// What is said of fields before any thing has them.
    pub metafield_definitions: Option<Vec<FieldDefinitionDraft>>,
    /// What it adds to things.
    pub metafields: Option<Vec<MetafieldDraft>>,
    /// Its menus.
    pub menus: Option<Vec<MenuDraft>>,
    /// Its words in other languages.
    pub translations: Option<Vec<TranslationDraft>>,
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
    outcome.map_err(Failure::fault)
}

/// Makes the shop, but for its products, what the arrangement says, in one transaction.
///
/// # Errors
/// [`Fault::Inconsistent`] when something names what does not exist, such as a menu a page.
pub async fn arrange_shop(shop: &Shop, arrangement: &Arrangement) -> Result<(), Fault> {
    arrange_shop_in(Run::Real, shop, arrangement).await
}

/// As [`arrange_shop`]; a dry run changes nothing.
///
/// # Errors
/// As [`arrange_shop`].
pub async fn arrange_shop_in(
    run: Run,
    shop: &Shop,
    arrangement: &Arrangement,
) -> Result<(), Fault> {
    let outcome = shop
        .db
        .write_in::<_, Infallible, _>(run, async |conn| {
            arrange_words(shop, conn, arrangement).await?;
            Ok(catalog::set_dimensions(conn, &arrangement.dimensions).await?)
        })
        .await;
    outcome.map_err(Failure::fault)
}

/// What is named is saved before what names it.
async fn arrange_words(shop: &Shop, conn: &mut Conn, a: &Arrangement) -> Result<(), Fault> {
    let now = shop.clock.now();
    if let Some(draft) = &a.shop {
        content::save_shop(conn, draft, now).await?;
    }
    if let Some(zone) = a.time_zone {
        content::save_time_zone(conn, zone, now).await?;
    }
    if let Some(policies) = &a.policies {
        content::save_policies(conn, policies).await?;
    }
    if let Some(markets) = &a.markets {
        let currency = currency(conn).await?;
        market::save_markets(conn, markets, currency).await?;
    }
    if let Some(taxes) = &a.taxes {
        market::save_taxes(conn, taxes).await?;
    }
    if let Some(duties) = &a.duties {
        let currency = currency(conn).await?;
        market::save_duties(conn, duties, currency).await?;
    }
    if let Some(zones) = &a.zones {
        let currency = currency(conn).await?;
        shipping::save_zones(conn, None, zones, currency).await?;
    }
    if let Some(profiles) = &a.profiles {
        arrange_profiles(conn, profiles).await?;
    }
    arrange_pictures(conn, a, now).await?;
    if let Some(collections) = &a.collections {
        arrange_collections(shop, conn, collections).await?;
    }
    if let Some(pages) = &a.pages {
        content::save_pages(conn, pages, now).await?;
    }
    if let Some(authors) = &a.authors {
        content::save_authors(conn, authors).await?;
    }
    if let Some(blogs) = &a.blogs {
        content::save_blogs(conn, blogs, now).await?;
    }
    if let Some(locations) = &a.locations {
        inventory::save_locations(conn, locations).await?;
    }
    if let Some(files) = &a.files {
        content::save_files(conn, files, now).await?;
    }
    if let Some(metaobjects) = &a.metaobjects {
        content::save_metaobjects(conn, metaobjects, now).await?;
    }
    if let Some(metafields) = &a.metafields {
        content::save_metafields(conn, metafields, now).await?;
    }
    if let Some(definitions) = &a.metafield_definitions {
        content::save_definitions(conn, definitions).await?;
    }
    if a.metafields.is_some() || a.metafield_definitions.is_some() {
        content::settle_types(conn, now).await?;
    }
    if let Some(menus) = &a.menus {
        content::save_menus(conn, menus).await?;
    }
    if let Some(drafts) = &a.translations
        && let Some(unknown) = translations::save(conn, drafts).await?
    {
        let what = format!("there are translations of the {unknown}, which does not exist");
        return Err(Fault::Inconsistent(what));
    }
    Ok(())
}

async fn arrange_profiles(conn: &mut Conn, profiles: &[ProfileDraft]) -> Result<(), Fault> {
    let currency = currency(conn).await?;
    let unknown = shipping::save_profiles(conn, profiles, currency).await?;
    let Some((profile, product)) = unknown.first() else {
        return Ok(());
    };
    let what = format!("the delivery profile `{profile}` lists `{product}`, which does not exist");
    Err(Fault::Inconsistent(what))
}

/// What is seen of products.
async fn arrange_pictures(
    conn: &mut Conn,
    a: &Arrangement,
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    if let Some(media) = &a.media {
        catalog::save_media(conn, media, now).await?;
    }
    if let Some(swatches) = &a.swatches {
        catalog::save_swatches(conn, swatches, now).await?;
    }
    Ok(())
}

async fn arrange_collections(
    shop: &Shop,
    conn: &mut Conn,
    collections: &[CollectionDraft],
) -> Result<(), Fault> {
    let now = shop.clock.now();
    rules::lock(conn).await?;
    for collection in collections {
        let unknown = catalog::save_collection(conn, collection, now).await?;
        if let Some(product) = unknown.first() {
            let handle = &collection.handle;
            let what = format!("the collection `{handle}` lists `{product}`, which does not exist");
            return Err(Fault::Inconsistent(what));
        }
    }
    let handles: Vec<&str> = collections.iter().map(|c| c.handle.as_str()).collect();
    catalog::remove_other_collections(conn, &handles).await?;
    rules::note_all(conn).await
}

async fn currency(conn: &mut Conn) -> Result<Currency, Fault> {
    let unfounded = || Fault::Inconsistent("there is no shop yet".to_owned());
    content::shop_currency(conn).await?.ok_or_else(unfounded)
}
