//! One source of time for all SQL: `db_now()`.

use std::time::Duration;

use chrono::TimeDelta;
use commerce::kernel::Clock;
use diesel::result::{DatabaseErrorKind, Error as SqlError};
use diesel::sql_types::{Bool, Text};
use diesel::{QueryableByName, sql_query};
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use tests::TestApp;

#[derive(Debug, QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

#[derive(Debug, QueryableByName)]
struct Truth {
    #[diesel(sql_type = Bool)]
    holds: bool,
}

async fn lines(app: &TestApp, sql: &str) -> Vec<String> {
    let found: Vec<Line> = sql_query(sql).load(&mut app.conn().await).await.unwrap();
    found.into_iter().map(|line| line.line).collect()
}

#[tokio::test]
async fn no_default_and_no_function_reads_another_clock() {
    let app = TestApp::new().await;
    // PostgreSQL writes CURRENT_TIMESTAMP and its like as words, and all the others as calls.
    let found = lines(
        &app,
        r"SELECT place || ': ' || body AS line FROM (
            SELECT adrelid::regclass || ' default' AS place, pg_get_expr(adbin, adrelid) AS body FROM pg_attrdef
            UNION ALL
            SELECT conrelid::regclass || ' constraint', pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid <> 0
            UNION ALL
            SELECT proname || ' function', pg_get_functiondef(oid) FROM pg_proc
            WHERE pronamespace = 'public'::regnamespace AND prokind = 'f' AND proname <> 'db_now'
              AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e')
            UNION ALL
            SELECT indexrelid::regclass || ' index', pg_get_indexdef(indexrelid) FROM pg_index
            UNION ALL
            SELECT viewname || ' view', definition FROM pg_views WHERE schemaname = 'public'
          ) AS parts (place, body)
          WHERE body ~* '(^|[^_])now\(\)|current_timestamp|current_date|localtimestamp|(clock|statement|transaction)_timestamp|timeofday'",
    )
    .await;
    // Of diesel's own table.
    let found: Vec<&String> = found
        .iter()
        .filter(|line| !line.starts_with("__diesel_schema_migrations"))
        .collect();
    assert!(found.is_empty(), "{found:#?}");
}

#[tokio::test]
async fn the_databases_time_is_its_transactions_and_costs_the_planner_nothing() {
    let app = TestApp::new().await;
    let mut conn = app.conn().await;
    let same: Truth = sql_query("SELECT db_now() = now() AS holds")
        .get_result(&mut conn)
        .await
        .unwrap();
    assert!(same.holds);
    conn.batch_execute(
        "CREATE FUNCTION pg_temp.plan_of(wanted text) RETURNS SETOF text LANGUAGE plpgsql AS \
         $$ BEGIN RETURN QUERY EXECUTE wanted; END $$; SET enable_seqscan = off",
    )
    .await
    .unwrap();
    let plan: Vec<Line> = sql_query(
        "SELECT line FROM pg_temp.plan_of('EXPLAIN (COSTS OFF) SELECT id FROM jobs \
         WHERE finished_at < db_now()') AS line",
    )
    .load(&mut conn)
    .await
    .unwrap();
    let plan: Vec<&str> = plan.iter().map(|line| line.line.trim()).collect();
    assert!(
        plan.contains(&"Index Cond: (finished_at < now())"),
        "{plan:#?}"
    );
}

