//! Shop files: what is refused, and that nothing is taken over then.

use std::fs;

use api::commands::import::{ImportArgs, run};
use api::shop_file::ShopFile;
use commerce::kernel::Currency;
use serde_json::{Value, json};
use tests::TestApp;
use tests::factory::words::{shop_file, words};

use super::support::rows;

/// What `file` is refused for.
fn mistakes(file: &Value) -> Vec<String> {
    let read = match ShopFile::read(&file.to_string()) {
        Ok(read) => read,
        Err(error) => return vec![format!("{error:#}")],
    };
    match read.arrangement(Some(Currency::USD)) {
        Ok(_) => Vec::new(),
        Err(error) => error
            .to_string()
            .lines()
            .skip(1)
            .map(str::to_owned)
            .collect(),
    }
}

#[test]
fn every_mistake_is_named_with_its_place() {
    let article = json!({ "handle": "a b", "title": "", "author": "ada", "body_html": "x", "tags": [""],
        "image": { "src": "ftp://x/y" } });
    let file = json!({
        "name": "Shop",
        "policies": { "gossip": { "handle": "", "title": "T", "body_html": "" } },
        "pages": [{ "handle": "a", "title": "A", "body_html": "" }, { "handle": "a", "title": "A", "body_html": "" }],
        "shipping": { "zones": [{ "name": "", "countries": ["*"], "rates": [
            { "code": "x", "title": "X", "price": "-1.00" }, { "code": "y", "title": "Y", "price": "1.999" }] }] },
        "blogs": [{ "handle": "news", "title": "News", "articles": [article] }],
        "menus": [{ "handle": "m", "title": "M", "items": [{ "title": "A", "type": "PAGE" }, { "title": "B", "type": "MOON" },
            { "title": "1", "type": "SEARCH", "items": [{ "title": "2", "type": "SEARCH", "items": [
                { "title": "3", "type": "SEARCH", "items": [{ "title": "4", "type": "SEARCH" }] }] }] }] }]
    });
    assert_eq!(
        mistakes(&file),
        [
            "description: is missing beside what the file says of the shop",
            "country: is missing beside what the file says of the shop",
            "primary_domain: is missing beside what the file says of the shop",
            "email: is missing beside what the file says of the shop",
            "currency: is missing beside what the file says of the shop",
            "primary_domain: is not an http or https address",
            "primary_domain: may have no path and no slash at its end",
            "country: is not a code of two upper-case letters",
        ]
    );
    let mut file = file;
    file.as_object_mut().unwrap().remove("name");
    assert_eq!(
        mistakes(&file),
        [
            "shipping.zones[0].name: is missing",
            "shipping.zones[0].rates[0].price: is negative",
            "shipping.zones[0].rates[1].price: `1.999` is not an amount in USD: write digits with at most 2 decimal places, such as 19.99",
            "policies.gossip: is not one of privacy, refund, shipping, terms, subscription, legal_notice, contact, terms_of_sale",
            "policies.gossip.handle: is missing",
            "pages: `a` stands there twice",
            "blogs[0].articles[0].handle: may not contain white space, `/`, `?`, `#` or `%`",
            "blogs[0].articles[0].title: is missing",
            "blogs[0].articles[0].tags: is missing",
            "blogs[0].articles[0].image.src: is not an http or https address",
            "menus[0].items[0].handle: is missing: the item does not say where it leads",
            "menus[0].items[1].type: `MOON` is not a type of menu items",
            "menus[0].items[2].items[0].items[0]: a menu has 3 levels at most",
        ]
    );
    assert_eq!(
        mistakes(&json!({ "page": [] })),
        [
            "the file is not as docs/shop-file.md describes it: unknown field `page`, expected one of `name`, `description`, \
          `currency`, `country`, `primary_domain`, `email`, `money_format`, `time_zone`, `brand`, `policies`, `markets`, `taxes`, `duties`, `shipping`, \
          `delivery_profiles`, `media`, `swatches`, `collections`, `pages`, `authors`, `blogs`, `locations`, `files`, `metaobjects`, `metafield_definitions`, `metafields`, `menus`, \
          `translations` at line 1 column 7"
        ]
    );
}

