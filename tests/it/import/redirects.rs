//! `api redirects import` and `export`, and what a storefront sees of redirects.

use commerce::content::redirects::{Imported, export, import};
use diesel_async::SimpleAsyncConnection;
use serde_json::{Value, json};
use tests::TestApp;

use super::support::rows;

const WHOLE: &str = "Redirect from,Redirect to\n/old,/collections/all\n/Elan,https://shop.example/new?a=1\n/gone,/\n";

async fn imported(app: &TestApp, text: &str) -> Imported {
    let (now, mut conn) = (app.shop.clock.now(), app.conn().await);
    conn.batch_execute("BEGIN").await.unwrap();
    let imported = import(&mut conn, text.as_bytes(), now).await.unwrap();
    conn.batch_execute("COMMIT").await.unwrap();
    imported
}

/// Created, updated, removed and unchanged.
fn counts(imported: &Imported) -> [u64; 4] {
    let Imported {
        created,
        updated,
        removed,
        unchanged,
        ..
    } = *imported;
    [created, updated, removed, unchanged]
}

async fn exported(app: &TestApp) -> String {
    let mut out = Vec::new();
    export(&mut app.conn().await, &mut out).await.unwrap();
    String::from_utf8(out).unwrap()
}

/// What `urlRedirects` shows for a query, and by how many statements.
async fn found(app: &TestApp, query: &str) -> (Value, u64) {
    let text =
        "query ($q: String) { urlRedirects(first: 10, query: $q) { nodes { path target } } }";
    let answer = app.graphql(text, json!({ "q": query })).await;
    (
        answer.data()["urlRedirects"]["nodes"].clone(),
        answer.statements,
    )
}

#[tokio::test]
async fn what_is_imported_comes_back_as_it_was_and_changes_nothing_again() {
    let app = TestApp::new().await;
    assert_eq!(counts(&imported(&app, WHOLE).await), [3, 0, 0, 0]);
    assert_eq!(exported(&app).await, WHOLE);
    assert_eq!(counts(&imported(&app, WHOLE).await), [0, 0, 0, 3]);
    let change = "redirect to,redirect from\n/collections/sale,/OLD\n,/gone\n,/never\n/x,/elan\n";
    assert_eq!(counts(&imported(&app, change).await), [0, 2, 1, 1]);
    assert_eq!(
        exported(&app).await,
        "Redirect from,Redirect to\n/OLD,/collections/sale\n/elan,/x\n"
    );
}

#[tokio::test]
async fn a_refused_row_names_its_column_and_changes_nothing() {
    let app = TestApp::new().await;
    let text = "Redirect from,Redirect to\nold,//evil.example\n/a b,javascript:alert(1)\n/a#b,/c\n/A,/a/\n/fine,/c\n";
    // More than an index takes, in fewer characters.
    let long = "\u{1f9e6}".repeat(512);
    let told = imported(&app, &format!("{text}/{long},/c\n")).await;
    assert_eq!(counts(&told), [1, 0, 0, 0]);
    let told: Vec<String> = told.refusals.iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "2: Redirect from: must be a path that begins with `/`, without `#`",
            "2: Redirect to: must be a path that begins with `/`, or an address of the web",
            "3: Redirect from: must not contain white space",
            "3: Redirect to: must be a path that begins with `/`, or an address of the web",
            "4: Redirect from: must be a path that begins with `/`, without `#`",
            "5: Redirect to: leads back to itself",
            "7: Redirect from: is longer than 2048 bytes",
        ]
    );
    let kept = rows(&app, "SELECT path, target FROM url_redirects").await;
    assert_eq!(kept, json!([{ "path": "/fine", "target": "/c" }]));
}

#[tokio::test]
async fn a_storefront_asks_for_the_path_it_does_not_know() {
    let app = TestApp::new().await;
    imported(&app, WHOLE).await;
    let old = json!([{ "path": "/old", "target": "/collections/all" }]);
    assert_eq!(found(&app, "path:/old").await, (old.clone(), 1));
    assert_eq!(found(&app, "path:\"/OLD\"").await.0, old);
    assert_eq!(found(&app, "path:/ol").await.0, json!([]));
    assert_eq!(found(&app, "path:/ol*").await.0, old);
    assert_eq!(found(&app, "target:/collections/all").await.0, old);
    let all = found(&app, "").await.0;
    assert_eq!(all.as_array().unwrap().len(), 3);

    let page = "query ($after: String) { urlRedirects(first: 2, after: $after, reverse: true) { \
        nodes { id path } pageInfo { hasNextPage endCursor } } }";
    let first = app.graphql(page, json!({})).await.data()["urlRedirects"].clone();
    assert_eq!(
        (
            &first["nodes"][0]["path"],
            &first["pageInfo"]["hasNextPage"]
        ),
        (&json!("/gone"), &json!(true))
    );
    let after = json!({ "after": first["pageInfo"]["endCursor"] });
    let last = app.graphql(page, after).await.data()["urlRedirects"].clone();
    assert_eq!(
        (&last["nodes"][0]["path"], &last["pageInfo"]["hasNextPage"]),
        (&json!("/old"), &json!(false))
    );
    let node = "query ($id: ID!) { node(id: $id) { ... on UrlRedirect { path target } } }";
    let node = app
        .graphql(node, json!({ "id": last["nodes"][0]["id"] }))
        .await;
    assert_eq!(node.data()["node"], old[0]);
}

