//! The shop's words in other languages.

use commerce::catalog::sanitize;
use commerce::content::translations::{Kind, TranslationDraft, Words};
use indexmap::IndexMap;
use serde::Deserialize;

use super::check::Check;
use super::{SeoFile, seo};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LanguageFile {
    language: String,
    #[serde(default)]
    products: IndexMap<String, WordsFile>,
    #[serde(default)]
    collections: IndexMap<String, WordsFile>,
    #[serde(default)]
    pages: IndexMap<String, WordsFile>,
    #[serde(default)]
    policies: IndexMap<String, WordsFile>,
    #[serde(default)]
    blogs: IndexMap<String, WordsFile>,
    #[serde(default)]
    articles: IndexMap<String, WordsFile>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WordsFile {
    title: Option<String>,
    #[serde(alias = "description_html")]
    body_html: Option<String>,
    seo: Option<SeoFile>,
}

/// The words of all languages.
pub(super) fn translations(files: Vec<LanguageFile>, check: &mut Check) -> Vec<TranslationDraft> {
    let languages = files.iter().map(|file| file.language.as_str());
    check.once("translations", languages);
    let mut drafts = Vec::new();
    for (at, file) in files.into_iter().enumerate() {
        let place = format!("translations[{at}]");
        language(&format!("{place}.language"), &file.language, check);
        let sections = [
            (Kind::Product, "products", file.products),
            (Kind::Collection, "collections", file.collections),
            (Kind::Page, "pages", file.pages),
            (Kind::Policy, "policies", file.policies),
            (Kind::Blog, "blogs", file.blogs),
            (Kind::Article, "articles", file.articles),
        ];
        for (kind, name, section) in sections {
            for (handle, words) in section {
                let words = words.words(&format!("{place}.{name}.{handle}"), check);
                drafts.push(TranslationDraft {
                    kind,
                    handle,
                    language: file.language.clone(),
                    words,
                });
            }
        }
    }
    drafts
}

fn language(place: &str, code: &str, check: &mut Check) {
    let is_letters = |part: &str| part.len() == 2 && part.bytes().all(|b| b.is_ascii_uppercase());
    let (language, region) = code.split_once('_').unwrap_or((code, "XX"));
    if !is_letters(language) || !is_letters(region) {
        check.refuse(place, "is not a code such as DE or PT_BR");
    } else if code == "EN" {
        check.refuse(place, "is the language that the shop's own words count as");
    }
}

impl WordsFile {
    fn words(self, place: &str, check: &mut Check) -> Words {
        if let Some(title) = &self.title {
            check.title(&format!("{place}.title"), title);
        }
        let html = self.body_html.map(|html| {
            check.long(&format!("{place}.body_html"), &html);
            sanitize::html(&html)
        });
        let (seo_title, seo_description) = seo(self.seo);
        Words {
            title: self.title,
            text: html.as_deref().map(sanitize::text),
            html,
            seo_title,
            seo_description,
        }
    }
}
