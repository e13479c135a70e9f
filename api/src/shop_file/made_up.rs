//! Files, metaobjects and metafields.

use commerce::content::draft::{
    DefinitionDraft, FieldDefinitionDraft, FileDraft, MetafieldDraft, MetaobjectDraft,
};
use commerce::content::values::{Given, ValueType};
use indexmap::IndexMap;
use serde::Deserialize;
use serde_json::Value;

use super::SeoFile;
use super::check::Check;

/// What metafields can belong to; the shop has no name.
const OWNERS: [&str; 8] = [
    "article",
    "blog",
    "collection",
    "location",
    "page",
    "product",
    "shop",
    "variant",
];

/// What fields can be defined for; customers come with a CSV of their own.
const DEFINED: [&str; 9] = [
    "article",
    "blog",
    "collection",
    "customer",
    "location",
    "page",
    "product",
    "shop",
    "variant",
];

/// Kinds of files.
const FILES: [&str; 4] = ["image", "video", "model_3d", "file"];

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FileFile {
    handle: String,
    src: String,
    #[serde(default = "any_file")]
    kind: String,
    alt: Option<String>,
    mime_type: Option<String>,
    bytes: Option<i32>,
    width: Option<i32>,
    height: Option<i32>,
}

fn any_file() -> String {
    "file".to_owned()
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct KindFile {
    #[serde(rename = "type")]
    kind: String,
    name: String,
    #[serde(default)]
    renderable: bool,
    /// Keys of fields.
    seo: Option<SeoFile>,
    url_handle: Option<String>,
    fields: Vec<FieldFile>,
    #[serde(default)]
    entries: Vec<EntryFile>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FieldFile {
    key: String,
    #[serde(rename = "type")]
    kind: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct EntryFile {
    handle: String,
    fields: IndexMap<String, Value>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FieldDefinitionFile {
    on: String,
    #[serde(default = "custom")]
    namespace: String,
    key: String,
    #[serde(rename = "type")]
    kind: String,
    name: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MetafieldFile {
    on: String,
    #[serde(default = "custom")]
    namespace: String,
    key: String,
    #[serde(rename = "type")]
    kind: String,
    value: Value,
    description: Option<String>,
}

fn custom() -> String {
    "custom".to_owned()
}

/// The shop's files.
pub(super) fn files(files: Vec<FileFile>, check: &mut Check) -> Vec<FileDraft> {
    check.once("files", files.iter().map(|file| file.handle.as_str()));
    let draft = |(at, file): (usize, FileFile)| {
        let place = format!("files[{at}]");
        check.handle(&format!("{place}.handle"), &file.handle);
        check.address(&format!("{place}.src"), &file.src);
        let kind = FILES.into_iter().find(|kind| *kind == file.kind);
        if kind.is_none() {
            let reason = format_args!("is not one of {}", FILES.join(", "));
            check.refuse(&format!("{place}.kind"), reason);
        }
        for (name, number) in [("width", file.width), ("height", file.height)] {
            if number.is_some_and(|pixels| pixels < 1) {
                check.refuse(&format!("{place}.{name}"), "is below 1");
            }
        }
        if file.bytes.is_some_and(|bytes| bytes < 0) {
            check.refuse(&format!("{place}.bytes"), "is below zero");
        }
        FileDraft {
            handle: file.handle,
            kind: kind.unwrap_or("file"),
            url: file.src,
            alt: file.alt,
            mime_type: file.mime_type,
            bytes: file.bytes,
            width: file.width,
            height: file.height,
        }
    };
    files.into_iter().enumerate().map(draft).collect()
}

/// The kinds that the shop makes up, and all of each kind.
pub(super) fn metaobjects(files: Vec<KindFile>, check: &mut Check) -> Vec<DefinitionDraft> {
    check.once("metaobjects", files.iter().map(|file| file.kind.as_str()));
    let files = files.into_iter().enumerate();
    files
        .map(|(at, file)| file.draft(&format!("metaobjects[{at}]"), check))
        .collect()
}

impl KindFile {
    fn draft(self, place: &str, check: &mut Check) -> DefinitionDraft {
        check.handle(&format!("{place}.type"), &self.kind);
        check.title(&format!("{place}.name"), &self.name);
        if let Some(handle) = &self.url_handle {
            check.handle(&format!("{place}.url_handle"), handle);
        }
        let keys = self.fields.iter().map(|field| field.key.as_str());
        check.once(&format!("{place}.fields"), keys);
        for (at, field) in self.fields.iter().enumerate() {
            check.handle(&format!("{place}.fields[{at}].key"), &field.key);
            kind(&format!("{place}.fields[{at}].type"), &field.kind, check);
        }
        let handles = self.entries.iter().map(|entry| entry.handle.as_str());
        check.once(&format!("{place}.entries"), handles);
        let (title, description) = super::seo(self.seo);
        for (name, key) in [("title", &title), ("description", &description)] {
            let is_known = |key: &String| self.fields.iter().any(|field| field.key == *key);
            if key.as_ref().is_some_and(|key| !is_known(key)) {
                check.refuse(&format!("{place}.seo.{name}"), "is not the key of a field");
            }
        }
        let entries = self.entries.into_iter().enumerate();
        let entries = entries
            .map(|(at, entry)| entry.draft(&format!("{place}.entries[{at}]"), &self.fields, check));
        DefinitionDraft {
            entries: entries.collect(),
            kind: self.kind,
            name: self.name,
            is_renderable: self.renderable,
            seo_title_key: title,
            seo_description_key: description,
            url_handle: self.url_handle,
            fields: self.fields.into_iter().map(|f| (f.key, f.kind)).collect(),
        }
    }
}

impl EntryFile {
    fn draft(self, place: &str, known: &[FieldFile], check: &mut Check) -> MetaobjectDraft {
        check.handle(&format!("{place}.handle"), &self.handle);
        let mut fields = Vec::with_capacity(self.fields.len());
        for (key, value) in self.fields {
            let place = format!("{place}.fields.{key}");
            let Some(field) = known.iter().find(|field| field.key == key) else {
                check.refuse(&place, "is not a field of this type");
                continue;
            };
            if let Some(given) = read(&place, &field.kind, &value, check) {
                fields.push((key, given));
            }
        }
        MetaobjectDraft {
            handle: self.handle,
            fields,
        }
    }
}

/// What the shop adds to things.
pub(super) fn metafields(
    files: Vec<MetafieldFile>,
    defined: &[FieldDefinitionDraft],
    check: &mut Check,
) -> Vec<MetafieldDraft> {
    let names: Vec<String> = files
        .iter()
        .map(|file| format!("{} {}.{}", file.on, file.namespace, file.key))
        .collect();
    check.once("metafields", names.iter().map(String::as_str));
    let draft = |(at, file): (usize, MetafieldFile)| {
        let place = format!("metafields[{at}]");
        check.handle(&format!("{place}.namespace"), &file.namespace);
        check.handle(&format!("{place}.key"), &file.key);
        kind(&format!("{place}.type"), &file.kind, check);
        let (owner, name) = file.on.split_once('/').unwrap_or((file.on.as_str(), ""));
        let owner_kind = OWNERS.into_iter().find(|known| *known == owner);
        if owner_kind.is_none() || (name.is_empty() != (owner == "shop")) {
            check.refuse(
                &format!("{place}.on"),
                "is neither `shop` nor, for example, `product/its-handle`",
            );
        }
        let definition = defined.iter().find(|known| {
            known.owner_kind == owner && known.namespace == file.namespace && known.key == file.key
        });
        if let Some(known) = definition.filter(|known| known.kind != file.kind) {
            let reason = format_args!("is defined as {}", known.kind);
            check.refuse(&format!("{place}.type"), reason);
        }
        let value = read(&format!("{place}.value"), &file.kind, &file.value, check);
        MetafieldDraft {
            owner_kind: owner_kind.unwrap_or("shop"),
            owner: name.to_owned(),
            namespace: file.namespace,
            key: file.key,
            kind: file.kind,
            value: value.unwrap_or(Given::Text(String::new())),
            description: file.description,
        }
    };
    files.into_iter().enumerate().map(draft).collect()
}

/// What is said of fields before any thing has them.
pub(super) fn definitions(
    files: Vec<FieldDefinitionFile>,
    check: &mut Check,
) -> Vec<FieldDefinitionDraft> {
    let names: Vec<String> = files
        .iter()
        .map(|file| format!("{} {}.{}", file.on, file.namespace, file.key))
        .collect();
    check.once("metafield_definitions", names.iter().map(String::as_str));
    let draft = |(at, file): (usize, FieldDefinitionFile)| {
        let place = format!("metafield_definitions[{at}]");
        check.handle(&format!("{place}.namespace"), &file.namespace);
        check.handle(&format!("{place}.key"), &file.key);
        kind(&format!("{place}.type"), &file.kind, check);
        if let Some(name) = &file.name {
            check.title(&format!("{place}.name"), name);
        }
        let owner_kind = DEFINED.into_iter().find(|known| *known == file.on);
        if owner_kind.is_none() {
            let reason = format_args!("is not one of {}", DEFINED.join(", "));
            check.refuse(&format!("{place}.on"), reason);
        }
        FieldDefinitionDraft {
            owner_kind: owner_kind.unwrap_or("shop"),
            namespace: file.namespace,
            key: file.key,
            name: file.name,
            kind: file.kind,
        }
    };
    files.into_iter().enumerate().map(draft).collect()
}

fn kind(place: &str, name: &str, check: &mut Check) {
    if ValueType::parse(name).is_none() {
        check.refuse(place, format_args!("`{name}` is not a type of values"));
    }
}

fn read(place: &str, kind: &str, value: &Value, check: &mut Check) -> Option<Given> {
    match ValueType::parse(kind)?.read(value) {
        Ok(given) => Some(given),
        Err(reason) => {
            check.refuse(place, reason);
            None
        }
    }
}
