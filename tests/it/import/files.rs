//! What files may look like, and what is said about those that do not.

use serde_json::json;
use tests::TestApp;
use tests::catalogue;

use super::support::{csv, import, import_fixture, rows};

#[tokio::test]
async fn every_refused_row_is_named_with_line_column_and_reason() {
    let app = TestApp::new().await;
    let (counts, said) = import_fixture(&app, "faults.csv").await;
    let amount = |text: &str| {
        format!(
            "`{text}` is not an amount in USD: write digits with at most 2 decimal places, such as 19.99"
        )
    };
    assert_eq!(
        said.refused,
        [
            "3: Variant Price: is missing".to_owned(),
            "4: Variant Price: `-1` is negative".to_owned(),
            format!("5: Variant Price: {}", amount("1.999")),
            format!("6: Variant Price: {}", amount("1,50")),
            format!("7: Variant Compare At Price: {}", amount("a lot")),
            "7: Cost per item: `-2` is negative".to_owned(),
            "8: Gift Card: `dunno` is neither true nor false".to_owned(),
            "8: Status: `retired` is not one of active, draft, archived, unlisted".to_owned(),
            "8: Published: `maybe` is neither true nor false".to_owned(),
            "8: Variant Requires Shipping: `perhaps` is neither true nor false".to_owned(),
            "8: Variant Grams: `heavy` is not a number of grams".to_owned(),
            "8: Variant Weight Unit: `stone` is not one of g, kg, oz, lb".to_owned(),
            "8: Variant Inventory Policy: `sometimes` is not one of deny, continue".to_owned(),
            "8: Variant Inventory Qty: `1.5` is not a whole number".to_owned(),
            "9: Option2 Value: Option2 Name is missing".to_owned(),
            "10: Option1 Name: the product's first row says `Size`".to_owned(),
            "10: Option1 Value: a second variant `S`".to_owned(),
            "11: Option1 Value: is missing".to_owned(),
            "12: Option2 Name: `SIZE` names two options".to_owned(),
            "13: Option1 Name: is missing".to_owned(),
            "13: Option1 Value: is missing".to_owned(),
            "14: Handle: `no title` is not a handle; `no-title` would be".to_owned(),
            "14: Title: is missing".to_owned(),
            "15: Handle: is missing".to_owned(),
            "16: Image Position: `first` is not a whole number".to_owned(),
            "16: Image Src: `ftp://img.example/a.jpg` is not an http or https address".to_owned(),
            "16: Variant Image: `picture.jpg` is not an http or https address".to_owned(),
            "17: the row has 15 fields, the header 26: a quote or comma may be missing".to_owned(),
        ]
    );
    assert_eq!(said.ignored, ["Metafield: care", "Colour of the week"]);
    assert_eq!(
        (counts.created, counts.refused, counts.refusals),
        (2, 9, 28)
    );
    assert_eq!((counts.rows, counts.total_rows), (17, 17));
    let handles = rows(&app, "SELECT handle FROM products ORDER BY id").await;
    assert_eq!(
        handles,
        json!([{ "handle": "good" }, { "handle": "good-too" }])
    );
}

#[tokio::test]
async fn a_product_with_a_refused_row_stays_as_it_was() {
    let app = TestApp::new().await;
    import(
        &app,
        csv(&["lamp,Lamp,Size,S,,,,,,,5,", "lamp,,,M,,,,,,,6,"]),
    )
    .await;
    let before = rows(&app, "SELECT * FROM products, variants").await;
    let (counts, said) = import(
        &app,
        csv(&[
            "lamp,Lantern,Size,S,,,,,,,7,",
            "lamp,,,M,,,,,,,six,",
            "new,New,,,,,,,,,1,",
        ]),
    )
    .await;
    assert_eq!(said.refused.len(), 1);
    assert_eq!((counts.created, counts.updated, counts.refused), (1, 0, 1));
    let after = rows(
        &app,
        "SELECT p.*, v.* FROM products p, variants v WHERE p.handle = 'lamp' AND v.product_id = p.id",
    )
    .await;
    assert_eq!(after, before);
}

#[tokio::test]
async fn missing_mandatory_columns_refuse_the_file() {
    let app = TestApp::new().await;
    let (counts, said) = import(&app, "Handle,Vendor,handle\nmug,Tarn,mug\n").await;
    assert_eq!(said.refused, ["1: handle: stands in the header twice",]);
    assert_eq!((counts.rows, counts.refusals), (0, 1));
    let (counts, said) = import(&app, "").await;
    let reason = "1: Handle: the column is missing, and so is Title";
    assert_eq!(
        (counts.refusals, &*said.refused),
        (1, &[reason.to_owned()][..])
    );
    // What is new needs a title and a price.
    let (counts, said) = import(&app, "Handle,Vendor\nmug,Tarn\n").await;
    assert_eq!(
        said.refused,
        [
            "2: Title: is missing, and the product is new",
            "2: Variant Price: is missing, and the product is new",
        ]
    );
    assert_eq!((counts.created, counts.refused), (0, 1));
}

