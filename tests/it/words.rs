//! The shop's own words through the API: shop, localization, menus, pages and policies.

use serde_json::{Value, json};
use tests::TestApp;
use tests::factory::words::{shop_file, words};

async fn app() -> TestApp {
    let app = TestApp::new().await;
    words(&app).await;
    app
}

#[tokio::test]
async fn the_shop_says_who_it_is() {
    let app = app().await;
    let answer = app
        .graphql(
            "{ shop { id name description moneyFormat brand { slogan } shipsToCountries \
               primaryDomain { host url sslEnabled } \
               privacyPolicy { id handle title body url } refundPolicy { id } \
               subscriptionPolicy { id handle url } \
               paymentSettings { acceptedCardBrands cardVaultUrl countryCode currencyCode \
                 enabledPresentmentCurrencies supportedDigitalWallets } } \
               paymentSettings { currencyCode } }",
            json!({}),
        )
        .await;
    let shop = &answer.data()["shop"];
    assert_eq!(shop["id"], "gid://shopify/Shop/1");
    assert_eq!(shop["name"], "Test Shop");
    assert_eq!(shop["description"], "Sells what tests need.");
    assert_eq!(shop["moneyFormat"], "${{amount}}");
    assert_eq!(shop["brand"], Value::Null);
    assert_eq!(shop["shipsToCountries"], json!(["AT", "DE"]));
    assert_eq!(
        shop["primaryDomain"],
        json!({ "host": "shop.example", "url": "https://shop.example", "sslEnabled": true })
    );
    assert_eq!(
        shop["privacyPolicy"],
        json!({
            "id": "gid://shopify/ShopPolicy/1",
            "handle": "privacy-policy",
            "title": "The privacy policy",
            "body": "<p>Text</p>",
            "url": "https://shop.example/policies/privacy-policy"
        })
    );
    assert_eq!(shop["refundPolicy"], Value::Null);
    assert_eq!(
        shop["subscriptionPolicy"]["id"],
        "gid://shopify/ShopPolicy/2"
    );
    assert_eq!(shop["paymentSettings"]["currencyCode"], "USD");
    assert_eq!(shop["paymentSettings"]["countryCode"], "US");
    assert_eq!(
        shop["paymentSettings"]["enabledPresentmentCurrencies"],
        json!(["USD"])
    );
    assert_eq!(answer.data()["paymentSettings"]["currencyCode"], "USD");
    assert_eq!(
        answer.statements, 4,
        "the shop, its policies, its zones, its markets"
    );
}

/// A shop file about the shop itself.
fn shop(currency: &str) -> Value {
    json!({ "name": "Test Shop", "description": "", "currency": currency, "country": "DE",
        "primary_domain": "https://shop.example", "email": "" })
}

#[tokio::test]
async fn the_shop_presents_itself_as_its_file_says() {
    let app = app().await;
    let mut file = shop("USD");
    file["brand"] = json!({
        "slogan": "Tests well", "short_description": "All that tests need.",
        "logo": { "src": "https://cdn.example/logo.png", "alt": "A wheel" },
        "square_logo": { "src": "https://cdn.example/square.png" },
        "cover_image": { "src": "https://cdn.example/wide.png", "alt": "Many wheels" },
        "colors": { "primary": { "background": "#2f5e51", "foreground": "#ffffff" },
                    "secondary": { "background": "#f6e8bd", "foreground": "#2d3d5b" } }
    });
    let query = "{ shop { brand { slogan shortDescription logo { id alt image { url } } squareLogo { image { url } } \
        coverImage { alt image { url } } colors { primary { background foreground } secondary { background foreground } } } } }";
    let whole = json!({
        "slogan": "Tests well", "shortDescription": "All that tests need.",
        "logo": { "id": "gid://shopify/MediaImage/1", "alt": "A wheel", "image": { "url": "https://cdn.example/logo.png" } },
        "squareLogo": { "image": { "url": "https://cdn.example/square.png" } },
        "coverImage": { "alt": "Many wheels", "image": { "url": "https://cdn.example/wide.png" } },
        "colors": { "primary": [{ "background": "#2f5e51", "foreground": "#ffffff" }],
                    "secondary": [{ "background": "#f6e8bd", "foreground": "#2d3d5b" }] }
    });
    // What the file says again keeps its id.
    for _ in 0..2 {
        shop_file(&app, &file).await;
        let answer = app.graphql(query, json!({})).await;
        assert_eq!(answer.data()["shop"]["brand"], whole);
        // The shop, all pictures.
        assert_eq!(answer.statements, 2);
    }
    file["brand"] =
        json!({ "slogan": "Tests better", "logo": { "src": "https://cdn.example/other.png" } });
    shop_file(&app, &file).await;
    let answer = app.graphql(query, json!({})).await;
    assert_eq!(
        answer.data()["shop"]["brand"],
        json!({ "slogan": "Tests better", "shortDescription": null, "squareLogo": null, "coverImage": null,
            "logo": { "id": "gid://shopify/MediaImage/4", "alt": null, "image": { "url": "https://cdn.example/other.png" } },
            "colors": { "primary": [], "secondary": [] } })
    );
    shop_file(&app, &shop("USD")).await;
    let answer = app.graphql(query, json!({})).await;
    assert_eq!(answer.data()["shop"]["brand"], Value::Null);
}

