//! Whether the replica may be read, decided each second on connections of its own.
//!
//! It may while it answers, is a copy of this database with the same migrations, is not too far behind, and shows every
//! change that this process has heard of. Otherwise the primary is read, at once. How far it is behind is measured by
//! positions in the log, not by clocks: the newest position of the primary that the replica has replayed was the
//! primary's at a known moment. So a primary that writes nothing leaves no replica behind.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use diesel_async::pooled_connection::bb8::Pool;
use metrics::{counter, gauge};
use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval, timeout};
use tokio_postgres::{Client, NoTls, SimpleQueryMessage};

use super::pulse::Pulse;
use super::{Conn, DbConfig, Pooled, link};
use crate::cache::{Freshness, Snapshot};
use crate::kernel::Fault;

/// How often the replica is looked at.
const BEAT: Duration = Duration::from_secs(1);
/// How soon it is looked at again while a change is not known to be replayed, or it is in doubt.
const SOON: Duration = Duration::from_millis(100);
/// How long the primary and the replica may each take to answer.
const PATIENCE: Duration = Duration::from_secs(1);
/// How long a read waits for a connection to the replica before it takes one to the primary.
const WAIT: Duration = Duration::from_millis(250);
/// Positions of the primary that are remembered until they are replayed.
const MOST_POSITIONS: usize = 600;

/// What both are asked: which database it is, its migrations, and where its log stands. What has not reached the disk
/// yet is not counted: it was committed for nobody, and may stay there for long when nothing else is written.
macro_rules! question {
    ($position:literal) => {
        concat!(
            "SELECT (SELECT system_identifier FROM pg_control_system()) || '.' || \
             (SELECT oid FROM pg_database WHERE datname = current_database()), \
             (SELECT coalesce(string_agg(version, ',' ORDER BY version), '') FROM __diesel_schema_migrations), \
             coalesce(trunc(pg_wal_lsn_diff(",
            $position,
            ", '0/0')), 0), pg_is_in_recovery()"
        )
    };
}
const PRIMARY: &str = question!("pg_current_wal_flush_lsn()");
const REPLICA: &str = question!("pg_last_wal_replay_lsn()");

/// What is known of the replica.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReplicaHealth {
    /// It was not looked at yet, or the primary does not answer.
    Unknown,
    /// It may be read.
    Ready,
    /// It does not answer.
    Away,
    /// It is another database, or does not follow the primary any more.
    Foreign,
    /// Its migrations are not the primary's.
    OtherMigrations,
    /// It is further behind than it may be.
    Behind,
}

impl ReplicaHealth {
    /// In words for operators.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Ready => "ok",
            Self::Away => "unavailable",
            Self::Foreign => "not a replica of the primary",
            Self::OtherMigrations => "other migrations",
            Self::Behind => "behind",
        }
    }
}

/// The moment up to which the replica shows everything.
#[derive(Clone, Debug)]
struct Shown {
    /// Touches that this process had heard of.
    count: u64,
    /// What could be seen on the primary.
    seen: Arc<Snapshot>,
}

/// What is known of the replica, and what it shows.
#[derive(Clone, Debug)]
struct Known {
    health: ReplicaHealth,
    lag: Duration,
    shown: Option<Shown>,
}

impl Known {
    fn only(health: ReplicaHealth) -> Self {
        Self {
            health,
            lag: Duration::ZERO,
            shown: None,
        }
    }

    /// Whether it shows everything that this process has heard of; `None` when it may not be read at all.
    fn shows_all(&self, freshness: &Freshness) -> Option<bool> {
        let shown = self.shown.as_ref()?;
        let is_ready = self.health == ReplicaHealth::Ready && freshness.hears();
        is_ready.then(|| shown.count == freshness.count())
    }
}

/// The replica, as all clones of a [`super::Db`] share it.
#[derive(Clone)]
pub(super) struct Replica {
    pub(super) pool: Pool<Conn>,
    settings: tokio_postgres::Config,
    max_lag: Duration,
    /// Cuts its connections.
    pulse: Pulse,
    known: Arc<watch::Sender<Known>>,
    /// What it has replayed at least; a new connection that shows less is none to it.
    replayed: Arc<AtomicU64>,
}

impl Replica {
    pub(super) async fn new(url: &str, config: &DbConfig) -> Result<Self, Fault> {
        let (pulse, replayed) = (Pulse::new(), Arc::new(AtomicU64::new(0)));
        Ok(Self {
            pool: link::pool(url, config, &pulse, Some(&replayed)).await?,
            settings: link::settings(url)?,
            max_lag: config.replica_max_lag,
            pulse,
            known: Arc::new(watch::Sender::new(Known::only(ReplicaHealth::Unknown))),
            replayed,
        })
    }

    pub(super) fn health(&self) -> ReplicaHealth {
        self.known.borrow().health
    }

    /// What it shows at least, if it shows everything that this process has heard of.
    pub(super) fn shows(&self, freshness: &Freshness) -> Option<Arc<Snapshot>> {
        let known = self.known.borrow();
        let all = known.shows_all(freshness) == Some(true);
        let shown = known.shown.as_ref().filter(|_| all)?;
        Some(Arc::clone(&shown.seen))
    }

