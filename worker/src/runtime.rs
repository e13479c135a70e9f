//! A running worker, an apalis worker for each of its queues, and its end.

use std::sync::Arc;
use std::time::Duration;

use apalis::prelude::WorkerBuilder;
use commerce::Shop;
use commerce::jobs::Finished;
use commerce::kernel::id::ordered_uuid;
use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::attempt::{Handle, attempt};
use crate::backend::Source;
use crate::config::Timing;
use crate::fetch::Fetcher;
use crate::finish::{self, Decided};
use crate::held::{Held, Registry};
use crate::keeper;
use crate::wake::Wake;

/// How long abandoned jobs are given to be handed back.
const HAND_BACK: Duration = Duration::from_secs(2);

/// A worker in this process. Dropped without [`Worker::shutdown`] it leaves its jobs to the rescuer.
pub struct Worker {
    name: String,
    registry: Registry,
    stop: CancellationToken,
    abandon: CancellationToken,
    died: CancellationToken,
    work: TaskTracker,
    verdicts: JoinHandle<()>,
    by_the_clock: Vec<JoinHandle<()>>,
}

impl Worker {
    /// Starts claiming and running the jobs of `queues`, an apalis worker for each, so that none waits for another's
    /// places.
    ///
    /// `direct_url` is where it listens for new jobs. The name is new with each start: jobs of a
    /// process that died must not look alive because its successor is called the same.
    #[must_use]
    pub fn start(
        shop: &Shop,
        handler: Arc<dyn Handle>,
        direct_url: &str,
        queues: Vec<String>,
        timing: &Timing,
    ) -> Self {
        let name = format!("worker-{}-{}", std::process::id(), ordered_uuid().simple());
        let registry = Registry::default();
        let [stop, abandon, died] = std::array::from_fn(|_| CancellationToken::new());
        let vital = |what| Vital {
            what,
            stop: stop.clone(),
            died: died.clone(),
        };
        let all = queues
            .iter()
            .map(|queue| timing.concurrency.of(queue))
            .sum();
        let (decide, decided) = mpsc::channel(all);
        let runner = Arc::new(Runner {
            shop: shop.clone(),
            handler,
            abandon: abandon.clone(),
            decide,
        });
        let wake = Wake::of(queues.len());
        let work = TaskTracker::new();
        let mut by_the_clock = Vec::new();
        for (queue, woken) in queues.iter().zip(wake.each()) {
            let places = timing.concurrency.of(queue);
            let (claimed, source) = mpsc::channel(places);
            let fetcher = Fetcher {
                shop: shop.clone(),
                name: name.clone(),
                queue: queue.clone(),
                places: Arc::new(Semaphore::new(places)),
                registry: registry.clone(),
                wake: woken,
                poll: timing.poll,
                stop: stop.clone(),
            };
            let run = Arc::clone(&runner).run(format!("{name}-{queue}"), Source(source));
            work.spawn(vital("a queue's runtime").during(run));
            by_the_clock.push(vital("a queue's fetcher").spawn(fetcher.run(claimed)));
            tracing::info!(name, queue, concurrency = places, "queue served");
        }
        work.close();
        by_the_clock.extend([
            vital("heartbeats").spawn(keeper::heartbeats(
                shop.clone(),
                name.clone(),
                registry.clone(),
                timing.heartbeat,
            )),
            vital("the rescuer").spawn(keeper::rescues(
                shop.clone(),
                wake.clone(),
                timing.rescue,
                timing.silence,
            )),
            vital("schedules").spawn(keeper::schedules(shop.clone(), timing.tick)),
            vital("the listener").spawn(keeper::notices(shop.clone(), direct_url.to_owned(), wake)),
        ]);
        let verdicts = finish::run(shop.clone(), name.clone(), decided);
        tracing::info!(name, "worker started");
        Self {
            work,
            verdicts: vital("the finisher").spawn(verdicts),
            name,
            registry,
            stop,
            abandon,
            died,
            by_the_clock,
        }
    }

    /// The name in `jobs.locked_by`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How many jobs it holds.
    #[must_use]
    pub fn running(&self) -> usize {
        self.registry.ids().len()
    }

    /// Called when a part of the worker ended that must not: the process should exit with an error.
    #[must_use]
    pub fn died(&self) -> CancellationToken {
        self.died.clone()
    }

    /// Called once the worker takes nothing new.
    #[must_use]
    pub fn draining(&self) -> CancellationToken {
        self.stop.clone()
    }

    /// Stops claiming, gives running jobs `grace` to end, hands the rest back without spending
    /// their attempt, and ends.
    pub async fn shutdown(mut self, grace: Duration) {
        self.stop.cancel();
        if tokio::time::timeout(grace, self.work.wait()).await.is_err() {
            tracing::warn!(jobs = self.running(), "handing running jobs back");
            self.abandon.cancel();
            let _leaves_them_to_the_rescuer =
                tokio::time::timeout(HAND_BACK, self.work.wait()).await;
        }
        let _leaves_them_to_the_rescuer = tokio::time::timeout(HAND_BACK, &mut self.verdicts).await;
        // Heartbeats go on until the last verdict is written.
        for task in &self.by_the_clock {
            task.abort();
        }
        tracing::info!(name = self.name, "worker stopped");
    }
}

/// What apalis calls for each job.
struct Runner {
    shop: Shop,
    handler: Arc<dyn Handle>,
    abandon: CancellationToken,
    decide: mpsc::Sender<Decided>,
}

impl Runner {
    async fn run(self: Arc<Self>, name: String, source: Source) {
        let worker = WorkerBuilder::new(name.as_str())
            .backend(source)
            .build(move |held: Held| {
                let runner = Arc::clone(&self);
                // A task each: apalis drives all handlers from one.
                async move { tokio::spawn(async move { runner.one(held).await }).await }
            });
        if let Err(error) = worker.run().await {
            tracing::error!(%error, "the job runtime failed");
        }
    }

    async fn one(&self, held: Held) {
        let clock = &self.shop.clock;
        let verdict = attempt(self.handler.as_ref(), clock, &held.job, &self.abandon).await;
        let finished = Finished {
            job: held.job.clone(),
            verdict,
        };
        // Closed only when the finisher died; then the whole worker is about to end.
        let _finisher_died = self.decide.send((finished, held)).await;
    }
}

/// A part without which a worker is a corpse: its end before [`Worker::shutdown`] is told.
struct Vital {
    what: &'static str,
    stop: CancellationToken,
    died: CancellationToken,
}

impl Vital {
    fn spawn(self, work: impl Future<Output = ()> + Send + 'static) -> JoinHandle<()> {
        tokio::spawn(self.during(work))
    }

    async fn during(self, work: impl Future<Output = ()> + Send + 'static) {
        // Dropped after a panic too.
        let _told = self;
        work.await;
    }
}

impl Drop for Vital {
    fn drop(&mut self) {
        if !self.stop.is_cancelled() {
            tracing::error!(part = self.what, "a part of the worker died");
            self.died.cancel();
        }
    }
}
