//! What each column becomes.

use serde_json::json;
use tests::TestApp;

use super::support::{import_fixture, rows};

#[tokio::test]
async fn products_carry_what_their_first_row_says() {
    let app = TestApp::new().await;
    let (counts, said) = import_fixture(&app, "catalogue.csv").await;
    assert_eq!((counts.created, counts.refused, counts.rows), (3, 0, 6));
    assert_eq!((counts.variants, counts.images), (5, 4));
    assert_eq!(said.refused, [""; 0]);
    assert_eq!(said.ignored, [""; 0]);
    assert_eq!(
        said.warned,
        ["4: Variant Inventory Qty: -3 units are taken for 0"]
    );
    let products = rows(
        &app,
        "SELECT handle, title, description_html, description, vendor, product_type, tags, seo_title, \
         seo_description, is_gift_card, status, published_at IS NOT NULL AS published, price_min_minor, \
         price_max_minor, compare_at_min_minor, compare_at_max_minor, version FROM products ORDER BY id",
    )
    .await;
    assert_eq!(
        products,
        json!([
            {
                "handle": "rain-coat", "title": "Rain Coat",
                "description_html": "<p>Keeps out the rain.</p>\n<ul><li>Taped</li><li>Light &amp; long</li></ul>",
                "description": "Keeps out the rain. Taped Light & long",
                "vendor": "Tarn", "product_type": "Coats", "tags": ["rain", "Coats"],
                "seo_title": "Rain coat for walkers", "seo_description": "A long coat.",
                "is_gift_card": false, "status": "active", "published": true,
                "price_min_minor": 12000, "price_max_minor": 12550,
                "compare_at_min_minor": 15050, "compare_at_max_minor": 15050, "version": 1
            },
            {
                "handle": "gift-card", "title": "Gift Card", "description_html": "", "description": "",
                "vendor": "Tarn", "product_type": "", "tags": [], "seo_title": null, "seo_description": null,
                "is_gift_card": true, "status": "draft", "published": false,
                "price_min_minor": 1000, "price_max_minor": 1000,
                "compare_at_min_minor": null, "compare_at_max_minor": null, "version": 1
            },
            {
                "handle": "old-mug", "title": "Old Mug",
                "description_html": "Plain words &amp; no markup", "description": "Plain words & no markup",
                "vendor": "", "product_type": "", "tags": [], "seo_title": null, "seo_description": null,
                "is_gift_card": false, "status": "archived", "published": true,
                "price_min_minor": 0, "price_max_minor": 0,
                "compare_at_min_minor": null, "compare_at_max_minor": null, "version": 1
            }
        ])
    );
}

#[tokio::test]
async fn options_and_values_stand_in_order_of_appearance() {
    let app = TestApp::new().await;
    import_fixture(&app, "catalogue.csv").await;
    let options = rows(
        &app,
        "SELECT p.handle, o.position, o.name, \
         (SELECT array_agg(v.name ORDER BY v.position) FROM product_option_values v WHERE v.option_id = o.id) AS values \
         FROM product_options o JOIN products p ON p.id = o.product_id ORDER BY p.id, o.position",
    )
    .await;
    assert_eq!(
        options,
        json!([
            { "handle": "rain-coat", "position": 1, "name": "Size", "values": ["S", "M"] },
            { "handle": "rain-coat", "position": 2, "name": "Colour", "values": ["Ink", "Moss"] },
            { "handle": "rain-coat", "position": 3, "name": "Lining", "values": ["Fleece"] },
            { "handle": "gift-card", "position": 1, "name": "Title", "values": ["Default Title"] },
            { "handle": "old-mug", "position": 1, "name": "Title", "values": ["Default Title"] },
        ])
    );
}

#[tokio::test]
async fn variants_carry_what_their_rows_say() {
    let app = TestApp::new().await;
    import_fixture(&app, "catalogue.csv").await;
    let variants = rows(
        &app,
        "SELECT v.position, v.title, v.sku, v.barcode, v.price_minor, v.compare_at_minor, v.cost_minor, \
         v.currency, v.requires_shipping, v.taxable, v.grams, v.weight_unit, v.inventory_tracked, \
         v.inventory_policy, m.url AS image \
         FROM variants v LEFT JOIN media m ON m.id = v.media_id ORDER BY v.product_id, v.position",
    )
    .await;
    assert_eq!(
        variants,
        json!([
            {
                "position": 1, "title": "S / Ink / Fleece", "sku": "RC-S-INK", "barcode": "0123456789012",
                "price_minor": 12000, "compare_at_minor": 15050, "cost_minor": 6025, "currency": "USD",
                "requires_shipping": true, "taxable": true, "grams": 800, "weight_unit": "g",
                "inventory_tracked": true, "inventory_policy": "deny", "image": "https://img.example/coat-2.jpg"
            },
            {
                "position": 2, "title": "S / Moss / Fleece", "sku": "RC-S-MOSS", "barcode": null,
                "price_minor": 12000, "compare_at_minor": null, "cost_minor": 6025, "currency": "USD",
                "requires_shipping": true, "taxable": true, "grams": 810, "weight_unit": "oz",
                "inventory_tracked": true, "inventory_policy": "continue", "image": "https://img.example/coat-1.jpg"
            },
            {
                "position": 3, "title": "M / Ink / Fleece", "sku": "RC-M-INK", "barcode": null,
                "price_minor": 12550, "compare_at_minor": null, "cost_minor": null, "currency": "USD",
                "requires_shipping": true, "taxable": false, "grams": 821, "weight_unit": "kg",
                "inventory_tracked": false, "inventory_policy": "deny", "image": "https://img.example/coat-4.jpg"
            },
            {
                "position": 1, "title": "Default Title", "sku": null, "barcode": null,
                "price_minor": 1000, "compare_at_minor": null, "cost_minor": null, "currency": "USD",
                "requires_shipping": false, "taxable": false, "grams": 0, "weight_unit": "kg",
                "inventory_tracked": false, "inventory_policy": "deny", "image": null
            },
            {
                "position": 1, "title": "Default Title", "sku": null, "barcode": null,
                "price_minor": 0, "compare_at_minor": null, "cost_minor": null, "currency": "USD",
                "requires_shipping": true, "taxable": true, "grams": 0, "weight_unit": "kg",
                "inventory_tracked": true, "inventory_policy": "deny", "image": null
            }
        ])
    );
}

#[tokio::test]
async fn images_keep_their_addresses_and_stand_by_position() {
    let app = TestApp::new().await;
    import_fixture(&app, "catalogue.csv").await;
    let images = rows(
        &app,
        "SELECT pm.position, m.url, m.alt, m.kind FROM product_media pm JOIN media m ON m.id = pm.media_id \
         ORDER BY pm.product_id, pm.position",
    )
    .await;
    assert_eq!(
        images,
        json!([
            { "position": 1, "url": "https://img.example/coat-1.jpg", "alt": "The coat in moss", "kind": "image" },
            { "position": 2, "url": "https://img.example/coat-2.jpg", "alt": "The coat in ink", "kind": "image" },
            { "position": 3, "url": "https://img.example/coat-3.jpg", "alt": null, "kind": "image" },
            { "position": 4, "url": "https://img.example/coat-4.jpg", "alt": null, "kind": "image" },
        ])
    );
}
