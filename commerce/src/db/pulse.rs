//! Whether the database answers, asked again and again on a connection of its own.
//!
//! A server that is stalled or cut off closes nothing: whoever waits for it waits for ever. So when
//! it misses a beat, every connection is cut from our side; what waited on one fails at once, and
//! nobody is given another until the database answers again. A statement that merely takes long is
//! left alone, because the beat goes past it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval, timeout};
use tokio_postgres::{Client, NoTls, SimpleQueryMessage};

use super::migrate;
use crate::kernel::{Clock, WRONG_CLOCK};

/// How often the database is asked. With the usual patience of 1.2 s, requests that wait for a
/// silent database are answered after 1.5 s at most.
const BEAT: Duration = Duration::from_millis(300);
/// What it is asked: its time, in microseconds since 1970.
const TIME: &str = "SELECT (extract(epoch FROM db_now()) * 1000000)::bigint";

/// What is known of the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Health {
    /// It answers, and every migration of this binary is applied.
    Ready,
    /// It answers, and migrations are missing.
    Behind,
    /// It does not answer.
    Away,
}

/// The state that all clones of a [`super::Db`] share.
#[derive(Clone)]
pub(super) struct Pulse {
    /// `None` until the first beat, and for ever when nobody watches.
    health: Arc<watch::Sender<Option<Health>>>,
    /// Counts the cuts.
    cuts: Arc<watch::Sender<u64>>,
}

impl Pulse {
    pub(super) fn new() -> Self {
        Self {
            health: Arc::new(watch::Sender::new(None)),
            cuts: Arc::new(watch::Sender::new(0)),
        }
    }

    pub(super) fn health(&self) -> Option<Health> {
        *self.health.borrow()
    }

    pub(super) fn is_away(&self) -> bool {
        self.health() == Some(Health::Away)
    }

    /// Done as soon as the database is away.
    pub(super) async fn lost(&self) {
        let mut health = self.health.subscribe();
        // Cannot fail: the sender is ours.
        let _away = health
            .wait_for(|health| *health == Some(Health::Away))
            .await;
    }

    /// Has every connection given up.
    pub(super) fn cut(&self) {
        self.cuts.send_modify(|count| *count += 1);
    }

    /// Changes when every connection must be given up.
    pub(super) fn cuts(&self) -> watch::Receiver<u64> {
        self.cuts.subscribe()
    }

    /// Beats until nobody is left who would feel it, and keeps `clock` to the database's time.
    pub(super) async fn beat(
        self,
        config: tokio_postgres::Config,
        patience: Duration,
        clock: Clock,
    ) {
        let (health, cuts) = (Arc::downgrade(&self.health), self.cuts.clone());
        drop(self);
        let mut probe = Probe::new(config, clock.clone());
        let mut wrong = false;
        let mut beats = interval(BEAT);
        beats.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            beats.tick().await;
            let found = probe.look(patience).await;
            let Some(health) = health.upgrade() else {
                return;
            };
            let before = health.send_replace(Some(found));
            wrong = judge(&clock, wrong);
            if before == Some(found) {
                continue;
            }
            match found {
                Health::Ready => tracing::info!("the database answers"),
                Health::Behind => tracing::warn!("migrations are missing; run `api migrate`"),
                Health::Away => {
                    tracing::error!("the database does not answer; its connections are cut");
                    cuts.send_modify(|count| *count += 1);
                    metrics::counter!("cartwright_db_outages_total").increment(1);
                }
            }
        }
    }
}

/// Shows how far the machine's clock is from the database's, and says it once when that is too much.
fn judge(clock: &Clock, was_wrong: bool) -> bool {
    let Some(offset) = clock.offset() else {
        return false;
    };
    metrics::gauge!("cartwright_clock_offset_seconds").set(offset.as_seconds_f64());
    let wrong = offset.abs() > WRONG_CLOCK;
    if wrong && !was_wrong {
        let seconds = offset.num_seconds();
        tracing::warn!(
            seconds,
            "the machine's clock differs from the database's, which counts"
        );
    }
    wrong
}

/// Reads the database's time from an answer to [`TIME`].
fn read_time(rows: &[SimpleQueryMessage]) -> Option<DateTime<Utc>> {
    rows.iter().find_map(|message| match message {
        SimpleQueryMessage::Row(row) => {
            let micros = row.get(0)?.parse().ok()?;
            DateTime::from_timestamp_micros(micros)
        }
        _ => None,
    })
}

/// A connection that does nothing but ask.
pub(super) struct Probe {
    clock: Clock,
    config: tokio_postgres::Config,
    client: Option<Client>,
    migrated: bool,
}

impl Probe {
    pub(super) fn new(config: tokio_postgres::Config, clock: Clock) -> Self {
        Self {
            clock,
            config,
            client: None,
            migrated: false,
        }
    }

    pub(super) async fn look(&mut self, patience: Duration) -> Health {
        match timeout(patience, self.ask()).await {
            Ok(Ok(health)) => health,
            _ => {
                self.client = None;
                Health::Away
            }
        }
    }

    async fn ask(&mut self) -> Result<Health, tokio_postgres::Error> {
        // Its own connection may be the only one that was lost.
        if let Some(client) = self.client.take_if(|client| !client.is_closed())
            && let Ok(health) = self.ask_on(&client).await
        {
            self.client = Some(client);
            return Ok(health);
        }
        let (client, connection) = self.config.connect(NoTls).await?;
        // It ends with the client, and what it ends with is the client's error too.
        tokio::spawn(async { drop(connection.await) });
        let health = self.ask_on(&client).await?;
        self.client = Some(client);
        Ok(health)
    }

    async fn ask_on(&mut self, client: &Client) -> Result<Health, tokio_postgres::Error> {
        if self.migrated {
            self.read_clock(client).await?;
            return Ok(Health::Ready);
        }
        let applied = match client.simple_query(migrate::APPLIED).await {
            Ok(rows) => rows,
            // Without the table nothing was ever migrated.
            Err(error) if error.as_db_error().is_some() => Vec::new(),
            Err(error) => return Err(error),
        };
        let applied = applied.iter().filter_map(|message| match message {
            SimpleQueryMessage::Row(row) => row.get(0),
            _ => None,
        });
        self.migrated = migrate::is_complete(applied);
        if !self.migrated {
            return Ok(Health::Behind);
        }
        self.read_clock(client).await?;
        Ok(Health::Ready)
    }

    async fn read_clock(&self, client: &Client) -> Result<(), tokio_postgres::Error> {
        let asked = Instant::now();
        let rows = client.simple_query(TIME).await?;
        if let Some(time) = read_time(&rows) {
            self.clock.follow(time, asked, Instant::now());
        }
        Ok(())
    }
}
