//! Queries on the demo shop with what must come first.

use api::demo::seed;
use serde_json::json;
use tests::{TestApp, TestDatabase};

use super::find;
use crate::import::support::Said;

/// What somebody types, and the first thing that is found.
const FIRST: [(&str, &str); 44] = [
    // Titles, whole and in part.
    ("Commuter Backpack", "commuter-backpack"),
    ("backpack", "commuter-backpack"),
    ("half moon table lamp", "half-moon-table-lamp"),
    ("lamp", "half-moon-table-lamp"),
    ("gift wrapping", "gift-wrapping"),
    ("rain jacket", "drizzle-rain-jacket"),
    ("jacket rain", "drizzle-rain-jacket"),
    ("hoodie", "lantern-hoodie"),
    ("two moons", "two-moons-tent"),
    // The title before what is said elsewhere.
    ("rain", "drizzle-rain-jacket"),
    ("chair", "lakeside-folding-chair"),
    ("notebook", "open-field-notebook"),
    // Other forms of a word.
    ("notebooks", "open-field-notebook"),
    ("backpacks", "commuter-backpack"),
    ("sneaker", "pavement-sneakers"),
    ("scarfs", "long-walk-scarf"),
    ("tents", "two-moons-tent"),
    ("umbrellas", "cloudburst-umbrella"),
    // Types, vendors, tags, options.
    ("shoes", "pavement-sneakers"),
    ("eyewear", "boardwalk-sunglasses"),
    ("kilnfield teapot", "afternoon-teapot"),
    ("wool mittens", "snowfield-mittens"),
    ("fig leaf", "quiet-evening-candle"),
    // Apostrophes, accents, case, words that say nothing.
    ("chef's knife", "steady-hand-chef-knife"),
    ("CHEFS KNIFE", "steady-hand-chef-knife"),
    ("chef knife", "steady-hand-chef-knife"),
    ("Bäckpack", "commuter-backpack"),
    ("a tent for two", "two-moons-tent"),
    ("the lantern hoodie", "lantern-hoodie"),
    // Slips: a letter too many, too few, another, two swapped, two slips in a long word.
    ("bakpack", "commuter-backpack"),
    ("bakcpack", "commuter-backpack"),
    ("backkpack", "commuter-backpack"),
    ("bacpack commuter", "commuter-backpack"),
    ("teepot", "afternoon-teapot"),
    ("umbrela", "cloudburst-umbrella"),
    ("sneekers", "pavement-sneakers"),
    ("jaket", "drizzle-rain-jacket"),
    ("notebok", "open-field-notebook"),
    ("candel", "quiet-evening-candle"),
    ("sunglases", "boardwalk-sunglasses"),
    ("walet", "fold-over-wallet"),
    ("coffe", "night-owl-coffee"),
    ("hamock", "idle-hammock"),
    ("sunglasess", "boardwalk-sunglasses"),
];

#[tokio::test]
async fn what_is_meant_comes_first() {
    let app = TestApp::on(TestDatabase::create().await).await;
    seed(&app.shop, &mut Said::default()).await.unwrap();
    let mut wrong = Vec::new();
    for (query, first) in FIRST {
        let found = find(&app, json!({ "query": query, "types": ["PRODUCT"] })).await;
        if found.first().map(String::as_str) != Some(first) {
            wrong.push(format!("{query}: {found:?} instead of {first}"));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());

    for (query, first) in [
        ("sweat", "fair-weather-sweater"),
        ("rain ja", "drizzle-rain-jacket"),
        ("umbr", "cloudburst-umbrella"),
    ] {
        let prefix = json!({ "query": query, "prefix": "LAST", "types": ["PRODUCT"] });
        assert_eq!(find(&app, prefix).await[0], first, "{query}");
        let whole = json!({ "query": query, "types": ["PRODUCT"] });
        assert_ne!(
            find(&app, whole).await.first().map(String::as_str),
            Some(first),
            "{query}"
        );
    }
    // All words are wanted, and nothing is guessed out of thin air.
    for nothing in ["backpack teapot", "xylophone", "qqqqqq"] {
        assert_eq!(
            find(&app, json!({ "query": nothing })).await,
            Vec::<String>::new(),
            "{nothing}"
        );
    }
    // Both mugs, the better seller first; a mug in a description comes behind them.
    let mugs = find(&app, json!({ "query": "mugs" })).await;
    let mut first = [mugs[0].as_str(), mugs[1].as_str()];
    first.sort_unstable();
    assert_eq!(first, ["campfire-enamel-mug", "dipped-stoneware-mug"]);
}
