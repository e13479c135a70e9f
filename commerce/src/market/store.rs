//! Writes of markets, taxes and duties.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::draft::{CurrencyDraft, DutyDraft, MarketDraft, TaxDraft};
use crate::db::Conn;
use crate::kernel::{Currency, Fault};
use crate::tables::{duty_rates, market_countries, market_prices, markets, tax_rates};

/// Makes the shop's markets the given ones; a market is known by its handle. Rates are for one of the shop's
/// currency.
///
/// # Errors
/// A [`Fault`] when a statement fails, as it does for a country in two markets; [`Fault::Inconsistent`] when a market
/// that is not among them has prices of its own.
pub async fn save_markets(
    conn: &mut Conn,
    drafts: &[MarketDraft],
    own: Currency,
) -> Result<(), Fault> {
    let handles: Vec<&str> = drafts.iter().map(|draft| draft.handle.as_str()).collect();
    let gone = || markets::table.filter(markets::handle.ne_all(handles.clone()));
    let priced = gone()
        .filter(markets::id.eq_any(market_prices::table.select(market_prices::market_id)))
        .order(markets::id)
        .select(markets::handle);
    let priced: Option<String> = priced.first(conn).await.optional()?;
    if let Some(handle) = priced {
        return Err(Fault::Inconsistent(format!(
            "the market `{handle}` has prices of its own: lift them by `api prices import` before it is taken away"
        )));
    }
    diesel::delete(gone()).execute(conn).await?;
    // Another one may be for the rest from now on, and a country may have moved.
    diesel::update(markets::table)
        .set(markets::for_the_rest.eq(false))
        .execute(conn)
        .await?;
    diesel::delete(market_countries::table)
        .execute(conn)
        .await?;
    for draft in drafts {
        let foreign = |it: &CurrencyDraft| it.currency != own;
        let currency = draft.currency.filter(foreign);
        let fields = (
            markets::name.eq(&draft.name),
            markets::for_the_rest.eq(draft.countries.is_empty()),
            markets::taxes_included.eq(draft.taxes_included),
            markets::currency.eq(currency.map(|it| it.currency.code().to_owned())),
            markets::own_currency.eq(currency.map(|_| own.code().to_owned())),
            markets::rate_micros.eq(currency.map(|it| it.rate_micros)),
            markets::step_minor.eq(currency.map_or(1, |it| it.step_minor)),
        );
        let id: i64 = diesel::insert_into(markets::table)
            .values((markets::handle.eq(&draft.handle), fields.clone()))
            .on_conflict(markets::handle)
            .do_update()
            .set(fields)
            .returning(markets::id)
            .get_result(conn)
            .await?;
        let countries: Vec<_> = draft
            .countries
            .iter()
            .map(|code| {
                (
                    market_countries::country.eq(code),
                    market_countries::market_id.eq(id),
                )
            })
            .collect();
        diesel::insert_into(market_countries::table)
            .values(countries)
            .execute(conn)
            .await?;
    }
    Ok(())
}

/// Makes the taxes the given ones.
///
/// # Errors
/// A [`Fault`] when a statement fails.
pub async fn save_taxes(conn: &mut Conn, drafts: &[TaxDraft]) -> Result<(), Fault> {
    use tax_rates as t;
    diesel::delete(t::table).execute(conn).await?;
    let rows: Vec<_> = drafts
        .iter()
        .map(|draft| {
            (
                t::country.eq(&draft.country),
                t::province.eq(&draft.province),
                t::name.eq(&draft.name),
                t::rate_ppm.eq(draft.rate_ppm),
                t::on_shipping.eq(draft.on_shipping),
            )
        })
        .collect();
    diesel::insert_into(t::table)
        .values(rows)
        .execute(conn)
        .await?;
    Ok(())
}

/// Makes the duties the given ones.
///
/// # Errors
/// A [`Fault`] when a statement fails.
pub async fn save_duties(
    conn: &mut Conn,
    drafts: &[DutyDraft],
    currency: Currency,
) -> Result<(), Fault> {
    use duty_rates as t;
    diesel::delete(t::table).execute(conn).await?;
    let rows: Vec<_> = drafts
        .iter()
        .map(|draft| {
            (
                t::country.eq(&draft.country),
                t::rate_ppm.eq(draft.rate_ppm),
                t::from_minor.eq(draft.from_minor),
                t::currency.eq(currency.code()),
            )
        })
        .collect();
    diesel::insert_into(t::table)
        .values(rows)
        .execute(conn)
        .await?;
    Ok(())
}
