//! Taking over the orders of another shop, and writing all orders down.

use std::io::{Read, Write};

use super::import_discounts::{currency, zone};
use crate::Shop;
use crate::db::{Conn, Run};
use crate::kernel::sheet::{Refusal, Writer};
use crate::kernel::{Failure, Fault};
use crate::order::carried::{self, Saved, Taken};
use crate::order::sheet::{self, COLUMNS, Told};

/// Orders read in one statement.
const PAGE: i64 = 500;

/// What an import has done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImportedOrders {
    /// Orders that were not there.
    pub created: u64,
    /// Orders that were there already; they are as they were.
    pub there: u64,
    /// Columns that mean nothing here.
    pub ignored: Vec<String>,
    /// Reasons against rows; their orders are left out.
    pub refusals: Vec<Refusal>,
    /// What is unusual about the file.
    pub notes: Vec<Refusal>,
}

/// Takes over the orders of one file, each in a transaction of its own. Nobody gets a mail, nothing is charged, and no
/// stock is promised.
///
/// # Errors
/// A [`Fault`] when another import runs, there is no shop yet or a statement fails; orders that were taken over before stay.
pub async fn import_orders(shop: &Shop, source: impl Read) -> Result<ImportedOrders, Fault> {
    import_orders_in(Run::Real, shop, source).await
}

/// As [`import_orders`]; a dry run changes nothing.
///
/// # Errors
/// As [`import_orders`].
pub async fn import_orders_in(
    run: Run,
    shop: &Shop,
    source: impl Read,
) -> Result<ImportedOrders, Fault> {
    shop.db.alone(import(run, shop, source)).await
}

async fn import(run: Run, shop: &Shop, source: impl Read) -> Result<ImportedOrders, Fault> {
    let (currency, zone) = (currency(shop).await?, zone(shop).await?);
    let Told {
        orders,
        ignored,
        refusals,
        notes,
    } = sheet::read(source, currency, zone);
    let mut imported = ImportedOrders {
        ignored,
        refusals,
        notes,
        ..ImportedOrders::default()
    };
    let last = orders.iter().filter_map(|order| order.number).max();
    if let (Some(last), Run::Real) = (last, run) {
        let room = async |conn: &mut Conn| Ok(carried::number_above(conn, last).await?);
        shop.db.write(room).await.map_err(Failure::fault)?;
    }
    for order in &orders {
        let saved = shop
            .db
            .write_in(run, async |conn| carried::save(conn, order).await)
            .await;
        match saved {
            Ok(Saved::Created) => imported.created += 1,
            Ok(Saved::There) => imported.there += 1,
            Err(Failure::Refused(Taken)) => {
                let number = order.number.unwrap_or_default();
                let reason = format!("{number} is the number of another order");
                let refusal = Refusal::new(order.line, "Name", reason);
                imported.refusals.push(refusal);
            }
            Err(Failure::Broken(fault)) => return Err(fault),
        }
    }
    imported.refusals.sort_by_key(|refusal| refusal.line);
    Ok(imported)
}

/// Writes all orders as a CSV that another shop can take over; answers how many there were.
///
/// # Errors
/// A [`Fault`] when the database fails or `out` does.
pub async fn export_orders(shop: &Shop, out: &mut (dyn Write + Send)) -> Result<u64, Fault> {
    let zone = zone(shop).await?;
    let mut conn = shop.db.primary().await?;
    let mut writer = Writer::new(out);
    writer.write(COLUMNS)?;
    let (mut count, mut last) = (0, 0);
    loop {
        let page = carried::page(&mut conn, last, PAGE).await?;
        let Some((id, _)) = page.last() else { break };
        last = *id;
        for (_, order) in &page {
            for row in sheet::rows(order, zone) {
                writer.write(row)?;
            }
            count += 1;
        }
    }
    writer.finish()?;
    Ok(count)
}
