//! The migrations themselves, and what diesel believes of them.

use commerce::db::migrate;
use diesel::sql_types::{Bool, Text};
use diesel::{QueryableByName, sql_query};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use tests::{TestApp, TestDatabase};

#[derive(QueryableByName)]
struct Column {
    #[diesel(sql_type = Text)]
    line: String,
    #[diesel(sql_type = Bool)]
    nullable: bool,
}

#[derive(QueryableByName)]
struct Truth {
    #[diesel(sql_type = Bool)]
    holds: bool,
}

#[tokio::test(flavor = "multi_thread")]
async fn every_migration_goes_up_down_and_up_again() {
    let database = TestDatabase::empty().await;
    let applied = migrate::run(&database.url).await.unwrap();
    assert_eq!(
        migrate::pending(&database.url).await.unwrap(),
        Vec::<String>::new()
    );
    migrate::revert_all(&database.url).await.unwrap();
    assert_eq!(
        migrate::pending(&database.url).await.unwrap().len(),
        applied.len()
    );
    assert_eq!(migrate::run(&database.url).await.unwrap(), applied);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_migration_behind_a_long_reader_holds_nobody_up() {
    let database = TestDatabase::create().await;
    let connect = || async { AsyncPgConnection::establish(&database.url).await.unwrap() };
    let (mut long, mut other) = (connect().await, connect().await);
    other
        .batch_execute(include_str!(
            "../../migrations/20261130000200_times_by_db_now/down.sql"
        ))
        .await
        .unwrap();
    other
        .batch_execute("DELETE FROM __diesel_schema_migrations WHERE version = '20261130000200'")
        .await
        .unwrap();
    long.batch_execute("BEGIN; SELECT count(*) FROM products")
        .await
        .unwrap();
    let url = database.url.clone();
    let migrating = tokio::spawn(async move { migrate::run(&url).await });
    let waiting = "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND relation = 'products'::regclass) AS holds";
    while !sql_query(waiting)
        .get_result::<Truth>(&mut other)
        .await
        .unwrap()
        .holds
    {
        assert!(!migrating.is_finished());
    }
    // It stands in line behind the long reader, and this one behind it, until it gives way.
    other
        .batch_execute("SELECT count(*) FROM products")
        .await
        .unwrap();
    assert!(!migrating.is_finished());
    long.batch_execute("ROLLBACK").await.unwrap();
    assert_eq!(migrating.await.unwrap().unwrap(), ["20261130000200"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_index_is_built_beside_writers_and_anew_where_its_build_was_cut_off() {
    let database = TestDatabase::create().await;
    let connect = || async { AsyncPgConnection::establish(&database.url).await.unwrap() };
    let (mut writer, mut other) = (connect().await, connect().await);
    other
        .batch_execute(
            "DELETE FROM __diesel_schema_migrations WHERE version = '20261201000501'; \
             UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'variants_by_folded_sku'::regclass",
        )
        .await
        .unwrap();
    let write = "INSERT INTO locations (name) VALUES ('Attic'); \
        UPDATE variants SET sku = 'A' WHERE id = 1";
    writer.batch_execute("BEGIN").await.unwrap();
    writer.batch_execute(write).await.unwrap();
    let url = database.url.clone();
    let migrating = tokio::spawn(async move { migrate::run(&url).await });
    let waiting = "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND locktype = 'virtualxid') AS holds";
    while !sql_query(waiting)
        .get_result::<Truth>(&mut other)
        .await
        .unwrap()
        .holds
    {
        assert!(!migrating.is_finished());
    }
    // It waits for who writes, and nobody waits for it.
    other.batch_execute(write).await.unwrap();
    assert!(!migrating.is_finished());
    writer.batch_execute("COMMIT").await.unwrap();
    assert_eq!(migrating.await.unwrap().unwrap(), ["20261201000501"]);
    let valid = "SELECT indisvalid AS holds FROM pg_index WHERE indexrelid = 'variants_by_folded_sku'::regclass";
    let valid = sql_query(valid).get_result::<Truth>(&mut other).await;
    assert!(valid.unwrap().holds);
}

#[test]
fn no_two_migrations_have_the_same_number() {
    // Diesel applies one of two that share theirs, and says nothing.
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../migrations");
    let folders = std::fs::read_dir(folder).unwrap();
    let names = folders.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let numbers = names.filter_map(|name| Some(name.split_once('_')?.0.to_owned()));
    let mut numbers: Vec<String> = numbers.collect();
    numbers.sort();
    assert!(numbers.len() > 20, "{numbers:?}");
    let twice = numbers.windows(2).find(|pair| pair[0] == pair[1]);
    assert_eq!(twice, None);
}

#[tokio::test]
async fn diesel_and_the_database_agree_on_every_column() {
    let app = TestApp::new().await;
    let columns: Vec<Column> = sql_query(
        "SELECT table_name || '.' || column_name || ' ' || udt_name AS line, \
         is_nullable = 'YES' AS nullable FROM information_schema.columns \
         WHERE table_schema = 'public' AND table_name NOT LIKE '\\_\\_diesel%' \
         AND udt_name NOT IN ('tsvector', 'xid8') \
         AND (table_name, column_name) NOT IN (('orders', 'gift_card_refunded_minor'), ('orders', 'shipping_tax_minor'), \
             ('orders', 'duty_minor'), ('orders', 'carried')) ORDER BY table_name, ordinal_position",
    )
    .load(&mut app.conn().await)
    .await
    .unwrap();
    let database: Vec<String> = columns
        .iter()
        .map(|c| format!("{}{}", c.line, if c.nullable { " null" } else { "" }))
        .collect();
    let mut declared: Vec<String> = [
        include_str!("../../commerce/src/tables.rs"),
        include_str!("../../commerce/src/tables/attempts.rs"),
        include_str!("../../commerce/src/tables/delivery.rs"),
        include_str!("../../commerce/src/tables/places.rs"),
        include_str!("../../commerce/src/tables/offers.rs"),
        include_str!("../../commerce/src/tables/finding.rs"),
        include_str!("../../commerce/src/tables/parcels.rs"),
        include_str!("../../commerce/src/tables/people.rs"),
        include_str!("../../commerce/src/tables/writing.rs"),
    ]
    .into_iter()
    .flat_map(declared)
    .collect();
    // Stable: the columns of a table stay in their order.
    declared.sort_by(|a, b| table_of(a).cmp(table_of(b)));
    assert_eq!(database, declared);
}

fn table_of(column: &str) -> &str {
    column.split('.').next().unwrap_or_default()
}

/// The columns that `tables.rs` declares, written as the query above writes them.
fn declared(source: &str) -> Vec<String> {
    let mut columns = Vec::new();
    let mut table = "";
    for line in source.lines().map(str::trim) {
        if let Some((name, "{")) =
            line.split_once(") ")
                .or(line.split_once(" {"))
                .map(|(head, tail)| {
                    (
                        head.split(' ').next().unwrap_or_default(),
                        if tail.is_empty() { "{" } else { tail },
                    )
                })
            && !line.contains("->")
            && !line.starts_with("diesel")
        {
            table = name;
        } else if let Some((column, kind)) = line.trim_end_matches(',').split_once(" -> ") {
            let (kind, null) = match kind.strip_prefix("Nullable<") {
                Some(inner) => (inner.trim_end_matches('>'), " null"),
                None => (kind, ""),
            };
            let udt = match kind {
                "BigInt" => "int8",
                "Integer" => "int4",
                "SmallInt" => "int2",
                "Bool" => "bool",
                "Timestamptz" => "timestamptz",
                "Array<Text>" => "_text",
                "Array<Integer>" => "_int4",
                "Array<BigInt>" => "_int8",
                "Array<Bool>" => "_bool",
                other => &other.to_lowercase(),
            };
            columns.push(format!("{table}.{column} {udt}{null}"));
        }
    }
    columns
}
