//! Metaobjects, metafields, files and the sitemap through the API.

use serde_json::{Value, json};
use tests::TestApp;
use tests::factory::catalog::{ProductSeed, collection};
use tests::factory::words::{shop_file, words};

fn file() -> Value {
    json!({
        "files": [
            { "handle": "guide", "src": "https://cdn.example/guide.pdf", "alt": "A guide", "mime_type": "application/pdf", "bytes": 1200 },
            { "handle": "portrait", "kind": "image", "src": "https://cdn.example/ada.jpg", "alt": "Ada", "width": 30, "height": 40 },
            { "handle": "film", "kind": "video", "src": "https://cdn.example/a.mp4" },
            { "handle": "model", "kind": "model_3d", "src": "https://cdn.example/a.glb" }
        ],
        "metaobjects": [
            { "type": "designer", "name": "Designer", "renderable": true, "url_handle": "designers",
              "seo": { "title": "name", "description": "about" },
              "fields": [
                { "key": "name", "type": "single_line_text_field" },
                { "key": "about", "type": "multi_line_text_field" },
                { "key": "since", "type": "number_integer" },
                { "key": "portrait", "type": "file_reference" },
                { "key": "teacher", "type": "metaobject_reference" },
                { "key": "works", "type": "list.product_reference" }
              ],
              "entries": [
                { "handle": "ada", "fields": { "name": "Ada", "since": 1990, "portrait": "portrait", "teacher": "designer/bo", "works": ["mug", "cup", "later"] } },
                { "handle": "bo", "fields": { "name": "Bo", "teacher": "designer/ada" } }
              ] },
            { "type": "note", "name": "Note", "fields": [{ "key": "text", "type": "single_line_text_field" }],
              "entries": [{ "handle": "first", "fields": { "text": "Hello" } }] }
        ],
        "metafields": [
            { "on": "product/mug", "key": "designer", "type": "metaobject_reference", "value": "designer/ada", "description": "Who drew it" },
            { "on": "product/mug", "namespace": "care", "key": "guide", "type": "file_reference", "value": "guide" },
            { "on": "product/mug", "key": "goes_with", "type": "list.variant_reference", "value": ["SKU-cup"] },
            { "on": "variant/SKU-cup", "key": "height", "type": "dimension", "value": { "unit": "cm", "value": 9 } },
            { "on": "collection/all", "key": "page", "type": "page_reference", "value": "about" },
            { "on": "page/about", "key": "all", "type": "collection_reference", "value": "all" },
            { "on": "shop", "key": "film", "type": "file_reference", "value": "film" },
            { "on": "shop", "key": "model", "type": "file_reference", "value": "model" },
            { "on": "shop", "key": "colors", "type": "list.color", "value": ["#ff0000", "#00ff00"] }
        ],
        "menus": [{ "handle": "people", "title": "People", "items": [{ "title": "Ada", "type": "METAOBJECT", "handle": "designer/ada" }] }]
    })
}

async fn app() -> TestApp {
    let app = TestApp::new().await;
    words(&app).await;
    let mug = ProductSeed::new("mug").price(900).create(&app).await;
    let cup = ProductSeed::new("cup").price(700).create(&app).await;
    let later = ProductSeed::new("later").price(100).create(&app).await;
    collection(&app, "all", "manual", &[mug, cup]).await;
    app.execute(&format!(
        "UPDATE products SET published_at = NULL WHERE id = {later}; \
         UPDATE variants SET sku = 'SKU-cup' WHERE product_id = {cup}"
    ))
    .await;
    shop_file(&app, &file()).await;
    app
}

