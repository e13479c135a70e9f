//! A replica can only help: whatever becomes of it, no request fails, and nobody is shown what was.

mod behind;
mod doctor;
mod faults;

use std::time::{Duration, Instant};

use api::commands::tokens::{self, Tokens};
use api::graphql::TokenRule;
use commerce::db::{Db, DbConfig, ReplicaHealth};
use diesel_async::{AsyncConnection, AsyncPgConnection, SimpleAsyncConnection};
use poem::endpoint::BoxEndpoint;
use poem::test::TestClient;
use serde_json::{Value, json};
use tests::caching::{Keeper, Keeping, until};
use tests::cluster::Cluster;
use tests::factory::catalog::ProductSeed;
use tests::{Answer, TestApp, TestDatabase};

/// So long that nothing ends a wait but what looks after the replica.
const NEVER: Duration = Duration::from_secs(24 * 60 * 60);

/// Longer than anything takes that is waited for.
const LIMIT: Duration = Duration::from_secs(60);

/// Reads the cup, and is kept.
const CUP: &str = "{ product(handle: \"cup\") { title } }";
/// Finds the cup, and is never kept.
const SEARCH: &str =
    "{ search(query: \"cup\", first: 1) { edges { node { ... on Product { title } } } } }";

/// A shop on a primary of its own, with a replica.
struct Replicated {
    // Ends before its servers do.
    keeper: Keeper,
    keeping: Keeping,
    app: TestApp,
    replica: Cluster,
    primary: Cluster,
}

impl Replicated {
    /// One that sells a cup. Its replica may be so far behind.
    async fn open(max_lag: Duration) -> Self {
        let primary = Cluster::primary();
        let replica = primary.replica();
        let mut app = TestApp::on(TestDatabase::elsewhere(primary.url("postgres"))).await;
        let config = DbConfig {
            url: app.database.url.clone(),
            replica_url: Some(replica.url("postgres")),
            replica_max_lag: max_lag,
            pool_size: 8,
            acquire_timeout: NEVER,
            statement_timeout_ms: 0,
            patience: NEVER,
        };
        app.shop.db = Db::connect(&config).await.unwrap();
        tests::factory::shop::shop(&app).await;
        ProductSeed::new("cup").create(&app).await;
        let mut keeping = Keeping::default();
        keeping.edge.timeout = NEVER;
        let keeper = app.keeper(&keeping).await;
        let freshness = &keeper.shop.freshness;
        keeper.shop.db.watch_replica(freshness).unwrap();
        let shop = Self {
            keeper,
            keeping,
            app,
            replica,
            primary,
        };
        shop.is(ReplicaHealth::Ready).await;
        shop
    }

    fn health(&self) -> ReplicaHealth {
        self.keeper.shop.db.replica_health().unwrap()
    }

    /// Waits until the replica is judged so.
    async fn is(&self, health: ReplicaHealth) {
        until(|| self.health() == health).await;
    }

    /// How many reads the replica was given.
    fn replica_reads(&self) -> u64 {
        let pools = self.keeper.shop.db.pools();
        let (_, state) = pools
            .into_iter()
            .find(|(name, _)| *name == "replica")
            .unwrap();
        state.statistics.get_direct + state.statistics.get_waited
    }

    /// Runs a statement on the replica.
    async fn on_replica(&self, sql: &str) {
        let mut conn = AsyncPgConnection::establish(&self.replica.url("postgres"))
            .await
            .unwrap();
        conn.batch_execute(sql).await.unwrap();
    }

    /// An answer that is whole.
    async fn ask(&self, query: &str, variables: Value) -> Value {
        let Answer { status, body, .. } = self.keeper.ask(query, variables).await;
        assert_eq!((status, body.get("errors")), (200, None), "{query}: {body}");
        body["data"].clone()
    }

    /// Calls the cup something, and waits until that is heard of.
    async fn call_cup(&self, title: &str) {
        let update = format!("UPDATE products SET title = '{title}' WHERE handle = 'cup'");
        self.app.execute(&update).await;
        self.app.heard_by(&self.keeper).await;
    }

