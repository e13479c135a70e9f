//! Brings a merchant's product CSV into the catalogue and the stock, product by product.
//!
//! Each product is a transaction of its own: an import that is stopped has imported whole products,
//! and importing the file again goes on from there, because what is there already stays as it is.
//! What columns say of fields that the merchant added follows for many products at once. A dry run does the same, and rolls each
//! transaction back.

mod fields;

use std::convert::Infallible;
use std::io::{Read, Seek};

use diesel_async::SimpleAsyncConnection;

use self::fields::Fields;
use crate::Shop;
use crate::catalog::draft::ProductDraft;
use crate::catalog::import::{
    Columns, Group, Parsed, ProductReader, Refusal, Unreadable, is_whole, parse, resolve,
};
use crate::catalog::store::prices::{OwnPrice, Place, set_own_prices};
use crate::catalog::store::{self, Change, SavedProduct, SavedVariant};
use crate::content::store as content;
use crate::content::values::Given;
use crate::db::{Conn, Run};
use crate::inventory::model::StockCount;
use crate::inventory::store as stock;
use crate::kernel::{Currency, Failure, Fault};
use crate::market;

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
    /// Descriptions of which markup was dropped.
    pub cut: u64,
    /// Elements that were dropped from them.
    pub elements: u64,
    /// Attributes that were dropped from the elements that stayed.
    pub attributes: u64,
    /// Variants whose stock is counted, in a file that does not say how much there is.
    pub uncounted: u64,
    /// Products that the file leaves out of a market.
    pub left_out: u64,
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
            cut: self.cut + other.cut,
            elements: self.elements + other.elements,
            attributes: self.attributes + other.attributes,
            uncounted: self.uncounted + other.uncounted,
            left_out: self.left_out + other.left_out,
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

/// Imports one file; its amounts are in `currency`, which is the shop's. One import runs at a time.
///
/// # Errors
/// A [`Fault`] when another import runs, when reading fails or the database does; what was committed before stays, but for
/// the last moments before the database itself died.
pub async fn import_catalog<S: Read + Seek + Send>(
    shop: &Shop,
    source: S,
    currency: Currency,
    observer: &mut dyn Observer,
) -> Result<Counts, Fault> {
    import_catalog_in(Run::Real, shop, source, currency, observer).await
}

/// As [`import_catalog`]; a dry run counts and tells what importing the file would do, and changes nothing. Whether metafields
/// lead to what exists is told by a real one alone.
///
/// # Errors
/// As [`import_catalog`].
pub async fn import_catalog_in<S: Read + Seek + Send>(
    run: Run,
    shop: &Shop,
    source: S,
    currency: Currency,
    observer: &mut dyn Observer,
) -> Result<Counts, Fault> {
    let import = Import {
        shop,
        currency,
        run,
    };
    shop.db.alone(import.run(source, observer)).await
}

/// What holds for all products of a file.
struct Import<'a> {
    shop: &'a Shop,
    currency: Currency,
    run: Run,
}

/// What is found out before the first product.
struct Ground {
    location: i64,
    columns: Columns,
    /// Where the prices of markets' columns belong.
    places: Vec<Place>,
}

