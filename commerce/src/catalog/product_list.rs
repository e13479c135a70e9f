//! Lists of products: of the whole shop and of collections, in every order, page by page.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel_async::RunQueryDsl;

use super::model::{Collection, PRODUCT, PRODUCTS, Product, ProductColumns};
use super::products::VISIBLE;
use crate::db::Conn;
use crate::db::fragment::{Fragment, Value};
use crate::db::keyset::{Order, Page, Place, PlaceColumns, SortKind, limit, page};
use crate::kernel::page::{PageRefusal, Window};
use crate::kernel::{Failure, Id, Outcome, id};

/// What the products of the shop can be ordered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ProductSort {
    /// Their titles.
    Title,
    /// Their types.
    ProductType,
    /// Their vendors.
    Vendor,
    /// When they last changed.
    UpdatedAt,
    /// When they were made.
    CreatedAt,
    /// How many were sold, most first.
    BestSelling,
    /// Their lowest prices.
    Price,
    /// Their ids.
    Id,
    /// How well they fit the query, best first; by id without free text.
    Relevance,
}

/// A wanted page of the shop's products.
#[derive(Clone, Debug)]
pub struct ProductListing {
    /// Only these products: a condition on `products p`.
    pub condition: Option<Fragment>,
    /// How well a product fits, for [`ProductSort::Relevance`].
    pub relevance: Option<Fragment>,
    /// The order.
    pub sort: ProductSort,
    /// The other way round.
    pub reverse: bool,
    /// Which part of the list.
    pub window: Window,
}

const ID: &str = "p.id";

impl ProductListing {
    fn order(&self) -> Order {
        let by = |sql, kind| Order::by(sql, kind, ID);
        let order = match (self.sort, &self.relevance) {
            (ProductSort::Title, _) => by("p.title_key", SortKind::Text),
            (ProductSort::ProductType, _) => by("p.product_type", SortKind::Text),
            (ProductSort::Vendor, _) => by("p.vendor", SortKind::Text),
            (ProductSort::UpdatedAt, _) => by("p.updated_at", SortKind::Time),
            (ProductSort::CreatedAt, _) => by("p.created_at", SortKind::Time),
            (ProductSort::BestSelling, _) => by("p.units_sold", SortKind::Number).reversed(true),
            (ProductSort::Price, _) => by("p.price_min_minor", SortKind::Number),
            (ProductSort::Relevance, Some(rank)) => {
                Order::by_expression(rank.clone(), SortKind::Number, ID).reversed(true)
            }
            (ProductSort::Id | ProductSort::Relevance, _) => Order::by_id(ID),
        };
        order.reversed(self.reverse)
    }

    /// The statement that reads the page.
    fn statement(&self, order: &Order, now: DateTime<Utc>) -> Result<Fragment, PageRefusal> {
        let bounds = order.bounds(&self.window)?;
        let mut conditions = vec![Fragment::sql(VISIBLE).bind(Value::Time(now))];
        conditions.extend(self.condition.clone());
        conditions.extend(bounds);
        Ok(Fragment::sql("SELECT ")
            .append(order.columns())
            .push(format!(", {PRODUCT} FROM {PRODUCTS} WHERE "))
            .append(Fragment::join(conditions, " AND "))
            .append(order.walk(&self.window))
            .push(limit(&self.window)))
    }
}

/// One page of the shop's visible products.
///
/// # Errors
/// Refused for a cursor of another list; a fault of the database.
pub async fn listing(
    conn: &mut Conn,
    listing: &ProductListing,
    now: DateTime<Utc>,
) -> Outcome<Page<Product>, PageRefusal> {
    let order = listing.order();
    let statement = listing.statement(&order, now).map_err(Failure::Refused)?;
    let rows: Vec<(Place, Product)> = statement
        .into_statement::<(PlaceColumns, ProductColumns)>()
        .load(conn)
        .await?;
    Ok(page(&order, &listing.window, rows))
}

/// What the products of a collection can be ordered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CollectionProductSort {
    /// As the merchant placed them.
    Manual,
    /// Their titles.
    Title,
    /// Their titles, from the end.
    TitleDescending,
    /// Their lowest prices.
    Price,
    /// Their lowest prices, the highest first.
    PriceDescending,
    /// How many were sold, most first.
    BestSelling,
    /// When they were made.
    Created,
    /// When they were made, the newest first.
    CreatedDescending,
    /// Their ids.
    Id,
}

