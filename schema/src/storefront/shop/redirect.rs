//! Addresses that lead elsewhere.

use std::sync::Arc;

use async_graphql::{Context, ID, Object, Result};
use commerce::cache::Tag;
use commerce::content::redirects::{self, Listing, Redirect};
use commerce::kernel::Failure;
use commerce::search;

use crate::connection::{Connection, window};
use crate::context::ContextExt;
use crate::errors::invalid_argument;
use crate::ids;

/// Redirects with their places in the list.
pub type UrlRedirectConnection = Connection<UrlRedirect>;

/// An address that leads elsewhere.
#[derive(Clone)]
pub struct UrlRedirect(pub Arc<Redirect>);

#[Object(cache_control(max_age = 300))]
impl UrlRedirect {
    /// Its id.
    pub async fn id(&self) -> ID {
        ids::id(self.0.id)
    }

    /// The path that is asked for.
    async fn path(&self) -> &str {
        &self.0.path
    }

    /// Where it leads.
    async fn target(&self) -> &str {
        &self.0.target
    }
}

/// Reads redirects.
#[derive(Default)]
pub struct RedirectQuery;

#[Object]
impl RedirectQuery {
    /// Addresses that lead elsewhere.
    #[expect(clippy::too_many_arguments, reason = "the contract's arguments")]
    async fn url_redirects(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those behind this cursor.")] after: Option<String>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
        #[graphql(desc = "So many from the beginning.")] first: Option<i32>,
        #[graphql(desc = "So many from the end.")] last: Option<i32>,
        #[graphql(desc = "Which ones: `path:`, `target:` or `created_at:`.")] query: Option<String>,
        #[graphql(desc = "The other way round.", default_with = "Some(false)")] reverse: Option<
            bool,
        >,
    ) -> Result<UrlRedirectConnection> {
        let listing = Listing {
            condition: query.and_then(|query| search::redirects::condition(&query)),
            reverse: reverse.unwrap_or(false),
            window: window(first, after.as_deref(), last, before.as_deref())?,
        };
        let mut conn = ctx.conn().await?;
        ctx.note([Tag::Content]);
        match redirects::listing(&mut conn, &listing).await {
            Ok(page) => Ok(Connection::new(
                page,
                |(cursor, _)| cursor.clone(),
                |(_, redirect)| UrlRedirect(redirect.into()),
            )),
            Err(Failure::Refused(refusal)) => Err(invalid_argument(refusal)),
            Err(Failure::Broken(fault)) => Err(fault.into()),
        }
    }
}