#[tokio::test]
async fn metafields_lead_from_thing_to_thing() {
    let app = app().await;
    let query = "{ product(handle: \"mug\") { \
        designer: metafield(key: \"designer\") { id namespace key type value description \
          parentResource { ... on Product { handle } } references(first: 1) { nodes { __typename } } \
          reference { ... on Metaobject { handle type fields { key value } \
            field(key: \"teacher\") { reference { ... on Metaobject { handle } } } \
            portrait: field(key: \"portrait\") { reference { ... on MediaImage { image { url width altText } } } } \
            none: field(key: \"about\") { value } seo { title { value } description { value } } onlineStoreUrl } } } \
        metafields(identifiers: [{ namespace: \"care\", key: \"guide\" }, { key: \"none\" }, { key: \"goes_with\" }]) { key \
          reference { ... on GenericFile { url alt mimeType originalFileSize previewImage { url } } } \
          references(first: 5) { nodes { ... on ProductVariant { sku metafield(key: \"height\") { type value parentResource { __typename } } } } } } } \
      shop { film: metafield(key: \"film\") { reference { __typename } } model: metafield(key: \"model\") { reference { __typename } } \
        colors: metafield(namespace: \"custom\", key: \"colors\") { value reference { __typename } } } \
      page(handle: \"about\") { metafield(key: \"all\") { reference { ... on Collection { handle \
        metafield(key: \"page\") { reference { ... on Page { handle } } } } } } } }";
    let answer = app.graphql(query, json!({})).await;
    let data = answer.data();
    let ada = "gid://shopify/Metaobject/1";
    assert_eq!(
        data["product"]["designer"],
        json!({
            "id": "gid://shopify/Metafield/1", "namespace": "custom", "key": "designer", "type": "metaobject_reference",
            "value": ada, "description": "Who drew it", "parentResource": { "handle": "mug" }, "references": null,
            "reference": {
                "handle": "ada", "type": "designer",
                "fields": [
                    { "key": "name", "value": "Ada" }, { "key": "since", "value": "1990" },
                    { "key": "portrait", "value": "gid://shopify/MediaImage/1" },
                    { "key": "teacher", "value": "gid://shopify/Metaobject/2" },
                    { "key": "works", "value": "[\"gid://shopify/Product/1\",\"gid://shopify/Product/2\",\"gid://shopify/Product/3\"]" }
                ],
                "field": { "reference": { "handle": "bo" } },
                "portrait": { "reference": { "image": { "url": "https://cdn.example/ada.jpg", "width": 30, "altText": "Ada" } } },
                "none": null, "seo": { "title": { "value": "Ada" }, "description": null }, "onlineStoreUrl": null
            }
        })
    );
    assert_eq!(
        data["product"]["metafields"],
        json!([
            { "key": "guide", "references": null, "reference": { "url": "https://cdn.example/guide.pdf", "alt": "A guide",
              "mimeType": "application/pdf", "originalFileSize": 1200, "previewImage": null } },
            null,
            { "key": "goes_with", "reference": null, "references": { "nodes": [{ "sku": "SKU-cup", "metafield": {
              "type": "dimension", "value": "{\"unit\":\"cm\",\"value\":9}", "parentResource": { "__typename": "ProductVariant" } } }] } }
        ])
    );
    assert_eq!(
        data["shop"],
        json!({ "film": { "reference": { "__typename": "Video" } }, "model": { "reference": { "__typename": "Model3d" } },
            "colors": { "value": "[\"#ff0000\",\"#00ff00\"]", "reference": null } })
    );
    assert_eq!(
        data["page"]["metafield"]["reference"],
        json!({ "handle": "all", "metafield": { "reference": { "handle": "about" } } })
    );
}

#[tokio::test]
async fn lists_of_references_are_walked_and_cost_one_statement() {
    let app = app().await;
    let query = "query ($a: String, $b: String) { metaobjects(type: \"designer\", first: 5) { nodes { handle \
        field(key: \"works\") { references(first: 2, after: $a) { nodes { ... on Product { handle } } \
          pageInfo { hasNextPage hasPreviousPage endCursor } } \
          backwards: references(last: 1, before: $b) { nodes { ... on Product { handle } } } } } } }";
    let answer = app.graphql(query, json!({})).await;
    let works = &answer.data()["metaobjects"]["nodes"][0]["field"];
    assert_eq!(
        works["references"]["nodes"],
        json!([{ "handle": "mug" }, { "handle": "cup" }])
    );
    assert_eq!(works["references"]["pageInfo"]["hasNextPage"], true);
    // The last one is hidden.
    assert_eq!(works["backwards"]["nodes"], json!([]));
    assert_eq!(
        answer.data()["metaobjects"]["nodes"][1],
        json!({ "handle": "bo", "field": null })
    );
    assert_eq!(answer.statements, 2, "metaobjects, products");
    let end = &works["references"]["pageInfo"]["endCursor"];
    let answer = app.graphql(query, json!({ "a": end, "b": end })).await;
    let works = &answer.data()["metaobjects"]["nodes"][0]["field"];
    assert_eq!(works["references"]["nodes"], json!([]));
    assert_eq!(works["references"]["pageInfo"]["hasPreviousPage"], true);
    assert_eq!(works["backwards"]["nodes"], json!([{ "handle": "mug" }]));
}