#[tokio::test]
async fn amounts_are_written_as_is_usual_or_as_the_file_says() {
    let app = app().await;
    let format = async || {
        let answer = app.graphql("{ shop { moneyFormat } }", json!({})).await;
        answer.data()["shop"]["moneyFormat"].clone()
    };
    for (currency, usual) in [
        ("USD", "${{amount}}"),
        ("EUR", "€{{amount}}"),
        ("GBP", "£{{amount}}"),
        ("JPY", "¥{{amount_no_decimals}}"),
        ("CHF", "CHF {{amount}}"),
    ] {
        shop_file(&app, &shop(currency)).await;
        assert_eq!(format().await, usual);
    }
    let mut file = shop("EUR");
    file["money_format"] = json!("{{ amount_with_comma_separator }} €");
    shop_file(&app, &file).await;
    assert_eq!(format().await, "{{ amount_with_comma_separator }} €");
    shop_file(&app, &shop("EUR")).await;
    assert_eq!(format().await, "€{{amount}}");
}

#[tokio::test]
async fn the_buyer_s_country_counts_where_the_shop_delivers() {
    let app = app().await;
    let query = |directive: &str| {
        format!(
            "query {directive} {{ localization {{ language {{ isoCode name endonymName }} \
             country {{ isoCode name unitSystem currency {{ isoCode name symbol }} market {{ id }} }} \
             market {{ handle }} availableLanguages {{ isoCode }} \
             availableCountries {{ isoCode availableLanguages {{ isoCode }} }} }} }}"
        )
    };
    let answer = app
        .graphql(&query("@inContext(country: AT, language: FR)"), json!({}))
        .await;
    let english = json!([{ "isoCode": "EN" }]);
    assert_eq!(
        answer.data()["localization"],
        json!({
            "language": { "isoCode": "EN", "name": "English", "endonymName": "English" },
            "country": {
                "isoCode": "AT",
                "name": "Autriche",
                "unitSystem": "METRIC_SYSTEM",
                "currency": { "isoCode": "USD", "name": "US Dollar", "symbol": "$" },
                "market": { "id": "gid://shopify/Market/1" }
            },
            "market": { "handle": "default" },
            "availableLanguages": english,
            "availableCountries": [
                { "isoCode": "AT", "availableLanguages": english },
                { "isoCode": "DE", "availableLanguages": english }
            ]
        })
    );
    assert_eq!(
        answer.statements, 5,
        "the shop, its zones, its markets, its rates, its languages"
    );
    for elsewhere in ["", "@inContext(country: ZZ)", "@inContext(country: JP)"] {
        let answer = app.graphql(&query(elsewhere), json!({})).await;
        assert_eq!(
            answer.data()["localization"]["country"]["isoCode"],
            "US",
            "{elsewhere}"
        );
    }
}

