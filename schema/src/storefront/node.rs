//! Things that have an id, by their id.

use async_graphql::{Context, ID, Interface, Object, Result};
use commerce::kernel::Gid;
use futures_util::future::try_join_all;

use super::content::Page;
use crate::context::ContextExt;
use crate::errors::invalid_argument;
use crate::{cost, ids};

/// Something that has an id.
#[derive(Interface)]
#[graphql(field(
    name = "id",
    ty = "ID",
    desc = "Names it among everything in the shop."
))]
pub enum Node {
    /// A page.
    Page(Page),
}

/// Finds anything by its id.
#[derive(Default)]
pub struct NodeQuery;

#[Object]
impl NodeQuery {
    /// The thing with this id.
    async fn node(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its id.")] id: ID,
    ) -> Option<Result<Node>> {
        find(ctx, &id).await.transpose()
    }

    /// The things with these ids, in the same order; null where there is none.
    #[graphql(complexity = "1 + ids.len() * child_complexity")]
    async fn nodes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Their ids, 250 at most.")] ids: Vec<ID>,
    ) -> Result<Vec<Option<Node>>> {
        if ids.len() > cost::MAX_NODES {
            return Err(invalid_argument(format_args!(
                "`ids` may have {} entries at most",
                cost::MAX_NODES
            )));
        }
        try_join_all(ids.iter().map(|id| find(ctx, id))).await
    }
}

/// Reads one thing; things of a kind that are asked for together are one statement.
async fn find(ctx: &Context<'_>, id: &ID) -> Result<Option<Node>> {
    let Some(gid) = Gid::parse(id) else {
        return Err(invalid_argument(format_args!(
            "`{}` is not an id",
            id.as_str()
        )));
    };
    Ok(match gid.kind {
        "Page" => match ids::read(id) {
            Some(page) => ctx.load(page).await?.map(Page).map(Node::Page),
            None => None,
        },
        _ => None,
    })
}