    /// A connection to it, if it shows everything that this process has heard of and has one soon.
    pub(super) async fn conn(&self, freshness: &Freshness) -> Option<Pooled<'_>> {
        self.shows(freshness)?;
        let mut known = self.known.subscribe();
        tokio::select! {
            biased;
            conn = timeout(WAIT, self.pool.get()) => {
                let conn = conn.ok().and_then(Result::ok);
                if conn.is_none() && self.pool.state().connections == 0 {
                    self.doubt();
                }
                conn
            }
            _unfit = known.wait_for(|known| known.health != ReplicaHealth::Ready) => None,
        }
    }

    /// It failed a read: it is not read until it was looked at again.
    pub(super) fn doubt(&self) {
        self.known.send_replace(Known::only(ReplicaHealth::Unknown));
    }

    /// Looks at it again and again until nobody is left who would read it.
    pub(super) async fn check(self, primary: tokio_postgres::Config, freshness: Freshness) {
        let mut probe = self.probe(primary, freshness.clone());
        // From the start, so that the first event is seen as a change.
        counter!("cartwright_replica_fallbacks_total").increment(0);
        for source in ["primary", "replica"] {
            counter!("cartwright_db_reads_total", "source" => source).increment(0);
        }
        let (shared, pulse) = (Arc::downgrade(&self.known), self.pulse.clone());
        let replayed = Arc::clone(&self.replayed);
        drop(self);
        let mut last: Option<(Instant, ReplicaHealth)> = None;
        let mut ticks = interval(SOON);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            let Some(shared) = shared.upgrade() else {
                return;
            };
            let is_in_doubt = {
                let known = shared.borrow();
                known.health == ReplicaHealth::Unknown || known.shows_all(&freshness) == Some(false)
            };
            if last.is_some_and(|(at, _)| at.elapsed() < BEAT) && !is_in_doubt {
                continue;
            }
            let at = Instant::now();
            let (found, position) = probe.look().await;
            gauge!("cartwright_replica_lag_seconds").set(found.lag.as_secs_f64());
            let health = found.health;
            if health == ReplicaHealth::Ready {
                replayed.store(position, Ordering::Release);
            }
            shared.send_replace(found);
            let before = last.map(|(_, health)| health);
            last = Some((at, health));
            if before != Some(health) {
                announce(health, &pulse);
            }
        }
    }

    /// Looks at it now, again and again for as long as it may take to replay what is committed.
    pub(super) async fn examine(&self, primary: tokio_postgres::Config) -> ReplicaHealth {
        let mut probe = self.probe(primary, Freshness::default());
        let until = Instant::now() + self.max_lag;
        loop {
            let (known, _) = probe.look().await;
            if known.health == ReplicaHealth::Ready || Instant::now() > until {
                return known.health;
            }
            tokio::time::sleep(SOON).await;
        }
    }

    fn probe(&self, primary: tokio_postgres::Config, freshness: Freshness) -> Probe {
        Probe {
            primary: Line::to(primary),
            replica: Line::to(self.settings.clone()),
            max_lag: self.max_lag,
            freshness,
            positions: VecDeque::new(),
        }
    }
}

/// Says what has changed. One that does not answer keeps nobody waiting: its connections are cut.
fn announce(health: ReplicaHealth, pulse: &Pulse) {
    let is_ready = health == ReplicaHealth::Ready;
    gauge!("cartwright_replica_up").set(if is_ready { 1 } else { 0 });
    if health == ReplicaHealth::Away {
        pulse.cut();
    }
    if is_ready {
        tracing::info!("the replica is read");
    } else {
        let why = health.words();
        tracing::warn!(why, "the replica is not read; the primary is instead");
    }
}

/// Counts where public data was read.
pub(super) fn count_read(source: &'static str) {
    counter!("cartwright_db_reads_total", "source" => source).increment(1);
}

/// Where the primary's log stood, and when.
struct Position {
    at: Instant,
    position: u64,
    shown: Option<Shown>,
}

/// Compares the replica with the primary.
struct Probe {
    primary: Line,
    replica: Line,
    max_lag: Duration,
    freshness: Freshness,
    /// The newest that is replayed, and those that are not, in order.
    positions: VecDeque<Position>,
}

impl Probe {
    /// What is known now, and what the replica has replayed.
    async fn look(&mut self) -> (Known, u64) {
        // Noted before the primary is asked: what is heard was committed, and so lies before its position.
        let at = Instant::now();
        let shown = self.freshness.heard_until_now();
        let shown = shown.map(|(count, seen)| Shown { count, seen });
        let Some(primary) = self.primary.ask(PRIMARY).await else {
            return (Known::only(ReplicaHealth::Unknown), 0);
        };
        self.note(Position {
            at,
            position: primary.position,
            shown,
        });
        let Some(replica) = self.replica.ask(REPLICA).await else {
            return (Known::only(ReplicaHealth::Away), 0);
        };
        let known = if replica.database != primary.database || !replica.is_in_recovery {
            Known::only(ReplicaHealth::Foreign)
        } else if replica.migrations != primary.migrations {
            Known::only(ReplicaHealth::OtherMigrations)
        } else {
            self.compare(replica.position)
        };
        (known, replica.position)
    }

