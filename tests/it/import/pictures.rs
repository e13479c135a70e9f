//! What is seen of products, from the shop file to the API: media of all kinds, and swatches.

use commerce::db::sql::cached;
use commerce::flows::export_catalog::export_products;
use commerce::kernel::Currency;
use diesel::sql_types::Text;
use diesel_async::RunQueryDsl;
use serde_json::{Value, json};
use tests::TestApp;
use tests::factory::catalog::{ProductSeed, VariantSeed, collection};
use tests::factory::words::{shop_file, words};

use super::support::import;

const OPTIONS: &str = "
    query Options($handle: String!) { product(handle: $handle) { options { optionValues { name
        swatch { color image { __typename id alt previewImage { url altText } ... on MediaImage { image { url } } } } } } } }";

const FILTERS: &str = "
    query Filters { collection(handle: \"all\") { products(first: 1) { filters { id presentation
        values { label image { image { url } } swatch { color image { id alt image { url } } } } } } } }";

fn swatches() -> Value {
    json!([
        { "option": "COLOR", "value": "red", "color": "#ff0000" },
        { "option": "Color", "value": "Plaid", "image": "https://cdn.example/plaid.png", "alt": "A plaid" },
        { "option": "color", "value": "Sky", "color": "#8080ff", "image": "https://cdn.example/sky.png" }
    ])
}

async fn shirt(app: &TestApp, handle: &str, color: &str) -> i64 {
    let values = [color];
    let seed = ProductSeed::new(handle).with(
        &[("Color", &values), ("Size", &["M"])],
        vec![VariantSeed::new(&[color, "M"], 2000)],
    );
    seed.create(app).await
}

/// The one text that a query answers.
async fn text(app: &TestApp, sql: &str) -> String {
    let query = cached::<Text, _>(diesel::sql_query(sql));
    query.get_result(&mut app.conn().await).await.unwrap()
}

/// The swatches of a product's values, options after options.
async fn seen(app: &TestApp, handle: &str) -> Vec<Value> {
    let answer = app.graphql(OPTIONS, json!({ "handle": handle })).await;
    let options = answer.data()["product"]["options"].as_array().unwrap();
    options
        .iter()
        .flat_map(|option| option["optionValues"].as_array().unwrap())
        .map(|value| value["swatch"].clone())
        .collect()
}

#[tokio::test]
async fn swatches_stand_for_values_of_every_product() {
    let app = TestApp::new().await;
    words(&app).await;
    shirt(&app, "red-shirt", "Red").await;
    shirt(&app, "plain-shirt", "White").await;
    shop_file(&app, &json!({ "swatches": swatches() })).await;
    // One that comes later has them, too.
    shirt(&app, "plaid-shirt", "PLAID").await;
    shirt(&app, "sky-shirt", "Sky").await;

    let red = json!({ "color": "#ff0000", "image": null });
    assert_eq!(seen(&app, "red-shirt").await, [red, Value::Null]);
    assert_eq!(seen(&app, "plain-shirt").await, [Value::Null, Value::Null]);
    let picture = |id: i64, name: &str, alt: Value| {
        let url = format!("https://cdn.example/{name}.png");
        json!({ "__typename": "MediaImage", "id": format!("gid://shopify/MediaImage/{id}"), "alt": alt,
            "previewImage": { "url": url, "altText": alt }, "image": { "url": url } })
    };
    let plaid = json!({ "color": null, "image": picture(1, "plaid", json!("A plaid")) });
    assert_eq!(seen(&app, "plaid-shirt").await, [plaid, Value::Null]);
    let sky = json!({ "color": "#8080ff", "image": picture(2, "sky", Value::Null) });
    assert_eq!(seen(&app, "sky-shirt").await, [sky, Value::Null]);

    // All pictures of an answer are one statement: product, options, pictures.
    let query = "{ products(first: 9) { nodes { options { optionValues { swatch { image { alt } } } } } } }";
    assert_eq!(app.graphql(query, json!({})).await.statements, 3);
}