#[tokio::test]
async fn byte_order_mark_line_ends_and_quoted_newlines_are_understood() {
    let app = TestApp::new().await;
    let text = csv(&[
        "mug,\"Mug,\nlarge\",,,,,,,,,5,",
        "",
        ",,,,,,,,,,,",
        "cup,Cup,,,,,,,,,-,",
    ]);
    let text = format!("\u{feff}{}", text.replace('\n', "\r\n"));
    let (counts, said) = import(&app, text).await;
    assert_eq!((counts.created, counts.rows), (1, 2));
    // The quoted newline and the blank lines count as lines.
    assert_eq!(
        said.refused,
        [
            "6: Variant Price: `-` is not an amount in USD: write digits with at most 2 decimal places, such as 19.99"
        ]
    );
    let titles = rows(&app, "SELECT title FROM products").await;
    assert_eq!(titles, json!([{ "title": "Mug,\nlarge" }]));
}

#[tokio::test]
async fn bytes_that_are_no_text_refuse_their_row() {
    let app = TestApp::new().await;
    let mut bytes = csv(&["mug,Mug,,,,,,,,,5,"]).into_bytes();
    bytes.extend_from_slice(b"cup,Caf\xe9,,,,,,,,,5,\n");
    bytes.extend_from_slice(b"pot,Pot\0,,,,,,,,,5,\n");
    let (counts, said) = import(&app, bytes).await;
    assert_eq!(
        said.refused,
        [
            "3: Title: is not valid UTF-8, but may be Windows-1252: save the file as UTF-8",
            "4: Title: contains a NUL character",
        ]
    );
    assert_eq!((counts.created, counts.refused), (1, 2));
}

#[tokio::test]
async fn texts_that_are_too_long_are_refused() {
    let app = TestApp::new().await;
    let title = "ä".repeat(255);
    let fits = import(&app, csv(&[&format!("mug,{title},,,,,,,,,5,")])).await;
    assert_eq!(fits.0.created, 1);
    let (counts, said) = import(&app, csv(&[&format!("cup,{title}x,,,,,,,,,5,")])).await;
    assert_eq!(said.refused, ["2: Title: is longer than 255 characters"]);
    assert_eq!(counts.refused, 1);
}

#[tokio::test]
async fn rows_of_one_handle_are_one_product_wherever_they_stand() {
    let app = TestApp::new().await;
    let lines = [
        "lamp,Lamp,Size,S,,,,,,,5,",
        "mug,Mug,,,,,,,,,5,",
        "LAMP ,,,M,,,,,,,6,",
        "lamp,,,,,,,,,,,https://img.example/lamp.jpg",
        "cup,Cup,,,,,,,,,5,",
    ];
    let (counts, said) = import(&app, csv(&lines)).await;
    assert_eq!(said.refused, [""; 0]);
    assert_eq!((counts.created, counts.variants, counts.images), (3, 4, 1));
    assert_eq!(counts.most_open, 2);
    assert_eq!(said.progress, [1, 4, 5]);
}

#[tokio::test]
async fn one_product_is_held_at_a_time() {
    let app = TestApp::new().await;
    let path = std::env::temp_dir().join(format!("{}.csv", app.database.name()));
    catalogue::write(&path, 50, 12).expect("write the catalogue");
    let bytes = std::fs::read(&path).expect("read it again");
    std::fs::remove_file(&path).expect("take it away");
    let (counts, said) = import(&app, bytes).await;
    assert_eq!(said.refused, [""; 0]);
    assert_eq!(
        (counts.rows, counts.created, counts.variants, counts.images),
        (600, 50, 600, 150)
    );
    assert_eq!(counts.most_open, 1);
    assert_eq!(said.progress.len(), 50);
}

#[tokio::test]
async fn a_row_that_adds_nothing_is_mentioned() {
    let app = TestApp::new().await;
    let (counts, said) = import(&app, csv(&["mug,Mug,,,,,,,,,5,", "mug,Mug,,,,,,,,,,"])).await;
    assert_eq!(
        said.warned,
        ["3: the row adds neither a variant nor an image"]
    );
    assert_eq!((counts.created, counts.refused), (1, 0));
}

#[tokio::test]
async fn limits_of_a_product_hold() {
    let app = TestApp::new().await;
    let variants: Vec<String> = (0..2049)
        .map(|n| format!("many,Many,Size,{n},,,,,,,5,"))
        .collect();
    let lines: Vec<&str> = variants.iter().map(String::as_str).collect();
    let (_, said) = import(&app, csv(&lines)).await;
    assert_eq!(said.refused, ["2050: Handle: more than 2048 variants"]);
    let (counts, _) = import(&app, csv(&lines[..2048])).await;
    assert_eq!((counts.created, counts.variants), (1, 2048));
    let images: Vec<String> = (0..252)
        .map(|n| {
            format!(
                "seen,Seen,,,,,,,,,{},https://img.example/{n}",
                if n == 0 { "5" } else { "" }
            )
        })
        .collect();
    let lines: Vec<&str> = images.iter().map(String::as_str).collect();
    let (_, said) = import(&app, csv(&lines)).await;
    assert_eq!(said.refused, ["252: Image Src: more than 250 images"]);
}
