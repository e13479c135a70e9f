//! Taking over what variants cost in single markets, and giving it out.

use std::collections::HashMap;
use std::io::Write;

use super::import_discounts::currency;
use crate::Shop;
use crate::catalog::store::prices::{self, Place};
use crate::catalog::store::quantities::Imported;
use crate::db::{Conn, Run};
use crate::kernel::{Currency, Failure, Fault};
use crate::market;

/// Makes hold what the rows of a CSV say, in one transaction.
///
/// # Errors
/// A [`Fault`] when another import runs, there is no shop yet or a statement fails; then nothing has changed.
pub async fn import_prices(shop: &Shop, text: &[u8]) -> Result<Imported, Fault> {
    import_prices_in(Run::Real, shop, text).await
}

/// As [`import_prices`]; a dry run changes nothing.
///
/// # Errors
/// As [`import_prices`].
pub async fn import_prices_in(run: Run, shop: &Shop, text: &[u8]) -> Result<Imported, Fault> {
    let work = async {
        let own = currency(shop).await?;
        let done = shop
            .db
            .write_in(run, async |conn| {
                let places = places(conn, own).await?;
                Ok(prices::import(conn, text, &places).await?)
            })
            .await;
        done.map_err(Failure::fault)
    };
    shop.db.alone(work).await
}

/// Writes them as a CSV; answers for how many stock keeping units.
///
/// # Errors
/// A [`Fault`] when there is no shop yet, the database fails or `out` does.
pub async fn export_prices(shop: &Shop, out: &mut (dyn Write + Send)) -> Result<u64, Fault> {
    let own = currency(shop).await?;
    let mut conn = shop.db.primary().await?;
    let places = places(&mut conn, own).await?;
    prices::export(&mut conn, out, &places).await
}

/// The markets by their handles.
async fn places(conn: &mut Conn, own: Currency) -> Result<HashMap<String, Place>, Fault> {
    let places = market::markets(conn).await?.into_iter().map(|market| {
        let place = Place {
            id: market.id.value,
            currency: market.currency.unwrap_or(own),
        };
        (market.handle, place)
    });
    Ok(places.collect())
}
