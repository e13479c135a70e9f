//! How the catalogue is read in batches.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;

use commerce::cache::Tag;
use commerce::catalog::collections::ProductCollectionsPart;
use commerce::catalog::keyset::Page;
use commerce::catalog::media::MediaPart;
use commerce::catalog::model;
use commerce::catalog::product_list::{self, CollectionPart, CollectionProductSort};
use commerce::catalog::quantities::{self, Quantities};
use commerce::catalog::stock::{self, ProductStock};
use commerce::catalog::variants::VariantPart;
use commerce::catalog::{collections, media, options, products, variants};
use commerce::db::Conn;
use commerce::kernel::page::PageRefusal;
use commerce::kernel::{Failure, Fault, Id, Outcome, id};

use crate::caching;
use crate::loaders::{Batch, Reads};

/// Declares keys and how a batch of them is read: an expression over a connection, what the keys
/// hold, and the time; and what an answer with the rows is made of.
macro_rules! batches {
    ($(
        $(#[doc = $about:literal])*
        $name:ident($inner:ty) -> $value:ty, $wrap:expr,
        |$conn:ident, $keys:ident, $now:ident| $read:expr, |$rows:pat_param| $tags:expr;
    )*) => { $(
        $(#[doc = $about])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        pub struct $name(pub $inner);

        impl Batch for $name {
            type Value = $value;

            async fn load(reads: &Reads, keys: Vec<Self>) -> Result<HashMap<Self, $value>, Fault> {
                let $keys: Vec<$inner> = keys.into_iter().map(|key| key.0).collect();
                let $now = reads.shop.clock.now();
                let mut conn = reads.conn().await?;
                let $conn: &mut Conn = &mut conn;
                let found = $read.await?;
                if reads.notes.is_some() {
                    let ($keys, $rows) = (&$keys, &found);
                    reads.note($tags);
                }
                Ok(found.into_iter().map(|(key, row)| ($name(key), $wrap(row))).collect())
            }
        }
    )* };
}

batches! {
    /// A visible product.
    ProductKey(Id<id::Product>) -> Arc<model::Product>, Arc::new,
    |conn, keys, now| products::by_ids(conn, &keys, now), |_| the_products(keys).chain([Tag::Media]);
    /// The visible product with this handle.
    ProductHandle(String) -> Arc<model::Product>, Arc::new,
    |conn, keys, now| products::by_handles(conn, &keys, now), |rows| or_any(keys, rows, Tag::Products).chain(caching::of_products(rows.values()));
    /// The long texts of a product.
    TextsOf(Id<id::Product>) -> Arc<model::ProductTexts>, Arc::new,
    |conn, keys, _now| products::texts(conn, &keys), |_| the_products(keys);
    /// The options of a product.
    OptionsOf(Id<id::Product>) -> Arc<Vec<model::ProductOption>>, Arc::new,
    |conn, keys, _now| options::of_products(conn, &keys), |_| the_products(keys).chain([Tag::Media]);
    /// A variant of a visible product.
    VariantKey(Id<id::ProductVariant>) -> Arc<model::Variant>, Arc::new,
    |conn, keys, now| variants::by_ids(conn, &keys, now), |rows| or_any(keys, rows, Tag::AnyProduct).chain(rows.values().map(|row| Tag::Product(row.product_id.value)));
    /// All variants of a product in order.
    VariantsOf(Id<id::Product>) -> Arc<Vec<model::Variant>>, Arc::new,
    |conn, keys, _now| variants::all_of_products(conn, &keys), |_| the_products(keys);
    /// How many of a variant are left.
    StockOf(Id<id::ProductVariant>) -> i64, i64::from,
    |conn, keys, _now| stock::of_variants(conn, &keys), |_| unnamed(keys);
    /// In which numbers a variant is sold, and for how much; nothing for one that is sold in any.
    QuantitiesOf(Id<id::ProductVariant>) -> Arc<Quantities>, Arc::new,
    |conn, keys, _now| quantities::of_variants(conn, &keys), |_| unnamed(keys);
    /// The sums over a product's variants.
    ProductStockOf(Id<id::Product>) -> ProductStock, ProductStock::from,
    |conn, keys, _now| stock::of_products(conn, &keys), |_| the_products(keys);
    /// A picture or another medium.
    MediaKey(i64) -> Arc<model::Media>, Arc::new,
    |conn, keys, _now| media::by_ids(conn, &keys), |_| keys.first().map(|_| Tag::Media);
    /// A visible collection.
    CollectionKey(Id<id::Collection>) -> Arc<model::Collection>, Arc::new,
    |conn, keys, now| collections::by_ids(conn, &keys, now), |_| the_collections(keys);
    /// The visible collection with this handle.
    CollectionHandle(String) -> Arc<model::Collection>, Arc::new,
    |conn, keys, now| collections::by_handles(conn, &keys, now), |rows| or_any(keys, rows, Tag::Collections).chain(rows.values().map(|row| Tag::Collection(row.id.value)));
}

fn the_products(ids: &[Id<id::Product>]) -> impl Iterator<Item = Tag> {
    ids.iter().map(|id| Tag::Product(id.value))
}

fn the_collections(ids: &[Id<id::Collection>]) -> impl Iterator<Item = Tag> {
    ids.iter().map(|id| Tag::Collection(id.value))
}

/// The tag of the list, where something was looked for and is not there: it may come to be.
fn or_any<K, V>(
    keys: &[K],
    rows: &HashMap<K, V>,
    any: Tag,
) -> impl Iterator<Item = Tag> + use<K, V> {
    (rows.len() < keys.len()).then_some(any).into_iter()
}

/// Stock and numbers are tagged by their product, which the resolvers know.
fn unnamed(_: &[Id<id::ProductVariant>]) -> [Tag; 0] {
    []
}

/// A page, or why its arguments were refused.
pub type Paged<T> = Arc<Result<Page<T>, PageRefusal>>;

/// A part of a list that each of several things has: one statement reads the same part of all.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PartOf<O, P> {
    /// Whose list it is.
    pub owner: O,
    /// Which part of the list.
    pub part: P,
}

/// Rows of a page.
pub(crate) fn rows_of<T>(page: &Paged<T>) -> u64 {
    page.as_ref()
        .as_ref()
        .map_or(0, |page| page.rows.len() as u64)
}

type ProductPart<P> = PartOf<Id<id::Product>, P>;

impl Batch for ProductPart<VariantPart> {
    type Value = Paged<Arc<model::Variant>>;

    fn most(&self) -> u64 {
        self.part.window.most()
    }

    fn rows(page: &Self::Value) -> u64 {
        rows_of(page)
    }

    async fn load(reads: &Reads, keys: Vec<Self>) -> Result<HashMap<Self, Self::Value>, Fault> {
        let mut found = HashMap::with_capacity(keys.len());
        for (part, owners) in by_part(keys) {
            let mut conn = reads.conn().await?;
            let pages = variants::of_products(&mut conn, &owners, &part).await;
            reads.note(the_products(&owners));
            collect(&mut found, pages, &part, &owners)?;
        }
        Ok(found)
    }
}

impl Batch for ProductPart<MediaPart> {
    type Value = Paged<Arc<model::Media>>;

    fn most(&self) -> u64 {
        self.part.window.most()
    }

    fn rows(page: &Self::Value) -> u64 {
        rows_of(page)
    }

    async fn load(reads: &Reads, keys: Vec<Self>) -> Result<HashMap<Self, Self::Value>, Fault> {
        let mut found = HashMap::with_capacity(keys.len());
        for (part, owners) in by_part(keys) {
            let mut conn = reads.conn().await?;
            let pages = media::of_products(&mut conn, &owners, &part).await;
            reads.note(the_products(&owners).chain([Tag::Media]));
            collect(&mut found, pages, &part, &owners)?;
        }
        Ok(found)
    }
}

impl Batch for ProductPart<ProductCollectionsPart> {
    type Value = Paged<Arc<model::Collection>>;

    fn most(&self) -> u64 {
        self.part.window.most()
    }

    fn rows(page: &Self::Value) -> u64 {
        rows_of(page)
    }

    async fn load(reads: &Reads, keys: Vec<Self>) -> Result<HashMap<Self, Self::Value>, Fault> {
        let now = reads.shop.clock.now();
        let mut found = HashMap::with_capacity(keys.len());
        for (part, owners) in by_part(keys) {
            let mut conn = reads.conn().await?;
            let pages = collections::of_products(&mut conn, &owners, &part, now).await;
            reads.note(the_products(&owners).chain([Tag::Collections]));
            collect(&mut found, pages, &part, &owners)?;
        }
        Ok(found)
    }
}

impl Batch for PartOf<Id<id::Collection>, CollectionPart> {
    type Value = Paged<Arc<model::Product>>;

    fn most(&self) -> u64 {
        self.part.window.most()
    }

    fn rows(page: &Self::Value) -> u64 {
        rows_of(page)
    }

    async fn load(reads: &Reads, keys: Vec<Self>) -> Result<HashMap<Self, Self::Value>, Fault> {
        let now = reads.shop.clock.now();
        let mut found = HashMap::with_capacity(keys.len());
        for (part, owners) in by_part(keys) {
            let mut conn = reads.conn().await?;
            let pages = product_list::of_collections(&mut conn, &owners, &part, now).await;
            let order = match part.sort {
                CollectionProductSort::Price
                | CollectionProductSort::PriceDescending
                | CollectionProductSort::BestSelling => Tag::AnyProduct,
                _ => Tag::Products,
            };
            reads.note(the_collections(&owners).chain([order]));
            if part.condition.is_some() {
                reads.note([Tag::AnyProduct, Tag::AnyStock]);
            }
            for page in pages.iter().flat_map(HashMap::values) {
                reads.note(caching::of_products(page.rows.iter().map(|(_, row)| row)));
            }
            collect(&mut found, pages, &part, &owners)?;
        }
        Ok(found)
    }
}

/// The owners of each part.
pub(crate) fn by_part<O, P: Eq + Hash>(keys: Vec<PartOf<O, P>>) -> HashMap<P, Vec<O>> {
    let mut groups: HashMap<P, Vec<O>> = HashMap::new();
    for key in keys {
        groups.entry(key.part).or_default().push(key.owner);
    }
    groups
}

/// Puts the pages of one statement among the answers; a refusal is every owner's answer.
pub(crate) fn collect<O: Clone + Eq + Hash, P: Clone + Eq + Hash, T>(
    found: &mut HashMap<PartOf<O, P>, Paged<Arc<T>>>,
    pages: Outcome<HashMap<O, Page<T>>, PageRefusal>,
    part: &P,
    owners: &[O],
) -> Result<(), Fault> {
    let key = |owner| PartOf {
        owner,
        part: part.clone(),
    };
    match pages {
        Ok(pages) => {
            let pages = pages.into_iter();
            found.extend(pages.map(|(owner, page)| (key(owner), Arc::new(Ok(shared(page))))));
        }
        Err(Failure::Refused(refusal)) => {
            let refused: Paged<Arc<T>> = Arc::new(Err(refusal));
            let owners = owners.iter().cloned();
            found.extend(owners.map(|owner| (key(owner), Arc::clone(&refused))));
        }
        Err(Failure::Broken(fault)) => return Err(fault),
    }
    Ok(())
}

/// One page that a statement read, or why it was refused.
pub(crate) fn paged<T>(page: Outcome<Page<T>, PageRefusal>) -> Result<Paged<Arc<T>>, Fault> {
    match page {
        Ok(page) => Ok(Arc::new(Ok(shared(page)))),
        Err(Failure::Refused(refusal)) => Ok(Arc::new(Err(refusal))),
        Err(Failure::Broken(fault)) => Err(fault),
    }
}

/// The same page with rows that are cheap to hand on.
#[must_use]
pub fn shared<T>(page: Page<T>) -> Page<Arc<T>> {
    let rows = page.rows.into_iter();
    Page {
        rows: rows.map(|(cursor, row)| (cursor, Arc::new(row))).collect(),
        has_previous: page.has_previous,
        has_next: page.has_next,
    }
}
