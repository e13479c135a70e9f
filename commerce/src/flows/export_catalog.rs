//! The whole catalogue as a merchant's product CSV: what the importer reads, written the same way.
//!
//! Importing an export changes nothing. A product's first row has its own fields; each row has one
//! variant and one picture, for as many rows as the longer list has.

use std::collections::{BTreeMap, HashMap};
use std::io::Write;

use diesel::sql_types::{BigInt, Jsonb, Text};
use diesel_async::RunQueryDsl;
use serde::Deserialize;
use serde_json::Value;

use crate::Shop;
use crate::catalog::import::{Column, current_heading};
use crate::content::columns::{self, FieldColumn, KeptField};
use crate::content::store as content;
use crate::db::Conn;
use crate::db::sql::cached;
use crate::inventory::store::main_location;
use crate::kernel::sheet::{Writer, code};
use crate::kernel::{Currency, Fault, Money};
use crate::market;

/// Products read in one statement.
const PAGE: i64 = 100;

/// What the fields belong to that have columns.
const OWNER: &str = "product";

const PRODUCTS: &str = include_str!("../../sql/catalog/export_products.sql");

/// The headings of columns that are only carried along; each once, regardless of case.
const HEADINGS: &str = "
    SELECT min(heading) FROM (
        SELECT jsonb_object_keys(carried) AS heading FROM products
        UNION SELECT jsonb_object_keys(carried) FROM variants WHERE deleted_at IS NULL) all_of_them
    GROUP BY lower(heading) ORDER BY lower(min(heading))";

type Carried = BTreeMap<String, String>;

/// Which headings an export has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Headings {
    /// Those that such files have had for long, such as `Variant SKU`.
    #[default]
    Older,
    /// Those of today, such as `SKU`.
    Current,
}

impl Headings {
    fn of(self, column: Column) -> &'static str {
        match self {
            Self::Older => column.name(),
            Self::Current => column.current_name(),
        }
    }

    fn carried(self, heading: &str) -> String {
        match self {
            Self::Older => heading.to_owned(),
            Self::Current => current_heading(heading).unwrap_or(heading).to_owned(),
        }
    }

    fn of_market(self, name: &str) -> [String; 2] {
        let compare_at = match self {
            Self::Older => "Compare At Price",
            Self::Current => "Compare-at price",
        };
        ["Price", compare_at].map(|part| format!("{part} / {name}"))
    }
}

#[derive(Debug, Deserialize)]
struct Product {
    handle: String,
    title: String,
    description_html: String,
    vendor: String,
    product_type: String,
    tags: Vec<String>,
    published: bool,
    status: String,
    is_gift_card: bool,
    seo_title: Option<String>,
    seo_description: Option<String>,
    options: Vec<String>,
    variants: Vec<Variant>,
    images: Vec<Image>,
    carried: Carried,
    fields: Vec<KeptField>,
}

#[derive(Debug, Deserialize)]
struct Variant {
    values: Vec<String>,
    sku: Option<String>,
    barcode: Option<String>,
    price_minor: i64,
    compare_at_minor: Option<i64>,
    cost_minor: Option<i64>,
    image: Option<String>,
    requires_shipping: bool,
    taxable: bool,
    grams: i32,
    weight_unit: String,
    inventory_tracked: bool,
    inventory_policy: String,
    on_hand: Option<i64>,
    carried: Carried,
    /// Its own prices in markets, with those to compare with and their currency, by the market's number.
    market_prices: BTreeMap<String, (i64, Option<i64>, String)>,
}

#[derive(Debug, Deserialize)]
struct Image {
    url: String,
    alt: Option<String>,
}

/// Writes all products, also those that are not for sale, in the order in which they were made; amounts
/// are in `currency`, which is the shop's. Answers how many there were.
///
/// Each product is written as it was at one moment; what changes meanwhile may or may not show.
///
/// # Errors
/// A [`Fault`] when the database fails or `out` does.
pub async fn export_products(
    shop: &Shop,
    currency: Currency,
    out: &mut (dyn Write + Send),
) -> Result<u64, Fault> {
    export_products_as(shop, currency, Headings::Older, out).await
}