#[tokio::test]
async fn a_menu_is_a_tree_of_absolute_links() {
    let app = app().await;
    let answer = app
        .graphql(
            "{ menu(handle: \"main\") { id title handle itemsCount items { title type url tags resourceId \
               items { title type url resourceId resource { __typename ... on Page { handle } \
               ... on ShopPolicy { handle } } } } } none: menu(handle: \"none\") { id } }",
            json!({}),
        )
        .await;
    let leaf = |title: &str, kind: &str, url: &str| json!({ "title": title, "type": kind, "url": url, "tags": [], "resourceId": null, "items": [] });
    assert_eq!(
        answer.data(),
        &json!({
            "menu": {
                "id": "gid://shopify/Menu/1",
                "title": "Main",
                "handle": "main",
                "itemsCount": 3,
                "items": [
                    leaf("Home", "FRONTPAGE", "https://shop.example/"),
                    {
                        "title": "Company",
                        "type": "HTTP",
                        "url": "https://shop.example/company",
                        "tags": [],
                        "resourceId": null,
                        "items": [
                            {
                                "title": "About",
                                "type": "PAGE",
                                "url": "https://shop.example/pages/about",
                                "resourceId": "gid://shopify/Page/1",
                                "resource": { "__typename": "Page", "handle": "about" }
                            },
                            {
                                "title": "Privacy",
                                "type": "SHOP_POLICY",
                                "url": "https://shop.example/policies/privacy-policy",
                                "resourceId": "gid://shopify/ShopPolicy/1",
                                "resource": { "__typename": "ShopPolicy", "handle": "privacy-policy" }
                            }
                        ]
                    },
                    leaf("Elsewhere", "HTTP", "https://else.example/x")
                ]
            },
            "none": null
        })
    );
    assert_eq!(
        answer.statements, 4,
        "menus, the shop, a page, the policies"
    );
}

#[tokio::test]
async fn a_page_is_found_by_handle_and_by_id() {
    let app = app().await;
    let answer = app
        .graphql(
            "{ page(handle: \"about\") { id handle title body bodySummary seo { title description } \
               onlineStoreUrl trackingParameters metafield(key: \"a\") { value } \
               metafields(identifiers: [{ key: \"a\" }, { key: \"b\" }]) { value } } \
               byId: page(id: \"gid://shopify/Page/2\") { handle } \
               old: pageByHandle(handle: \"imprint\") { handle } \
               gone: page(handle: \"gone\") { id } \
               wrong: page(id: \"gid://shopify/Product/1\") { id } }",
            json!({}),
        )
        .await;
    assert_eq!(
        answer.data(),
        &json!({
            "page": {
                "id": "gid://shopify/Page/1",
                "handle": "about",
                "title": "Zebras",
                "body": "<p>About Zebras</p>",
                "bodySummary": "About Zebras",
                "seo": { "title": "Zebras!", "description": null },
                "onlineStoreUrl": null,
                "trackingParameters": null,
                "metafield": null,
                "metafields": [null, null]
            },
            "byId": { "handle": "contact" },
            "old": { "handle": "imprint" },
            "gone": null,
            "wrong": null
        })
    );
    assert_eq!(
        answer.statements, 3,
        "all handles together, all ids together, all metafields together"
    );
    let nothing = app.graphql("{ page { id } }", json!({})).await;
    assert_eq!(
        nothing.body["errors"][0]["message"],
        "give `id` or `handle`"
    );
}

/// Walks a list two at a time and gives the titles of each part.
async fn walk(app: &TestApp, order: &str, forwards: bool) -> Vec<Vec<String>> {
    let size = if forwards { "first" } else { "last" };
    let from = if forwards { "after" } else { "before" };
    let mut parts = Vec::new();
    let mut cursor = Value::Null;
    loop {
        let query = format!(
            "query($cursor: String) {{ pages({size}: 2, {from}: $cursor, {order}) {{ nodes {{ title }} \
             edges {{ cursor }} pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }} }} }}"
        );
        let answer = app.graphql(&query, json!({ "cursor": cursor })).await;
        let pages = &answer.data()["pages"];
        let titles = pages["nodes"].as_array().unwrap().iter();
        parts.push(
            titles
                .map(|node| node["title"].as_str().unwrap().to_owned())
                .collect(),
        );
        let info = &pages["pageInfo"];
        assert_eq!(info["startCursor"], pages["edges"][0]["cursor"]);
        let (ahead, behind, next) = if forwards {
            ("hasNextPage", "hasPreviousPage", &info["endCursor"])
        } else {
            ("hasPreviousPage", "hasNextPage", &info["startCursor"])
        };
        assert_eq!(info[behind], parts.len() > 1);
        if info[ahead] == false {
            return parts;
        }
        cursor = next.clone();
    }
}

