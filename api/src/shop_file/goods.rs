//! Collections.

use commerce::catalog::draft::{CollectionDraft, CollectionOrder, Members};
use commerce::catalog::rules::{Column, MAX_RULES, Matching, Relation, Rule, Rules};
use commerce::catalog::sanitize;
use commerce::kernel::Currency;
use serde::Deserialize;

use super::check::Check;
use super::{ImageFile, SeoFile, seo};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CollectionFile {
    handle: String,
    title: String,
    description_html: String,
    image: Option<ImageFile>,
    seo: Option<SeoFile>,
    #[serde(default)]
    order: CollectionOrder,
    products: Option<Vec<String>>,
    rules: Option<RulesFile>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RulesFile {
    #[serde(rename = "match")]
    matching: Matching,
    conditions: Vec<RuleFile>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleFile {
    column: Column,
    relation: Relation,
    condition: Option<String>,
}

/// The shop's collections.
pub(super) fn collections(
    files: Vec<CollectionFile>,
    currency: Option<Currency>,
    check: &mut Check,
) -> Vec<CollectionDraft> {
    check.once("collections", files.iter().map(|file| file.handle.as_str()));
    let files = files.into_iter().enumerate();
    files
        .map(|(at, file)| file.draft(&format!("collections[{at}]"), currency, check))
        .collect()
}

impl CollectionFile {
    fn draft(self, place: &str, currency: Option<Currency>, check: &mut Check) -> CollectionDraft {
        check.handle(&format!("{place}.handle"), &self.handle);
        check.title(&format!("{place}.title"), &self.title);
        check.long(&format!("{place}.description_html"), &self.description_html);
        let (seo_title, seo_description) = seo(self.seo);
        let description_html = sanitize::html(&self.description_html);
        CollectionDraft {
            handle: self.handle,
            title: self.title,
            description: sanitize::text(&description_html),
            description_html,
            image: self
                .image
                .map(|image| image.draft(&format!("{place}.image"), check)),
            seo_title,
            seo_description,
            order: self.order,
            members: match (self.products, self.rules) {
                (Some(products), None) => Members::Products(products),
                (None, Some(rules)) => {
                    Members::Rules(rules.draft(&format!("{place}.rules"), currency, check))
                }
                (_, rules) => {
                    let both = if rules.is_some() { "both" } else { "neither" };
                    check.refuse(
                        place,
                        format_args!(
                            "has {both} of `products` and `rules`; one of them says what is in it"
                        ),
                    );
                    Members::Products(Vec::new())
                }
            },
        }
    }
}

impl RulesFile {
    fn draft(self, place: &str, currency: Option<Currency>, check: &mut Check) -> Rules {
        if self.conditions.is_empty() || self.conditions.len() > MAX_RULES {
            check.refuse(
                &format!("{place}.conditions"),
                format_args!("are none, or more than {MAX_RULES}"),
            );
        }
        let mut rules = Vec::new();
        for (at, rule) in self.conditions.into_iter().enumerate() {
            let condition = rule.condition.as_deref();
            match Rule::new(rule.column, rule.relation, condition, currency) {
                Ok(rule) => rules.push(rule),
                Err(refusal) => check.refuse(&format!("{place}.conditions[{at}]"), refusal),
            }
        }
        Rules {
            matching: self.matching,
            rules,
        }
    }
}