/// As [`export_products`], with headings of one's choice.
///
/// # Errors
/// As [`export_products`].
pub async fn export_products_as(
    shop: &Shop,
    currency: Currency,
    headings: Headings,
    out: &mut (dyn Write + Send),
) -> Result<u64, Fault> {
    let mut conn = shop.db.primary().await?;
    let location = main_location(&mut conn).await?;
    let carried: Vec<String> = cached::<Text, _>(diesel::sql_query(HEADINGS))
        .load(&mut *conn)
        .await?;
    let mut sheet = Sheet {
        writer: Writer::new(out),
        currency,
        headings,
        markets: priced_markets(&mut conn, currency).await?,
        fields: columns::written(OWNER, content::field_kinds(&mut conn, OWNER).await?),
        carried,
    };
    sheet.header()?;
    let (mut last, mut count) = (0, 0);
    loop {
        let query = diesel::sql_query(PRODUCTS)
            .bind::<BigInt, _>(last)
            .bind::<BigInt, _>(PAGE)
            .bind::<BigInt, _>(location);
        let page: Vec<(i64, Value)> = cached::<(BigInt, Jsonb), _>(query).load(&mut *conn).await?;
        let Some((newest, _)) = page.last() else {
            break;
        };
        last = *newest;
        let products: Result<Vec<Product>, _> = page
            .into_iter()
            .map(|(_, product)| serde_json::from_value(product))
            .collect();
        let products = products.map_err(|error| Fault::other("read a product to export", error))?;
        let fields = products.iter().flat_map(|product| &product.fields);
        let names = content::names(&mut conn, columns::references(fields)).await?;
        for product in &products {
            sheet.product(product, &names)?;
            count += 1;
        }
    }
    sheet.writer.finish()?;
    Ok(count)
}

/// A market that has prices of its own.
struct Market {
    id: String,
    name: String,
    currency: Currency,
}

/// The markets with prices of their own, whose columns follow those of fields.
async fn priced_markets(conn: &mut Conn, own: Currency) -> Result<Vec<Market>, Fault> {
    let query = diesel::sql_query("SELECT DISTINCT market_id FROM market_prices WHERE minimum = 1");
    let priced: Vec<i64> = cached::<BigInt, _>(query).load(conn).await?;
    let markets = market::markets(conn).await?.into_iter();
    let markets = markets.filter(|market| priced.contains(&market.id.value));
    let read = |market: market::Market| Market {
        id: market.id.value.to_string(),
        name: market.name,
        currency: market.currency.unwrap_or(own),
    };
    Ok(markets.map(read).collect())
}

/// The file as it is written.
struct Sheet<'a> {
    writer: Writer<&'a mut (dyn Write + Send)>,
    currency: Currency,
    headings: Headings,
    markets: Vec<Market>,
    /// Columns of fields that the merchant added.
    fields: Vec<FieldColumn>,
    /// Headings of columns that are carried along, behind the others.
    carried: Vec<String>,
}

impl Sheet<'_> {
    fn header(&mut self) -> Result<(), Fault> {
        let headings = self.headings;
        let own = Column::ALL.iter().map(|column| headings.of(*column));
        let own = own.map(str::to_owned);
        let fields = self.fields.iter().map(|column| column.heading.to_string());
        let markets = self.markets.iter();
        let markets = markets.flat_map(|market| headings.of_market(&market.name));
        let carried = self.carried.iter().map(|heading| headings.carried(heading));
        let cells = own.chain(fields).chain(markets).chain(carried);
        self.writer.write(cells)
    }

    fn product(&mut self, product: &Product, names: &HashMap<String, String>) -> Result<(), Fault> {
        let blank = vec![String::new(); self.fields.len()];
        let said = self.fields(product, names);
        for index in 0..product.variants.len().max(product.images.len()) {
            let mut row = Row::new(self.currency);
            row.set(Column::Handle, &product.handle);
            if index == 0 {
                row.product(product);
            }
            if let Some(variant) = product.variants.get(index) {
                row.variant(variant);
            }
            if let Some(image) = product.images.get(index) {
                row.set(Column::ImageSrc, &image.url);
                row.set(Column::ImagePosition, &(index + 1).to_string());
                row.set(Column::ImageAlt, image.alt.as_deref().unwrap_or(""));
            }
            let carried = self.carried.iter();
            let carried = carried.map(|heading| row.carried.get(&heading.to_lowercase()));
            let carried = carried.map(|text| text.map_or("", String::as_str));
            let own = row.cells.iter().map(String::as_str);
            let fields = if index == 0 { &said } else { &blank };
            let fields = fields.iter().map(String::as_str);
            let markets = self.markets.iter();
            let variant = product.variants.get(index);
            let markets: Vec<String> = markets.flat_map(|market| market.cells(variant)).collect();
            let markets = markets.iter().map(String::as_str);
            let cells = own.chain(fields).chain(markets).chain(carried);
            self.writer.write(cells)?;
        }
        Ok(())
    }

    /// What the cells say of a product's fields.
    fn fields(&self, product: &Product, names: &HashMap<String, String>) -> Vec<String> {
        let columns = self.fields.iter();
        columns
            .map(|column| column.write(&product.fields, names))
            .collect()
    }
}

