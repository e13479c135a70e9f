//! The only writers of the catalogue's tables. Statements work on a whole product at once; none
//! opens a transaction.

mod collections;
mod images;
mod media;
mod options;
pub mod prices;
mod product;
pub mod quantities;
mod swatches;
mod variants;

pub use collections::{remove_other_collections, save_collection};
pub use images::{save_single, set_dimensions};
pub use media::save_media;
pub(crate) use product::held_product;
pub use product::{Change, SavedProduct, save_product};
pub use swatches::save_swatches;
pub use variants::SavedVariant;

use serde::Serialize;

use crate::kernel::Fault;

/// What a statement takes apart with `jsonb_to_recordset`.
fn json(rows: &impl Serialize) -> Result<String, Fault> {
    serde_json::to_string(rows).map_err(|error| Fault::other("write rows as JSON", error))
}
