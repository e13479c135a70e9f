//! What PostgreSQL means to do for the statements that a connection has prepared.

use std::collections::BTreeSet;

use diesel::sql_types::Text;
use diesel::{QueryableByName, sql_query};
use diesel_async::{AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};

/// A statement and its plan.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The statement's text.
    pub statement: String,
    /// The plan, a line each.
    pub lines: Vec<String>,
}

#[derive(QueryableByName)]
struct Prepared {
    #[diesel(sql_type = Text)]
    call: String,
    #[diesel(sql_type = Text)]
    statement: String,
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

const PREPARED: &str = "
    SELECT name || CASE cardinality(parameter_types) WHEN 0 THEN ''
        ELSE '(' || array_to_string(array_fill('NULL'::text, ARRAY[cardinality(parameter_types)]), ', ') || ')' END AS call,
      statement
    FROM pg_prepared_statements
    WHERE NOT from_sql AND statement !~ 'pg_prepared_statements' AND statement ~ $1
      AND statement ~* '^\\s*(--[^\\n]*\\n\\s*)*(select|insert|update|delete|with)'
    ORDER BY name";

/// EXPLAIN's column cannot be renamed, so a function reads it.
const PLAN_OF: &str = "
    CREATE OR REPLACE FUNCTION pg_temp.plan_of(wanted text) RETURNS SETOF text LANGUAGE plpgsql AS
    $$ BEGIN RETURN QUERY EXECUTE wanted; END $$;
    SET plan_cache_mode = force_generic_plan";

/// The plans of all statements that ran on this connection and whose text the regular expression
/// `about` finds. Whatever ran stays prepared; its plan must not depend on the values.
pub async fn plans(conn: &mut AsyncPgConnection, about: &str) -> Vec<Plan> {
    let prepared: Vec<Prepared> = sql_query(PREPARED)
        .bind::<Text, _>(about)
        .load(conn)
        .await
        .expect("the prepared statements");
    conn.batch_execute(PLAN_OF)
        .await
        .expect("a function that explains");
    let mut plans = Vec::new();
    for Prepared { call, statement } in prepared {
        let sql =
            format!("SELECT line FROM pg_temp.plan_of($plan$EXPLAIN EXECUTE {call}$plan$) AS line");
        let lines: Vec<Line> = sql_query(sql).load(conn).await.expect("a plan");
        let lines = lines.into_iter().map(|line| line.line).collect();
        plans.push(Plan { statement, lines });
    }
    plans
}

impl Plan {
    /// Fails when one of these tables is read from end to end.
    #[track_caller]
    pub fn assert_no_scan(&self, tables: &[&str]) {
        let plan = self.lines.join("\n");
        for table in tables {
            let scan = format!("Seq Scan on {table} ");
            assert!(!plan.contains(&scan), "{}\n{plan}", self.statement);
        }
    }

    /// Fails when an index is read from end to end: when a scan of one has no condition.
    #[track_caller]
    pub fn assert_conditions(&self) {
        for (line, next) in self.lines.iter().zip(self.lines.iter().skip(1)) {
            let scans = line.contains("Index Scan ") || line.contains("Index Only Scan ");
            assert!(
                !scans || next.contains("Index Cond: "),
                "{}\n{}",
                self.statement,
                self.lines.join("\n")
            );
        }
    }

    /// The indexes that are gone through.
    #[must_use]
    pub fn indexes(&self) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        for line in &self.lines {
            for before in [
                "Scan using ",
                "Bitmap Index Scan on ",
                "Conflict Arbiter Indexes: ",
            ] {
                let name = line.split(before).nth(1);
                let name = name.and_then(|rest| rest.split_whitespace().next());
                found.extend(name.map(str::to_owned));
            }
        }
        found
    }
}
