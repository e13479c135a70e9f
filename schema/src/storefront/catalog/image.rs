//! Pictures.

#![expect(clippy::too_many_arguments, reason = "the contract's arguments")]

use std::sync::Arc;

use async_graphql::{Enum, ID, InputObject, Object};
use commerce::catalog::model;
use commerce::kernel::{Id, id};

use crate::ids;
use crate::scalars::Url;

/// Which side of a picture stays when it is cropped.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum CropRegion {
    /// The lower side.
    Bottom,
    /// The middle.
    Center,
    /// The left side.
    Left,
    /// The right side.
    Right,
    /// The upper side.
    Top,
}

/// A format of pictures.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImageContentType {
    /// JPEG
    Jpg,
    /// PNG
    Png,
    /// WebP
    Webp,
}

/// How a picture is wanted.
#[derive(InputObject, Clone, Debug, Default)]
pub struct ImageTransformInput {
    /// What stays when it is cropped.
    pub crop: Option<CropRegion>,
    /// At most so many pixels across, 1 to 5760.
    pub max_width: Option<i32>,
    /// At most so many pixels down, 1 to 5760.
    pub max_height: Option<i32>,
    /// So many times as large, 1 to 3, for dense screens.
    #[graphql(default_with = "Some(1)")]
    pub scale: Option<i32>,
    /// In this format, where possible.
    pub preferred_content_type: Option<ImageContentType>,
}

impl ImageTransformInput {
    /// The address of the picture made so: the image host reads these parameters.
    fn apply(&self, url: &str) -> String {
        let scale = self.scale.unwrap_or(1).clamp(1, 3);
        let size = |name: &str, pixels: Option<i32>| {
            let pixels = pixels?.clamp(1, 5760);
            Some(format!("{name}={}", (pixels * scale).min(5760)))
        };
        let crop = self.crop.map(|region| match region {
            CropRegion::Bottom => "crop=bottom",
            CropRegion::Center => "crop=center",
            CropRegion::Left => "crop=left",
            CropRegion::Right => "crop=right",
            CropRegion::Top => "crop=top",
        });
        let format = self.preferred_content_type.map(|format| match format {
            ImageContentType::Jpg => "format=jpg",
            ImageContentType::Png => "format=png",
            ImageContentType::Webp => "format=webp",
        });
        let parameters = [
            size("width", self.max_width),
            size("height", self.max_height),
            crop.map(str::to_owned),
            format.map(str::to_owned),
        ];
        with_parameters(url, parameters.into_iter().flatten())
    }
}

/// The address with parameters added before its fragment, what it has being kept.
fn with_parameters(url: &str, parameters: impl Iterator<Item = String>) -> String {
    let (address, fragment) = match url.split_once('#') {
        Some((address, fragment)) => (address, Some(fragment)),
        None => (url, None),
    };
    let mut address = address.to_owned();
    for parameter in parameters {
        address.push(if address.contains('?') { '&' } else { '?' });
        address.push_str(&parameter);
    }
    if let Some(fragment) = fragment {
        address.push('#');
        address.push_str(fragment);
    }
    address
}

/// A picture.
#[derive(Clone)]
pub struct Image(Source);

/// Where the picture's row is kept.
#[derive(Clone)]
enum Source {
    Media(Arc<model::Media>),
    FirstOf(Arc<model::Product>),
}

impl Image {
    /// This picture.
    #[must_use]
    pub fn of(media: Arc<model::Media>) -> Self {
        Self(Source::Media(media))
    }

    /// The product's first picture, if it has any.
    #[must_use]
    pub fn featured(product: &Arc<model::Product>) -> Option<Self> {
        let _is_there = product.featured.as_ref()?;
        Some(Self(Source::FirstOf(Arc::clone(product))))
    }

    fn row(&self) -> Option<&model::Media> {
        match &self.0 {
            Source::Media(media) => Some(media),
            Source::FirstOf(product) => product.featured.as_ref(),
        }
    }

    fn address(&self) -> &str {
        self.row().map_or("", |row| &row.url)
    }
}

#[Object]
impl Image {
    /// What it shows, in words.
    async fn alt_text(&self) -> Option<&str> {
        self.row()?.alt.as_deref()
    }

    /// Pixels down.
    async fn height(&self) -> Option<i32> {
        self.row()?.height
    }

    /// Its id.
    async fn id(&self) -> Option<ID> {
        Some(ids::id(Id::<id::ProductImage>::new(self.row()?.id)))
    }

    /// Where it is.
    #[graphql(deprecation = "Ask for `url`.")]
    async fn original_src(&self) -> Url {
        Url(self.address().to_owned())
    }

    /// Where it is.
    #[graphql(deprecation = "Ask for `url`.")]
    async fn src(&self) -> Url {
        Url(self.address().to_owned())
    }

    /// A tiny likeness to show while it loads; there is none yet.
    async fn thumbhash(&self) -> Option<&str> {
        None
    }

    /// Where it is in another size or format.
    #[graphql(deprecation = "Ask for `url` with `transform`.")]
    async fn transformed_src(
        &self,
        #[graphql(desc = "What stays when it is cropped.")] crop: Option<CropRegion>,
        #[graphql(desc = "At most so many pixels down.")] max_height: Option<i32>,
        #[graphql(desc = "At most so many pixels across.")] max_width: Option<i32>,
        #[graphql(desc = "In this format, where possible.")] preferred_content_type: Option<
            ImageContentType,
        >,
        #[graphql(desc = "So many times as large.", default_with = "Some(1)")] scale: Option<i32>,
    ) -> Url {
        let transform = ImageTransformInput {
            crop,
            max_width,
            max_height,
            scale,
            preferred_content_type,
        };
        Url(transform.apply(self.address()))
    }

    /// Where it is, in the size and format that are wanted.
    async fn url(
        &self,
        #[graphql(desc = "How it is wanted; as it was uploaded if missing.")] transform: Option<
            ImageTransformInput,
        >,
    ) -> Url {
        match transform {
            Some(transform) => Url(transform.apply(self.address())),
            None => Url(self.address().to_owned()),
        }
    }

    /// Pixels across.
    async fn width(&self) -> Option<i32> {
        self.row()?.width
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_join_those_that_are_there() {
        let transform = ImageTransformInput {
            crop: Some(CropRegion::Center),
            max_width: Some(200),
            max_height: Some(5000),
            scale: Some(2),
            preferred_content_type: Some(ImageContentType::Webp),
        };
        assert_eq!(
            transform.apply("https://x.example/a.png?v=1#top"),
            "https://x.example/a.png?v=1&width=400&height=5760&crop=center&format=webp#top"
        );
        let url = "https://x.example/a.png";
        assert_eq!(ImageTransformInput::default().apply(url), url);
    }
}