    fn note(&mut self, position: Position) {
        let last = self.positions.back().map(|last| last.position);
        if last.is_some_and(|last| last > position.position) {
            // The primary is another one.
            self.positions.clear();
        }
        if self.positions.len() == MOST_POSITIONS {
            self.positions.pop_back();
        }
        self.positions.push_back(position);
    }

    /// How far a replica is behind that has replayed so much.
    fn compare(&mut self, replayed: u64) -> Known {
        while let Some(next) = self.positions.get(1)
            && next.position <= replayed
        {
            self.positions.pop_front();
        }
        let (Some(first), Some(last)) = (self.positions.front(), self.positions.back()) else {
            return Known::only(ReplicaHealth::Unknown);
        };
        let lag = last.at.saturating_duration_since(first.at);
        let is_close = first.position <= replayed && lag <= self.max_lag;
        Known {
            health: match is_close {
                true => ReplicaHealth::Ready,
                false => ReplicaHealth::Behind,
            },
            lag,
            shown: first.shown.clone().filter(|_| is_close),
        }
    }
}

/// What one of the two answers.
struct Answer {
    database: String,
    migrations: String,
    position: u64,
    is_in_recovery: bool,
}

/// A connection that does nothing but ask.
struct Line {
    settings: tokio_postgres::Config,
    client: Option<Client>,
}

impl Line {
    fn to(settings: tokio_postgres::Config) -> Self {
        Self {
            settings,
            client: None,
        }
    }

    /// The answer, if there is one in time.
    async fn ask(&mut self, question: &str) -> Option<Answer> {
        let rows = timeout(PATIENCE, self.rows(question)).await.ok()?.ok()?;
        rows.iter().find_map(|message| match message {
            SimpleQueryMessage::Row(row) => Some(Answer {
                database: row.get(0)?.to_owned(),
                migrations: row.get(1)?.to_owned(),
                position: row.get(2)?.parse().ok()?,
                is_in_recovery: row.get(3)? == "t",
            }),
            _ => None,
        })
    }

    async fn rows(
        &mut self,
        question: &str,
    ) -> Result<Vec<SimpleQueryMessage>, tokio_postgres::Error> {
        // One that gives no answer in time is not asked again.
        if let Some(client) = self.client.take_if(|client| !client.is_closed())
            && let Ok(rows) = client.simple_query(question).await
        {
            self.client = Some(client);
            return Ok(rows);
        }
        let (client, connection) = self.settings.connect(NoTls).await?;
        // It ends with the client, and what it ends with is the client's error too.
        tokio::spawn(async { drop(connection.await) });
        let rows = client.simple_query(question).await?;
        self.client = Some(client);
        Ok(rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn probe() -> Probe {
        let nowhere = tokio_postgres::Config::new();
        Probe {
            primary: Line::to(nowhere.clone()),
            replica: Line::to(nowhere),
            max_lag: Duration::from_secs(5),
            freshness: Freshness::default(),
            positions: VecDeque::new(),
        }
    }

    /// Compares a replica with a primary that stood at these positions, a second apart each.
    fn compared(positions: &[u64], replayed: u64) -> (ReplicaHealth, u64) {
        let (mut probe, start) = (probe(), Instant::now());
        for (seconds, position) in (0..).zip(positions) {
            probe.note(Position {
                at: start + Duration::from_secs(seconds),
                position: *position,
                shown: None,
            });
        }
        let known = probe.compare(replayed);
        (known.health, known.lag.as_secs())
    }

    #[test]
    fn lag_is_the_age_of_what_is_shown() {
        use ReplicaHealth::{Behind, Ready};
        assert_eq!(compared(&[10, 20, 30], 30), (Ready, 0));
        assert_eq!(compared(&[10, 20, 30], 29), (Ready, 1));
        assert_eq!(compared(&[10, 20, 30], 10), (Ready, 2));
        assert_eq!(compared(&[10, 20, 30], 9), (Behind, 2));
        // Nothing was written for long.
        assert_eq!(compared(&[10; 60], 10), (Ready, 0));
        let mut busy: Vec<u64> = (0..10).collect();
        assert_eq!(compared(&busy, 4), (Ready, 5));
        assert_eq!(compared(&busy, 3), (Behind, 6));
        // Another primary, whose log is shorter.
        busy.push(2);
        assert_eq!(compared(&busy, 2), (Ready, 0));
    }

    #[test]
    fn positions_of_a_replica_that_stands_still_are_not_gathered_for_ever() {
        let (mut probe, start) = (probe(), Instant::now());
        for position in 0..10_000 {
            probe.note(Position {
                at: start + Duration::from_secs(position),
                position,
                shown: None,
            });
        }
        assert_eq!(probe.positions.len(), MOST_POSITIONS);
        let known = probe.compare(0);
        assert_eq!(
            (known.health, known.lag.as_secs()),
            (ReplicaHealth::Behind, 9_999)
        );
        assert_eq!(probe.compare(9_999).health, ReplicaHealth::Ready);
    }
}
