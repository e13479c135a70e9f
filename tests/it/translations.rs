//! The shop's words in other languages: shown by `@inContext(language:)`, and in the shop's own where there are none.

use api::shop_file::ShopFile;
use commerce::flows::arrange_shop::arrange_shop;
use commerce::kernel::Currency;
use serde_json::{Value, json};
use tests::TestApp;
use tests::factory::catalog::ProductSeed;
use tests::factory::words::{shop_file, words};

const WORDS: &str = "localization { language { isoCode } availableLanguages { isoCode endonymName } \
    country { defaultLanguage { isoCode } availableLanguages { isoCode } } } \
    product(handle: \"cup\") { title handle description descriptionHtml seo { title description } } \
    products(first: 5, sortKey: TITLE) { nodes { title } } \
    collection(handle: \"all\") { title description descriptionHtml seo { title } } \
    page(handle: \"about\") { title body seo { title } } \
    blog(handle: \"news\") { title articleByHandle(handle: \"first\") { title content contentHtml } } \
    shop { privacyPolicy { title body } refundPolicy { title } }";

async fn ask(app: &TestApp, language: &str) -> Value {
    let query = format!("query @inContext(language: {language}) {{ {WORDS} }}");
    let answer = app.graphql(&query, json!({})).await;
    answer.data().clone()
}

/// A shop with everything that can have words in German, of which some has.
async fn shop() -> TestApp {
    let app = TestApp::new().await;
    words(&app).await;
    for handle in ["cup", "mug"] {
        ProductSeed::new(handle).create(&app).await;
    }
    let content = json!({
        "collections": [{ "handle": "all", "title": "All", "description_html": "<p>All of it</p>", "products": ["cup"] }],
        "authors": [{ "handle": "ada", "first_name": "Ada", "last_name": "", "email": "", "bio": null }],
        "blogs": [{ "handle": "news", "title": "News", "articles": [
            { "handle": "first", "title": "First", "author": "ada", "body_html": "<p>Hello</p>", "published_at": "2026-01-01T00:00:00Z" }] }]
    });
    shop_file(&app, &content).await;
    app
}

fn german() -> Value {
    json!({ "translations": [{ "language": "DE",
        "products": { "cup": { "title": "Tasse", "description_html": "<p>Aus <b>Ton</b><script>x</script></p>",
            "seo": { "title": "Eine Tasse", "description": null } } },
        "collections": { "all": { "title": "Alles", "description_html": "<p>Alles davon</p>" } },
        "pages": { "about": { "title": "Über uns", "body_html": "<p>Wir</p>" } },
        "blogs": { "news": { "title": "Neues" } },
        "articles": { "news/first": { "title": "Erstes", "body_html": "<p>Hallo</p>" } },
        "policies": { "privacy": { "title": "Datenschutz", "body_html": "<p>Nichts</p>" } } }] })
}

