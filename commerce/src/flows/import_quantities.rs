//! Taking over in which numbers variants are sold, and for how much.

use super::import_discounts::currency;
use crate::Shop;
use crate::catalog::store::quantities::{Imported, import};
use crate::kernel::{Failure, Fault};

/// Makes hold what the rows of a CSV say, in one transaction.
///
/// # Errors
/// A [`Fault`] when there is no shop yet or a statement fails; then nothing has changed.
pub async fn import_quantities(shop: &Shop, text: &[u8]) -> Result<Imported, Fault> {
    let currency = currency(shop).await?;
    let done = shop
        .db
        .write(async |conn| Ok(import(conn, text, currency).await?))
        .await;
    done.map_err(Failure::fault)
}
