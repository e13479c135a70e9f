//! The demo shop's pictures.

use bytes::Bytes;
use poem::http::{StatusCode, header};
use poem::web::Path;
use poem::{IntoResponse, Response, handler};
use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "demo/pictures/"]
struct Pictures;

/// `GET /demo/<file>`: one picture. Parameters such as `width` are accepted and change nothing yet.
///
/// Served by every installation: a shop elsewhere may show the demo's products, and nothing here is
/// anybody's.
#[handler]
pub(crate) fn picture(Path(file): Path<String>) -> Response {
    let Some(picture) = Pictures::get(&file) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let body = match picture.data {
        std::borrow::Cow::Borrowed(bytes) => Bytes::from_static(bytes),
        std::borrow::Cow::Owned(bytes) => Bytes::from(bytes),
    };
    Response::builder()
        .header(header::CONTENT_TYPE, "image/webp")
        .header(header::CACHE_CONTROL, "public, max-age=31536000, immutable")
        .header("cross-origin-resource-policy", "cross-origin")
        .header("x-content-type-options", "nosniff")
        .body(body)
}

/// Name, width and height of every picture, in pixels.
pub(super) fn dimensions() -> Vec<(String, i32, i32)> {
    Pictures::iter()
        .filter_map(|name| {
            let (width, height) = webp_size(&Pictures::get(&name)?.data)?;
            Some((name.into_owned(), width, height))
        })
        .collect()
}

/// Width and height from a WebP header; `None` for anything else.
fn webp_size(file: &[u8]) -> Option<(i32, i32)> {
    let kind = file.get(12..16)?;
    if file.get(..4)? != b"RIFF" || file.get(8..12)? != b"WEBP" {
        return None;
    }
    let byte = |at: usize| file.get(at).copied().map(i32::from);
    match kind {
        // Lossy: 14 bits each, behind the start code of the first frame.
        b"VP8 " => Some((
            byte(26)? | (byte(27)? & 0x3f) << 8,
            byte(28)? | (byte(29)? & 0x3f) << 8,
        )),
        // Lossless: 14 bits each, less one, behind the signature.
        b"VP8L" => {
            let bits = byte(21)? | byte(22)? << 8 | byte(23)? << 16 | (byte(24)? & 0x0f) << 24;
            Some(((bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1))
        }
        // Extended: 24 bits each, less one.
        b"VP8X" => {
            let edge = |at: usize| Some(byte(at)? | byte(at + 1)? << 8 | byte(at + 2)? << 16);
            Some((edge(24)? + 1, edge(27)? + 1))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_picture_tells_its_size() {
        let sizes = dimensions();
        assert_eq!(sizes.len(), Pictures::iter().count());
        for (name, width, height) in sizes {
            assert_eq!((width, height), (1000, 1000), "{name}");
        }
        assert_eq!(webp_size(b"GIF89a"), None);
    }
}