#[tokio::test]
async fn what_has_words_is_shown_in_them_and_the_rest_in_the_shops_own() {
    let app = shop().await;
    let before = ask(&app, "DE").await;
    assert_eq!(before, ask(&app, "EN").await);
    assert_eq!(before["localization"]["language"]["isoCode"], "EN");
    shop_file(&app, &german()).await;
    let own = ask(&app, "EN").await;
    assert_eq!(own["product"], before["product"]);
    assert_eq!(own["localization"]["language"]["isoCode"], "EN");
    let found = ask(&app, "DE").await;
    let both = json!([{ "isoCode": "EN" }, { "isoCode": "DE" }]);
    assert_eq!(
        found["localization"],
        json!({ "language": { "isoCode": "DE" },
            "availableLanguages": [{ "isoCode": "EN", "endonymName": "English" }, { "isoCode": "DE", "endonymName": "Deutsch" }],
            "country": { "defaultLanguage": { "isoCode": "EN" }, "availableLanguages": both } })
    );
    assert_eq!(
        found["product"],
        json!({ "title": "Tasse", "handle": "cup", "description": "Aus Ton", "descriptionHtml": "<p>Aus <b>Ton</b></p>",
            "seo": { "title": "Eine Tasse", "description": null } })
    );
    // In the order of the shop's own titles; the mug has no other one.
    assert_eq!(
        found["products"]["nodes"],
        json!([{ "title": "Tasse" }, { "title": "mug" }])
    );
    assert_eq!(
        found["collection"],
        json!({ "title": "Alles", "description": "Alles davon", "descriptionHtml": "<p>Alles davon</p>", "seo": { "title": null } })
    );
    assert_eq!(found["page"]["title"], "Über uns");
    assert_eq!(found["page"]["body"], "<p>Wir</p>");
    assert_eq!(
        found["blog"],
        json!({ "title": "Neues", "articleByHandle": { "title": "Erstes", "content": "Hallo", "contentHtml": "<p>Hallo</p>" } })
    );
    assert_eq!(
        found["shop"],
        json!({ "privacyPolicy": { "title": "Datenschutz", "body": "<p>Nichts</p>" }, "refundPolicy": before["shop"]["refundPolicy"] })
    );
    // A language that nothing has words in is the shop's own.
    assert_eq!(
        ask(&app, "FR").await["localization"]["language"]["isoCode"],
        "EN"
    );
}

#[tokio::test]
async fn another_language_costs_one_statement_for_each_kind() {
    let app = shop().await;
    for n in 0..20 {
        ProductSeed::new(&format!("cup-{n}")).create(&app).await;
    }
    shop_file(&app, &german()).await;
    let ask = async |language: &str| {
        let query = format!(
            "query @inContext(language: {language}) {{ products(first: 50) {{ nodes {{ title seo {{ title }} description }} }} }}"
        );
        let answer = app.graphql(&query, json!({})).await;
        let _sound = answer.data();
        answer.statements
    };
    let own = ask("EN").await;
    let german = ask("DE").await;
    assert!(german <= own + 2, "{german} instead of {own}");
}

#[tokio::test]
async fn words_go_with_what_they_are_of() {
    let app = shop().await;
    shop_file(&app, &german()).await;
    let count = "SELECT count(*) FROM translations";
    assert_eq!(app.count(count).await, 6);
    app.execute("DELETE FROM pages WHERE handle = 'about'")
        .await;
    assert_eq!(app.count(count).await, 5);
    // What the file does not say any more is forgotten.
    let one = json!({ "translations": [{ "language": "PT_BR", "blogs": { "news": { "title": "Novidades" } } }] });
    shop_file(&app, &one).await;
    assert_eq!(app.count(count).await, 1);
    assert_eq!(ask(&app, "PT_BR").await["blog"]["title"], "Novidades");
    // Of what is not there, nothing is taken over.
    let unknown = json!({ "translations": [{ "language": "DE", "products": { "no-such-cup": { "title": "Tasse" } } }] });
    let file = ShopFile::read(&unknown.to_string()).unwrap();
    let arrangement = file.arrangement(Some(Currency::USD)).unwrap();
    let error = arrange_shop(&app.shop, &arrangement).await.unwrap_err();
    let chain = error.chain();
    assert!(
        chain.contains("translations of the product `no-such-cup`, which does not exist"),
        "{chain}"
    );
    assert_eq!(app.count(count).await, 1);
}

#[test]
fn mistakes_in_a_shop_file_are_named() {
    let file = json!({ "translations": [{ "language": "de", "pages": { "about": { "title": "" } } }, { "language": "EN" }] });
    let read = ShopFile::read(&file.to_string()).unwrap();
    let error = read
        .arrangement(Some(Currency::USD))
        .unwrap_err()
        .to_string();
    let mistakes: Vec<&str> = error.lines().skip(1).collect();
    assert_eq!(
        mistakes,
        [
            "translations[0].language: is not a code such as DE or PT_BR",
            "translations[0].pages.about.title: is missing",
            "translations[1].language: is the language that the shop's own words count as",
        ]
    );
}
