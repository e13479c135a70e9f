//! The shop itself and its policies.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use crate::catalog::store::save_single;
use crate::content::draft::{BrandDraft, PolicyDraft, ShopDraft};
use crate::db::Conn;
use crate::kernel::{Currency, Fault, TimeZone};
use crate::tables::{products, shop_policies, shops};

/// The number of the one shop.
const THE_SHOP: i64 = 1;

/// Makes the shop what the draft says.
///
/// # Errors
/// A [`Fault`]; a foreign-key violation when the currency differs and amounts exist in the old one.
pub async fn save_shop(
    conn: &mut Conn,
    draft: &ShopDraft,
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    let brand = &draft.brand;
    let [logo, square, cover] = save_pictures(conn, brand, now).await?;
    let (background, foreground) = brand.primary.as_ref().map(sides).unzip();
    let (behind, upon) = brand.secondary.as_ref().map(sides).unzip();
    let colors = (
        shops::brand_background.eq(background),
        shops::brand_foreground.eq(foreground),
        shops::brand_secondary_background.eq(behind),
        shops::brand_secondary_foreground.eq(upon),
    );
    let presence = (
        shops::brand_slogan.eq(&brand.slogan),
        shops::brand_short_description.eq(&brand.short_description),
        shops::brand_logo_id.eq(logo),
        shops::brand_square_logo_id.eq(square),
        shops::brand_cover_id.eq(cover),
    );
    let fields = (
        shops::name.eq(&draft.name),
        shops::description.eq(&draft.description),
        shops::currency.eq(draft.currency.code()),
        shops::country.eq(&draft.country),
        shops::primary_domain_url.eq(&draft.primary_domain_url),
        shops::own_money_format.eq(&draft.money_format),
        shops::email.eq(&draft.email),
        shops::updated_at.eq(now),
        colors,
        presence,
    );
    diesel::insert_into(shops::table)
        .values((shops::id.eq(THE_SHOP), fields))
        .on_conflict(shops::id)
        .do_update()
        .set(fields)
        .execute(conn)
        .await?;
    Ok(())
}

/// Says by which clocks the shop's days begin and end.
///
/// # Errors
/// A [`Fault`] when there is no shop yet or the statement fails.
pub async fn save_time_zone(
    conn: &mut Conn,
    zone: TimeZone,
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    let the_shop = shops::table.find(THE_SHOP);
    let zone = (shops::time_zone.eq(zone.name()), shops::updated_at.eq(now));
    match diesel::update(the_shop).set(zone).execute(conn).await? {
        0 => Err(Fault::Inconsistent("there is no shop yet".to_owned())),
        _ => Ok(()),
    }
}

/// The two sides of a pair of colours.
fn sides((background, foreground): &(String, String)) -> (&str, &str) {
    (background, foreground)
}

/// The pictures of the brand: the mark, the mark in a square, the wide one.
async fn save_pictures(
    conn: &mut Conn,
    brand: &BrandDraft,
    now: DateTime<Utc>,
) -> Result<[Option<i64>; 3], Fault> {
    type Pictures = (Option<i64>, Option<i64>, Option<i64>);
    let held: Option<Pictures> = shops::table
        .find(THE_SHOP)
        .select((
            shops::brand_logo_id,
            shops::brand_square_logo_id,
            shops::brand_cover_id,
        ))
        .first(conn)
        .await
        .optional()?;
    let (logo, square, cover) = held.unwrap_or_default();
    let mut saved = [None; 3];
    for (place, (held, image)) in saved.iter_mut().zip([
        (logo, &brand.logo),
        (square, &brand.square_logo),
        (cover, &brand.cover_image),
    ]) {
        if let Some(image) = image {
            *place = Some(save_single(conn, held, image, now).await?);
        }
    }
    Ok(saved)
}

/// Notes that something of the shop has changed.
///
/// # Errors
/// A [`Fault`] when the statement fails.
pub async fn touch_shop(conn: &mut Conn, now: DateTime<Utc>) -> Result<(), Fault> {
    diesel::update(shops::table.find(THE_SHOP))
        .set(shops::updated_at.eq(now))
        .execute(conn)
        .await?;
    Ok(())
}

/// What the shop sells in; `None` when there is no shop yet.
///
/// # Errors
/// A [`Fault`] when the statement fails or the code is not one.
pub async fn shop_currency(conn: &mut Conn) -> Result<Option<Currency>, Fault> {
    let code: Option<String> = shops::table
        .find(THE_SHOP)
        .select(shops::currency)
        .first(conn)
        .await
        .optional()?;
    code.map(|code| code.parse())
        .transpose()
        .map_err(|error| Fault::other("read the shop's currency", error))
}

/// The shop's name and whether it has any product; `None` when there is no shop yet.
///
/// # Errors
/// A [`Fault`] when the statement fails.
pub async fn identity(conn: &mut Conn) -> Result<Option<(String, bool)>, Fault> {
    let has_products = diesel::dsl::exists(products::table.select(products::id));
    Ok(shops::table
        .find(THE_SHOP)
        .select((shops::name, has_products))
        .first(conn)
        .await
        .optional()?)
}

/// Lets the shop sell in another currency.
///
/// # Errors
/// As [`save_shop`].
pub async fn change_currency(conn: &mut Conn, currency: Currency) -> Result<(), Fault> {
    diesel::update(shops::table.find(THE_SHOP))
        .set(shops::currency.eq(currency.code()))
        .execute(conn)
        .await?;
    Ok(())
}

/// Makes the shop's policies the given ones.
///
/// # Errors
/// A [`Fault`] when a statement fails.
pub async fn save_policies(conn: &mut Conn, drafts: &[PolicyDraft]) -> Result<(), Fault> {
    let kinds: Vec<&str> = drafts.iter().map(|draft| draft.kind.as_str()).collect();
    diesel::delete(shop_policies::table.filter(shop_policies::kind.ne_all(kinds)))
        .execute(conn)
        .await?;
    for draft in drafts {
        let fields = (
            shop_policies::handle.eq(&draft.handle),
            shop_policies::title.eq(&draft.title),
            shop_policies::body_html.eq(&draft.body_html),
        );
        diesel::insert_into(shop_policies::table)
            .values((shop_policies::kind.eq(&draft.kind), fields))
            .on_conflict(shop_policies::kind)
            .do_update()
            .set(fields)
            .execute(conn)
            .await?;
    }
    Ok(())
}
