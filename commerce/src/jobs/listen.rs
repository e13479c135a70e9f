//! Hearing of new jobs the moment they are committed.

use diesel_async::{AsyncConnection, SimpleAsyncConnection};
use futures_util::StreamExt;

use crate::db::Conn;
use crate::kernel::Fault;

/// A connection of its own that waits for the notices of the `jobs` table's trigger.
///
/// It must be direct: behind a pooler in transaction mode LISTEN is lost. Notices are a shortcut;
/// who misses one still finds the job by polling.
pub struct Listener {
    conn: Conn,
}

impl Listener {
    /// Connects and listens.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when the database cannot be reached.
    pub async fn connect(direct_url: &str) -> Result<Self, Fault> {
        let mut conn = Conn::establish(direct_url)
            .await
            .map_err(|error| Fault::Unavailable(Box::new(error)))?;
        conn.batch_execute("LISTEN jobs").await?;
        Ok(Self { conn })
    }

    /// Waits until jobs were added; answers the queue.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when the connection is lost; connect anew and look for jobs, since
    /// notices may have been missed.
    pub async fn next(&mut self) -> Result<String, Fault> {
        let mut notices = std::pin::pin!(self.conn.notifications_stream());
        match notices.next().await {
            Some(Ok(notice)) => Ok(notice.payload),
            Some(Err(error)) => Err(Fault::Unavailable(Box::new(error))),
            None => Err(Fault::Unavailable("the connection was closed".into())),
        }
    }
}
