//! Media: pictures, films and models.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, Interface, Object, Result, SimpleObject};
use commerce::catalog::film::{Film, Site};
use commerce::catalog::model;

use super::image::Image;
use super::loads::MediaKey;
use crate::context::ContextExt;
use crate::scalars::{Json, Url};

/// A kind of media.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum MediaContentType {
    /// A film on another site.
    ExternalVideo,
    /// A picture.
    Image,
    /// A model to turn around.
    #[graphql(name = "MODEL_3D")]
    Model3d,
    /// A film.
    Video,
}

/// A site that shows films.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum MediaHost {
    /// Vimeo
    Vimeo,
    /// YouTube
    Youtube,
}

/// How a medium is to be shown.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum MediaPresentationFormat {
    /// As a picture.
    Image,
    /// As a model.
    ModelViewer,
}

/// Settings of how a medium is shown.
pub struct MediaPresentation {
    id: ID,
}

#[Object]
impl MediaPresentation {
    /// The settings for one way of showing it.
    async fn as_json(
        &self,
        #[graphql(desc = "The way of showing it.")] format: MediaPresentationFormat,
    ) -> Option<Json> {
        let _nothing_is_set = format;
        None
    }

    /// Its id.
    #[graphql(deprecation = "Ask for `asJson`.")]
    pub async fn id(&self) -> ID {
        self.id.clone()
    }
}

/// A picture, a film or a model.
#[derive(Interface, Clone)]
#[graphql(
    field(name = "alt", ty = "Option<&str>", desc = "What it shows, in words."),
    field(name = "id", ty = "ID", desc = "Its id."),
    field(
        name = "media_content_type",
        ty = "MediaContentType",
        desc = "What kind it is."
    ),
    field(
        name = "presentation",
        ty = "Option<MediaPresentation>",
        desc = "How it is to be shown."
    ),
    field(
        name = "preview_image",
        ty = "Option<Result<Image>>",
        desc = "A picture of it."
    )
)]
pub enum Media {
    /// A film on another site.
    ExternalVideo(ExternalVideo),
    /// A picture.
    MediaImage(MediaImage),
    /// A model.
    Model3d(Model3d),
    /// A film.
    Video(Video),
}

impl From<Arc<model::Media>> for Media {
    fn from(media: Arc<model::Media>) -> Self {
        match media.kind.as_str() {
            "external_video" => Self::ExternalVideo(ExternalVideo(media)),
            "model_3d" => Self::Model3d(Model3d(media)),
            "video" => Self::Video(Video(media)),
            _ => Self::MediaImage(MediaImage(media)),
        }
    }
}

fn media_id(kind: &str, media: &model::Media) -> ID {
    ID(format!("gid://shopify/{kind}/{}", media.id))
}