#[tokio::test]
async fn filters_show_swatches() {
    let app = TestApp::new().await;
    words(&app).await;
    let mut ids = Vec::new();
    for color in ["Red", "Plaid", "White"] {
        ids.push(shirt(&app, &format!("{color}-shirt"), color).await);
    }
    collection(&app, "all", "manual", &ids).await;
    let filters = async || {
        let answer = app.graphql(FILTERS, json!({})).await;
        let filters = &answer.data()["collection"]["products"]["filters"];
        let of = |id: &str| {
            let filters = filters.as_array().unwrap();
            filters.iter().find(|filter| filter["id"] == id).cloned()
        };
        (
            of("filter.v.option.color").unwrap(),
            of("filter.v.option.size").unwrap(),
        )
    };
    let plain = |label: &str| json!({ "label": label, "image": null, "swatch": null });
    assert_eq!(filters().await.0["presentation"], "TEXT");

    shop_file(&app, &json!({ "swatches": swatches() })).await;
    let url = json!({ "url": "https://cdn.example/plaid.png" });
    let plaid = json!({ "id": "gid://shopify/MediaImage/1", "alt": "A plaid", "image": url });
    let (colors, sizes) = filters().await;
    assert_eq!(
        colors,
        json!({ "id": "filter.v.option.color", "presentation": "SWATCH", "values": [
            { "label": "Plaid", "image": { "image": url }, "swatch": { "color": null, "image": plaid } },
            { "label": "Red", "image": null, "swatch": { "color": "#ff0000", "image": null } },
            plain("White")
        ] })
    );
    assert_eq!(
        sizes,
        json!({ "id": "filter.v.option.size", "presentation": "TEXT", "values": [plain("M")] })
    );

    shop_file(&app, &json!({ "swatches": [] })).await;
    let values = json!([plain("Plaid"), plain("Red"), plain("White")]);
    let text = json!({ "id": "filter.v.option.color", "presentation": "TEXT", "values": values });
    assert_eq!(filters().await.0, text);
}

#[tokio::test]
async fn a_swatch_that_stands_there_again_stays() {
    let app = TestApp::new().await;
    words(&app).await;
    shirt(&app, "plaid-shirt", "Plaid").await;
    let rows = "SELECT string_agg(concat_ws(' ', id, option_name, value_name, color, media_id), ', ' ORDER BY id) FROM swatches";
    shop_file(&app, &json!({ "swatches": swatches() })).await;
    let before = "1 COLOR red #ff0000, 2 Color Plaid 1, 3 color Sky #8080ff 2";
    assert_eq!(text(&app, rows).await, before);
    shop_file(&app, &json!({ "swatches": swatches() })).await;
    assert_eq!(text(&app, rows).await, before);
    // Another picture, no colour any more, and one that is gone.
    let changed = json!([
        { "option": "Color", "value": "RED", "color": "#ee0000" },
        { "option": "Color", "value": "Plaid", "image": "https://cdn.example/tartan.png" }
    ]);
    shop_file(&app, &json!({ "swatches": changed })).await;
    assert_eq!(
        text(&app, rows).await,
        "1 Color RED #ee0000, 2 Color Plaid 3"
    );
    let seen = seen(&app, "plaid-shirt").await;
    assert_eq!(
        seen[0]["image"]["image"]["url"],
        "https://cdn.example/tartan.png"
    );
}

fn media() -> Value {
    json!([
        { "product": "lamp", "kind": "external_video", "src": "https://youtu.be/dQw4w9WgXcQ?si=x", "alt": "It shines",
          "preview": "https://cdn.example/youtube.jpg" },
        { "product": "lamp", "kind": "external_video", "src": "https://vimeo.com/76979871" },
        { "product": "lamp", "kind": "video", "src": "https://cdn.example/turn.mov?v=2", "alt": "It turns",
          "preview": "https://cdn.example/turn.jpg", "width": 1920, "height": 1080 },
        { "product": "lamp", "kind": "model_3d", "src": "https://cdn.example/lamp.glb", "preview": "https://cdn.example/glb.jpg",
          "alt": "The lamp", "filesize": 81920 },
        { "product": "lamp", "kind": "model_3d", "src": "https://cdn.example/models/7", "mime_type": "model/vnd.usdz+zip" },
        { "product": "lamp", "kind": "image", "src": "https://cdn.example/late.png", "width": 30, "height": 20 },
        { "product": "mug", "kind": "video", "src": "https://cdn.example/mug.webm" }
    ])
}

const LAMP: &str = "Handle,Title,Variant Price,Status,Image Src,Image Alt Text\n\
    lamp,Lamp,40,active,https://img.example/1.png,In front\nlamp,,,,https://img.example/2.png,\n";

/// A lamp and a mug by the product CSV, and the media of the shop file.
async fn lamp() -> TestApp {
    let app = TestApp::new().await;
    words(&app).await;
    import(&app, LAMP).await;
    import(
        &app,
        "Handle,Title,Variant Price,Status\nmug,Mug,9,active\n",
    )
    .await;
    shop_file(&app, &json!({ "media": media() })).await;
    app
}

