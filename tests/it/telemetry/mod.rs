//! What the processes tell of themselves, and how they live with a database that is away.

mod figures;
mod outage;
mod processes;
mod trace;

use std::time::Duration;

/// Waits for `work`, and fails the test when it does not come.
async fn soon<T>(work: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(60), work)
        .await
        .expect("it did not happen")
}
