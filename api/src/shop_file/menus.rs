//! Menus.

use commerce::content::draft::{MenuDraft, MenuItemDraft, Target};
use serde::Deserialize;

use super::check::Check;

/// Levels that a menu has at most.
const LEVELS: usize = 3;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MenuFile {
    handle: String,
    title: String,
    items: Vec<ItemFile>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ItemFile {
    title: String,
    #[serde(rename = "type")]
    kind: String,
    handle: Option<String>,
    url: Option<String>,
    #[serde(default)]
    items: Vec<ItemFile>,
}

/// The shop's menus.
pub(super) fn menus(files: Vec<MenuFile>, check: &mut Check) -> Vec<MenuDraft> {
    check.once("menus", files.iter().map(|file| file.handle.as_str()));
    let draft = |(at, file): (usize, MenuFile)| {
        let place = format!("menus[{at}]");
        check.handle(&format!("{place}.handle"), &file.handle);
        check.title(&format!("{place}.title"), &file.title);
        MenuDraft {
            items: items(file.items, &place, LEVELS, check),
            handle: file.handle,
            title: file.title,
        }
    };
    files.into_iter().enumerate().map(draft).collect()
}

fn items(
    files: Vec<ItemFile>,
    parent: &str,
    levels: usize,
    check: &mut Check,
) -> Vec<MenuItemDraft> {
    if levels == 0 && !files.is_empty() {
        check.refuse(parent, format_args!("a menu has {LEVELS} levels at most"));
        return Vec::new();
    }
    let draft = |(at, mut file): (usize, ItemFile)| {
        let place = format!("{parent}.items[{at}]");
        check.title(&format!("{place}.title"), &file.title);
        let below = std::mem::take(&mut file.items);
        MenuItemDraft {
            target: file.target(&place, check),
            items: items(below, &place, levels - 1, check),
            title: file.title,
        }
    };
    files.into_iter().enumerate().map(draft).collect()
}

impl ItemFile {
    fn target(&self, place: &str, check: &mut Check) -> Target {
        let mut named = |name: &str, value: &Option<String>| {
            let text = value.clone().unwrap_or_default();
            if text.is_empty() {
                let reason = "is missing: the item does not say where it leads";
                check.refuse(&format!("{place}.{name}"), reason);
            }
            text
        };
        match self.kind.as_str() {
            "FRONTPAGE" => Target::Frontpage,
            "CATALOG" => Target::Catalog,
            "SEARCH" => Target::Search,
            "COLLECTIONS" => Target::Collections,
            "COLLECTION" => Target::Collection(named("handle", &self.handle)),
            "PRODUCT" => Target::Product(named("handle", &self.handle)),
            "PAGE" => Target::Page(named("handle", &self.handle)),
            "SHOP_POLICY" => Target::Policy(named("handle", &self.handle)),
            "BLOG" => Target::Blog(named("handle", &self.handle)),
            "ARTICLE" => Target::Article(named("handle", &self.handle)),
            "METAOBJECT" => Target::Metaobject(named("handle", &self.handle)),
            "HTTP" => Target::Http(named("url", &self.url)),
            other => {
                check.refuse(
                    &format!("{place}.type"),
                    format_args!("`{other}` is not a type of menu items"),
                );
                Target::Frontpage
            }
        }
    }
}