impl Market {
    /// What a variant costs here, where it has a price of its own.
    fn cells(&self, variant: Option<&Variant>) -> [String; 2] {
        let price = variant.and_then(|variant| variant.market_prices.get(&self.id));
        let price = price.filter(|(.., currency)| currency == self.currency.code());
        let amount = |minor: Option<i64>| amount(minor, self.currency);
        match price {
            Some((price, compare_at, _)) => [amount(Some(*price)), amount(*compare_at)],
            None => Default::default(),
        }
    }
}

/// One row as it comes together.
struct Row {
    currency: Currency,
    cells: Vec<String>,
    /// By the heading in lower case.
    carried: BTreeMap<String, String>,
}

impl Row {
    fn new(currency: Currency) -> Self {
        Self {
            currency,
            cells: vec![String::new(); Column::ALL.len()],
            carried: BTreeMap::new(),
        }
    }

    fn set(&mut self, column: Column, text: &str) {
        text.clone_into(&mut self.cells[column as usize]);
    }

    fn carry(&mut self, carried: &Carried) {
        let lower = |(heading, text): (&String, &String)| (heading.to_lowercase(), text.clone());
        self.carried.extend(carried.iter().map(lower));
    }

    fn product(&mut self, product: &Product) {
        let names = [
            Column::Option1Name,
            Column::Option2Name,
            Column::Option3Name,
        ];
        for (column, name) in names.into_iter().zip(&product.options) {
            self.set(column, name);
        }
        self.set(Column::Title, &product.title);
        self.set(Column::Body, &product.description_html);
        self.set(Column::Vendor, &product.vendor);
        self.set(Column::Type, &product.product_type);
        self.set(Column::Tags, &product.tags.join(", "));
        self.set(Column::Published, word(product.published));
        self.set(Column::Status, &product.status);
        self.set(Column::GiftCard, word(product.is_gift_card));
        self.set(Column::SeoTitle, text(product.seo_title.as_ref()));
        let seo = text(product.seo_description.as_ref());
        self.set(Column::SeoDescription, seo);
        self.carry(&product.carried);
    }

    fn variant(&mut self, variant: &Variant) {
        let values = [
            Column::Option1Value,
            Column::Option2Value,
            Column::Option3Value,
        ];
        for (column, value) in values.into_iter().zip(&variant.values) {
            self.set(column, value);
        }
        self.set(Column::Sku, &code(text(variant.sku.as_ref())));
        self.set(Column::Barcode, &code(text(variant.barcode.as_ref())));
        self.set(Column::Grams, &variant.grams.to_string());
        self.set(Column::WeightUnit, &variant.weight_unit);
        self.set(Column::Policy, &variant.inventory_policy);
        self.set(Column::RequiresShipping, word(variant.requires_shipping));
        self.set(Column::Taxable, word(variant.taxable));
        self.set(Column::VariantImage, text(variant.image.as_ref()));
        self.set(
            Column::Price,
            &amount(Some(variant.price_minor), self.currency),
        );
        let before = amount(variant.compare_at_minor, self.currency);
        self.set(Column::CompareAt, &before);
        self.set(Column::Cost, &amount(variant.cost_minor, self.currency));
        if variant.inventory_tracked {
            self.set(Column::Tracker, TRACKER);
            let count = variant.on_hand.map(|count| count.to_string());
            self.set(Column::Quantity, text(count.as_ref()));
        }
        self.carry(&variant.carried);
    }
}

/// An amount with all decimal places of the currency; blank for none.
fn amount(minor: Option<i64>, currency: Currency) -> String {
    let Some(minor) = minor else {
        return String::new();
    };
    let decimal = Money::new(minor, currency).decimal();
    let (whole, fraction) = decimal.split_once('.').unwrap_or((&decimal, ""));
    match usize::try_from(currency.exponent()) {
        Ok(places) if places > 0 => format!("{whole}.{fraction:0<places$}"),
        _ => whole.to_owned(),
    }
}

/// Who counts the stock, in the word that such files have for the shop itself.
const TRACKER: &str = "shopify";

fn word(flag: bool) -> &'static str {
    if flag { "true" } else { "false" }
}

fn text(text: Option<&String>) -> &str {
    text.map_or("", String::as_str)
}
