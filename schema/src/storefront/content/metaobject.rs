//! Things of kinds that merchants make up.

#![expect(clippy::too_many_arguments, reason = "the contract's arguments")]

use std::sync::Arc;

use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};
use commerce::cache::Tag;
use commerce::content::metaobjects::{self, Field, MetaobjectListing, MetaobjectSort};
use commerce::kernel::Failure;

use super::loads::{MetaobjectHandle, MetaobjectKey};
use super::reference;
use crate::connection::{Connection, window};
use crate::context::ContextExt;
use crate::errors::invalid_argument;
use crate::ids;
use crate::scalars::{DateTime, Url};
use crate::storefront::metafield::MetafieldReference;

/// A thing of a kind that the merchant made up.
#[derive(Clone)]
pub struct Metaobject(pub Arc<metaobjects::Metaobject>);

#[Object(cache_control(max_age = 300))]
impl Metaobject {
    /// The field with this key, if it has a value.
    async fn field(&self, #[graphql(desc = "Its key.")] key: String) -> Option<MetaobjectField> {
        self.0.field(&key).map(MetaobjectField)
    }

    /// The fields that have values, in the order of its kind.
    async fn fields(&self) -> Vec<MetaobjectField> {
        self.0.fields().map(MetaobjectField).collect()
    }

    /// Its name within its kind.
    async fn handle(&self) -> &str {
        &self.0.handle
    }

    /// Its id.
    pub async fn id(&self) -> ID {
        ids::id(self.0.id)
    }

    /// Its page in an online store of the shop's own; storefronts have theirs.
    pub async fn online_store_url(&self) -> Option<Url> {
        None
    }

    /// What search engines are told, if it is a page of its own.
    async fn seo(&self) -> Option<MetaobjectSeo> {
        let field = |key: &Option<String>| self.0.field(key.as_deref()?).map(MetaobjectField);
        self.0.is_renderable.then(|| MetaobjectSeo {
            description: field(&self.0.seo_description_key),
            title: field(&self.0.seo_title_key),
        })
    }

    /// Its kind.
    #[graphql(name = "type")]
    async fn kind(&self) -> &str {
        &self.0.kind
    }

    /// When it last changed.
    async fn updated_at(&self) -> DateTime {
        self.0.updated_at.into()
    }
}

/// A field of a metaobject, with its value.
pub struct MetaobjectField(Field);

#[Object]
impl MetaobjectField {
    /// Its name.
    async fn key(&self) -> &str {
        &self.0.key
    }

    /// What it leads to.
    async fn reference(&self, ctx: &Context<'_>) -> Option<Result<MetafieldReference>> {
        reference::one(ctx, &self.0.kind, &self.0.value)
            .await
            .transpose()
    }

    /// What it leads to, if it is a list.
    async fn references(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those behind this cursor.")] after: Option<String>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
        #[graphql(desc = "So many from the beginning.")] first: Option<i32>,
        #[graphql(desc = "So many from the end.")] last: Option<i32>,
    ) -> Option<Result<Connection<MetafieldReference>>> {
        let window = window(first, after.as_deref(), last, before.as_deref());
        reference::several(ctx, &self.0.kind, &self.0.value, window)
            .await
            .transpose()
    }

    /// The type of its value.
    #[graphql(name = "type")]
    async fn kind(&self) -> &str {
        &self.0.kind
    }

    /// Its value as a text.
    async fn value(&self) -> Option<&str> {
        Some(&self.0.value)
    }
}

/// What search engines are told of a metaobject.
#[derive(SimpleObject)]
#[graphql(name = "MetaobjectSEO")]
pub struct MetaobjectSeo {
    /// The field that is its description.
    pub description: Option<MetaobjectField>,
    /// The field that is its title.
    pub title: Option<MetaobjectField>,
}

/// Names a metaobject.
#[derive(InputObject)]
pub struct MetaobjectHandleInput {
    /// Its name within its kind.
    pub handle: String,
    /// Its kind.
    #[graphql(name = "type")]
    pub kind: String,
}

/// Reads metaobjects.
#[derive(Default)]
pub struct MetaobjectQuery;

#[Object]
impl MetaobjectQuery {
    /// The metaobject with this id, or of this kind with this handle.
    async fn metaobject(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its kind and its handle.")] handle: Option<MetaobjectHandleInput>,
        #[graphql(desc = "Its id.")] id: Option<ID>,
    ) -> Option<Result<Metaobject>> {
        find(ctx, handle, id).await.transpose()
    }

    /// The metaobjects of a kind.
    async fn metaobjects(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those behind this cursor.")] after: Option<String>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
        #[graphql(desc = "So many from the beginning.")] first: Option<i32>,
        #[graphql(desc = "So many from the end.")] last: Option<i32>,
        #[graphql(desc = "The other way round.", default_with = "Some(false)")] reverse: Option<
            bool,
        >,
        #[graphql(desc = "What they are sorted by: `id` or `updated_at`.")] sort_key: Option<
            String,
        >,
        #[graphql(name = "type", desc = "The kind.")] kind: String,
    ) -> Result<Connection<Metaobject>> {
        let sort = match sort_key.as_deref() {
            None | Some("id") => MetaobjectSort::Id,
            Some("updated_at") => MetaobjectSort::UpdatedAt,
            Some(_) => {
                return Err(invalid_argument(
                    "`sortKey` is neither `id` nor `updated_at`",
                ));
            }
        };
        let listing = MetaobjectListing {
            kind,
            sort,
            reverse: reverse.unwrap_or(false),
            window: window(first, after.as_deref(), last, before.as_deref())?,
        };
        let mut conn = ctx.conn().await?;
        ctx.note([Tag::Content]);
        match metaobjects::listing(&mut conn, &listing).await {
            Ok(page) => Ok(Connection::new(
                page,
                |(cursor, _)| cursor.clone(),
                |(_, row)| Metaobject(row.into()),
            )),
            Err(Failure::Refused(refusal)) => Err(invalid_argument(refusal)),
            Err(Failure::Broken(fault)) => Err(fault.into()),
        }
    }
}

async fn find(
    ctx: &Context<'_>,
    handle: Option<MetaobjectHandleInput>,
    id: Option<ID>,
) -> Result<Option<Metaobject>> {
    Ok(match (id, handle) {
        (Some(id), _) => match ids::read(&id) {
            Some(id) => ctx.load(MetaobjectKey(id)).await?.map(Metaobject),
            None => None,
        },
        (None, Some(name)) => {
            let key = MetaobjectHandle((name.kind, name.handle));
            ctx.load(key).await?.map(Metaobject)
        }
        (None, None) => return Err(invalid_argument("give `id` or `handle`")),
    })
}
