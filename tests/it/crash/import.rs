//! An import that is killed has imported whole products, and goes on from there.

use std::path::PathBuf;

use tests::load::process::{End, Process};
use tests::{Scratch, TestApp, catalogue};

use super::stage::{PATIENCE, SIGABRT};

const PRODUCTS: i64 = 5;

/// Products that are there with all their variants, options, pictures and stock.
const WHOLE: &str = "SELECT count(*) FROM products p WHERE \
    (SELECT count(*) FROM variants v JOIN inventory_levels l ON l.variant_id = v.id WHERE v.product_id = p.id) = 4 \
    AND (SELECT count(*) FROM product_options o WHERE o.product_id = p.id) = 2 \
    AND (SELECT count(*) FROM product_media m WHERE m.product_id = p.id) = 3";

#[tokio::test]
async fn a_killed_import_leaves_whole_products_and_goes_on_when_repeated() {
    for (failpoint, imported) in [
        ("write.before_commit:1", 0),
        ("write.after_commit:1", 1),
        ("write.before_commit:4", 3),
        ("write.after_commit:4", 4),
    ] {
        let app = TestApp::new().await;
        let folder = Scratch::new();
        let file = folder.path().join("catalogue.csv");
        catalogue::write(&file, usize::try_from(PRODUCTS).unwrap(), 4).unwrap();
        let killed = import(&app, &folder, failpoint).await;
        assert_eq!(killed, End::Killed(SIGABRT), "{failpoint}");
        assert_eq!(app.count(WHOLE).await, imported, "{failpoint}");
        let all = "SELECT count(*) FROM products";
        assert_eq!(app.count(all).await, imported, "{failpoint}");
        assert_eq!(import(&app, &folder, "").await, End::Exited(0));
        assert_eq!(app.count(WHOLE).await, PRODUCTS, "{failpoint}");
        assert_eq!(app.count(all).await, PRODUCTS, "{failpoint}");
    }
}

async fn import(app: &TestApp, folder: &Scratch, failpoint: &str) -> End {
    let path = |name: &str| -> PathBuf { folder.path().join(name) };
    let variables = [
        ("CARTWRIGHT_PROFILE", "development".to_owned()),
        ("DATABASE_URL", app.database.url.clone()),
        ("FAILPOINT", failpoint.to_owned()),
    ];
    let file = path("catalogue.csv").display().to_string();
    let arguments = ["import", "--currency", "USD", &file];
    let process = Process::start("api", &arguments, &variables, &path("log"));
    process.unwrap().end(PATIENCE).await.unwrap()
}