#[tokio::test]
async fn metaobjects_are_found_and_listed() {
    let app = app().await;
    app.execute(
        "UPDATE metaobjects SET updated_at = updated_at + interval '1 hour' WHERE handle = 'ada'",
    )
    .await;
    let query = "query ($ids: [ID!]!) { a: metaobject(handle: { type: \"designer\", handle: \"bo\" }) { id seo { title { value } } } \
        b: metaobject(id: \"gid://shopify/Metaobject/3\") { type handle seo { title { value } } field(key: \"text\") { key type value reference { __typename } } } \
        none: metaobject(handle: { type: \"note\", handle: \"bo\" }) { id } \
        byTime: metaobjects(type: \"designer\", first: 1, sortKey: \"updated_at\") { nodes { handle } pageInfo { hasNextPage } } \
        turned: metaobjects(type: \"designer\", last: 1, reverse: true) { nodes { handle } } \
        unheard: metaobjects(type: \"\\u0000\", first: 1) { nodes { id } } \
        nodes(ids: $ids) { id __typename } \
        menu(handle: \"people\") { items { type url resourceId resource { ... on Metaobject { handle } } } } }";
    let ids = json!([
        "gid://shopify/Metaobject/1",
        "gid://shopify/GenericFile/1",
        "gid://shopify/GenericFile/2",
        "gid://shopify/Metaobject/9"
    ]);
    let answer = app.graphql(query, json!({ "ids": ids })).await;
    assert_eq!(
        answer.data(),
        &json!({
            "a": { "id": "gid://shopify/Metaobject/2", "seo": { "title": { "value": "Bo" } } },
            "b": { "type": "note", "handle": "first", "seo": null,
                "field": { "key": "text", "type": "single_line_text_field", "value": "Hello", "reference": null } },
            "none": null,
            "byTime": { "nodes": [{ "handle": "bo" }], "pageInfo": { "hasNextPage": true } },
            "turned": { "nodes": [{ "handle": "ada" }] },
            "unheard": { "nodes": [] },
            "nodes": [{ "id": ids[0], "__typename": "Metaobject" }, { "id": ids[1], "__typename": "GenericFile" }, null, null],
            "menu": { "items": [{ "type": "METAOBJECT", "url": "https://shop.example/pages/designers/ada",
                "resourceId": ids[0], "resource": { "handle": "ada" } }] }
        })
    );
    let odd = app
        .graphql(
            "{ metaobjects(type: \"note\", first: 1, sortKey: \"x\") { nodes { id } } }",
            json!({}),
        )
        .await;
    assert_eq!(
        odd.body["errors"][0]["message"],
        "`sortKey` is neither `id` nor `updated_at`"
    );
    let names: Vec<Value> = (0..251)
        .map(|n| json!({ "key": format!("k{n}") }))
        .collect();
    let query = "query ($n: [HasMetafieldsIdentifier!]!) { product(handle: \"mug\") { metafields(identifiers: $n) { id } } }";
    let many = app.graphql(query, json!({ "n": names })).await;
    assert_eq!(
        many.body["errors"][0]["message"],
        "`identifiers` may have 250 entries at most"
    );
}

#[tokio::test]
async fn fields_go_with_what_they_belong_to_and_the_same_file_changes_nothing() {
    let app = app().await;
    let all = "SELECT ('x' || substr(md5(string_agg(x, '|' ORDER BY x)), 1, 15))::bit(60)::bigint FROM ( \
        SELECT t::text FROM files t UNION ALL SELECT t::text FROM metaobject_definitions t UNION ALL SELECT t::text FROM metaobject_fields t \
        UNION ALL SELECT t::text FROM metaobjects t UNION ALL SELECT t::text FROM metafields t UNION ALL SELECT t::text FROM media t) AS rows (x)";
    let before = app.count(all).await;
    app.advance(chrono::Duration::hours(1)).await;
    shop_file(&app, &file()).await;
    assert_eq!(app.count(all).await, before);

    app.execute(
        "DELETE FROM pages WHERE handle = 'about'; DELETE FROM collections WHERE handle = 'all'",
    )
    .await;
    assert_eq!(
        app.count("SELECT count(*) FROM metafields WHERE owner_kind IN ('page', 'collection')")
            .await,
        0
    );
    assert_eq!(app.count("SELECT count(*) FROM metafields").await, 7);
    let mut changed = file();
    changed["metaobjects"].as_array_mut().unwrap().pop();
    changed["metafields"] =
        json!([{ "on": "product/mug", "key": "designer", "type": "boolean", "value": true }]);
    shop_file(&app, &changed).await;
    assert_eq!(app.count("SELECT count(*) FROM metaobjects").await, 2);
    let answer = app
        .graphql(
            "{ product(handle: \"mug\") { metafield(key: \"designer\") { id value } } }",
            json!({}),
        )
        .await;
    assert_eq!(
        answer.data()["product"]["metafield"],
        json!({ "id": "gid://shopify/Metafield/1", "value": "true" })
    );
}