    /// What the cup is called by what is kept and by what is not.
    async fn cup(&self) -> (Value, Value) {
        let product = self.ask(CUP, json!({})).await["product"]["title"].clone();
        let found = self.ask(SEARCH, json!({})).await;
        let found = &found["search"]["edges"][0]["node"]["title"];
        (product, found.clone())
    }

    /// Waits until the replica is read, while the cup is called so all the time.
    async fn shows_from_replica(&self, title: &str) {
        let (before, started) = (self.replica_reads(), Instant::now());
        while self.replica_reads() == before {
            assert_eq!(self.cup().await, (json!(title), json!(title)));
            assert!(started.elapsed() < LIMIT, "the replica is not read");
        }
    }

    /// Makes a product, and what a new cart with it and the same cart read again say of it.
    async fn buy(&self, handle: &str) -> [Value; 2] {
        let product = ProductSeed::new(handle).create(&self.app).await;
        let variant = format!("SELECT id FROM variants WHERE product_id = {product}");
        let variant = self.app.count(&variant).await;
        let lines = "id lines(first: 1) { nodes { merchandise { ... on ProductVariant { product { handle } } } } }";
        let create = format!(
            "mutation ($id: ID!) {{ cartCreate(input: {{ lines: [{{ merchandiseId: $id }}] }}) {{ cart {{ {lines} }} }} }}"
        );
        let variant = format!("gid://shopify/ProductVariant/{variant}");
        let created = self.ask(&create, json!({ "id": variant })).await;
        let cart = created["cartCreate"]["cart"].clone();
        // Beside a field that is the same for everybody.
        let again = format!(
            "query ($id: ID!) {{ product(handle: \"{handle}\") {{ handle }} cart(id: $id) {{ {lines} }} }}"
        );
        let again = self.ask(&again, json!({ "id": cart["id"] })).await;
        assert_eq!(again["product"]["handle"], json!(handle));
        [&cart, &again["cart"]]
            .map(|cart| cart["lines"]["nodes"][0]["merchandise"]["product"]["handle"].clone())
    }

    /// The text and the number of a new access token.
    async fn token(&self) -> (String, i64) {
        let command = Tokens::Create {
            title: "Shop".to_owned(),
            private: false,
            bucket: None,
            per_second: None,
            maximum: None,
        };
        let report = tokens::run(&self.app.shop, &command).await.unwrap();
        let text = report.lines().nth(1).unwrap().to_owned();
        let newest = "SELECT max(id) FROM access_tokens";
        (text, self.app.count(newest).await)
    }

    async fn revoke(&self, id: i64) {
        let now = self.app.shop.clock.now();
        let mut conn = self.app.shop.db.primary().await.unwrap();
        let revoked = commerce::access::revoke(&mut conn, id, now).await;
        assert!(revoked.unwrap());
    }

    /// A process that has not seen any token yet.
    fn process(&self) -> TestClient<BoxEndpoint<'static>> {
        let mut edge = self.keeping.edge.clone();
        edge.budgets.rule = TokenRule::Optional;
        self.app.process(&edge)
    }

    /// Waits until `/readyz` says so; it is ready all the time.
    async fn says(&self, detail: &Value) {
        let started = Instant::now();
        loop {
            let ready = self.keeper.client.get("/readyz").send().await;
            ready.assert_status_is_ok();
            let found: Value = ready.0.into_body().into_json().await.unwrap();
            if found == *detail {
                return;
            }
            assert!(started.elapsed() < LIMIT, "{found} instead of {detail}");
        }
    }
}

/// The status that a request with this token is answered with.
async fn status_of(process: &TestClient<BoxEndpoint<'static>>, token: &str) -> u16 {
    let request = process
        .post("/graphql")
        .header("x-shopify-storefront-access-token", token);
    let request = request.body_json(&json!({ "query": CUP }));
    request.send().await.0.status().as_u16()
}
