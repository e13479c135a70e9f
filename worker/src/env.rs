//! What handlers are given.

use std::sync::Arc;

use commerce::Shop;
use commerce::jobs::{Job, Verdict};
use commerce::kernel::Fault;
use providers::mail::MailTransport;
use providers::payment::PaymentProvider;

use crate::attempt::Handle;
use crate::dispatch::dispatch;

/// The shop, and the outside world that only the edges may call.
#[derive(Clone)]
pub struct Env {
    /// Data and surroundings.
    pub shop: Shop,
    /// Everybody else's servers.
    pub providers: Providers,
}

/// Ways out of the machine; called between transactions, never inside one.
#[derive(Clone)]
pub struct Providers {
    /// Sends mail.
    pub mail: Arc<dyn MailTransport>,
    /// Takes money; `None` when only orders that cost nothing can be placed.
    pub payment: Option<Arc<dyn PaymentProvider>>,
}

#[async_trait::async_trait]
impl Handle for Env {
    async fn handle(&self, job: Job) -> Result<Verdict, Fault> {
        dispatch(self, job).await
    }
}
