//! Our claimed jobs as a source of tasks for apalis.
//!
//! Claiming, heartbeats and verdicts are ours; apalis drives the handlers. The source never holds
//! more than may run at once, because each job comes with its place, so nothing waits in a buffer.
//! When the fetcher ends, so does the source, and apalis finishes what it has.

use std::convert::Infallible;
use std::task::{Context, Poll};

use apalis_core::backend::finalize::Ephemeral;
use apalis_core::backend::{Backend, BackendConfig};
use apalis_core::task::Task;
use apalis_core::worker::context::WorkerContext;
use tokio::sync::mpsc;
use tower::layer::util::Identity;

use crate::held::Held;

/// The receiving end of what the fetcher claims.
pub(crate) struct Source(pub(crate) mpsc::Receiver<Held>);

impl Backend for Source {
    type Task = Task<Held>;
    type Error = Infallible;

    fn poll_ready(
        &mut self,
        _: &mut Context<'_>,
        _: &WorkerContext,
    ) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn poll_next(
        &mut self,
        cx: &mut Context<'_>,
        worker: &WorkerContext,
    ) -> Poll<Option<Result<Task<Held>, Infallible>>> {
        self.0.poll_recv(cx).map(|held| {
            if held.is_none() {
                // A source that ended does not end apalis's worker by itself. The only error is
                // a worker that never started, and then nobody polls.
                let _started = worker.stop();
            }
            held.map(|held| Ok(Task::new(held)))
        })
    }

    fn poll_close(
        &mut self,
        _: &mut Context<'_>,
        _: &WorkerContext,
    ) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }
}

impl BackendConfig for Source {
    type Args = Held;
    type Id = i64;
    type Kind = Ephemeral;
    type Config = ();
    type Layer = Identity;

    fn config(&self) -> &() {
        &()
    }

    fn middleware(&mut self, _: &mut WorkerContext) -> Identity {
        Identity::new()
    }
}
