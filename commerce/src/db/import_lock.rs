//! One import at a time: two that run at once would leave a mixture of both files.

use diesel::sql_types::Bool;
use diesel_async::{
    AnsiTransactionManager, RunQueryDsl, SimpleAsyncConnection, TransactionManager,
};

use super::Db;
use super::sql::cached;
use crate::kernel::Fault;

/// What is said to whoever starts a second one.
pub const BUSY: &str = "Another import is running: nothing was imported. Start this one again when the other has ended.";

impl Db {
    /// Runs an import while no other runs on this database, and refuses otherwise.
    ///
    /// The lock is that of a transaction which is open meanwhile and does nothing else: it holds behind a pooler of connections,
    /// too, and ends with the process.
    ///
    /// # Errors
    /// [`Fault::Inconsistent`] with [`BUSY`] when another import runs; whatever `work` answers.
    pub async fn alone<T, E: From<Fault>>(
        &self,
        work: impl Future<Output = Result<T, E>>,
    ) -> Result<T, E> {
        let mut conn = self.primary().await?;
        AnsiTransactionManager::begin_transaction(&mut *conn)
            .await
            .map_err(Fault::from)?;
        // The transaction waits for the import.
        conn.batch_execute("SET LOCAL idle_in_transaction_session_timeout = 0")
            .await
            .map_err(Fault::from)?;
        let query = diesel::sql_query("SELECT pg_try_advisory_xact_lock(4720180)");
        let is_alone: bool = cached::<Bool, _>(query)
            .get_result(&mut *conn)
            .await
            .map_err(Fault::from)?;
        let done = match is_alone {
            true => work.await,
            false => Err(Fault::Inconsistent(BUSY.to_owned()).into()),
        };
        // A connection that cannot roll back is closed, which frees the lock as well.
        let _closed = AnsiTransactionManager::rollback_transaction(&mut *conn).await;
        done
    }
}
