//! A database of its own for each test, copied from a migrated template.

use commerce::config::Reader;
use diesel_async::{AsyncConnection, AsyncPgConnection, SimpleAsyncConnection};
use tokio::sync::OnceCell;

/// A database that exists as long as this value.
pub struct TestDatabase {
    /// Where it is reached, with credentials.
    pub url: String,
    name: String,
    /// Whether it goes with its own server.
    elsewhere: bool,
}

static TEMPLATE: OnceCell<String> = OnceCell::const_new();

impl TestDatabase {
    /// A fresh copy of the migrated template.
    pub async fn create() -> Self {
        let template = TEMPLATE.get_or_init(create_template).await;
        Self::copy_of(template).await
    }

    /// A fresh copy of another database, to which nobody may be connected.
    pub async fn copy_of(template: &str) -> Self {
        let name = fresh_name("test");
        admin(&format!("CREATE DATABASE {name} TEMPLATE {template}")).await;
        Self {
            url: url_of(&name),
            name,
            elsewhere: false,
        }
    }

    /// The migrated database at an address, whose server is the caller's.
    #[must_use]
    pub fn elsewhere(url: String) -> Self {
        migrate(url.clone());
        Self {
            url,
            name: String::new(),
            elsewhere: true,
        }
    }

    /// A database without any table.
    pub async fn empty() -> Self {
        let name = fresh_name("test");
        admin(&format!("CREATE DATABASE {name}")).await;
        Self {
            url: url_of(&name),
            name,
            elsewhere: false,
        }
    }

    /// The database's name, for [`TestDatabase::copy_of`].
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        if self.elsewhere {
            return;
        }
        let drop = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
        // Not waited for: the test's own runtime has to go on, so that a connection it is just making
        // comes to its end. PostgreSQL drops no database while one stands at its door.
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build();
            runtime.expect("a runtime").block_on(admin(&drop));
        });
    }
}

/// The template's name; it is made once in each run and left to the next run's fresh server.
async fn create_template() -> String {
    let name = fresh_name("template");
    admin(&format!("CREATE DATABASE {name}")).await;
    migrate(url_of(&name));
    name
}

fn migrate(url: String) {
    // Migrations block their thread, which a test's single-threaded runtime does not allow.
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build();
        runtime
            .expect("a runtime")
            .block_on(commerce::db::migrate::run(&url))
    })
    .join()
    .expect("the migrations do not panic")
    .expect("the migrations apply");
}

fn fresh_name(kind: &str) -> String {
    format!(
        "cartwright_{kind}_{}",
        commerce::kernel::id::ordered_uuid().simple()
    )
}

fn server_url() -> String {
    Reader::from_environment()
        .optional("DATABASE_URL")
        .expect("DATABASE_URL names a PostgreSQL server; bin/test starts one")
}

fn url_of(database: &str) -> String {
    let mut url = url::Url::parse(&server_url()).expect("DATABASE_URL is a URL");
    url.set_path(database);
    url.to_string()
}

async fn admin(sql: &str) {
    let mut conn = AsyncPgConnection::establish(&server_url())
        .await
        .expect("connect as admin");
    conn.batch_execute(sql)
        .await
        .expect("administrate the test database");
}