#[tokio::test]
async fn one_path_is_found_however_it_is_written() {
    let app = TestApp::new().await;
    let csv = "Redirect from,Redirect to\n/Old-Page/,/new\n/caf%C3%A9,/coffee\n/cre\u{300}me,/cream\n\
        /100%25,/all\n/a%2Fb,/slash\n/sale?page=2,/sale/two\n/sale,/offers\n/p(1),/one\n";
    assert_eq!(counts(&imported(&app, csv).await), [8, 0, 0, 0]);
    for (asked, target) in [
        ("path:/old-page", "/new"),
        ("path:/OLD-PAGE/", "/new"),
        ("path:'/old-page'", "/new"),
        ("path:\"/old-page//\"", "/new"),
        ("/old-page", "/new"),
        ("path:/old-page?utm_source=mail&x=1", "/new"),
        ("path:\"/old-page/?utm_source=mail\"", "/new"),
        ("path:/%6Fld-page", "/new"),
        ("path:/caf\u{e9}", "/coffee"),
        ("path:/cafe\u{301}/", "/coffee"),
        ("path:/CAF%c3%89", "/coffee"),
        ("path:/cr\u{e8}me", "/cream"),
        ("path:/cr%C3%A8me?x", "/cream"),
        ("path:/100%", "/all"),
        ("path:/100%25", "/all"),
        ("path:/a%2fb", "/slash"),
        ("path:/sale", "/offers"),
        ("path:/sale?page=2", "/sale/two"),
        ("path:/sale/?page=%32", "/sale/two"),
        ("path:/sale?page=3", "/offers"),
        ("path:/p(1)", "/one"),
        ("path:/old*", "/new"),
        ("path:/CAF%C3%A9*", "/coffee"),
        ("target:/NEW/", "/new"),
    ] {
        let found = found(&app, asked).await.0;
        let targets: Vec<&Value> = found
            .as_array()
            .unwrap()
            .iter()
            .map(|one| &one["target"])
            .collect();
        assert_eq!(targets, [target], "{asked}");
    }
    for asked in [
        "path:/a/b",
        "path:/ol",
        "path:/old-page/x",
        "path:/100",
        "path:/%FF",
    ] {
        assert_eq!(found(&app, asked).await.0, json!([]), "{asked}");
    }
    // The importer knows them again as well.
    let csv = "Redirect from,Redirect to\n/old-page,/newer\n/caf\u{e9}/,/coffee\n/CR%C3%A8ME,\n/x/,/X?\n/y?,/%79\n";
    let told = imported(&app, csv).await;
    assert_eq!(counts(&told), [0, 1, 1, 1]);
    let told: Vec<String> = told.refusals.iter().map(ToString::to_string).collect();
    let reasons = [
        "5: Redirect to: leads back to itself",
        "6: Redirect to: leads back to itself",
    ];
    assert_eq!(told, reasons);
    let kept = rows(&app, "SELECT path, target FROM url_redirects WHERE target IN ('/new', '/newer', '/coffee', '/cream') ORDER BY path").await;
    assert_eq!(
        kept,
        json!([{ "path": "/caf%C3%A9", "target": "/coffee" }, { "path": "/old-page", "target": "/newer" }])
    );
}

#[tokio::test]
async fn spellings_that_were_kept_apart_before_become_one() {
    let app = TestApp::new().await;
    // As they were stored before: nothing refused a row that differs from its target by a slash.
    app.execute(
        "ALTER TABLE url_redirects DROP CONSTRAINT leads_elsewhere; \
         INSERT INTO url_redirects (path, target, created_at) VALUES \
            ('/old', '/one', db_now()), ('/old/', '/two', db_now()), ('/page/', '/page', db_now())",
    )
    .await;
    // What leads back to itself would be followed for ever.
    assert_eq!(found(&app, "path:/page").await.0, json!([]));
    let told = imported(&app, "Redirect from,Redirect to\n/Old,/three\n").await;
    assert_eq!(counts(&told), [0, 1, 0, 0]);
    let three = json!([{ "path": "/Old", "target": "/three" }]);
    assert_eq!(found(&app, "path:/old/").await.0, three);
}
