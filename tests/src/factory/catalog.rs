//! Products and collections as tests need them.

use chrono::{DateTime, TimeDelta, Utc};
use commerce::tables::{
    collection_products, collections, inventory_levels, media, product_media,
    product_option_values, product_options, products, variants,
};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use crate::TestApp;

/// Ids by name.
type Named = Vec<(String, i64)>;

/// A product to be made: a published one with a single variant for 10.00 unless told otherwise.
#[derive(Clone, Debug)]
pub struct ProductSeed {
    /// Its handle.
    pub handle: String,
    /// Its title.
    pub title: String,
    /// Its vendor.
    pub vendor: String,
    /// Its type.
    pub product_type: String,
    /// Its tags.
    pub tags: Vec<String>,
    /// Its description, without markup.
    pub description: String,
    /// Its status.
    pub status: String,
    /// Since when it can be seen.
    pub published_at: Option<DateTime<Utc>>,
    /// When it was made and last changed.
    pub created_at: DateTime<Utc>,
    /// How many were sold.
    pub units_sold: i64,
    /// Its options with their values.
    pub options: Vec<(String, Vec<String>)>,
    /// Its variants.
    pub variants: Vec<VariantSeed>,
    /// How many pictures it has.
    pub images: usize,
}

/// A variant to be made.
#[derive(Clone, Debug)]
pub struct VariantSeed {
    /// Its option values by name.
    pub values: Vec<String>,
    /// Its price in minor units.
    pub price: i64,
    /// A price to compare with.
    pub compare_at: Option<i64>,
    /// How many are on the shelf; `None` when nobody counts.
    pub stock: Option<i32>,
    /// Whether it is sold on when the shelf is empty.
    pub sells_when_empty: bool,
    /// Its stock keeping unit.
    pub sku: Option<String>,
    /// Which picture of the product it has, counted from 0.
    pub image: Option<usize>,
}

/// A moment that every test means when it does not matter: noon of the first of January 2026.
#[must_use]
pub fn noon() -> DateTime<Utc> {
    DateTime::from_timestamp(1_767_268_800, 0).expect("a time")
}

impl VariantSeed {
    /// A variant that nobody counts.
    #[must_use]
    pub fn new(values: &[&str], price: i64) -> Self {
        Self {
            values: values.iter().map(|value| (*value).to_owned()).collect(),
            price,
            compare_at: None,
            stock: None,
            sells_when_empty: false,
            sku: None,
            image: None,
        }
    }

    /// The same variant with so many on the shelf.
    #[must_use]
    pub fn stock(mut self, on_hand: i32) -> Self {
        self.stock = Some(on_hand);
        self
    }
}

impl ProductSeed {
    /// A product called like its handle.
    #[must_use]
    pub fn new(handle: &str) -> Self {
        Self {
            handle: handle.to_owned(),
            title: handle.to_owned(),
            vendor: "Acme".to_owned(),
            product_type: "Thing".to_owned(),
            tags: Vec::new(),
            description: String::new(),
            status: "active".to_owned(),
            published_at: Some(noon()),
            created_at: noon(),
            units_sold: 0,
            options: vec![("Title".to_owned(), vec!["Default Title".to_owned()])],
            variants: vec![VariantSeed::new(&["Default Title"], 1000)],
            images: 0,
        }
    }

    /// The same product with a single variant for this price.
    #[must_use]
    pub fn price(mut self, price: i64) -> Self {
        for variant in &mut self.variants {
            variant.price = price;
        }
        self
    }

    /// The same product made so many minutes after noon.
    #[must_use]
    pub fn minutes(mut self, minutes: i64) -> Self {
        self.created_at = noon() + TimeDelta::minutes(minutes);
        self
    }

    /// The same product with these options and variants.
    #[must_use]
    pub fn with(mut self, options: &[(&str, &[&str])], variants: Vec<VariantSeed>) -> Self {
        let texts = |values: &[&str]| values.iter().map(|v| (*v).to_owned()).collect();
        let option = |(name, values): &(&str, &[&str])| ((*name).to_owned(), texts(values));
        self.options = options.iter().map(option).collect();
        self.variants = variants;
        self
    }

    /// Makes it; answers its id.
    pub async fn create(&self, app: &TestApp) -> i64 {
        let conn = &mut app.conn().await;
        let id = self.insert_product(conn).await;
        let media = self.insert_media(conn, id).await;
        let values = self.insert_options(conn, id).await;
        for (place, variant) in self.variants.iter().enumerate() {
            insert_variant(conn, id, place, variant, (&values, &media)).await;
        }
        let summary = format!("SELECT refresh_product_summary(ARRAY[{id}::bigint])");
        diesel::sql_query(summary)
            .execute(conn)
            .await
            .expect("sum up the product");
        id
    }

