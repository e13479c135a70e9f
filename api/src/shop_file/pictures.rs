//! What is seen of products beside the pictures of the product CSV.

use std::collections::BTreeMap;

use commerce::catalog::draft::{ImageDraft, MAX_IMAGES, MediumDraft, SwatchDraft};
use commerce::catalog::film::Film;
use serde::Deserialize;

use super::check::Check;

/// Kinds of media.
const KINDS: [&str; 4] = ["image", "external_video", "video", "model_3d"];

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MediumFile {
    product: String,
    kind: String,
    src: String,
    preview: Option<String>,
    alt: Option<String>,
    mime_type: Option<String>,
    filesize: Option<i32>,
    width: Option<i32>,
    height: Option<i32>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SwatchFile {
    option: String,
    value: String,
    color: Option<String>,
    image: Option<String>,
    alt: Option<String>,
}

/// What stands for the values of options.
pub(super) fn swatches(files: Vec<SwatchFile>, check: &mut Check) -> Vec<SwatchDraft> {
    let names: Vec<String> = files
        .iter()
        .map(|file| {
            format!(
                "{} {}",
                file.option.to_lowercase(),
                file.value.to_lowercase()
            )
        })
        .collect();
    check.once("swatches", names.iter().map(String::as_str));
    let draft = |(at, file): (usize, SwatchFile)| {
        let place = format!("swatches[{at}]");
        check.title(&format!("{place}.option"), &file.option);
        check.title(&format!("{place}.value"), &file.value);
        if let Some(color) = &file.color {
            check.color(&format!("{place}.color"), color);
        }
        if let Some(image) = &file.image {
            check.secure_address(&format!("{place}.image"), image);
        }
        if file.color.is_none() && file.image.is_none() {
            check.refuse(
                &place,
                "has neither of `color` and `image`; one of them stands for the value",
            );
        }
        if file.image.is_none() && file.alt.is_some() {
            check.refuse(
                &format!("{place}.alt"),
                "says what an `image` shows, but there is none",
            );
        }
        SwatchDraft {
            option: file.option,
            value: file.value,
            color: file.color,
            image: file.image.map(|url| ImageDraft {
                url,
                alt: file.alt,
                position: 1,
            }),
        }
    };
    files.into_iter().enumerate().map(draft).collect()
}

/// What products have beside the pictures of the product CSV.
pub(super) fn media(files: Vec<MediumFile>, check: &mut Check) -> Vec<MediumDraft> {
    let names: Vec<String> = files
        .iter()
        .map(|file| format!("{} {} {}", file.product, file.kind, file.src))
        .collect();
    check.once("media", names.iter().map(String::as_str));
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for file in &files {
        *counts.entry(&file.product).or_default() += 1;
    }
    for (product, count) in counts {
        if count > MAX_IMAGES {
            let reason = format_args!("`{product}` has {count} of them, more than {MAX_IMAGES}");
            check.refuse("media", reason);
        }
    }
    let draft = |(at, file): (usize, MediumFile)| medium(&format!("media[{at}]"), file, check);
    files.into_iter().enumerate().map(draft).collect()
}

fn medium(place: &str, file: MediumFile, check: &mut Check) -> MediumDraft {
    let at = |name: &str| format!("{place}.{name}");
    check.handle(&at("product"), &file.product);
    let kind = KINDS.into_iter().find(|kind| *kind == file.kind);
    if kind.is_none() {
        let reason = format_args!("is not one of {}", KINDS.join(", "));
        check.refuse(&at("kind"), reason);
    }
    let is_film = kind == Some("external_video");
    check.secure_address(&at("src"), &file.src);
    if is_film && Film::at(&file.src).is_none() {
        let reason = "is not the address of a film on YouTube or Vimeo, such as https://youtu.be/dQw4w9WgXcQ";
        check.refuse(&at("src"), reason);
    }
    if let Some(preview) = &file.preview {
        check.secure_address(&at("preview"), preview);
        if kind == Some("image") {
            check.refuse(
                &at("preview"),
                "stands for films and models; a picture is its own",
            );
        }
    }
    if let Some(mime_type) = &file.mime_type {
        check.title(&at("mime_type"), mime_type);
    }
    if is_film && (file.mime_type.is_some() || file.filesize.is_some()) {
        check.refuse(
            place,
            "is on another site, and has neither `mime_type` nor `filesize`",
        );
    }
    if file.filesize.is_some_and(|bytes| bytes < 0) {
        check.refuse(&at("filesize"), "is below zero");
    }
    for (name, number) in [("width", file.width), ("height", file.height)] {
        if number.is_some_and(|pixels| pixels < 1) {
            check.refuse(&at(name), "is below 1");
        }
    }
    MediumDraft {
        product: file.product,
        kind: kind.unwrap_or("image"),
        url: file.src,
        preview: file.preview,
        alt: file.alt,
        mime_type: file.mime_type,
        bytes: file.filesize,
        width: file.width,
        height: file.height,
    }
}
