//! Jobs in tests: done inline by the real handlers, or by a closure.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use commerce::jobs::{Job, Verdict};
use commerce::kernel::Fault;
use commerce::kernel::id::ordered_uuid;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use providers::mail::Mailbox;
use worker::{Drained, Env, Handle, Providers};

use crate::TestApp;

/// A directory that exists as long as this value.
pub struct Scratch(PathBuf);

impl Scratch {
    /// A new, empty directory.
    #[must_use]
    pub fn new() -> Self {
        let name = format!("cartwright-{}", ordered_uuid().simple());
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path).expect("a scratch directory");
        Self(path)
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> PathBuf {
        self.0.clone()
    }

    /// The names of its files, sorted.
    #[must_use]
    pub fn files(&self) -> Vec<String> {
        let entries = std::fs::read_dir(&self.0).expect("the scratch directory");
        let mut names: Vec<String> = entries
            .map(|entry| entry.expect("an entry").file_name())
            .map(|name| name.to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }
}

impl Default for Scratch {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // A directory that stays is no failure of the test.
        let _stays = std::fs::remove_dir_all(&self.0);
    }
}

impl TestApp {
    /// The real handlers, whose mail goes into `mailbox` and who know no payment provider.
    #[must_use]
    pub fn env(&self, mailbox: &Scratch) -> Env {
        Env {
            shop: self.shop.clone(),
            providers: Providers {
                mail: Arc::new(Mailbox::new(
                    mailbox.path(),
                    "Test Shop <shop@shop.example>".to_owned(),
                )),
                payment: None,
            },
        }
    }

    /// Runs all due jobs with `handler`, inline.
    pub async fn drain(&self, handler: &dyn Handle) -> Vec<Drained> {
        worker::drain_with(&self.shop, handler)
            .await
            .expect("the jobs can be run")
    }
}

/// Handlers that are one closure for all kinds.
pub struct Does {
    work: Box<dyn Fn(Job) -> BoxFuture<'static, Verdict> + Send + Sync>,
    limit: Option<Duration>,
}

/// Answers each job by `work`.
pub fn does<F, Fut>(work: F) -> Does
where
    F: Fn(Job) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Verdict> + Send + 'static,
{
    Does {
        work: Box::new(move |job| work(job).boxed()),
        limit: None,
    }
}

impl Does {
    /// The same with a shorter time limit than the kinds have.
    #[must_use]
    pub fn within(mut self, limit: Duration) -> Self {
        self.limit = Some(limit);
        self
    }
}

#[async_trait::async_trait]
impl Handle for Does {
    async fn handle(&self, job: Job) -> Result<Verdict, Fault> {
        Ok((self.work)(job).await)
    }

    fn limit(&self, job: &Job) -> Duration {
        self.limit.unwrap_or(job.spec().timeout)
    }
}
