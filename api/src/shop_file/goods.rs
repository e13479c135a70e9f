//! Collections, and where the shop delivers.

use commerce::catalog::draft::{CollectionDraft, CollectionOrder, Members};
use commerce::catalog::rules::{Column, MAX_RULES, Matching, Relation, Rule, Rules};
use commerce::catalog::sanitize;
use commerce::kernel::{Currency, Money};
use commerce::shipping::Method;
use commerce::shipping::draft::{RateDraft, ZoneDraft};
use serde::Deserialize;

use super::check::Check;
use super::{ImageFile, SeoFile, seo};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ShippingFile {
    zones: Vec<ZoneFile>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ZoneFile {
    name: String,
    countries: Vec<String>,
    #[serde(default)]
    provinces: Vec<String>,
    rates: Vec<RateFile>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RateFile {
    code: String,
    title: String,
    description: Option<String>,
    price: String,
    free_from: Option<String>,
    #[serde(default)]
    method: Method,
    subtotal_from: Option<String>,
    subtotal_below: Option<String>,
    #[serde(default)]
    grams_from: i64,
    grams_below: Option<i64>,
}

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

impl ShippingFile {
    pub(super) fn drafts(self, currency: Option<Currency>, check: &mut Check) -> Vec<ZoneDraft> {
        let Some(currency) = currency else {
            check.refuse(
                "shipping",
                "there is no shop yet, so say its `currency` and the rest of it too",
            );
            return Vec::new();
        };
        let zones = self.zones.into_iter().enumerate();
        zones
            .map(|(at, zone)| zone.draft(&format!("shipping.zones[{at}]"), currency, check))
            .collect()
    }
}

impl ZoneFile {
    fn draft(self, place: &str, currency: Currency, check: &mut Check) -> ZoneDraft {
        check.title(&format!("{place}.name"), &self.name);
        let is_rest = self.countries == ["*"];
        let rates = self.rates.into_iter().enumerate();
        let rates = rates
            .map(|(at, rate)| rate.draft(&format!("{place}.rates[{at}]"), currency, check))
            .collect();
        ZoneDraft {
            provinces: self.provinces,
            rates,
            countries: if is_rest { Vec::new() } else { self.countries },
            name: self.name,
        }
    }
}

impl RateFile {
    fn draft(self, place: &str, currency: Currency, check: &mut Check) -> RateDraft {
        check.handle(&format!("{place}.code"), &self.code);
        check.title(&format!("{place}.title"), &self.title);
        let mut amount = |name: &str, text: &str| match Money::parse(text, currency) {
            Ok(money) if money.minor >= 0 => money.minor,
            Ok(_) => {
                check.refuse(&format!("{place}.{name}"), "is negative");
                0
            }
            Err(error) => {
                check.refuse(&format!("{place}.{name}"), error);
                0
            }
        };
        RateDraft {
            price_minor: amount("price", &self.price),
            free_from_minor: self.free_from.map(|text| amount("free_from", &text)),
            method: self.method,
            subtotal_from_minor: self
                .subtotal_from
                .map_or(0, |text| amount("subtotal_from", &text)),
            subtotal_below_minor: self
                .subtotal_below
                .map(|text| amount("subtotal_below", &text)),
            grams_from: self.grams_from,
            grams_below: self.grams_below,
            code: self.code,
            title: self.title,
            description: self.description,
        }
    }
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
