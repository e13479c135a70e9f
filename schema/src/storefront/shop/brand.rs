//! What a merchant's brand looks like. Of it only the two colours are kept that the shop's own pages
//! stand in.

use async_graphql::SimpleObject;
use commerce::content::identity::Identity;

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

impl Brand {
    /// `None` for a shop without colours.
    pub(super) fn of(shop: &Identity) -> Option<Self> {
        let color = |text: &Option<String>| text.clone().map(Color);
        let pair = BrandColorGroup {
            background: Some(color(&shop.brand_background)?),
            foreground: color(&shop.brand_foreground),
        };
        Some(Self {
            colors: BrandColors {
                primary: vec![pair],
                secondary: Vec::new(),
            },
            cover_image: None,
            logo: None,
            short_description: None,
            slogan: None,
            square_logo: None,
        })
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