#[tokio::test]
async fn the_sitemap_tells_of_every_page() {
    let app = app().await;
    shop_file(&app, &json!({ "authors": [{ "handle": "ada", "first_name": "Ada" }], "blogs": [{ "handle": "news", "title": "News",
        "articles": [{ "handle": "first", "title": "First", "author": "ada", "body_html": "x",
            "image": { "src": "https://cdn.example/a/b.jpg?v=1", "alt": "B" } },
            { "handle": "hidden", "title": "H", "author": "ada", "body_html": "x", "published": false }] }] })).await;
    let query = "query ($t: SitemapType!, $p: Int!) { sitemap(type: $t) { pagesCount { count precision } resources(page: $p) { hasNextPage \
        items { handle __typename ... on SitemapResource { title image { alt filepath } } ... on SitemapResourceMetaobject { type onlineStoreUrlHandle } } } } }";
    for (kind, handles) in [
        ("PRODUCT", json!(["mug", "cup"])),
        ("COLLECTION", json!(["all"])),
        ("PAGE", json!(["about", "contact", "imprint"])),
        ("BLOG", json!(["news"])),
        ("ARTICLE", json!(["news/first"])),
        ("METAOBJECT", json!(["ada", "bo"])),
    ] {
        let answer = app.graphql(query, json!({ "t": kind, "p": 1 })).await;
        let sitemap = &answer.data()["sitemap"];
        assert_eq!(
            sitemap["pagesCount"],
            json!({ "count": 1, "precision": "EXACT" }),
            "{kind}"
        );
        assert_eq!(sitemap["resources"]["hasNextPage"], false);
        let items = sitemap["resources"]["items"].as_array().unwrap();
        let found: Vec<&Value> = items.iter().map(|item| &item["handle"]).collect();
        assert_eq!(json!(found), handles, "{kind}");
        match kind {
            "ARTICLE" => assert_eq!(
                items[0]["image"],
                json!({ "alt": "B", "filepath": "/a/b.jpg" })
            ),
            "METAOBJECT" => assert_eq!(
                items[0],
                json!({ "handle": "ada", "__typename": "SitemapResourceMetaobject", "type": "designer", "onlineStoreUrlHandle": "designers" })
            ),
            _ => {}
        }
        assert_eq!(answer.statements, 2, "the count, the part");
        let beyond = app.graphql(query, json!({ "t": kind, "p": 2 })).await;
        assert_eq!(
            beyond.data()["sitemap"]["resources"],
            json!({ "hasNextPage": false, "items": [] })
        );
        let before = app.graphql(query, json!({ "t": kind, "p": 0 })).await;
        assert_eq!(before.data()["sitemap"]["resources"], Value::Null);
    }
    app.execute("INSERT INTO pages (handle, title, published_at) SELECT 'p' || n, 'P', now() - interval '1 day' FROM generate_series(1, 248) n").await;
    let answer = app.graphql(query, json!({ "t": "PAGE", "p": 1 })).await;
    let sitemap = &answer.data()["sitemap"];
    assert_eq!(sitemap["pagesCount"]["count"], 2);
    assert_eq!(sitemap["resources"]["items"].as_array().unwrap().len(), 250);
    assert_eq!(sitemap["resources"]["hasNextPage"], true);
    let answer = app.graphql(query, json!({ "t": "PAGE", "p": 2 })).await;
    let part = &answer.data()["sitemap"]["resources"];
    assert_eq!(
        (part["items"][0]["handle"].as_str(), &part["hasNextPage"]),
        (Some("p248"), &json!(false))
    );
}
