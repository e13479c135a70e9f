//! Media: pictures, films and models.

use std::sync::Arc;

use async_graphql::{Enum, ID, Interface, Object, SimpleObject};
use commerce::catalog::model;

use super::image::Image;
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
        ty = "Option<Image>",
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
    ($(#[doc = $about:literal])* $name:ident as $graphql:literal { $kind:ident, preview: $preview:expr, $($own:tt)* }) => {
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
            pub async fn preview_image(&self) -> Option<Image> {
                let preview: fn(&Arc<model::Media>) -> Option<Image> = $preview;
                preview(&self.0)
            }

            $($own)*
        }
    };
}

media! {
    /// A picture.
    MediaImage as "MediaImage" {
        Image, preview: |media| Some(Image::of(Arc::clone(media))),
        /// The picture itself.
        async fn image(&self) -> Option<Image> {
            Some(Image::of(Arc::clone(&self.0)))
        }
    }
}

media! {
    /// A film.
    Video as "Video" {
        Video, preview: |_| None,
        /// The files that it comes in.
        async fn sources(&self) -> Vec<VideoSource> {
            let format = extension(&self.0.url);
            vec![VideoSource {
                height: self.0.height.unwrap_or(0),
                mime_type: format!("video/{format}"),
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
        ExternalVideo, preview: |_| None,
        /// Where it plays inside another page.
        async fn embed_url(&self) -> Url {
            Url(self.0.url.clone())
        }

        /// Where it plays inside another page.
        #[graphql(deprecation = "Ask for `originUrl`.")]
        async fn embedded_url(&self) -> Url {
            Url(self.0.url.clone())
        }

        /// The site that shows it.
        async fn host(&self) -> MediaHost {
            if self.0.url.contains("vimeo") { MediaHost::Vimeo } else { MediaHost::Youtube }
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
        Model3d, preview: |_| None,
        /// The files that it comes in.
        async fn sources(&self) -> Vec<Model3dSource> {
            let format = extension(&self.0.url);
            vec![Model3dSource {
                filesize: 0,
                mime_type: format!("model/{format}"),
                format,
                url: self.0.url.clone(),
            }]
        }
    }
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

fn extension(url: &str) -> String {
    let path = url.split(['?', '#']).next().unwrap_or(url);
    match path
        .rsplit('/')
        .next()
        .and_then(|name| name.rsplit_once('.'))
    {
        Some((_, extension)) => extension.to_ascii_lowercase(),
        None => "mp4".to_owned(),
    }
}