const MEDIA: &str = "
    query Media { product(handle: \"lamp\") { media(first: 20) { nodes { __typename id alt mediaContentType previewImage { url altText }
        ... on MediaImage { image { url width height } }
        ... on ExternalVideo { embedUrl embeddedUrl originUrl host }
        ... on Video { sources { url format mimeType width height } }
        ... on Model3d { sources { url format mimeType filesize } } } } } }";

#[tokio::test]
async fn a_product_has_media_of_all_kinds() {
    let app = lamp().await;
    let answer = app.graphql(MEDIA, json!({})).await;
    let nodes = answer.data()["product"]["media"]["nodes"].clone();
    let image = |id: i64, url: &str, alt: Value, size: Value| {
        json!({ "__typename": "MediaImage", "id": format!("gid://shopify/MediaImage/{id}"), "alt": alt, "mediaContentType": "IMAGE",
            "previewImage": { "url": url, "altText": alt }, "image": { "url": url, "width": size[0], "height": size[1] } })
    };
    let preview = |name: &str, alt: &str| json!({ "url": format!("https://cdn.example/{name}.jpg"), "altText": alt });
    assert_eq!(
        nodes,
        json!([
            image(1, "https://img.example/1.png", json!("In front"), json!([null, null])),
            image(2, "https://img.example/2.png", Value::Null, json!([null, null])),
            { "__typename": "ExternalVideo", "id": "gid://shopify/ExternalVideo/4", "alt": "It shines",
              "mediaContentType": "EXTERNAL_VIDEO", "previewImage": preview("youtube", "It shines"),
              "embedUrl": "https://www.youtube.com/embed/dQw4w9WgXcQ", "embeddedUrl": "https://www.youtube.com/embed/dQw4w9WgXcQ",
              "originUrl": "https://youtu.be/dQw4w9WgXcQ?si=x", "host": "YOUTUBE" },
            { "__typename": "ExternalVideo", "id": "gid://shopify/ExternalVideo/5", "alt": null,
              "mediaContentType": "EXTERNAL_VIDEO", "previewImage": null,
              "embedUrl": "https://player.vimeo.com/video/76979871", "embeddedUrl": "https://player.vimeo.com/video/76979871",
              "originUrl": "https://vimeo.com/76979871", "host": "VIMEO" },
            { "__typename": "Video", "id": "gid://shopify/Video/7", "alt": "It turns", "mediaContentType": "VIDEO",
              "previewImage": preview("turn", "It turns"),
              "sources": [{ "url": "https://cdn.example/turn.mov?v=2", "format": "mov", "mimeType": "video/quicktime",
                            "width": 1920, "height": 1080 }] },
            { "__typename": "Model3d", "id": "gid://shopify/Model3d/9", "alt": "The lamp", "mediaContentType": "MODEL_3D",
              "previewImage": preview("glb", "The lamp"),
              "sources": [{ "url": "https://cdn.example/lamp.glb", "format": "glb", "mimeType": "model/gltf-binary",
                            "filesize": 81920 }] },
            { "__typename": "Model3d", "id": "gid://shopify/Model3d/10", "alt": null, "mediaContentType": "MODEL_3D",
              "previewImage": null,
              "sources": [{ "url": "https://cdn.example/models/7", "format": "usdz", "mimeType": "model/vnd.usdz+zip",
                            "filesize": 0 }] },
            image(11, "https://cdn.example/late.png", Value::Null, json!([30, 20])),
        ])
    );
    // Product, media, all previews.
    assert_eq!(answer.statements, 3);
}