#[test]
fn mistakes_in_delivery_are_named_too() {
    let zone = |name: &str, countries: Value, rates: Value| json!({ "name": name, "countries": countries, "rates": rates });
    let rate = |code: &str| json!({ "code": code, "title": "T", "price": "1.00" });
    let ranges = json!([{ "code": "x", "title": "X", "price": "1.00", "grams_from": -1, "grams_below": -1,
        "subtotal_from": "5.00", "subtotal_below": "5.00" }]);
    let file = json!({
        "shipping": { "zones": [
            zone("A", json!(["US", "usa"]), json!([rate("x"), rate("x")])),
            { "name": "A", "countries": ["US"], "provinces": ["Ohio"], "rates": ranges }] },
        "delivery_profiles": [
            { "name": "Freight", "products": ["chair", "a b", "chair"], "zones": [] },
            { "name": "", "products": ["chair"], "zones": [zone("", json!(["*"]), json!([]))] },
            { "name": "Freight", "products": [], "zones": [
                zone("A", json!(["*"]), json!([])), zone("B", json!(["*", "FR"]), json!([rate("")]))] }]
    });
    assert_eq!(
        mistakes(&file),
        [
            "shipping.zones: `A` stands there twice",
            "shipping.zones: `US` stands there twice",
            "shipping.zones[0].countries[1]: is not a code of two upper-case letters",
            "shipping.zones[0].rates: `x` stands there twice",
            "shipping.zones[1].provinces[0]: is not an ISO 3166-2 code, such as US-CA",
            "shipping.zones[1].rates[0].grams_from: is negative",
            "shipping.zones[1].rates[0].subtotal_below: is not above `subtotal_from`, so nothing is between them",
            "shipping.zones[1].rates[0].grams_below: is not above `grams_from`, so nothing is between them",
            "delivery_profiles: `Freight` stands there twice",
            "delivery_profiles[0].products[1]: may not contain white space, `/`, `?`, `#` or `%`",
            "delivery_profiles[0].products[2]: `chair` is in the profile `Freight` already",
            "delivery_profiles[1].products[0]: `chair` is in the profile `Freight` already",
            "delivery_profiles[1].name: is missing",
            "delivery_profiles[1].zones[0].name: is missing",
            "delivery_profiles[2].zones: `*` stands there twice",
            "delivery_profiles[2].zones[1].countries[0]: is not a code of two upper-case letters",
            "delivery_profiles[2].zones[1].rates[0].code: is missing",
        ]
    );
    let unknown = |profile: Value| mistakes(&json!({ "delivery_profiles": [profile] }))[0].clone();
    let refused = unknown(json!({ "name": "A", "products": [], "zones": [], "countries": [] }));
    assert!(
        refused.contains("unknown field `countries`, expected one of `name`, `products`, `zones`"),
        "{refused}"
    );
    let refused = unknown(json!({ "name": "A", "zones": [] }));
    assert!(refused.contains("missing field `products`"), "{refused}");
}

