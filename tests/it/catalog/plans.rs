//! The plans of hot statements on 10,000 products and 40,000 variants: an index everywhere.

use commerce::catalog::collections::ProductCollectionsPart;
use commerce::catalog::media::{self, MediaPart, MediaSort};
use commerce::catalog::product_list::{
    self, CollectionPart, CollectionProductSort, ProductListing, ProductSort,
};
use commerce::catalog::variants::{self, VariantPart, VariantSort};
use commerce::catalog::{collections, options, products, recommendations, stock};
use commerce::kernel::Id;
use commerce::kernel::page::Window;
use diesel_async::{AsyncPgConnection, SimpleAsyncConnection};
use tests::TestApp;
use tests::plans::plans;

/// Tables that no hot statement may read from end to end.
const LARGE: [&str; 8] = [
    "products",
    "variants",
    "media",
    "product_media",
    "product_options",
    "product_option_values",
    "inventory_levels",
    "collection_products",
];

async fn large_catalogue() -> (TestApp, AsyncPgConnection) {
    let app = TestApp::new().await;
    let mut conn = app.conn().await;
    conn.batch_execute(include_str!("large_catalogue.sql"))
        .await
        .unwrap();
    (app, conn)
}

#[tokio::test]
async fn hot_statements_use_indexes() {
    let (app, mut conn) = large_catalogue().await;
    let now = app.shop.clock.now();
    run_lists(&mut conn, now).await;
    run_loads(&mut conn, now).await;

    let about = "(products|variants|media|collections|inventory_levels)";
    let plans = plans(&mut conn, about).await;
    assert_eq!(plans.len(), 31);
    for plan in &plans {
        plan.assert_no_scan(&LARGE);
    }
}

async fn run_lists(conn: &mut AsyncPgConnection, now: chrono::DateTime<chrono::Utc>) {
    for sort in [
        ProductSort::Title,
        ProductSort::ProductType,
        ProductSort::Vendor,
        ProductSort::UpdatedAt,
        ProductSort::CreatedAt,
        ProductSort::BestSelling,
        ProductSort::Price,
        ProductSort::Id,
    ] {
        let mut listing = ProductListing {
            condition: None,
            relevance: None,
            sort,
            reverse: false,
            window: Window::first(24),
        };
        let page = product_list::listing(conn, &listing, now).await.unwrap();
        assert_eq!((page.rows.len(), page.has_next), (24, true), "{sort:?}");
        listing.window.after = page.rows.last().map(|(cursor, _)| cursor.clone());
        product_list::listing(conn, &listing, now).await.unwrap();
    }
    for sort in [CollectionProductSort::Manual, CollectionProductSort::Id] {
        let part = CollectionPart {
            condition: None,
            sort,
            reverse: false,
            window: Window::first(24),
        };
        let found = product_list::of_collections(conn, &[Id::new(1)], &part, now)
            .await
            .unwrap();
        assert_eq!(found[&Id::new(1)].rows.len(), 24);
    }
}

async fn run_loads(conn: &mut AsyncPgConnection, now: chrono::DateTime<chrono::Utc>) {
    let ids: Vec<_> = (1..=24).map(Id::new).collect();
    let window = Window::first(5);
    products::by_ids(conn, &ids, now).await.unwrap();
    products::by_handles(conn, &["product-1".to_owned()], now)
        .await
        .unwrap();
    products::texts(conn, &ids).await.unwrap();
    options::of_products(conn, &ids).await.unwrap();
    let part = VariantPart {
        sort: VariantSort::Position,
        reverse: false,
        window: window.clone(),
    };
    let found = variants::of_products(conn, &ids, &part).await.unwrap();
    assert_eq!(found[&Id::new(24)].rows.len(), 4);
    variants::all_of_products(conn, &ids).await.unwrap();
    let variant_ids: Vec<_> = (1..=96).map(Id::new).collect();
    variants::by_ids(conn, &variant_ids, now).await.unwrap();
    stock::of_variants(conn, &variant_ids).await.unwrap();
    stock::of_products(conn, &ids).await.unwrap();
    let part = MediaPart {
        images_only: true,
        sort: MediaSort::Position,
        reverse: false,
        window: window.clone(),
    };
    media::of_products(conn, &ids, &part).await.unwrap();
    media::by_ids(conn, &[1, 2, 3]).await.unwrap();
    let part = ProductCollectionsPart {
        reverse: false,
        window,
    };
    collections::of_products(conn, &ids, &part, now)
        .await
        .unwrap();
    let related = recommendations::related(conn, Id::new(7), now)
        .await
        .unwrap();
    assert_eq!(related.len(), 10);
}