#[tokio::test]
async fn media_are_walked_forwards_and_backwards() {
    let app = lamp().await;
    let page = async |arguments: &str| {
        let query = format!(
            "{{ product(handle: \"lamp\") {{ media({arguments}) {{ nodes {{ id }} \
             pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }} }} }} }}"
        );
        let answer = app.graphql(&query, json!({})).await;
        let media = &answer.data()["product"]["media"];
        let nodes = media["nodes"].as_array().unwrap();
        let ids: Vec<i64> = nodes
            .iter()
            .map(|node| {
                node["id"]
                    .as_str()
                    .unwrap()
                    .rsplit('/')
                    .next()
                    .unwrap()
                    .parse()
                    .unwrap()
            })
            .collect();
        (ids, media["pageInfo"].clone())
    };
    let (ids, first) = page("first: 3").await;
    assert_eq!(ids, [1, 2, 4]);
    let end = first["endCursor"].as_str().unwrap();
    let (ids, second) = page(&format!("first: 3, after: \"{end}\"")).await;
    assert_eq!(ids, [5, 7, 9]);
    assert_eq!(second["hasNextPage"], true);
    let (ids, last) = page("last: 3").await;
    assert_eq!(ids, [9, 10, 11]);
    let start = last["startCursor"].as_str().unwrap();
    let (ids, before) = page(&format!("last: 2, before: \"{start}\"")).await;
    assert_eq!(ids, [5, 7]);
    assert_eq!(before["hasPreviousPage"], true);
    let (ids, _) = page("first: 2, sortKey: ID, reverse: true").await;
    assert_eq!(ids, [11, 10]);
    let (ids, _) = page("first: 20, sortKey: POSITION, reverse: true").await;
    assert_eq!(ids, [11, 10, 9, 7, 5, 4, 2, 1]);

    // Pictures are pictures alone, those of the shop file among them, and the featured one is the first.
    let query = "{ lamp: product(handle: \"lamp\") { featuredImage { url } images(first: 9) { nodes { url } } } \
        mug: product(handle: \"mug\") { featuredImage { url } images(first: 9) { nodes { url } } \
          media(first: 9) { nodes { id ... on Video { sources { mimeType } } } } } }";
    let answer = app.graphql(query, json!({})).await;
    let url = |url: &str| json!({ "url": url });
    assert_eq!(
        *answer.data(),
        json!({
            "lamp": { "featuredImage": url("https://img.example/1.png"), "images": { "nodes": [
                url("https://img.example/1.png"), url("https://img.example/2.png"), url("https://cdn.example/late.png")] } },
            "mug": { "featuredImage": null, "images": { "nodes": [] },
                "media": { "nodes": [{ "id": "gid://shopify/Video/12", "sources": [{ "mimeType": "video/webm" }] }] } }
        })
    );
}

#[tokio::test]
async fn media_stay_as_long_as_the_shop_file_names_them() {
    let app = lamp().await;
    let rows = "SELECT string_agg(concat_ws(' ', p.handle, m.id, m.url, pm.position, p.version), ', ' ORDER BY p.id, pm.position) \
        FROM product_media pm JOIN products p ON p.id = pm.product_id JOIN media m ON m.id = pm.media_id";
    let before = text(&app, rows).await;
    // Again the same: nothing is written. Again the products: their own pictures alone are theirs to say.
    shop_file(&app, &json!({ "media": media() })).await;
    import(&app, LAMP).await;
    assert_eq!(text(&app, rows).await, before);
    import(
        &app,
        "Handle,Title,Variant Price,Status,Image Src\nlamp,Lamp,40,active,https://img.example/2.png\n",
    )
    .await;
    let after = before
        .replace("lamp 1 https://img.example/1.png 1 2, ", "")
        .replace("2.png 2 2", "2.png 1 3");
    assert_eq!(
        text(&app, rows).await,
        after
            .replace(" 2, lamp", " 3, lamp")
            .replace(" 2, mug", " 3, mug")
    );

    // An export says nothing of them, and so changes nothing.
    let mut out = Vec::new();
    export_products(&app.shop, Currency::USD, &mut out)
        .await
        .unwrap();
    let exported = String::from_utf8(out).unwrap();
    assert!(!exported.contains("cdn.example"), "{exported}");

    let kept = json!([media()[5], { "product": "lamp", "kind": "model_3d", "src": "https://cdn.example/lamp.glb", "alt": "A lamp",
        "preview": "https://cdn.example/glb.jpg" }]);
    shop_file(&app, &json!({ "media": kept })).await;
    let places = "SELECT string_agg(concat_ws(' ', m.id, m.kind, m.alt, m.bytes, v.alt), ', ' ORDER BY pm.product_id, pm.position) \
        FROM product_media pm JOIN media m ON m.id = pm.media_id LEFT JOIN media v ON v.id = m.preview_media_id";
    assert_eq!(
        text(&app, places).await,
        "2 image, 11 image, 9 model_3d A lamp A lamp"
    );
    shop_file(&app, &json!({ "media": [] })).await;
    assert_eq!(text(&app, places).await, "2 image");
}

#[tokio::test]
async fn a_film_is_no_picture_of_a_line() {
    let app = lamp().await;
    let variant = text(&app, "SELECT 'gid://shopify/ProductVariant/' || v.id FROM variants v JOIN products p ON p.id = v.product_id WHERE p.handle = 'mug'").await;
    let till = "mutation Cart($id: ID!) { cartCreate(input: { lines: [{ merchandiseId: $id }] }) { cart { lines(first: 1) { nodes { \
        merchandise { ... on ProductVariant { image { url } } } } } } } }";
    let answer = app.graphql(till, json!({ "id": variant })).await;
    let line = &answer.data()["cartCreate"]["cart"]["lines"]["nodes"][0];
    assert_eq!(line["merchandise"]["image"], Value::Null);
}
