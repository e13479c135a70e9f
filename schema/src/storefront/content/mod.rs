//! Pages and menus.

mod page;

pub use page::Page;

use async_graphql::{Context, ID, Object, Result};

use crate::context::ContextExt;
use crate::ids;

/// Reads pages and menus.
#[derive(Default)]
pub struct ContentQuery;

#[Object]
impl ContentQuery {
    /// The page with this id or handle.
    async fn page(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its handle.")] handle: Option<String>,
        #[graphql(desc = "Its id.")] id: Option<ID>,
    ) -> Option<Result<Page>> {
        find_page(ctx, handle, id).await.transpose()
    }
}

async fn find_page(
    ctx: &Context<'_>,
    handle: Option<String>,
    id: Option<ID>,
) -> Result<Option<Page>> {
    Ok(match (id, handle) {
        (Some(id), _) => match ids::read(&id) {
            Some(id) => ctx.load(id).await?.map(Page),
            None => None,
        },
        (None, Some(handle)) => ctx.load(page::PageHandle(handle)).await?.map(Page),
        (None, None) => return Err(crate::errors::invalid_argument("give `id` or `handle`")),
    })
}
