//! Documents: each limit at its edge and one past it, bombs, and nonsense.

use api::config::EdgeConfig;
use api::graphql::Limits;
use commerce::config::Profile;
use serde_json::json;
use tests::TestApp;
use tests::factory::catalog::ProductSeed;

use super::{Told, ask};

/// `count` times what `part` makes of the number.
fn repeated(count: usize, part: impl Fn(usize) -> String) -> String {
    (0..count).map(part).collect()
}

/// A document that has exactly `size` of what a limit counts, and otherwise little.
fn document(limit: &str, size: usize) -> String {
    match limit {
        "document_bytes" => {
            let document = "{ __typename }";
            format!("{document}{}", " ".repeat(size - document.len()))
        }
        // Three of the tokens are the name and the brackets.
        "tokens" => format!("{{{} a }}", "@skip ".repeat((size - 3) / 2)),
        "nesting" => format!("{}a{}", "{a".repeat(size - 1) + "{", "}".repeat(size)),
        "operations" => repeated(size, |n| format!("query q{n} {{ __typename }} ")),
        "fragments" => {
            let spreads = repeated(size, |n| format!("...f{n} "));
            let fragments = repeated(size, |n| format!("fragment f{n} on Shop {{ name }} "));
            format!("{{ shop {{ {spreads} }} }} {fragments}")
        }
        // `shop`, and the rest within it.
        "selections" => format!("{{ shop {{ {} }} }}", "name ".repeat(size - 1)),
        "depth" => {
            let levels = size - 1;
            format!(
                "{}name{}",
                "{ shop ".repeat(levels) + "{ ",
                " }".repeat(levels + 1)
            )
        }
        "root_fields" => format!("{{ {} }}", "__typename ".repeat(size)),
        "aliases" => format!(
            "{{ shop {{ {} }} }}",
            repeated(size, |n| format!("a{n}: name "))
        ),
        "directives" => format!(
            "{{ shop {{ name {} }} }}",
            "@include(if: true) ".repeat(size)
        ),
        "rows" => {
            let rest = size - 250 - 250;
            let (many, few) = (rest / 250, rest % 250);
            format!(
                "{{ a: products(first: 250) {{ nodes {{ b: variants(first: {many}) {{ nodes {{ id }} }} }} }} \
                 c: products(first: 250) {{ nodes {{ id }} }} d: products(first: {few}) {{ nodes {{ id }} }} }}"
            )
        }
        other => panic!("no document for {other}"),
    }
}

#[tokio::test]
async fn every_limit_of_a_document_holds_at_its_edge_and_not_beyond() {
    let app = TestApp::new().await;
    let small = "depth=7,aliases=5,root_fields=6,directives=4,selections=30,fragments=3,operations=4,\
                 nesting=9,tokens=41,document_bytes=4000,rows=700";
    let mut edge = EdgeConfig::of_profile(Profile::Development, "http://localhost:8080");
    let mut limits = Limits::default();
    limits.change(small).unwrap();
    for (name, most) in limits.all() {
        if matches!(
            name,
            "body_bytes"
                | "batch"
                | "headers"
                | "header_bytes"
                | "json_depth"
                | "json_values"
                | "cost"
                | "fields"
                | "response_bytes"
        ) {
            continue;
        }
        // One limit at a time, so that no other is in the way.
        edge.limits = Limits::default();
        edge.limits.change(&format!("{name}={most}")).unwrap();
        let client = app.process(&edge);
        let step = if name == "tokens" { 2 } else { 1 };
        let at = ask(&client, name, &document(name, most)).await;
        assert_ne!(at.limit().0, "LIMIT_EXCEEDED", "{name} at {most}");
        let past = ask(&client, name, &document(name, most + step)).await;
        assert_eq!(
            past.limit(),
            ("LIMIT_EXCEEDED", name),
            "{name} past {most}: {}",
            past.body
        );
        assert_eq!(
            past.body["errors"][0]["extensions"]["maximum"], most,
            "{name}"
        );
        assert_eq!(past.status, 200);
        assert_eq!(past.body.get("data"), None);
    }
}

#[tokio::test]
async fn bombs_are_refused_before_they_go_off() {
    let app = TestApp::new().await;
    let spread = |sets: &str| {
        let body = repeated(60, |n| {
            format!(
                "fragment f{n} on Shop {{ {} }} ",
                sets.replace('N', &(n + 1).to_string())
            )
        });
        format!("{{ shop {{ ...f0 }} }} {body} fragment f60 on Shop {{ name }}")
    };
    let deep_type = repeated(30, |_| "fields { type { ".to_owned());
    let cases = [
        ("fragments that double", spread("...fN ...fN"), "selections"),
        ("fragments that double in fields", spread("a: brand { id } ...fN ...fN"), "selections"),
        ("pages of pages", "{ products(first: 250) { nodes { collections(first: 250) { nodes { products(first: 250) \
          { nodes { variants(first: 250) { nodes { id } } } } } } } } }".to_owned(), "rows"),
        ("pages of pages by aliases", format!("{{ {} }}", repeated(50, |n| format!(
            "a{n}: collections(first: 250) {{ nodes {{ products(first: 250) {{ nodes {{ variants(first: 250) {{ \
             nodes {{ id }} }} }} }} }} }} "))), "rows"),
        ("the schema over and over", format!("{{ __schema {{ types {{ {deep_type} name {} }} }} }}", "} }".repeat(30)),
            "depth"),
        ("the schema's fields of fields", "{ __schema { types { fields { type { fields { name } } } } } }".to_owned(),
            "introspection"),
        ("many directives", format!("{{ shop {} {{ name }} }}", "@a".repeat(500)), "directives"),
        ("brackets only", "{".repeat(9_000), "nesting"),
        ("lists in lists", format!("{{ a(b: {}) }}", "[".repeat(9_000)), "nesting"),
        ("types in types", format!("query($a: {}Int{}) {{ a }}", "[".repeat(2_000), "]".repeat(2_000)), "nesting"),
        ("many words", "a ".repeat(40_000), "tokens"),
        ("many variables", format!("query({}) {{ shop {{ name }} }}", repeated(4_000, |n| format!("$a{n}: Int "))), "tokens"),
    ];
    for (name, document, limit) in cases {
        let started = std::time::Instant::now();
        let told = ask(&app.client, name, &document).await;
        assert_eq!(
            told.limit(),
            ("LIMIT_EXCEEDED", limit),
            "{name}: {}",
            told.body
        );
        // Far beyond what it takes, on any machine; a bomb would take for ever.
        assert!(started.elapsed().as_secs() < 30, "{name}");
    }
    let schemas = repeated(50, |n| {
        format!("a{n}: __schema {{ types {{ fields {{ name }} }} }} ")
    });
    let dear = format!("{{ {schemas} }}");
    let mut edge = EdgeConfig::of_profile(Profile::Development, "http://localhost:8080");
    edge.budgets.token.maximum = 49_999;
    let told = ask(&app.process(&edge), "introspection by aliases", &dear).await;
    assert_eq!(told.limit().0, "MAX_COST_EXCEEDED");
}