    async fn insert_product(&self, conn: &mut AsyncPgConnection) -> i64 {
        diesel::insert_into(products::table)
            .values((
                products::handle.eq(&self.handle),
                products::title.eq(&self.title),
                products::vendor.eq(&self.vendor),
                products::product_type.eq(&self.product_type),
                products::tags.eq(&self.tags),
                products::description.eq(&self.description),
                products::description_html.eq(format!("<p>{}</p>", self.description)),
                products::status.eq(&self.status),
                products::published_at.eq(self.published_at),
                products::created_at.eq(self.created_at),
                products::updated_at.eq(self.created_at),
                products::units_sold.eq(self.units_sold),
            ))
            .returning(products::id)
            .get_result(conn)
            .await
            .expect("insert a product")
    }

    async fn insert_media(&self, conn: &mut AsyncPgConnection, product: i64) -> Vec<i64> {
        let mut ids = Vec::new();
        for place in 1..=self.images {
            let handle = &self.handle;
            let id: i64 = diesel::insert_into(media::table)
                .values((
                    media::url.eq(format!("https://cdn.example/{handle}-{place}.png?v=1")),
                    media::alt.eq(format!("{handle} {place}")),
                    media::width.eq(800),
                    media::height.eq(600),
                ))
                .returning(media::id)
                .get_result(conn)
                .await
                .expect("insert a picture");
            diesel::insert_into(product_media::table)
                .values((
                    product_media::product_id.eq(product),
                    product_media::media_id.eq(id),
                    product_media::position.eq(number(place)),
                ))
                .execute(conn)
                .await
                .expect("attach a picture");
            ids.push(id);
        }
        ids
    }

    async fn insert_options(&self, conn: &mut AsyncPgConnection, product: i64) -> Vec<Named> {
        let mut all = Vec::new();
        for ((name, values), position) in self.options.iter().zip(1_i16..) {
            let option: i64 = diesel::insert_into(product_options::table)
                .values((
                    product_options::product_id.eq(product),
                    product_options::name.eq(name),
                    product_options::position.eq(position),
                ))
                .returning(product_options::id)
                .get_result(conn)
                .await
                .expect("insert an option");
            let mut ids = Vec::new();
            for (value, place) in values.iter().zip(1_i16..) {
                let id: i64 = diesel::insert_into(product_option_values::table)
                    .values((
                        product_option_values::option_id.eq(option),
                        product_option_values::product_id.eq(product),
                        product_option_values::name.eq(value),
                        product_option_values::position.eq(place),
                    ))
                    .returning(product_option_values::id)
                    .get_result(conn)
                    .await
                    .expect("insert an option value");
                ids.push((value.clone(), id));
            }
            all.push(ids);
        }
        all
    }
}

async fn insert_variant(
    conn: &mut AsyncPgConnection,
    product: i64,
    place: usize,
    seed: &VariantSeed,
    (values, media): (&[Named], &[i64]),
) {
    let value = |index: usize| -> Option<i64> {
        let name = seed.values.get(index)?;
        values
            .get(index)?
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, id)| *id)
    };
    let policy = if seed.sells_when_empty {
        "continue"
    } else {
        "deny"
    };
    let id: i64 = diesel::insert_into(variants::table)
        .values((
            variants::product_id.eq(product),
            variants::position.eq(number(place + 1)),
            variants::title.eq(seed.values.join(" / ")),
            variants::sku.eq(&seed.sku),
            variants::value1_id.eq(value(0)),
            variants::value2_id.eq(value(1)),
            variants::value3_id.eq(value(2)),
            variants::price_minor.eq(seed.price),
            variants::compare_at_minor.eq(seed.compare_at),
            variants::currency.eq("USD"),
            variants::media_id.eq(seed.image.map(|index| media[index])),
            variants::inventory_tracked.eq(seed.stock.is_some()),
            variants::inventory_policy.eq(policy),
        ))
        .returning(variants::id)
        .get_result(conn)
        .await
        .expect("insert a variant");
    if let Some(on_hand) = seed.stock {
        diesel::insert_into(inventory_levels::table)
            .values((
                inventory_levels::variant_id.eq(id),
                inventory_levels::location_id.eq(sql::<BigInt>("(SELECT min(id) FROM locations)")),
                inventory_levels::on_hand.eq(i64::from(on_hand)),
            ))
            .execute(conn)
            .await
            .expect("count the stock");
    }
}

/// Makes a collection of these products in this order; answers its id.
pub async fn collection(app: &TestApp, handle: &str, sort_order: &str, members: &[i64]) -> i64 {
    let conn = &mut app.conn().await;
    let id: i64 = diesel::insert_into(collections::table)
        .values((
            collections::handle.eq(handle),
            collections::title.eq(handle),
            collections::sort_order.eq(sort_order),
            collections::published_at.eq(noon()),
            collections::updated_at.eq(noon()),
        ))
        .returning(collections::id)
        .get_result(conn)
        .await
        .expect("insert a collection");
    for (product, position) in members.iter().zip(1_i64..) {
        diesel::insert_into(collection_products::table)
            .values((
                collection_products::collection_id.eq(id),
                collection_products::product_id.eq(product),
                collection_products::position.eq(position),
            ))
            .execute(conn)
            .await
            .expect("put a product into the collection");
    }
    id
}

fn number(place: usize) -> i32 {
    i32::try_from(place).expect("a small number")
}
