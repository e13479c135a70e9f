//! The API in this process, on a database of its own, driven through HTTP.

use std::sync::Arc;
use std::time::Duration;

use api::config::EdgeConfig;
use commerce::cache::Freshness;
use commerce::cart::OrderConfig;
use commerce::checkout::SubmissionLimits;
use commerce::config::{Profile, Reader};
use commerce::customer::AccountConfig;
use commerce::db::{Db, DbConfig};
use commerce::identity::Guard;
use commerce::kernel::{Clock, Secret};
use commerce::kv::Kv;
use commerce::payment::PaymentConfig;
use commerce::{Settings, Shop, meter};
use diesel_async::{AsyncConnection, AsyncPgConnection, SimpleAsyncConnection};
use poem::EndpointExt;
use poem::endpoint::BoxEndpoint;
use poem::test::TestClient;
use serde_json::{Value, json};

use crate::TestDatabase;

/// The application under test.
pub struct TestApp {
    /// Its database; dropped with the test.
    pub database: TestDatabase,
    /// What its commands are handed; [`TestApp::advance`] moves its time.
    pub shop: Shop,
    /// Speaks HTTP to it without a socket.
    pub client: TestClient<BoxEndpoint<'static>>,
}

/// One GraphQL answer.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The whole body.
    pub body: Value,
    /// SQL statements that the request cost.
    pub statements: u64,
}

impl Answer {
    /// The answer's `data`, after making sure that there are no errors.
    #[must_use]
    #[track_caller]
    pub fn data(&self) -> &Value {
        assert_eq!(self.body.get("errors"), None, "unexpected errors");
        &self.body["data"]
    }
}

/// Connections of an application that no test counts.
pub(crate) const CONNECTIONS: u32 = 8;

impl TestApp {
    /// An application whose shop has a row and nothing else.
    pub async fn new() -> Self {
        let app = Self::on(TestDatabase::create().await).await;
        crate::factory::shop::shop(&app).await;
        app
    }

    /// The same with somebody who takes money, and whose clock moves with the shop's. It has so
    /// many connections to its database.
    pub async fn paid(payment: PaymentConfig, clock: Clock, connections: u32) -> Self {
        let database = TestDatabase::create().await;
        let mut shop = open_shop(&database.url, payment, connections).await;
        shop.clock = clock;
        let app = Self::with(database, shop);
        crate::factory::shop::shop(&app).await;
        app
    }

    /// An application on a given database.
    pub async fn on(database: TestDatabase) -> Self {
        let shop = open_shop(&database.url, PaymentConfig::None, CONNECTIONS).await;
        Self::with(database, shop)
    }

    fn with(database: TestDatabase, shop: Shop) -> Self {
        let edge = EdgeConfig::of_profile(Profile::Development, &shop.settings.public_url);
        let client = client(&shop, &edge);
        Self {
            database,
            shop,
            client,
        }
    }

    /// The same application with other settings.
    #[must_use]
    pub fn with_settings(self, settings: Settings) -> Self {
        let mut shop = self.shop;
        shop.settings = Arc::new(settings);
        Self::with(self.database, shop)
    }

    /// A client of another process of the same shop, with an edge of its own.
    #[must_use]
    pub fn process(&self, edge: &EdgeConfig) -> TestClient<BoxEndpoint<'static>> {
        client(&self.shop, edge)
    }

    /// A connection for arranging rows and for proving side effects or their absence.
    pub async fn conn(&self) -> AsyncPgConnection {
        AsyncPgConnection::establish(&self.database.url)
            .await
            .expect("connect to the test database")
    }

    /// Runs statements that arrange something.
    pub async fn execute(&self, sql: &str) {
        self.conn()
            .await
            .batch_execute(sql)
            .await
            .expect("arrange the test database");
    }

    /// Runs statements that arrange what triggers would refuse: history that was written otherwise.
    pub async fn rewrite(&self, sql: &str) {
        self.execute(&format!("SET session_replication_role = replica; {sql}"))
            .await;
    }

    /// The number that a statement answers.
    pub async fn count(&self, sql: &str) -> i64 {
        let query =
            commerce::db::sql::cached::<diesel::sql_types::BigInt, _>(diesel::sql_query(sql));
        let mut conn = self.conn().await;
        diesel_async::RunQueryDsl::get_result(query, &mut conn)
            .await
            .expect("count rows")
    }

    /// Makes sure that nothing is as it must not be.
    pub async fn assert_sound(&self) {
        let mut conn = self.conn().await;
        let found = commerce::invariants::check(&mut conn).await;
        let found: Vec<String> = found
            .expect("the invariants can be looked at")
            .into_iter()
            .map(|(invariant, row)| format!("{}: {row}", invariant.name))
            .collect();
        assert_eq!(found, Vec::<String>::new());
    }

    /// Sends one operation and measures it.
    pub async fn graphql(&self, query: &str, variables: Value) -> Answer {
        ask(&self.client, query, variables).await
    }
}

/// Sends one operation to a process and measures it.
pub(crate) async fn ask(
    client: &TestClient<BoxEndpoint<'static>>,
    query: &str,
    variables: Value,
) -> Answer {
    let body = json!({ "query": query, "variables": variables });
    let request = client.post("/graphql").body_json(&body).send();
    let (response, meter) = meter::measure(request).await;
    Answer {
        status: response.0.status().as_u16(),
        body: response
            .0
            .into_body()
            .into_json()
            .await
            .expect("the answer is JSON"),
        statements: meter.statements(),
    }
}

pub(crate) fn client(shop: &Shop, edge: &EdgeConfig) -> TestClient<BoxEndpoint<'static>> {
    let draining = api::health::Draining::default();
    TestClient::new(
        api::server::app(shop.clone(), draining, edge)
            .map_to_response()
            .boxed(),
    )
}

async fn open_shop(url: &str, payment: PaymentConfig, connections: u32) -> Shop {
    let config = DbConfig {
        url: url.to_owned(),
        replica_url: None,
        replica_max_lag: Duration::from_secs(5),
        pool_size: connections,
        acquire_timeout: Duration::from_secs(30),
        statement_timeout_ms: 30_000,
        patience: Duration::from_secs(60),
    };
    let redis = Reader::from_environment()
        .optional("REDIS_URL")
        .expect("REDIS_URL names a Redis; bin/test starts one");
    // A machine that is busy with other tests is no Redis that is away.
    let patience = Duration::from_secs(60);
    let kv = Kv::connect_within(&Secret::new(redis), patience).expect("a Redis URL");
    let mut accounts = AccountConfig::default();
    accounts.guard.patience = patience;
    // Tests share a Redis, and people of the same name try to sign in to different shops.
    let guard = Guard::new(kv.clone(), url, accounts.guard);
    Shop {
        db: Db::connect(&config).await.expect("a pool"),
        kv,
        clock: Clock::system(),
        guard: Arc::new(guard),
        freshness: Freshness::default(),
        settings: Arc::new(Settings {
            profile: Profile::Development,
            public_url: "http://localhost:8080".to_owned(),
            payment,
            accounts,
            orders: OrderConfig::default(),
            submissions: SubmissionLimits::default(),
            retention: commerce::retention::Retention::default(),
        }),
    }
}