impl CollectionProductSort {
    /// The order that a collection has by default.
    #[must_use]
    pub fn of(collection: &Collection) -> Self {
        match collection.sort_order.as_str() {
            "best_selling" => Self::BestSelling,
            "title" => Self::Title,
            "title_descending" => Self::TitleDescending,
            "price" => Self::Price,
            "price_descending" => Self::PriceDescending,
            "created" => Self::Created,
            "created_descending" => Self::CreatedDescending,
            _ => Self::Manual,
        }
    }

    fn order(self, reverse: bool) -> Order {
        let by = |sql, kind| Order::by(sql, kind, ID);
        let order = match self {
            Self::Manual => Order::by("cp.position", SortKind::Number, "cp.product_id"),
            Self::Title | Self::TitleDescending => by("p.title_key", SortKind::Text),
            Self::Price | Self::PriceDescending => by("p.price_min_minor", SortKind::Number),
            Self::BestSelling => by("p.units_sold", SortKind::Number),
            Self::Created | Self::CreatedDescending => by("p.created_at", SortKind::Time),
            Self::Id => Order::by_id("cp.product_id"),
        };
        let falls = matches!(
            self,
            Self::TitleDescending
                | Self::PriceDescending
                | Self::BestSelling
                | Self::CreatedDescending
        );
        order.reversed(falls).reversed(reverse)
    }
}

/// A wanted page of one collection's products.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CollectionListing {
    /// The collection.
    pub collection_id: Id<id::Collection>,
    /// The part of the list and its order, which many collections of one request share.
    pub part: CollectionPart,
}

/// Which part of a collection's products, in which order.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CollectionPart {
    /// Only these products: a condition on `products p`.
    pub condition: Option<Fragment>,
    /// The order.
    pub sort: CollectionProductSort,
    /// The other way round.
    pub reverse: bool,
    /// Which part of the list.
    pub window: Window,
}

/// The same page of the visible products of several collections.
///
/// # Errors
/// Refused for a cursor of another list; a fault of the database.
pub async fn of_collections(
    conn: &mut Conn,
    collections: &[Id<id::Collection>],
    part: &CollectionPart,
    now: DateTime<Utc>,
) -> Outcome<HashMap<Id<id::Collection>, Page<Product>>, PageRefusal> {
    let order = part.sort.order(part.reverse);
    let statement =
        of_collections_statement(collections, part, &order, now).map_err(Failure::Refused)?;
    type Columns = (diesel::sql_types::BigInt, PlaceColumns, ProductColumns);
    let rows: Vec<(Id<id::Collection>, Place, Product)> =
        statement.into_statement::<Columns>().load(conn).await?;
    let mut lists: HashMap<_, Vec<_>> = HashMap::new();
    for (collection, place, product) in rows {
        lists.entry(collection).or_default().push((place, product));
    }
    let page_of = |id: &Id<id::Collection>| {
        (
            *id,
            page(&order, &part.window, lists.remove(id).unwrap_or_default()),
        )
    };
    Ok(collections.iter().map(page_of).collect())
}

/// A lateral subquery with a limit can only be joined by a nested loop, which keeps its order.
fn of_collections_statement(
    collections: &[Id<id::Collection>],
    part: &CollectionPart,
    order: &Order,
    now: DateTime<Utc>,
) -> Result<Fragment, PageRefusal> {
    let ids = collections.iter().map(|id| id.value).collect();
    let mut conditions = vec![
        Fragment::sql("cp.collection_id = w.id"),
        Fragment::sql(VISIBLE).bind(Value::Time(now)),
    ];
    conditions.extend(part.condition.clone());
    conditions.extend(order.bounds(&part.window)?);
    Ok(Fragment::sql("SELECT w.id, x.* FROM unnest(")
        .bind(Value::Numbers(ids))
        .push("::bigint[]) AS w (id) CROSS JOIN LATERAL (SELECT ")
        .append(order.columns())
        .push(format!(
            ", {PRODUCT} FROM collection_products cp JOIN products p ON p.id = cp.product_id \
             LEFT JOIN media m ON m.id = p.featured_media_id WHERE "
        ))
        .append(Fragment::join(conditions, " AND "))
        .append(order.walk(&part.window))
        .push(limit(&part.window))
        .push(") AS x"))
}
