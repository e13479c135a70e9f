//! What a merchant's brand looks like.

use std::sync::Arc;

use async_graphql::{Context, Object, Result, SimpleObject};
use commerce::content::identity::Identity;

use crate::context::ContextExt;
use crate::scalars::Color;
use crate::storefront::catalog::MediaImage;
use crate::storefront::catalog::loads::MediaKey;

/// How the shop presents itself.
pub struct Brand(Arc<Identity>);

impl Brand {
    /// `None` for a shop that says nothing of itself.
    pub(super) fn of(shop: &Arc<Identity>) -> Option<Self> {
        let texts = [
            &shop.brand_background,
            &shop.brand_secondary_background,
            &shop.brand_slogan,
            &shop.brand_short_description,
        ];
        let pictures = [
            shop.brand_logo_id,
            shop.brand_square_logo_id,
            shop.brand_cover_id,
        ];
        let says = texts.iter().any(|text| text.is_some());
        let shows = pictures.iter().any(Option::is_some);
        (says || shows).then(|| Self(Arc::clone(shop)))
    }
}

/// How the shop presents itself.
#[Object]
impl Brand {
    /// Its colours.
    async fn colors(&self) -> BrandColors {
        let shop = &self.0;
        BrandColors {
            primary: pair(&shop.brand_background, &shop.brand_foreground),
            secondary: pair(
                &shop.brand_secondary_background,
                &shop.brand_secondary_foreground,
            ),
        }
    }

    /// A wide picture.
    async fn cover_image(&self, ctx: &Context<'_>) -> Option<Result<MediaImage>> {
        picture(ctx, self.0.brand_cover_id).await
    }

    /// Its mark.
    async fn logo(&self, ctx: &Context<'_>) -> Option<Result<MediaImage>> {
        picture(ctx, self.0.brand_logo_id).await
    }

    /// What it is, in a few words.
    async fn short_description(&self) -> Option<&str> {
        self.0.brand_short_description.as_deref()
    }

    /// What it says of itself.
    async fn slogan(&self) -> Option<&str> {
        self.0.brand_slogan.as_deref()
    }

    /// Its mark in a square.
    async fn square_logo(&self, ctx: &Context<'_>) -> Option<Result<MediaImage>> {
        picture(ctx, self.0.brand_square_logo_id).await
    }
}

async fn picture(ctx: &Context<'_>, id: Option<i64>) -> Option<Result<MediaImage>> {
    let picture = ctx.load(MediaKey(id?)).await.transpose()?;
    Some(picture.map(MediaImage).map_err(Into::into))
}

/// The pair of these colours, if there is one.
fn pair(background: &Option<String>, foreground: &Option<String>) -> Vec<BrandColorGroup> {
    let color = |text: &Option<String>| text.clone().map(Color);
    let group = BrandColorGroup {
        background: color(background),
        foreground: color(foreground),
    };
    match group.background {
        Some(_) => vec![group],
        None => Vec::new(),
    }
}

/// A brand's colours.
#[derive(SimpleObject)]
pub struct BrandColors {
    /// The main ones.
    pub primary: Vec<BrandColorGroup>,
    /// The others.
    pub secondary: Vec<BrandColorGroup>,
}

/// Two colours that go together.
#[derive(SimpleObject)]
pub struct BrandColorGroup {
    /// Behind.
    pub background: Option<Color>,
    /// In front.
    pub foreground: Option<Color>,
}