#[tokio::test]
async fn pages_are_listed_in_every_order_and_direction() {
    let app = app().await;
    for (order, forwards, parts) in [
        ("sortKey: ID", true, json!([["Zebras", "Bears"], ["Mice"]])),
        (
            "sortKey: TITLE",
            true,
            json!([["Bears", "Mice"], ["Zebras"]]),
        ),
        (
            "sortKey: TITLE, reverse: true",
            true,
            json!([["Zebras", "Mice"], ["Bears"]]),
        ),
        (
            "sortKey: TITLE",
            false,
            json!([["Mice", "Zebras"], ["Bears"]]),
        ),
        (
            "sortKey: UPDATED_AT",
            true,
            json!([["Zebras", "Bears"], ["Mice"]]),
        ),
        ("query: \"bears OR mice\"", true, json!([["Bears", "Mice"]])),
        ("query: \"handle:imprint\"", true, json!([["Mice"]])),
    ] {
        assert_eq!(
            json!(walk(&app, order, forwards).await),
            parts,
            "{order} {forwards}"
        );
    }
}

#[tokio::test]
async fn list_arguments_are_checked() {
    let app = app().await;
    for (arguments, message) in [
        ("", "give `first` or `last` to say how many are wanted"),
        ("(first: 251)", "`first` must be between 0 and 250"),
        (
            "(first: 1, last: 1)",
            "give either `first` or `last`, not both",
        ),
        (
            "(first: 1, after: \"x\")",
            "`after` is not a cursor of this list; use one that it returned",
        ),
    ] {
        for field in ["pages", "urlRedirects"] {
            let query = format!("{{ {field}{arguments} {{ nodes {{ id }} }} }}");
            let answer = app.graphql(&query, json!({})).await;
            assert_eq!(answer.status, 200);
            assert_eq!(answer.body["errors"][0]["message"], message);
            assert_eq!(
                answer.body["errors"][0]["extensions"]["code"],
                "INVALID_ARGUMENT"
            );
            assert_eq!(answer.statements, 0);
        }
    }
    let query = "{ urlRedirects(first: 1, query: \"path:/x\") { nodes { id path target } } }";
    let answer = app.graphql(query, json!({})).await;
    assert_eq!(answer.data(), &json!({ "urlRedirects": { "nodes": [] } }));
}

#[tokio::test]
async fn everything_has_an_id_and_is_found_by_it() {
    let app = app().await;
    let ids = [
        "Page/1",
        "Page/3",
        "Menu/1",
        "MenuItem/2",
        "Shop/1",
        "ShopPolicy/1",
        "Market/1",
        "Shop/2",
        "Unheard/1",
        "Page/99",
        "Page/0x1",
    ];
    let ids: Vec<String> = ids.iter().map(|id| format!("gid://shopify/{id}")).collect();
    let query = "query($ids: [ID!]!, $id: ID!) { nodes(ids: $ids) { __typename id \
                 ... on MenuItem { items { title } } } node(id: $id) { id } }";
    let answer = app
        .graphql(query, json!({ "ids": ids, "id": ids[0] }))
        .await;
    let nodes: Vec<Value> = answer.data()["nodes"].as_array().unwrap().clone();
    for (node, id) in nodes.iter().zip(&ids).take(7) {
        assert_eq!(node["id"], *id);
        assert_eq!(node["__typename"], id.split('/').nth(3).unwrap());
    }
    assert_eq!(
        nodes[3]["items"],
        json!([{ "title": "About" }, { "title": "Privacy" }])
    );
    assert_eq!(nodes[7..], vec![Value::Null; 4]);
    assert_eq!(answer.data()["node"]["id"], ids[0]);
    assert_eq!(
        answer.statements, 6,
        "pages, menus, menu items, the shop, policies, markets"
    );
    let broken = app.graphql("{ node(id: \"7\") { id } }", json!({})).await;
    assert_eq!(broken.body["errors"][0]["message"], "`7` is not an id");
}
