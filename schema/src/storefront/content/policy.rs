//! The shop's policies.

use async_graphql::{Context, ID, Object, Result, SimpleObject};
use commerce::content::policies::Policy;
use commerce::content::translations::Kind;
use commerce::kernel::{Id, id};

use super::loads::{ThePolicies, absolute, the_shop};
use crate::context::ContextExt;
use crate::ids;
use crate::scalars::Url;
use crate::storefront::translation;

/// A policy, such as how goods are returned.
#[derive(Clone)]
pub struct ShopPolicy(pub Policy);

#[Object(cache_control(max_age = 300))]
impl ShopPolicy {
    /// The text with its markup.
    async fn body(&self, ctx: &Context<'_>) -> Result<String> {
        let of = (Kind::Policy, self.0.id.value);
        translation::text(ctx, of, |words| &words.html, &self.0.body_html).await
    }

    /// Its name in addresses.
    async fn handle(&self) -> &str {
        &self.0.handle
    }

    /// Its id.
    pub async fn id(&self) -> ID {
        ids::id(self.0.id)
    }

    /// What buyers read first.
    async fn title(&self, ctx: &Context<'_>) -> Result<String> {
        let of = (Kind::Policy, self.0.id.value);
        translation::text(ctx, of, |words| &words.title, &self.0.title).await
    }

    /// Where it stands on the storefront.
    async fn url(&self, ctx: &Context<'_>) -> Result<Url> {
        url(ctx, &self.0.handle).await
    }
}

/// A policy that has a text even where the merchant wrote none.
#[derive(SimpleObject)]
pub struct ShopPolicyWithDefault {
    /// The text with its markup.
    pub body: String,
    /// Its name in addresses.
    pub handle: String,
    /// Its id, if the merchant wrote it.
    pub id: Option<ID>,
    /// What buyers read first.
    pub title: String,
    /// Where it stands on the storefront.
    pub url: Url,
}

impl ShopPolicyWithDefault {
    pub(crate) async fn of(ctx: &Context<'_>, policy: Policy) -> Result<Self> {
        let of = (Kind::Policy, policy.id.value);
        Ok(Self {
            url: url(ctx, &policy.handle).await?,
            body: translation::text(ctx, of, |words| &words.html, &policy.body_html).await?,
            title: translation::text(ctx, of, |words| &words.title, &policy.title).await?,
            handle: policy.handle,
            id: Some(ids::id(policy.id)),
        })
    }
}

async fn url(ctx: &Context<'_>, handle: &str) -> Result<Url> {
    let shop = the_shop(ctx).await?;
    Ok(Url(absolute(&shop, &format!("/policies/{handle}"))))
}

/// The policy of this kind, if the merchant wrote it.
pub(crate) async fn of_kind(ctx: &Context<'_>, kind: &str) -> Result<Option<Policy>> {
    find(ctx, |policy| policy.kind == kind).await
}

/// The policy with this id.
pub(crate) async fn with_id(
    ctx: &Context<'_>,
    id: Id<id::ShopPolicy>,
) -> Result<Option<ShopPolicy>> {
    let policy = find(ctx, |policy| policy.id == id).await?;
    Ok(policy.map(ShopPolicy))
}

async fn find(ctx: &Context<'_>, wanted: impl Fn(&Policy) -> bool) -> Result<Option<Policy>> {
    let policies = ctx.load(ThePolicies).await?.unwrap_or_default();
    Ok(policies.iter().find(|policy| wanted(policy)).cloned())
}
