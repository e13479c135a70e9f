//! What a merchant's brand looks like. None can be kept yet; the types stand here because
//! storefronts name them.

use async_graphql::SimpleObject;

use crate::scalars::Color;
use crate::storefront::catalog::MediaImage;

/// How the shop presents itself.
#[derive(SimpleObject)]
pub struct Brand {
    /// Its colours.
    pub colors: BrandColors,
    /// A wide picture.
    pub cover_image: Option<MediaImage>,
    /// Its mark.
    pub logo: Option<MediaImage>,
    /// What it is, in a few words.
    pub short_description: Option<String>,
    /// What it says of itself.
    pub slogan: Option<String>,
    /// Its mark in a square.
    pub square_logo: Option<MediaImage>,
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
