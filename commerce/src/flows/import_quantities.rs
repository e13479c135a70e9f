//! Taking over in which numbers variants are sold, and for how much.

use super::import_discounts::currency;
use crate::Shop;
use crate::catalog::store::quantities::{Imported, import};
use crate::db::Run;
use crate::kernel::{Failure, Fault};

/// Makes hold what the rows of a CSV say, in one transaction.
///
/// # Errors
/// A [`Fault`] when another import runs, there is no shop yet or a statement fails; then nothing has changed.
pub async fn import_quantities(shop: &Shop, text: &[u8]) -> Result<Imported, Fault> {
    import_quantities_in(Run::Real, shop, text).await
}

/// As [`import_quantities`]; a dry run changes nothing.
///
/// # Errors
/// As [`import_quantities`].
pub async fn import_quantities_in(run: Run, shop: &Shop, text: &[u8]) -> Result<Imported, Fault> {
    let work = async {
        let currency = currency(shop).await?;
        let done = shop
            .db
            .write_in(run, async |conn| Ok(import(conn, text, currency).await?))
            .await;
        done.map_err(Failure::fault)
    };
    shop.db.alone(work).await
}