#[test]
fn mistakes_in_rules_are_named_too() {
    let rule = |column: &str, relation: &str, condition: Value| json!({ "column": column, "relation": relation, "condition": condition });
    let conditions = [
        rule("tag", "contains", json!("x")),
        rule("title", "equals", Value::Null),
        rule("title", "equals", json!("")),
        rule("title", "equals", json!("x".repeat(256))),
        rule("variant_price", "less_than", json!("9.999")),
        rule("variant_price", "less_than", json!("-1")),
        rule("variant_compare_at_price", "is_set", json!("9")),
        rule("variant_weight", "equals", json!("-1")),
        rule("variant_inventory", "equals", json!("some")),
    ];
    let collection = |rest: Value| {
        let mut collection = json!({ "handle": "c", "title": "C", "description_html": "" });
        let rest = rest.as_object().unwrap().clone();
        collection.as_object_mut().unwrap().extend(rest);
        json!({ "collections": [collection] })
    };
    assert_eq!(
        mistakes(&collection(
            json!({ "rules": { "match": "all", "conditions": conditions } })
        )),
        [
            "collections[0].rules.conditions[0]: the column cannot be compared like this",
            "collections[0].rules.conditions[1]: says no `condition` to compare with",
            "collections[0].rules.conditions[2]: says no `condition` to compare with",
            "collections[0].rules.conditions[3]: `condition` is longer than 255 characters, or has a NUL character",
            "collections[0].rules.conditions[4]: `9.999` is not an amount in USD: write digits with at most 2 decimal places, such as 19.99",
            "collections[0].rules.conditions[5]: `-1` is below zero",
            "collections[0].rules.conditions[6]: needs no `condition`",
            "collections[0].rules.conditions[7]: `-1` is no whole number such as 5",
            "collections[0].rules.conditions[8]: `some` is no whole number such as 5",
        ]
    );
    let none = json!({ "match": "any", "conditions": [] });
    assert_eq!(
        mistakes(&collection(json!({ "rules": none, "products": [] }))),
        ["collections[0]: has both of `products` and `rules`; one of them says what is in it"]
    );
    assert_eq!(
        mistakes(&collection(json!({ "rules": none }))),
        ["collections[0].rules.conditions: are none, or more than 60"]
    );
    assert_eq!(
        mistakes(&collection(json!({}))),
        ["collections[0]: has neither of `products` and `rules`; one of them says what is in it"]
    );
}

#[test]
fn mistakes_in_what_the_merchant_makes_up_are_named_too() {
    let file = json!({
        "files": [{ "handle": "a", "src": "a.pdf", "kind": "scroll", "width": 0, "bytes": -1 }],
        "metaobjects": [{ "type": "maker", "name": "Maker", "seo": { "title": "nick" },
            "fields": [{ "key": "name", "type": "boolean" }, { "key": "age", "type": "years" }],
            "entries": [{ "handle": "ada", "fields": { "name": "Ada", "nick": "A" } }, { "handle": "ada", "fields": {} }] }],
        "metafields": [
            { "on": "customer/1", "key": "a", "type": "boolean", "value": true },
            { "on": "product", "key": "a", "type": "list.number_integer", "value": 1 },
            { "on": "shop", "key": "a", "type": "color", "value": "green" },
            { "on": "shop", "key": "a", "type": "color", "value": "#00ff00" }
        ],
        "locations": [{ "handle": "x", "name": "X", "latitude": 91, "country": "usa", "pick_up_time": "", "stock": { "S": -1 } }]
    });
    assert_eq!(
        mistakes(&file),
        [
            "locations[0].country: is not a code of two upper-case letters",
            "locations[0].latitude: is not between -90 and 90",
            "locations[0]: has only one of latitude and longitude",
            "locations[0].pick_up_time: is missing",
            "locations[0].stock.S: -1 is below zero",
            "files[0].src: is not an http or https address",
            "files[0].kind: is not one of image, video, model_3d, file",
            "files[0].width: is below 1",
            "files[0].bytes: is below zero",
            "metaobjects[0].fields[1].type: `years` is not a type of values",
            "metaobjects[0].entries: `ada` stands there twice",
            "metaobjects[0].seo.title: is not the key of a field",
            "metaobjects[0].entries[0].fields.name: is neither true nor false",
            "metaobjects[0].entries[0].fields.nick: is not a field of this type",
            "metafields: `shop custom.a` stands there twice",
            "metafields[0].on: is neither `shop` nor, for example, `product/its-handle`",
            "metafields[1].on: is neither `shop` nor, for example, `product/its-handle`",
            "metafields[1].value: is not a list",
            "metafields[2].value: is not a colour such as #2f5e51",
        ]
    );
}