/// Declares a kind of media: the fields that all kinds have, and its own.
macro_rules! media {
    ($(#[doc = $about:literal])* $name:ident as $graphql:literal { $kind:ident, $($own:tt)* }) => {
        $(#[doc = $about])*
        #[derive(Clone)]
        pub struct $name(pub Arc<model::Media>);

        #[Object(name = $graphql)]
        impl $name {
            /// What it shows, in words.
            pub async fn alt(&self) -> Option<&str> {
                self.0.alt.as_deref()
            }

            /// Its id.
            pub async fn id(&self) -> ID {
                media_id($graphql, &self.0)
            }

            /// What kind it is.
            pub async fn media_content_type(&self) -> MediaContentType {
                MediaContentType::$kind
            }

            /// How it is to be shown; nothing can be set yet.
            pub async fn presentation(&self) -> Option<MediaPresentation> {
                None
            }

            /// A picture of it.
            pub async fn preview_image(&self, ctx: &Context<'_>) -> Option<Result<Image>> {
                preview(ctx, &self.0).await
            }

            $($own)*
        }
    };
}

/// A picture is its own preview; others have one if the merchant gave it.
async fn preview(ctx: &Context<'_>, media: &Arc<model::Media>) -> Option<Result<Image>> {
    if media.kind == "image" {
        return Some(Ok(Image::of(Arc::clone(media))));
    }
    let picture = ctx.load(MediaKey(media.preview_id?)).await.transpose()?;
    Some(picture.map(Image::of).map_err(Into::into))
}

media! {
    /// A picture.
    MediaImage as "MediaImage" {
        Image,
        /// The picture itself.
        async fn image(&self) -> Option<Image> {
            Some(Image::of(Arc::clone(&self.0)))
        }
    }
}

media! {
    /// A film.
    Video as "Video" {
        Video,
        /// The files that it comes in.
        async fn sources(&self) -> Vec<VideoSource> {
            let (format, mime_type) = format(&self.0, "mp4");
            vec![VideoSource {
                height: self.0.height.unwrap_or(0),
                mime_type,
                format,
                url: self.0.url.clone(),
                width: self.0.width.unwrap_or(0),
            }]
        }
    }
}

media! {
    /// A film on another site.
    ExternalVideo as "ExternalVideo" {
        ExternalVideo,
        /// Where it plays inside another page.
        async fn embed_url(&self) -> Url {
            embed_url(&self.0)
        }

        /// Where it plays inside another page.
        #[graphql(deprecation = "Ask for `originUrl`.")]
        async fn embedded_url(&self) -> Url {
            embed_url(&self.0)
        }

        /// The site that shows it.
        async fn host(&self) -> MediaHost {
            match Film::at(&self.0.url).map(|film| film.site) {
                Some(Site::Vimeo) => MediaHost::Vimeo,
                Some(Site::Youtube) | None => MediaHost::Youtube,
            }
        }

        /// Its page on that site.
        async fn origin_url(&self) -> Url {
            Url(self.0.url.clone())
        }
    }
}

media! {
    /// A model to turn around.
    Model3d as "Model3d" {
        Model3d,
        /// The files that it comes in.
        async fn sources(&self) -> Vec<Model3dSource> {
            let (format, mime_type) = format(&self.0, "glb");
            vec![Model3dSource {
                filesize: self.0.bytes.unwrap_or(0),
                mime_type,
                format,
                url: self.0.url.clone(),
            }]
        }
    }
}

/// The page to embed; the film's own where somebody wrote what is none by hand.
fn embed_url(media: &model::Media) -> Url {
    Url(Film::at(&media.url).map_or_else(|| media.url.clone(), |film| film.embed_url()))
}

/// A file of a film.
#[derive(SimpleObject)]
pub struct VideoSource {
    /// The format's short name.
    pub format: String,
    /// Pixels down.
    pub height: i32,
    /// The format's full name.
    pub mime_type: String,
    /// Where it is.
    pub url: String,
    /// Pixels across.
    pub width: i32,
}

/// A file of a model.
#[derive(SimpleObject)]
#[graphql(name = "Model3dSource")]
pub struct Model3dSource {
    /// How many bytes it has; 0 when that is not known.
    pub filesize: i32,
    /// The format's short name.
    pub format: String,
    /// The format's full name.
    pub mime_type: String,
    /// Where it is.
    pub url: String,
}

/// Formats of films and models by how their addresses end, with their names in the registry of IANA.
const FORMATS: [(&str, &str); 11] = [
    ("mp4", "video/mp4"),
    ("m4v", "video/mp4"),
    ("webm", "video/webm"),
    ("mov", "video/quicktime"),
    ("ogv", "video/ogg"),
    ("m3u8", "application/vnd.apple.mpegurl"),
    ("glb", "model/gltf-binary"),
    ("gltf", "model/gltf+json"),
    ("usdz", "model/vnd.usdz+zip"),
    ("obj", "model/obj"),
    ("stl", "model/stl"),
];

/// The short and the full name of a medium's format: what the merchant said, or else how its address
/// ends, or else `usual`.
fn format(media: &model::Media, usual: &'static str) -> (String, String) {
    let path = media.url.split(['?', '#']).next().unwrap_or(&media.url);
    let name = path.rsplit('/').next().unwrap_or(path);
    let ending = name
        .rsplit_once('.')
        .map(|(_, ending)| ending.to_ascii_lowercase());
    let known = |ending: &str| FORMATS.iter().find(|(short, _)| *short == ending);
    let by_ending = ending.as_deref().and_then(known);
    if let Some(mime_type) = &media.mime_type {
        let of_type = || FORMATS.iter().find(|(_, full)| full == mime_type);
        let short = by_ending
            .or_else(of_type)
            .map_or(usual, |(short, _)| *short);
        return (short.to_owned(), mime_type.clone());
    }
    let (short, full) = by_ending.or_else(|| known(usual)).unwrap_or(&FORMATS[0]);
    ((*short).to_owned(), (*full).to_owned())
}
