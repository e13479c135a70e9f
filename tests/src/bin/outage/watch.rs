//! Visitors and probes that go on while something breaks, and what they saw.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context;
use providers::http::Client;
use serde_json::json;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// Visitors that ask one after the other, without a pause.
const VISITORS: usize = 8;
/// How often each probe asks.
const PROBE: Duration = Duration::from_millis(20);
/// How long it is quiet before and how long it is watched after.
const BEFORE: Duration = Duration::from_secs(1);
const AFTER: Duration = Duration::from_secs(8);

/// One answer.
#[derive(Clone, Copy, Debug)]
struct Answer {
    sent: Instant,
    took: Duration,
    status: u16,
    says_when: bool,
}

impl Answer {
    fn came(&self) -> Instant {
        self.sent + self.took
    }
}

/// Visitors and probes under way.
pub(crate) struct Watch {
    stop: Arc<watch::Sender<bool>>,
    visitors: Vec<JoinHandle<anyhow::Result<Vec<Answer>>>>,
    ready: JoinHandle<anyhow::Result<Vec<Answer>>>,
    alive: JoinHandle<anyhow::Result<Vec<Answer>>>,
}

/// What they saw.
pub(crate) struct Seen {
    visits: Vec<Answer>,
    ready: Vec<Answer>,
    alive: Vec<Answer>,
}

impl Watch {
    /// Starts them, and comes back once all is known to be well.
    pub(crate) async fn start(api: &str) -> anyhow::Result<Self> {
        let stop = Arc::new(watch::Sender::new(false));
        let http = providers::http::client(Duration::from_secs(60))?;
        let ask = |path: &str, pause: Duration| {
            let url = format!("http://{api}{path}");
            tokio::spawn(go_on(http.clone(), url, pause, stop.subscribe()))
        };
        let visitors = (0..VISITORS)
            .map(|_| ask("/graphql", Duration::ZERO))
            .collect();
        let (ready, alive) = (ask("/readyz", PROBE), ask("/livez", PROBE));
        tokio::time::sleep(BEFORE).await;
        Ok(Self {
            stop,
            visitors,
            ready,
            alive,
        })
    }

    /// Watches for some seconds more.
    pub(crate) async fn finish(self) -> anyhow::Result<Seen> {
        tokio::time::sleep(AFTER).await;
        self.stop.send_replace(true);
        let mut visits = Vec::new();
        for visitor in self.visitors {
            visits.extend(visitor.await??);
        }
        visits.sort_by_key(Answer::came);
        Ok(Seen {
            visits,
            ready: self.ready.await??,
            alive: self.alive.await??,
        })
    }
}

async fn go_on(
    http: Client,
    url: String,
    pause: Duration,
    stop: watch::Receiver<bool>,
) -> anyhow::Result<Vec<Answer>> {
    let query = "{ products(first: 5) { nodes { title variants(first: 2) { nodes { title } } } } }";
    let mut answers = Vec::new();
    while !*stop.borrow() {
        let request = if url.ends_with("/graphql") {
            http.post(&url).json(&json!({ "query": query }))
        } else {
            http.get(&url)
        };
        let sent = Instant::now();
        let answer = request.send().await.context("no answer")?;
        let says_when = answer.headers().contains_key("retry-after");
        let status = answer.status().as_u16();
        let body = answer.bytes().await?;
        // An answer with errors in it is no answer.
        let broken = body.windows(9).any(|part| part == b"\"errors\":");
        answers.push(Answer {
            sent,
            took: sent.elapsed(),
            status: if status == 200 && broken { 500 } else { status },
            says_when,
        });
        // Whoever is sent away comes back a little later.
        let pause = if status == 200 { pause } else { PROBE };
        tokio::time::sleep(pause).await;
    }
    Ok(answers)
}

impl Seen {
    pub(crate) fn unready_since(&self, began: Instant) -> Option<Duration> {
        let unready = self.ready.iter().filter(|a| a.status == 503);
        unready.map(|a| a.came().duration_since(began)).min()
    }

    pub(crate) fn always_alive(&self) -> bool {
        self.alive.iter().all(|answer| answer.status == 200)
    }

    pub(crate) fn slowest_life(&self) -> Duration {
        self.alive.iter().map(|a| a.took).max().unwrap_or_default()
    }

    pub(crate) fn slowest_refusal(&self) -> Duration {
        let refusals = self.visits.iter().filter(|a| a.status != 200);
        refusals.map(|a| a.took).max().unwrap_or_default()
    }

    pub(crate) fn refusals_say_when(&self) -> bool {
        let mut refusals = self.visits.iter().filter(|a| a.status != 200);
        refusals.all(|a| a.status == 503 && a.says_when)
    }

    /// From `ended` to the last refusal of a visitor or a probe.
    pub(crate) fn back_after(&self, ended: Instant) -> Duration {
        let refusals = self
            .visits
            .iter()
            .chain(&self.ready)
            .filter(|a| a.status != 200);
        let last = refusals.map(Answer::came).max();
        last.map(|at| at.saturating_duration_since(ended))
            .unwrap_or_default()
    }

    pub(crate) fn requests(&self) -> (usize, usize) {
        let answered = self.visits.iter().filter(|a| a.status == 200).count();
        (answered, self.visits.len() - answered)
    }
}