#[test]
fn mistakes_in_how_the_shop_presents_itself_are_named_too() {
    let mut file = json!({ "name": "Shop", "description": "", "currency": "USD", "country": "US",
        "primary_domain": "https://shop.example", "email": "",
        "money_format": "{{amount}} or {{amount}}",
        "brand": { "slogan": "", "logo": { "src": "logo.png" },
            "colors": { "primary": { "background": "green", "foreground": "#ffffff" },
                        "secondary": { "background": "#2f5e51", "foreground": "#FFFFFF" } } } });
    let colour = "is not a colour such as #2f5e51, in lower case";
    let numbers = "money_format: has not exactly one of {{amount}}, {{amount_no_decimals}}, {{amount_with_comma_separator}}, \
        {{amount_no_decimals_with_comma_separator}}, {{amount_with_apostrophe_separator}}, \
        {{amount_no_decimals_with_space_separator}}, {{amount_with_space_separator}}, {{amount_with_period_and_space_separator}}";
    assert_eq!(
        mistakes(&file),
        [
            "brand.slogan: is missing".to_owned(),
            "brand.logo.src: is not an http or https address".to_owned(),
            format!("brand.colors.primary.background: {colour}"),
            format!("brand.colors.secondary.foreground: {colour}"),
            numbers.to_owned(),
        ]
    );
    file.as_object_mut().unwrap().remove("brand");
    for format in ["$", "{{price}}", "{{amount"] {
        file["money_format"] = json!(format);
        assert_eq!(mistakes(&file), [numbers], "{format}");
    }
    for (unknown, place) in [
        (
            json!({ "motto": "x" }),
            "unknown field `motto`, expected one of `slogan`, `short_description`, `logo`, `square_logo`, \
            `cover_image`, `colors` at line 1 column 17",
        ),
        (
            json!({ "colors": { "third": null } }),
            "unknown field `third`, expected `primary` or `secondary` at line 1 column 27",
        ),
    ] {
        assert_eq!(
            mistakes(&json!({ "brand": unknown })),
            [format!(
                "the file is not as docs/shop-file.md describes it: {place}"
            )]
        );
    }
    // How goes with who.
    assert_eq!(
        mistakes(&json!({ "brand": {} }))[0],
        "name: is missing beside what the file says of the shop"
    );
}

#[test]
fn mistakes_in_what_is_seen_of_products_are_named_too() {
    let file = json!({
        "swatches": [
            { "option": "Color", "value": "Red", "color": "red" },
            { "option": "", "value": "Sky", "image": "http://cdn.example/sky.png" },
            { "option": "Color", "value": "", "image": "https:/" },
            { "option": "color", "value": "RED", "alt": "Red" }
        ],
        "media": [
            { "product": "mug", "kind": "external_video", "src": "https://vimeo.com.example/1" },
            { "product": "", "kind": "film", "src": "http://cdn.example/a.mp4", "preview": "a.png" },
            { "product": "mug", "kind": "image", "src": "https://cdn.example/a.png", "preview": "https://cdn.example/a.png", "width": 0 },
            { "product": "mug", "kind": "external_video", "src": "https://vimeo.com/76979871", "filesize": 1 },
            { "product": "mug", "kind": "model_3d", "src": "https://cdn.example/a.glb", "filesize": -1, "mime_type": "" },
            { "product": "mug", "kind": "model_3d", "src": "https://cdn.example/a.glb" },
            { "product": "mug", "kind": "video", "src": "https:///a.mp4?" },
            { "product": "mug", "kind": "video", "src": "data:video/mp4,x" }
        ]
    });
    assert_eq!(
        mistakes(&file),
        [
            "media: `mug model_3d https://cdn.example/a.glb` stands there twice",
            "media[0].src: is not the address of a film on YouTube or Vimeo, such as https://youtu.be/dQw4w9WgXcQ",
            "media[1].product: is missing",
            "media[1].kind: is not one of image, external_video, video, model_3d",
            "media[1].src: is not an https address",
            "media[1].preview: is not an https address",
            "media[2].preview: stands for films and models; a picture is its own",
            "media[2].width: is below 1",
            "media[3]: is on another site, and has neither `mime_type` nor `filesize`",
            "media[4].mime_type: is missing",
            "media[4].filesize: is below zero",
            "media[7].src: is not an https address",
            "swatches: `color red` stands there twice",
            "swatches[0].color: is not a colour such as #2f5e51, in lower case",
            "swatches[1].option: is missing",
            "swatches[1].image: is not an https address",
            "swatches[2].value: is missing",
            "swatches[2].image: is not an https address",
            "swatches[3]: has neither of `color` and `image`; one of them stands for the value",
            "swatches[3].alt: says what an `image` shows, but there is none",
        ]
    );
}

