//! What the values of metafields and metaobjects lead to. What is gone, or hidden, is null or left out.

use std::sync::Arc;

use async_graphql::{Context, ID, Object, Result};
use commerce::content::metafields;
use commerce::content::values::ValueType;
use commerce::kernel::page::{Cursor, Slice, Window};
use commerce::kernel::{Gid, Id};
use futures_util::future::try_join_all;

use super::article::Article;
use super::loads::{ArticleKey, FileKey, MetaobjectKey, PageKey};
use super::metaobject::Metaobject;
use super::page::Page;
use crate::connection::Connection;
use crate::context::ContextExt;
use crate::ids;
use crate::scalars::Url;
use crate::storefront::catalog::loads::{CollectionKey, MediaKey, ProductKey, VariantKey};
use crate::storefront::catalog::{Collection, Image, Media, Product, ProductVariant};
use crate::storefront::metafield::MetafieldReference;

/// A file that is neither a picture nor a film nor a model.
#[derive(Clone)]
pub struct GenericFile(pub Arc<metafields::File>);

#[Object(cache_control(max_age = 300))]
impl GenericFile {
    /// What it is, in words.
    async fn alt(&self) -> Option<&str> {
        self.0.alt.as_deref()
    }

    /// Its id.
    pub async fn id(&self) -> ID {
        ids::id(self.0.id)
    }

    /// What kind of file it is.
    async fn mime_type(&self) -> Option<&str> {
        self.0.mime_type.as_deref()
    }

    /// How many bytes it has, where that is known.
    async fn original_file_size(&self) -> Option<i32> {
        self.0.bytes
    }

    /// A picture of it; there is none.
    async fn preview_image(&self) -> Option<Image> {
        None
    }

    /// Where it is.
    async fn url(&self) -> Option<Url> {
        Some(Url(self.0.url.clone()))
    }
}

/// What a value of this type leads to, if it is a single reference.
pub(crate) async fn one(
    ctx: &Context<'_>,
    kind: &str,
    value: &str,
) -> Result<Option<MetafieldReference>> {
    match ValueType::parse(kind) {
        Some(kind) if kind.is_reference() && !kind.is_list() => find(ctx, value).await,
        _ => Ok(None),
    }
}

/// What a value of this type leads to, if it is a list of references.
pub(crate) async fn several(
    ctx: &Context<'_>,
    kind: &str,
    value: &str,
    window: Result<Window>,
) -> Result<Option<Connection<MetafieldReference>>> {
    let window = window?;
    let is_list = ValueType::parse(kind).is_some_and(|k| k.is_reference() && k.is_list());
    if !is_list {
        return Ok(None);
    }
    let ids: Vec<String> = serde_json::from_str(value).unwrap_or_default();
    let slice = window.cut_whole((1i64..).zip(ids).collect(), |(place, _)| *place);
    let found = try_join_all(slice.rows.iter().map(|(_, id)| find(ctx, id))).await?;
    let rows = slice.rows.iter().zip(found);
    let rows = rows.filter_map(|((place, _), found)| Some((Cursor::at(*place), found?)));
    let slice = Slice {
        rows: rows.collect(),
        has_previous: slice.has_previous,
        has_next: slice.has_next,
    };
    Ok(Some(Connection::new(
        slice,
        |(cursor, _)| cursor.clone(),
        |(_, reference)| reference,
    )))
}

/// Reads one thing; things of a kind that are asked for together are one statement.
async fn find(ctx: &Context<'_>, gid: &str) -> Result<Option<MetafieldReference>> {
    use MetafieldReference as To;
    let Some((kind, number)) = Gid::parse(gid).and_then(|gid| Some((gid.kind, gid.number()?)))
    else {
        return Ok(None);
    };
    Ok(match kind {
        "Article" => {
            let found = ctx.load(ArticleKey(Id::new(number))).await?;
            found.map(|row| To::Article(Article(row)))
        }
        "Collection" => {
            let found = ctx.load(CollectionKey(Id::new(number))).await?;
            found.map(|row| To::Collection(Collection(row)))
        }
        "GenericFile" => {
            let found = ctx.load(FileKey(Id::new(number))).await?;
            found.map(|row| To::GenericFile(GenericFile(row)))
        }
        "MediaImage" | "Model3d" | "Video" => {
            match ctx.load(MediaKey(number)).await?.map(Media::from) {
                Some(Media::MediaImage(image)) => Some(To::MediaImage(image)),
                Some(Media::Model3d(model)) => Some(To::Model3d(model)),
                Some(Media::Video(film)) => Some(To::Video(film)),
                Some(Media::ExternalVideo(_)) | None => None,
            }
        }
        "Metaobject" => {
            let found = ctx.load(MetaobjectKey(Id::new(number))).await?;
            found.map(|row| To::Metaobject(Metaobject(row)))
        }
        "Page" => {
            let found = ctx.load(PageKey(Id::new(number))).await?;
            found.map(|row| To::Page(Page(row)))
        }
        "Product" => {
            let found = ctx.load(ProductKey(Id::new(number))).await?;
            found.map(|row| To::Product(Product(row)))
        }
        "ProductVariant" => {
            let found = ctx.load(VariantKey(Id::new(number))).await?;
            found.map(|variant| {
                To::ProductVariant(ProductVariant {
                    variant,
                    product: None,
                    in_cart: None,
                })
            })
        }
        _ => None,
    })
}
