//! Many at once, and a change in the middle.

use std::sync::Arc;

use diesel_async::{AsyncPgConnection, SimpleAsyncConnection};
use serde_json::json;
use tests::caching::{Keeper, Keeping};
use tests::factory::catalog::ProductSeed;
use tests::{Answer, TestApp};
use tokio::task::JoinHandle;

/// Reads the product first and its variants after it.
const CUP: &str = "{ product(handle: \"cup\") { title variants(first: 1) { nodes { title } } } }";

async fn shop() -> (TestApp, Arc<Keeper>) {
    let app = TestApp::new().await;
    ProductSeed::new("cup").create(&app).await;
    let keeper = app.keeper(&Keeping::default()).await;
    app.heard_by(&keeper).await;
    (app, Arc::new(keeper))
}

/// Lets nobody read variants until the connection says `COMMIT`.
async fn hold_variants(app: &TestApp) -> AsyncPgConnection {
    let mut conn = app.conn().await;
    conn.batch_execute("BEGIN; LOCK TABLE variants IN ACCESS EXCLUSIVE MODE")
        .await
        .unwrap();
    conn
}

fn ask(keeper: &Arc<Keeper>) -> JoinHandle<Answer> {
    let keeper = Arc::clone(keeper);
    tokio::spawn(async move { keeper.ask(CUP, json!({})).await })
}

/// Waits until so many wait for the variants.
async fn waiting(app: &TestApp, wanted: i64) {
    let query = "SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database \
                 WHERE d.datname = current_database() AND NOT l.granted";
    while app.count(query).await != wanted {
        tokio::task::yield_now().await;
    }
}

fn title(answer: &Answer) -> &str {
    answer.data()["product"]["title"].as_str().unwrap()
}

#[tokio::test]
async fn a_crowd_costs_what_one_costs() {
    let (app, keeper) = shop().await;
    let mut lock = hold_variants(&app).await;
    let crowd: Vec<_> = (0..20).map(|_| ask(&keeper)).collect();
    waiting(&app, 1).await;
    lock.batch_execute("COMMIT").await.unwrap();
    let mut statements = 0;
    for one in crowd {
        let answer = one.await.unwrap();
        assert_eq!(title(&answer), "cup");
        statements += answer.statements;
    }
    assert_eq!(statements, 2);
}

#[tokio::test]
async fn who_goes_away_leaves_the_work_to_the_next() {
    let (app, keeper) = shop().await;
    let mut lock = hold_variants(&app).await;
    let first = ask(&keeper);
    waiting(&app, 1).await;
    let others = [ask(&keeper), ask(&keeper)];
    tokio::task::yield_now().await;
    first.abort();
    assert!(first.await.unwrap_err().is_cancelled());
    lock.batch_execute("COMMIT").await.unwrap();
    for other in others {
        assert_eq!(title(&other.await.unwrap()), "cup");
    }
    assert_eq!(keeper.ask(CUP, json!({})).await.statements, 0);
}

#[tokio::test]
async fn an_answer_that_a_change_overtook_is_neither_kept_nor_shared() {
    let (app, keeper) = shop().await;
    // What indexes a product reads its variants, which nobody can while they are held.
    app.execute("ALTER TABLE products DISABLE TRIGGER products_index")
        .await;
    let mut lock = hold_variants(&app).await;
    let early = ask(&keeper);
    waiting(&app, 1).await;
    app.execute("UPDATE products SET title = 'Large cup'").await;
    app.heard_by(&keeper).await;
    let late = ask(&keeper);
    tokio::task::yield_now().await;
    lock.batch_execute("COMMIT").await.unwrap();
    // It had begun before the change, and says what was right then.
    assert_eq!(title(&early.await.unwrap()), "cup");
    assert_eq!(title(&late.await.unwrap()), "Large cup");
    let kept = keeper.ask(CUP, json!({})).await;
    assert_eq!((title(&kept), kept.statements), ("Large cup", 0));
}

#[tokio::test]
async fn the_same_bytes_lead_to_what_is_right_now() {
    let (app, keeper) = shop().await;
    let person = app.person("ann").await;
    let bearer = format!("Bearer {}", keeper.sign_in(&person).await);
    let other = "{ product(handle: \"cup\") { title variants(first: 1) { nodes { title id } } } }";
    for title_now in ["cup", "Large cup", "Small cup"] {
        app.execute(&format!("UPDATE products SET title = '{title_now}'"))
            .await;
        app.heard_by(&keeper).await;
        for query in [CUP, other, CUP, CUP] {
            let answer = keeper.ask(query, json!({})).await;
            assert_eq!(title(&answer), title_now, "{query}");
        }
        assert_eq!(keeper.ask(CUP, json!({})).await.statements, 0);
        // Whoever is signed in is not answered from the cache, whatever the bytes.
        let body = json!({ "query": CUP, "variables": {} });
        let request = keeper.client.post("/graphql").body_json(&body);
        let request = request.header("authorization", &bearer).send();
        let (answer, meter) = commerce::meter::measure(request).await;
        answer.assert_status_is_ok();
        assert_ne!(meter.statements(), 0);
    }
}
