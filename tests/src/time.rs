//! The time of a test: that of its database, which the shop's clock goes by.

use std::time::Instant;

use chrono::{DateTime, TimeDelta, Utc};

use crate::TestApp;

impl TestApp {
    /// Moves the time of the database, and the shop's clock, forwards by `by`.
    pub async fn advance(&self, by: TimeDelta) {
        let ahead = "SELECT (extract(epoch FROM db_now() - now()) * 1000000)::bigint";
        let micros = by.num_microseconds().expect("a time that tests may pass");
        let micros = self.count(ahead).await + micros;
        self.replace_time(&format!(
            "pg_catalog.now() + interval '{micros} microseconds'"
        ))
        .await;
        let (at, time) = (Instant::now(), self.shop.clock.now() + by);
        self.shop.clock.follow(time, at, at);
    }

    /// Lets the time of the database stand still at `time`; the shop's clock goes on as before.
    pub async fn stop_time(&self, time: DateTime<Utc>) {
        self.replace_time(&format!("'{}'::timestamptz", time.to_rfc3339()))
            .await;
    }

    /// Replaces the one source of time that all SQL has.
    async fn replace_time(&self, expression: &str) {
        self.execute(&format!(
            "CREATE OR REPLACE FUNCTION db_now() RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE \
             RETURN {expression}"
        ))
        .await;
    }
}