#[tokio::test]
async fn a_file_that_names_what_is_not_there_changes_nothing() {
    let app = TestApp::new().await;
    words(&app).await;
    let folder = std::env::temp_dir();
    let path = folder.join(format!("shop-file-{}.json", std::process::id()));
    let blog = |author: &str| {
        json!([{ "handle": "news", "title": "News", "articles": [
        { "handle": "a", "title": "A", "author": author, "body_html": "x" }] }])
    };
    let menu = |handle: &str| json!([{ "handle": "m", "title": "M", "items": [{ "title": "A", "type": "ARTICLE", "handle": handle }] }]);
    let authors = json!([{ "handle": "ada", "first_name": "Ada" }]);
    let counts = "SELECT (SELECT count(*) FROM blogs) AS blogs, (SELECT count(*) FROM articles) AS articles, \
        (SELECT count(*) FROM pages) AS pages, (SELECT string_agg(handle, ' ') FROM menus) AS menus";
    for file in [
        json!({ "authors": authors, "pages": [], "blogs": blog("bea") }),
        json!({ "authors": authors, "blogs": blog("ada"), "menus": menu("news/b") }),
        json!({ "authors": authors, "blogs": blog("ada"), "menus": menu("news") }),
        json!({ "pages": [], "locations": [{ "handle": "x", "name": "X", "stock": { "NONE": 1 } }] }),
        json!({ "pages": [], "metafields": [{ "on": "product/none", "key": "a", "type": "boolean", "value": true }] }),
        json!({ "pages": [], "metafields": [{ "on": "shop", "key": "a", "type": "list.page_reference", "value": ["none"] }] }),
        json!({ "blogs": [{ "handle": "?", "title": "", "articles": [] }] }),
        json!({ "pages": [], "media": [{ "product": "none", "kind": "image", "src": "https://cdn.example/a.png" }] }),
        json!({ "blogs": 7 }),
    ] {
        fs::write(&path, file.to_string()).unwrap();
        let args = ImportArgs {
            files: vec![path.clone()],
            currency: None,
            dry_run: false,
        };
        let error = run(&app.shop, &args).await.unwrap_err();
        assert_eq!(
            error.to_string(),
            "0 reasons against rows, 1 files that were left out; everything else is imported"
        );
        assert_eq!(
            rows(&app, counts).await,
            json!([{ "blogs": 0, "articles": 0, "pages": 3, "menus": "main" }]),
            "{file}"
        );
    }
    let file = json!({ "authors": authors, "blogs": blog("ada"), "menus": menu("news/a") });
    fs::write(&path, file.to_string()).unwrap();
    let args = ImportArgs {
        files: vec![path.clone()],
        currency: None,
        dry_run: false,
    };
    run(&app.shop, &args).await.unwrap();
    fs::remove_file(path).unwrap();
    assert_eq!(
        rows(&app, counts).await,
        json!([{ "blogs": 1, "articles": 1, "pages": 3, "menus": "m" }])
    );
}

#[tokio::test]
async fn what_a_file_leaves_out_stays() {
    let app = TestApp::new().await;
    words(&app).await;
    shop_file(
        &app,
        &json!({ "pages": [{ "handle": "about", "title": "Yaks", "body_html": "" }] }),
    )
    .await;
    let left = "SELECT (SELECT string_agg(id || ' ' || title, ',') FROM pages) AS pages, \
        (SELECT count(*) FROM shop_policies) AS policies, (SELECT count(*) FROM menus) AS menus, (SELECT name FROM shops) AS name";
    assert_eq!(
        rows(&app, left).await,
        json!([{ "pages": "1 Yaks", "policies": 2, "menus": 1, "name": "Test Shop" }])
    );
}
