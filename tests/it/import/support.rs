//! Imports files and texts, and remembers what was said.

use std::io::Cursor;
use std::path::PathBuf;

use commerce::catalog::import::Refusal;
use commerce::flows::import_catalog::{Counts, Observer, import_catalog};
use commerce::kernel::Currency;
use diesel::QueryableByName;
use diesel::sql_types::Jsonb;
use diesel_async::RunQueryDsl;
use serde_json::Value;
use tests::TestApp;

/// What an import said.
#[derive(Debug, Default)]
pub(crate) struct Said {
    pub(super) ignored: Vec<String>,
    pub(crate) refused: Vec<String>,
    pub(super) warned: Vec<String>,
    pub(super) progress: Vec<u64>,
}

impl Observer for Said {
    fn ignored(&mut self, column: &str) {
        self.ignored.push(column.to_owned());
    }
    fn refused(&mut self, refusal: &Refusal) {
        self.refused.push(refusal.to_string());
    }
    fn warned(&mut self, warning: &Refusal) {
        self.warned.push(warning.to_string());
    }
    fn progress(&mut self, counts: &Counts) {
        self.progress.push(counts.rows);
    }
}

/// Where a fixture lies.
pub(super) fn fixture(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures")
        .join(name)
}

/// Imports bytes in US dollars.
pub(crate) async fn import(app: &TestApp, bytes: impl Into<Vec<u8>>) -> (Counts, Said) {
    let mut said = Said::default();
    let source = Cursor::new(bytes.into());
    let counts = import_catalog(&app.shop, source, Currency::USD, &mut said)
        .await
        .expect("the database and the text are there");
    (counts, said)
}

/// Imports a fixture in US dollars.
pub(super) async fn import_fixture(app: &TestApp, name: &str) -> (Counts, Said) {
    let bytes = std::fs::read(fixture(name)).expect("read the fixture");
    import(app, bytes).await
}

#[derive(QueryableByName)]
struct Rows {
    #[diesel(sql_type = Jsonb)]
    rows: Value,
}

/// The rows of a query as JSON.
pub(super) async fn rows(app: &TestApp, sql: &str) -> Value {
    let sql = format!("SELECT coalesce(jsonb_agg(t), '[]') AS rows FROM ({sql}) t");
    let mut conn = app.conn().await;
    let rows: Rows = diesel::sql_query(sql)
        .get_result(&mut conn)
        .await
        .expect("a query");
    rows.rows
}

/// Products of few columns: `handle,title,options…`; see the header in the code.
pub(crate) fn csv(lines: &[&str]) -> String {
    let header = "Handle,Title,Option1 Name,Option1 Value,Option2 Name,Option2 Value,Variant SKU,\
        Variant Inventory Tracker,Variant Inventory Qty,Variant Inventory Policy,Variant Price,Image Src";
    std::iter::once(&header)
        .chain(lines)
        .map(|line| format!("{line}\n"))
        .collect()
}
