//! The words of the shop, which `lexicon` holds: triggers add them, this counts them and takes away those
//! that nothing has any more.

use diesel::sql_query;
use diesel_async::RunQueryDsl;

use crate::db::Conn;
use crate::kernel::Fault;

/// Counts anew how many things have each word, and answers how many words changed.
///
/// # Errors
/// A [`Fault`] when the statement fails; it may simply be called again.
pub async fn refresh(conn: &mut Conn) -> Result<usize, Fault> {
    let query = sql_query(include_str!("../../sql/search/refresh_lexicon.sql"));
    Ok(query.execute(conn).await?)
}
