//! A shop with at least two of everything, and buyers with carts and orders.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::{Map, Value, json};
use tests::TestApp;
use tests::factory::catalog::{ProductSeed, VariantSeed, collection};
use tests::factory::words::shop_file;
use tests::people::Person;
use tests::sandbox::card;
use tests::till::{Till, text};

/// Everything that operations are about.
pub(super) struct World {
    till: Till,
    cup: String,
    people: AtomicU64,
}

impl World {
    pub(super) async fn new() -> Self {
        let till = Till::open().await;
        let cup = till.stock("cup", 1_000).await;
        let app = &till.app;
        let mut lamp = ProductSeed::new("lamp").with(
            &[("Color", &["Red", "Blue"])],
            vec![
                VariantSeed::new(&["Red"], 4000).stock(4),
                VariantSeed::new(&["Blue"], 4500).stock(2),
            ],
        );
        lamp.variants[0].sku = Some("L-RED".to_owned());
        lamp.tags = vec!["light".to_owned()];
        lamp.images = 2;
        let lamp = lamp.create(app).await;
        let mug = ProductSeed::new("mug").price(900).create(app).await;
        collection(app, "all", "manual", &[lamp, mug]).await;
        collection(app, "few", "manual", &[lamp]).await;
        shop_file(app, &file()).await;
        app.execute(
            "INSERT INTO url_redirects (path, target, created_at) VALUES ('/old', '/new', now()), ('/older', '/new', now())",
        )
        .await;
        Self {
            till,
            cup,
            people: AtomicU64::new(0),
        }
    }

    pub(super) fn app(&self) -> &TestApp {
        &self.till.app
    }

    /// Values for the variables of an operation, by their names: carts and accounts are new each time. Those
    /// that have defaults get none.
    pub(super) async fn variables(&self, wanted: &BTreeMap<String, String>) -> Map<String, Value> {
        let mut given = Map::new();
        let wants = |names: &[&str]| names.iter().any(|name| wanted.contains_key(*name));
        if wants(&["cart"]) {
            self.cart(&mut given).await;
        }
        if wants(&["token", "email", "customer"]) {
            let ada = self.person().await;
            self.account(&ada, &mut given).await;
        }
        if wants(&["product", "variant", "article"]) {
            self.goods(&mut given).await;
        }
        given.retain(|name, _| wanted.contains_key(name));
        given
    }

    async fn cart(&self, given: &mut Map<String, Value>) {
        let cart = self.till.cart(&self.cup, 2, card::APPROVED).await;
        let set = "mutation ($c: ID!, $v: ID!) { cartMetafieldsSet(metafields: [{ ownerId: $c, key: \"gift\", type: \"boolean\", value: \"false\" }]) { userErrors { code } } \
            cartLinesAdd(cartId: $c, lines: [{ merchandiseId: $v, attributes: [{ key: \"for\", value: \"Bo\" }] }]) { userErrors { code } } }";
        let values = json!({ "c": cart, "v": self.cup });
        self.till.ask(set, values).await;
        let read = "query ($c: ID!) { cart(id: $c) { lines(first: 1) { nodes { id } } delivery { addresses { id } } \
            deliveryGroups(first: 1) { nodes { id } } } }";
        let found = &self.till.ask(read, json!({ "c": cart })).await["cart"];
        given.insert("cart".to_owned(), json!(cart));
        given.insert("line".to_owned(), found["lines"]["nodes"][0]["id"].clone());
        let address = found["delivery"]["addresses"][0]["id"].clone();
        given.insert("cartAddress".to_owned(), address);
        let group = found["deliveryGroups"]["nodes"][0]["id"].clone();
        given.insert("group".to_owned(), group);
    }

    /// Somebody new.
    async fn person(&self) -> Person {
        let number = self.people.fetch_add(1, Ordering::Relaxed);
        self.till.app.person(&format!("ada{number}")).await
    }

    async fn account(&self, ada: &Person, given: &mut Map<String, Value>) {
        let add = "mutation ($t: String!, $a: MailingAddressInput!) { customerAddressCreate(customerAccessToken: $t, address: $a) { customerAddress { id } } }";
        let mut entry = Value::Null;
        for street in ["1 Main St", "2 Main St"] {
            let address = json!({ "address1": street, "country": "US", "lastName": "Byron" });
            let values = json!({ "t": ada.token, "a": address });
            let added = self.till.ask(add, values).await;
            entry = added["customerAddressCreate"]["customerAddress"]["id"].clone();
        }
        for _ in 0..2 {
            self.till.app.order_of(ada).await;
        }
        given.insert("token".to_owned(), json!(ada.token));
        given.insert("email".to_owned(), json!(ada.email));
        given.insert("password".to_owned(), json!(ada.password));
        given.insert("customer".to_owned(), json!(ada.id));
        given.insert("entry".to_owned(), entry);
    }

    async fn goods(&self, given: &mut Map<String, Value>) {
        let read = "{ product(handle: \"lamp\") { id variants(first: 1) { nodes { id } } } \
            blog(handle: \"news\") { articleByHandle(handle: \"first\") { id } } }";
        let found = self.till.ask(read, json!({})).await;
        given.insert("product".to_owned(), found["product"]["id"].clone());
        let variant = text(&found["product"]["variants"]["nodes"][0]["id"]);
        given.insert("variant".to_owned(), json!(variant));
        let article = found["blog"]["articleByHandle"]["id"].clone();
        given.insert("article".to_owned(), article);
    }
}

/// The shop's own words.
fn file() -> Value {
    let article = |handle: &str, title: &str| {
        json!({ "handle": handle, "title": title, "author": "ada", "body_html": "<p>Words</p>", "tags": ["Wild"],
            "comments": [{ "author": "Cy", "body_html": "Nice", "created_at": "2026-02-01T00:00:00Z" },
                { "author": "Di", "body_html": "Agreed", "created_at": "2026-02-02T00:00:00Z" }] })
    };
    let place = |handle: &str, name: &str, stock: Value| {
        json!({ "handle": handle, "name": name, "city": name, "country": "DE", "latitude": 50.1, "longitude": 8.6,
            "pick_up_time": "Usually ready in an hour", "stock": stock })
    };
    json!({
        "pages": [{ "handle": "about", "title": "About", "body_html": "x" }, { "handle": "contact", "title": "Contact", "body_html": "x" }],
        "authors": [{ "handle": "ada", "first_name": "Ada", "last_name": "Byron" }],
        "blogs": [
            { "handle": "news", "title": "News", "articles": [article("first", "First"), article("second", "Second")] },
            { "handle": "notes", "title": "Notes", "articles": [] }
        ],
        "locations": [place("main", "Mainz", json!({})), place("second", "Frankfurt", json!({ "L-RED": 2 }))],
        "metaobjects": [{ "type": "designer", "name": "Designer", "renderable": true, "seo": { "title": "name" },
            "fields": [{ "key": "name", "type": "single_line_text_field" }, { "key": "works", "type": "list.product_reference" }],
            "entries": [{ "handle": "ada", "fields": { "name": "Ada", "works": ["mug", "lamp"] } }, { "handle": "bo", "fields": { "name": "Bo" } }] }],
        "metafields": [
            { "on": "product/lamp", "key": "goes_with", "type": "list.product_reference", "value": ["mug", "cup"] },
            { "on": "collection/all", "key": "page", "type": "page_reference", "value": "about" },
            { "on": "shop", "key": "colors", "type": "list.color", "value": ["#ff0000"] }
        ],
        "menus": [{ "handle": "people", "title": "People", "items": [{ "title": "Ada", "type": "METAOBJECT", "handle": "designer/ada" }] }]
    })
}
