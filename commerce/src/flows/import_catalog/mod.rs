//! Brings a merchant's product CSV into the catalogue and the stock, product by product.
//!
//! Each product is a transaction of its own: an import that is stopped has imported whole products,
//! and importing the file again goes on from there, because what is there already stays as it is.
//! What columns say of fields that the merchant added follows for many products at once.

mod fields;

use std::convert::Infallible;
use std::io::{Read, Seek};

use diesel_async::SimpleAsyncConnection;

use self::fields::Fields;
use crate::Shop;
use crate::catalog::draft::ProductDraft;
use crate::catalog::import::{ProductReader, Refusal, Unreadable, parse};
use crate::catalog::store::{self, Change, SavedProduct};
use crate::content::store as content;
use crate::inventory::model::StockCount;
use crate::inventory::store as stock;
use crate::kernel::{Currency, Failure, Fault};

/// What an import has done so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Rows that the file has, without the header.
    pub total_rows: u64,
    /// Rows that have been dealt with.
    pub rows: u64,
    /// Products that were not there.
    pub created: u64,
    /// Products of which something differed.
    pub updated: u64,
    /// Products of which nothing differed.
    pub unchanged: u64,
    /// Products left as they were, because a row of theirs was refused.
    pub refused: u64,
    /// Variants of the products that were not refused.
    pub variants: u64,
    /// Images of the products that were not refused.
    pub images: u64,
    /// Reasons for refusals.
    pub refusals: u64,
    /// Warnings.
    pub warnings: u64,
    /// Products of which rows were held at once, at most.
    pub most_open: usize,
}

impl Counts {
    /// Both together, file after file.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            total_rows: self.total_rows + other.total_rows,
            rows: self.rows + other.rows,
            created: self.created + other.created,
            updated: self.updated + other.updated,
            unchanged: self.unchanged + other.unchanged,
            refused: self.refused + other.refused,
            variants: self.variants + other.variants,
            images: self.images + other.images,
            refusals: self.refusals + other.refusals,
            warnings: self.warnings + other.warnings,
            most_open: self.most_open.max(other.most_open),
        }
    }
}

/// Products from which on an import changes the tables so much that statements planned for what was
/// there before may be ten times slower.
const MANY: u64 = 100;

/// PostgreSQL does so by itself a minute later; until then a list would sort all products for a page.
const ANALYZE: &str = "ANALYZE (SKIP_LOCKED) products, product_options, product_option_values, variants, media, \
    product_media, inventory_levels, metafields";

/// Who is told what happens, as it happens.
pub trait Observer: Send {
    /// A column means nothing to the import.
    fn ignored(&mut self, column: &str);
    /// A row (or the header) is refused.
    fn refused(&mut self, refusal: &Refusal);
    /// Something was read otherwise than it was written.
    fn warned(&mut self, warning: &Refusal);
    /// Another product has been dealt with.
    fn progress(&mut self, counts: &Counts);
}

/// Imports one file; its amounts are in `currency`, which is the shop's.
///
/// # Errors
/// A [`Fault`] when reading fails or the database does; what was committed before stays, but for
/// the last moments before the database itself died.
pub async fn import_catalog<S: Read + Seek + Send>(
    shop: &Shop,
    source: S,
    currency: Currency,
    observer: &mut dyn Observer,
) -> Result<Counts, Fault> {
    let mut counts = Counts::default();
    let mut reader = match ProductReader::open(source) {
        Ok(reader) => reader,
        Err(Unreadable::Header(refusals)) => {
            refusals
                .iter()
                .for_each(|refusal| observer.refused(refusal));
            counts.refusals += count(&refusals);
            return Ok(counts);
        }
        Err(Unreadable::Input(error)) => return Err(Fault::other("read the file", error)),
    };
    for column in reader.ignored_columns() {
        observer.ignored(column);
    }
    counts.total_rows = reader.total_rows();
    let mut fields = Fields::open(shop, reader.field_columns()).await?;
    let location = stock::main_location(&mut *shop.db.primary().await?).await?;
    while let Some(group) = reader
        .next_group()
        .map_err(|error| Fault::other("read the file", error))?
    {
        let parsed = parse(&reader, &group, currency);
        parsed
            .warnings
            .iter()
            .for_each(|warning| observer.warned(warning));
        counts.warnings += count(&parsed.warnings);
        let read = parsed.product.and_then(|draft| {
            let values = fields.read(group.line(), &draft.fields)?;
            Ok((draft, values))
        });
        let saved = match read {
            Ok((draft, values)) => save(shop, &draft, currency, location)
                .await?
                .map(|saved| (saved, draft, values))
                .map_err(|reason| vec![group.refuse(&reason)]),
            Err(refusals) => Err(refusals),
        };
        match saved {
            Ok((saved, draft, values)) => {
                counts.add(saved.change, &draft);
                fields.add(&saved, group.line(), values);
                if fields.is_full() {
                    fields.put(shop, &mut counts, observer, false).await?;
                }
            }
            Err(refusals) => {
                refusals
                    .iter()
                    .for_each(|refusal| observer.refused(refusal));
                counts.refusals += count(&refusals);
                counts.refused += 1;
            }
        }
        counts.rows += count(group.rows());
        counts.most_open = reader.most_open();
        observer.progress(&counts);
    }
    fields.put(shop, &mut counts, observer, true).await?;
    if counts.created + counts.updated > 0 {
        make_durable(shop).await?;
    }
    if counts.created + counts.updated >= MANY {
        let mut conn = shop.db.primary().await?;
        conn.batch_execute(ANALYZE).await?;
    }
    Ok(counts)
}