#[tokio::test]
async fn circles_are_named() {
    let app = TestApp::new().await;
    for (document, named) in [
        ("{ ...a } fragment a on QueryRoot { ...a }", "a"),
        (
            "{ ...a } fragment a on QueryRoot { ...b } fragment b on QueryRoot { shop { name } ...a }",
            "a",
        ),
        (
            "{ shop { ...s } } fragment s on Shop { brand { ... { ...t } } } fragment t on Brand { ...s }",
            "s",
        ),
    ] {
        let told = ask(&app.client, document, document).await;
        let message = format!("the fragment `{named}` spreads itself");
        assert_eq!(told.body["errors"][0]["message"], message);
    }
}

#[tokio::test]
async fn nonsense_is_refused_with_an_error() {
    let app = TestApp::new().await;
    ProductSeed::new("hat").create(&app).await;
    let nonsense = [
        "",
        " ",
        "{",
        "}",
        "{}",
        "query",
        "query {",
        "\u{feff}",
        "nothing",
        "{ shop { name }",
        "{ shop }",
        "{ shop { name { a } } }",
        "{ shop(a: 1) { name } }",
        "{ ...missing }",
        "fragment a on Shop { name }",
        "{ products(first: 99999999999999999999999) { nodes { id } } }",
        "{ products(first: -1) { nodes { id } } }",
        "{ products(first: 251) { nodes { id } } }",
        "{ products(first: 1.5) { nodes { id } } }",
        "{ products(first: 1e400) { nodes { id } } }",
        "{ products(first: \"1\") { nodes { id } } }",
        "{ products { nodes { id } } }",
        "{ products(first: 1, last: 1) { nodes { id } } }",
        "{ products(first: 1, after: \"\\u0000\") { nodes { id } } }",
        "{ products(first: 1, sortKey: NOTHING) { nodes { id } } }",
        "query($a: Nothing) { shop { name } }",
        "query($a: Int!) { shop { name } }",
        "query A { shop { name } } query A { shop { name } }",
        "subscription { shop { name } }",
        "{ shop { name } } { shop { name } }",
        "type A { a: Int }",
        "{ node(id: 1.5) { id } }",
        "mutation { cartCreate(input: { lines: [{ merchandiseId: \"x\", quantity: 99999999999 }] }) { cart { id } } }",
    ];
    for document in nonsense {
        let told = ask(&app.client, document, document).await;
        assert!(told.has_errors(), "{document}: {}", told.body);
    }
}

#[tokio::test]
async fn odd_texts_find_nothing_and_break_nothing() {
    let app = TestApp::new().await;
    ProductSeed::new("hat").create(&app).await;
    let texts = [
        "\0",
        "a\0b",
        "\u{1}\u{7f}",
        "\u{202e}",
        "'; DROP TABLE products; --",
        "%",
        "\\",
        "\u{10ffff}",
        "🎩",
    ];
    let long = "x".repeat(200_000);
    for text in texts.into_iter().chain([long.as_str()]) {
        let query = "query($a: String!, $id: ID!) { product(handle: $a) { id } collection(handle: $a) { id } \
                     page(handle: $a) { id } menu(handle: $a) { id } products(first: 1, query: $a) { nodes { id } } \
                     collections(first: 1, query: $a) { nodes { id } } cart(id: $id) { id } \
                     pages(first: 1, query: $a) { nodes { id } } }";
        for id in [
            text.to_owned(),
            format!("gid://shopify/Cart/{text}?key={text}"),
        ] {
            let body = json!({ "query": query, "variables": { "a": text, "id": id } });
            let told = Told::of(
                &format!("{text:.20?}"),
                app.client.post("/graphql").body_json(&body),
            )
            .await;
            assert_eq!(told.status, 200);
        }
        let escaped = serde_json::to_string(text).unwrap();
        if text.len() < 100 {
            let document =
                format!("{{ product(handle: {escaped}) {{ id }} node(id: {escaped}) {{ id }} }}");
            ask(&app.client, "in the document", &document).await;
        }
    }
    assert_eq!(app.count("SELECT count(*) FROM products").await, 1);
}