#[tokio::test]
async fn a_role_that_serves_requests_reads_the_time_and_cannot_replace_it() {
    let app = TestApp::new().await;
    let mut conn = app.conn().await;
    // Roles belong to the server: this one is rolled back with the connection.
    conn.batch_execute("BEGIN; CREATE ROLE serves_requests; SET LOCAL ROLE serves_requests")
        .await
        .unwrap();
    let read: Truth = sql_query("SELECT db_now() = now() AS holds")
        .get_result(&mut conn)
        .await
        .unwrap();
    assert!(read.holds);
    for attempt in [
        "CREATE OR REPLACE FUNCTION db_now() RETURNS timestamptz LANGUAGE sql STABLE RETURN 'epoch'::timestamptz",
        "ALTER FUNCTION db_now() RENAME TO another",
        "DROP FUNCTION db_now()",
        "CREATE FUNCTION public.db_now(int) RETURNS timestamptz LANGUAGE sql STABLE RETURN 'epoch'::timestamptz",
        "CREATE SCHEMA serves_requests CREATE TABLE more ()",
    ] {
        let refused = conn
            .batch_execute(&format!("SAVEPOINT before; {attempt}"))
            .await;
        let Err(SqlError::DatabaseError(DatabaseErrorKind::Unknown, error)) = refused else {
            panic!("{attempt}: {refused:?}");
        };
        let message = error.message();
        assert!(
            message.starts_with("must be owner of function db_now")
                || message == "permission denied for schema public"
                || message.starts_with("permission denied for database"),
            "{attempt}: {message}"
        );
        conn.batch_execute("ROLLBACK TO before").await.unwrap();
    }
    // Its temporary objects are its own, but no function is ever looked for among them.
    conn.batch_execute(
        "CREATE FUNCTION pg_temp.db_now() RETURNS timestamptz LANGUAGE sql STABLE RETURN 'epoch'::timestamptz; \
         SET LOCAL search_path = pg_temp, public",
    )
    .await
    .unwrap();
    let read: Truth = sql_query("SELECT db_now() = now() AS holds")
        .get_result(&mut conn)
        .await
        .unwrap();
    assert!(read.holds);
}

#[tokio::test]
async fn tests_move_the_databases_time_and_the_shops_together() {
    let app = TestApp::new().await;
    let machine = Clock::system();
    let ahead = "SELECT (extract(epoch FROM db_now() - now()))::bigint";
    let mut hours = 0;
    for by in [3, 72, -4] {
        app.advance(TimeDelta::hours(by)).await;
        hours += by;
        assert_eq!(app.count(ahead).await, hours * 3_600);
        let shops = app.shop.clock.now() - machine.now();
        assert_eq!((shops + TimeDelta::minutes(30)).num_hours(), hours);
    }
    let mut conn = app.conn().await;
    conn.batch_execute(
        "INSERT INTO jobs (kind, queue, args, max_attempts) VALUES ('send_mail', 'mail', '{}', 1)",
    )
    .await
    .unwrap();
    let filled_in = "SELECT count(*) FROM jobs WHERE run_at - now() BETWEEN interval '70 hours' AND interval '71 hours'";
    assert_eq!(app.count(filled_in).await, 1);
}

/// Makes the database's time so many hours later than its machine's.
async fn move_database(app: &TestApp, hours: i64) {
    app.execute(&format!(
        "CREATE OR REPLACE FUNCTION db_now() RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE \
         RETURN pg_catalog.now() + interval '{hours} hours'"
    ))
    .await;
}

#[tokio::test]
async fn a_process_goes_by_the_databases_clock_and_knows_how_wrong_its_own_is() {
    let app = TestApp::new().await;
    let (clock, machine) = (Clock::system(), Clock::system());
    let ahead = || (clock.now() - machine.now() + TimeDelta::minutes(30)).num_hours();
    move_database(&app, 3).await;
    assert_eq!((ahead(), clock.offset()), (0, None));
    app.shop.db.set_clock(&clock).await.unwrap();
    assert_eq!(ahead(), 3);
    let offset = clock.offset().unwrap();
    assert_eq!((offset - TimeDelta::minutes(30)).num_hours(), -3);
    // Whoever watches the database notices when its clock is set.
    app.shop.db.watch(&clock).unwrap();
    move_database(&app, 5).await;
    let follows = async {
        while ahead() != 5 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), follows)
        .await
        .expect("the clock follows the database's");
}
