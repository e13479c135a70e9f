//! What the sandbox does by itself: decides late charges, and delivers webhooks until they are
//! taken.

use std::collections::HashMap;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use commerce::kernel::{Clock, Secret};
use providers::payment::sandbox::wire::Event;
use providers::payment::sandbox::{SIGNATURE_HEADER, sign};

use super::SandboxServerConfig;
use super::charges;
use super::ledger::{Entry, Ledger};

/// How often there is a look at what is due.
const TICK: Duration = Duration::from_millis(100);
/// The longest pause between two tries to deliver one event.
const LONGEST_PAUSE: TimeDelta = TimeDelta::seconds(10);

pub(super) struct Deliveries {
    ledger: Ledger,
    clock: Clock,
    secret: Secret,
    webhooks: Option<String>,
    http: providers::http::Client,
    /// How often an event failed, and when it is tried again.
    failed: HashMap<String, (u32, DateTime<Utc>)>,
}

impl Deliveries {
    pub(super) fn new(
        ledger: Ledger,
        clock: Clock,
        config: &SandboxServerConfig,
    ) -> anyhow::Result<Self> {
        Ok(Self {
            ledger,
            clock,
            secret: config.secret.clone(),
            webhooks: config.webhooks.clone(),
            http: providers::http::client(Duration::from_secs(5))?,
            failed: HashMap::new(),
        })
    }

    /// Works until it is dropped.
    pub(super) async fn run(mut self) {
        let mut ticks = tokio::time::interval(TICK);
        loop {
            ticks.tick().await;
            self.decide_due().await;
            if let Some(url) = self.webhooks.clone() {
                self.deliver(&url).await;
            }
        }
    }

    async fn decide_due(&self) {
        let now = self.clock.now();
        let due = self.ledger.read(|s| {
            let charges = s.charges.values();
            let due = charges.filter(|c| c.due_at.is_some_and(|at| at <= now));
            due.map(|c| c.record.operation).collect::<Vec<_>>()
        });
        for operation in due.await {
            let decide = self.ledger.change(|s| {
                let now = self.clock.now();
                let charge = s.charges.get(&operation);
                ((), charge.and_then(|c| charges::decide(c, true, now)))
            });
            decide.await;
        }
    }

    async fn deliver(&mut self, url: &str) {
        let now = self.clock.now();
        let open: Vec<Event> = self
            .ledger
            .read(|s| {
                s.events
                    .iter()
                    .filter(|e| !e.1)
                    .map(|e| e.0.clone())
                    .collect()
            })
            .await;
        for event in open {
            let paused = self.failed.get(&event.id).is_some_and(|(_, at)| *at > now);
            if !paused && self.post(url, &event).await {
                self.failed.remove(&event.id);
                let entry = Entry {
                    delivered: Some(event.id),
                    ..Entry::default()
                };
                self.ledger.change(|_| ((), Some(entry))).await;
            } else if !paused {
                let tries = self.failed.get(&event.id).map_or(1, |(n, _)| n + 1);
                let pause = TimeDelta::milliseconds(100 << tries.min(10)).min(LONGEST_PAUSE);
                self.failed.insert(event.id, (tries, now + pause));
            }
        }
    }

    /// Whether the shop took the event.
    async fn post(&self, url: &str, event: &Event) -> bool {
        let Ok(body) = serde_json::to_vec(event) else {
            return true;
        };
        let signature = sign(&self.secret, &body, self.clock.now());
        let request = self
            .http
            .post(url)
            .header(SIGNATURE_HEADER, signature)
            .header("content-type", "application/json")
            .body(body);
        matches!(request.send().await, Ok(answer) if answer.status().is_success())
    }
}