impl Import<'_> {
    async fn run<S: Read + Seek + Send>(
        self,
        source: S,
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
            Err(Unreadable::Input(error)) => return Err(unread(error)),
        };
        let ground = self.prepare(&mut reader, &mut counts, observer).await?;
        let mut fields = Fields::open(self.shop, reader.field_columns(), self.run).await?;
        while let Some(group) = reader.next_group().map_err(unread)? {
            let parsed = parse(&reader, &group, self.currency);
            note(&parsed, &mut counts, observer);
            match self.product(parsed, &group, &ground, &fields).await? {
                Ok((saved, draft, values)) => {
                    counts.add(&saved, &draft, reader.lacks_stock());
                    if self.run == Run::Real {
                        fields.add(&saved, group.line(), values);
                    }
                    if fields.is_full() {
                        fields.put(self.shop, &mut counts, observer, false).await?;
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
        fields.put(self.shop, &mut counts, observer, true).await?;
        conclude(&mut counts, observer);
        if self.run == Run::Real {
            self.finish(&counts).await?;
        }
        Ok(counts)
    }

    /// Tells what is unusual about the file, and finds its markets.
    async fn prepare<S: Read + Seek>(
        &self,
        reader: &mut ProductReader<S>,
        counts: &mut Counts,
        observer: &mut dyn Observer,
    ) -> Result<Ground, Fault> {
        let (location, markets) = {
            let mut conn = self.shop.db.primary().await?;
            (
                stock::main_location(&mut conn).await?,
                market::markets(&mut conn).await?,
            )
        };
        let place = |market: &market::Market| Place {
            id: market.id.value,
            currency: market.currency.unwrap_or(self.currency),
        };
        let named: Vec<(&str, Place)> = markets
            .iter()
            .flat_map(|market| {
                let place = place(market);
                [(&*market.name, place), (&*market.handle, place)]
            })
            .collect();
        let currencies: Vec<(&str, Currency)> = named
            .iter()
            .map(|(name, place)| (*name, place.currency))
            .collect();
        reader.adopt_markets(&currencies);
        let place = |name: &str| named.iter().find(|(known, _)| *known == name);
        let places = reader.markets().filter_map(place);
        let places = places.map(|(_, place)| *place).collect();
        let mut notes = reader.notes().to_vec();
        for name in reader.unknown_markets() {
            let reason = format!(
                "the shop has no market `{name}`, so its columns are only kept for exports"
            );
            notes.push(Refusal::new(1, "", reason));
        }
        notes.iter().for_each(|warning| observer.warned(warning));
        counts.warnings += count(&notes);
        for column in reader.ignored_columns() {
            observer.ignored(column);
        }
        counts.total_rows = reader.total_rows();
        Ok(Ground {
            location,
            columns: reader.columns().clone(),
            places,
        })
    }

    /// Saves a product, or answers all reasons against it.
    async fn product(
        &self,
        parsed: Parsed,
        group: &Group,
        ground: &Ground,
        fields: &Fields,
    ) -> Result<Result<Imported, Vec<Refusal>>, Fault> {
        let read = parsed.product.and_then(|draft| {
            let values = fields.read(group.line(), &draft.fields)?;
            Ok((draft, values))
        });
        let (draft, values) = match read {
            Ok(read) => read,
            Err(refusals) => return Ok(Err(refusals)),
        };
        let outcome = self
            .shop
            .db
            .write_in::<_, Vec<Refusal>, _>(self.run, async |conn| {
                // Waiting for the disk product by product would take most of the time. The commit
                // that `make_durable` waits for carries all earlier ones with it.
                conn.batch_execute("SET LOCAL synchronous_commit = off")
                    .await?;
                let mut draft = draft.clone();
                if !is_whole(&draft) {
                    let held = store::held_product(conn, &draft.handle).await?;
                    resolve(&mut draft, held.as_ref(), &ground.columns, group.line())
                        .map_err(Failure::Refused)?;
                }
                let mut saved = self.save(conn, &draft, ground).await?;
                let now = self.shop.clock.now();
                if self.run == Run::Dry && fields.would_change(conn, &saved, &values, now).await? {
                    saved.note_change();
                }
                Ok(saved)
            })
            .await;
        match outcome {
            Ok(saved) => Ok(Ok((saved, draft, values))),
            Err(Failure::Refused(refusals)) => Ok(Err(refusals)),
            // The rows were checked; a rule that only the database knows is still no reason to give
            // the other products up.
            Err(Failure::Broken(Fault::Database(diesel::result::Error::DatabaseError(
                kind,
                info,
            )))) if is_refusal(&kind) => {
                let reason = format!("the database refuses the product: {}", info.message());
                Ok(Err(vec![group.refuse(&reason)]))
            }
            Err(Failure::Broken(fault)) => Err(fault),
        }
    }

    /// Saves one product, its stock and its prices in markets.
    async fn save(
        &self,
        conn: &mut Conn,
        draft: &ProductDraft,
        ground: &Ground,
    ) -> Result<SavedProduct, Fault> {
        let now = self.shop.clock.now();
        let mut saved = store::save_product(conn, draft, self.currency, now).await?;
        let (counted, uncounted) = split(draft, &saved.variants, ground.location);
        let mut changes = stock::set_on_hand(conn, &counted).await?;
        if saved.change == Change::Updated {
            stock::stop_counting(conn, &uncounted).await?;
        }
        changes += set_own_prices(conn, &prices(draft, &saved.variants, &ground.places)).await?;
        if changes > 0 {
            saved.note_change();
        }
        Ok(saved)
    }

    /// Makes what was imported durable, and lists of it fast.
    async fn finish(&self, counts: &Counts) -> Result<(), Fault> {
        if counts.created + counts.updated > 0 {
            make_durable(self.shop).await?;
        }
        if counts.created + counts.updated >= MANY {
            let mut conn = self.shop.db.primary().await?;
            conn.batch_execute(ANALYZE).await?;
        }
        Ok(())
    }
}

/// A product as it was saved, and what was said of it.
type Imported = (SavedProduct, ProductDraft, Vec<Option<Given>>);

fn unread(error: std::io::Error) -> Fault {
    Fault::other("read the file", error)
}

/// Counts and tells what was read otherwise than it was written.
fn note(parsed: &Parsed, counts: &mut Counts, observer: &mut dyn Observer) {
    parsed
        .warnings
        .iter()
        .for_each(|warning| observer.warned(warning));
    counts.warnings += count(&parsed.warnings);
    counts.cut += u64::from(!parsed.dropped.is_nothing());
    counts.elements += parsed.dropped.elements;
    counts.attributes += parsed.dropped.attributes;
    counts.left_out += u64::from(parsed.is_left_out);
}

/// Tells what concerns the file as a whole.
fn conclude(counts: &mut Counts, observer: &mut dyn Observer) {
    let mut warn = |is_so: bool, reason: String| {
        if is_so {
            observer.warned(&Refusal::new(1, "", reason));
            counts.warnings += 1;
        }
    };
    let reason = format!(
        "the file has no column for the stock of {} variants that is counted: it stays as it is, and is 0 for new ones; \
         import the inventory CSV with `api inventory import`",
        counts.uncounted
    );
    warn(counts.uncounted > 0, reason);
    let reason = format!(
        "{} products are left out of a market by the file: the shop sells every product in every market",
        counts.left_out
    );
    warn(counts.left_out > 0, reason);
}

impl Counts {
    fn add(&mut self, saved: &SavedProduct, draft: &ProductDraft, lacks_stock: bool) {
        match saved.change {
            Change::Created => self.created += 1,
            Change::Updated => self.updated += 1,
            Change::Unchanged => self.unchanged += 1,
        }
        self.variants += count(&draft.variants);
        self.images += count(&draft.images);
        if lacks_stock {
            let tracked = saved.variants.iter().filter(|variant| variant.is_tracked);
            self.uncounted += u64::try_from(tracked.count()).unwrap_or(u64::MAX);
        }
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

/// The stock to record, and the variants that have none. A file that says nothing of stock changes none.
fn split(
    draft: &ProductDraft,
    saved: &[SavedVariant],
    location: i64,
) -> (Vec<StockCount>, Vec<i64>) {
    let mut counted = Vec::new();
    let mut uncounted = Vec::new();
    for (variant, saved) in draft.variants.iter().zip(saved) {
        let says_nothing = variant.inventory_tracked.is_none() && variant.on_hand.is_none();
        if !saved.is_tracked {
            uncounted.push(saved.id);
        } else if !says_nothing {
            counted.push(StockCount {
                variant_id: saved.id,
                location_id: location,
                on_hand: variant.on_hand,
            });
        }
    }
    (counted, uncounted)
}

/// What the variants cost in the markets that have columns.
fn prices(draft: &ProductDraft, saved: &[SavedVariant], places: &[Place]) -> Vec<OwnPrice> {
    let variants = draft.variants.iter().zip(saved);
    let prices = variants.flat_map(|(variant, saved)| {
        let prices = variant.market_prices.iter().zip(places);
        prices.map(|(price, place)| OwnPrice {
            place: *place,
            variant: saved.id,
            price: *price,
        })
    });
    prices.collect()
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
