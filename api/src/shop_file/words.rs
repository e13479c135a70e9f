//! Policies and pages.

use commerce::catalog::sanitize;
use commerce::content::draft::{PageDraft, PolicyDraft};
use indexmap::IndexMap;
use serde::Deserialize;

use super::check::Check;
use super::{SeoFile, seo};

/// Characters of a page's summary.
const SUMMARY: usize = 160;

/// The policies that a shop can have.
const KINDS: [&str; 8] = [
    "privacy",
    "refund",
    "shipping",
    "terms",
    "subscription",
    "legal_notice",
    "contact",
    "terms_of_sale",
];

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PolicyFile {
    handle: String,
    title: String,
    body_html: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PageFile {
    handle: String,
    title: String,
    body_html: String,
    seo: Option<SeoFile>,
}

/// The shop's policies, by their kind.
pub(super) fn policies(files: IndexMap<String, PolicyFile>, check: &mut Check) -> Vec<PolicyDraft> {
    let draft = |(kind, file): (String, PolicyFile)| {
        let place = format!("policies.{kind}");
        if !KINDS.contains(&kind.as_str()) {
            check.refuse(&place, format_args!("is not one of {}", KINDS.join(", ")));
        }
        check.handle(&format!("{place}.handle"), &file.handle);
        check.title(&format!("{place}.title"), &file.title);
        check.long(&format!("{place}.body_html"), &file.body_html);
        PolicyDraft {
            kind,
            handle: file.handle,
            title: file.title,
            body_html: sanitize::html(&file.body_html),
        }
    };
    files.into_iter().map(draft).collect()
}

/// The shop's pages.
pub(super) fn pages(files: Vec<PageFile>, check: &mut Check) -> Vec<PageDraft> {
    check.once("pages", files.iter().map(|file| file.handle.as_str()));
    let files = files.into_iter().enumerate();
    files
        .map(|(at, file)| file.draft(&format!("pages[{at}]"), check))
        .collect()
}

impl PageFile {
    fn draft(self, place: &str, check: &mut Check) -> PageDraft {
        check.handle(&format!("{place}.handle"), &self.handle);
        check.title(&format!("{place}.title"), &self.title);
        check.long(&format!("{place}.body_html"), &self.body_html);
        let (seo_title, seo_description) = seo(self.seo);
        let body_html = sanitize::html(&self.body_html);
        PageDraft {
            handle: self.handle,
            title: self.title,
            body_summary: sanitize::summary(&sanitize::text(&body_html), SUMMARY),
            body_html,
            seo_title,
            seo_description,
        }
    }
}