impl Counts {
    fn add(&mut self, change: Change, draft: &ProductDraft) {
        match change {
            Change::Created => self.created += 1,
            Change::Updated => self.updated += 1,
            Change::Unchanged => self.unchanged += 1,
        }
        self.variants += count(&draft.variants);
        self.images += count(&draft.images);
    }
}

/// Saves one product and its stock in one transaction. The inner error is the database's reason
/// against the product.
async fn save(
    shop: &Shop,
    draft: &ProductDraft,
    currency: Currency,
    location: i64,
) -> Result<Result<SavedProduct, String>, Fault> {
    let now = shop.clock.now();
    let outcome = shop
        .db
        .write::<_, Infallible, _>(async |conn| {
            // Waiting for the disk product by product would take most of the time. The commit
            // that `make_durable` waits for carries all earlier ones with it.
            conn.batch_execute("SET LOCAL synchronous_commit = off")
                .await?;
            let saved = store::save_product(conn, draft, currency, now).await?;
            let (counted, uncounted) = split(draft, &saved.variants, location);
            stock::set_on_hand(conn, &counted).await?;
            if saved.change == Change::Updated {
                stock::stop_counting(conn, &uncounted).await?;
            }
            Ok(saved)
        })
        .await;
    match outcome {
        Ok(saved) => Ok(Ok(saved)),
        Err(Failure::Refused(never)) => match never {},
        // The rows were checked; a rule that only the database knows is still no reason to give
        // the other products up.
        Err(Failure::Broken(Fault::Database(diesel::result::Error::DatabaseError(kind, info))))
            if is_refusal(&kind) =>
        {
            Ok(Err(format!(
                "the database refuses the product: {}",
                info.message()
            )))
        }
        Err(Failure::Broken(fault)) => Err(fault),
    }
}

/// Waits until everything that was committed before is on disk.
async fn make_durable(shop: &Shop) -> Result<(), Fault> {
    let now = shop.clock.now();
    let outcome = shop
        .db
        .write::<_, Infallible, _>(async |conn| Ok(content::touch_shop(conn, now).await?))
        .await;
    outcome.map_err(Failure::fault)
}

/// The stock to record, and the variants that have none.
fn split(draft: &ProductDraft, ids: &[i64], location: i64) -> (Vec<StockCount>, Vec<i64>) {
    let mut counted = Vec::new();
    let mut uncounted = Vec::new();
    for (variant, id) in draft.variants.iter().zip(ids) {
        if variant.inventory_tracked {
            counted.push(StockCount {
                variant_id: *id,
                location_id: location,
                on_hand: variant.on_hand,
            });
        } else {
            uncounted.push(*id);
        }
    }
    (counted, uncounted)
}

fn is_refusal(kind: &diesel::result::DatabaseErrorKind) -> bool {
    use diesel::result::DatabaseErrorKind as Kind;
    matches!(
        kind,
        Kind::UniqueViolation
            | Kind::ForeignKeyViolation
            | Kind::CheckViolation
            | Kind::NotNullViolation
    )
}

fn count<T>(items: &[T]) -> u64 {
    u64::try_from(items.len()).unwrap_or(u64::MAX)
}
