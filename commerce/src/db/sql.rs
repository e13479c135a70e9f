//! Hand-written statements that keep their prepared plan.
//!
//! `diesel::sql_query` is never put into a connection's statement cache. [`cached`] gives such a
//! statement its column types and lets it be cached under its text.

use std::marker::PhantomData;

use diesel::QueryResult;
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};

/// A statement of fixed text whose answer has the columns `ST`, read by position.
#[derive(Clone, Copy, Debug)]
pub struct Cached<ST, Q> {
    query: Q,
    keep: bool,
    columns: PhantomData<ST>,
}

/// Wraps `sql_query(TEXT).bind::<…>(…)`; `ST` is the tuple of the answer's column types.
///
/// The text must be the same at every call of one place: values go into binds.
pub fn cached<ST, Q>(query: Q) -> Cached<ST, Q> {
    Cached {
        query,
        keep: true,
        columns: PhantomData,
    }
}

/// As [`cached`], for a text of which there may be any number: it is prepared anew each time.
pub fn uncached<ST, Q>(query: Q) -> Cached<ST, Q> {
    Cached {
        query,
        keep: false,
        columns: PhantomData,
    }
}

impl<ST, Q> Query for Cached<ST, Q> {
    type SqlType = ST;
}

impl<ST, Q: QueryFragment<Pg>> QueryFragment<Pg> for Cached<ST, Q> {
    fn walk_ast<'b>(&'b self, pass: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        self.query.walk_ast(pass)
    }

    fn is_safe_to_cache_prepared(&self, _backend: &Pg) -> QueryResult<bool> {
        Ok(self.keep)
    }
}

impl<ST, Q> QueryId for Cached<ST, Q> {
    type QueryId = ();
    // The text alone names the statement.
    const HAS_STATIC_QUERY_ID: bool = false;
}
