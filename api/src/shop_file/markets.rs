//! Markets, and what states take.

use commerce::kernel::postal::{self, Region};
use commerce::kernel::{Currency, Money, country};
use commerce::market::draft::{CurrencyDraft, DutyDraft, MarketDraft, TaxDraft};
use serde::Deserialize;

use super::check::Check;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MarketFile {
    handle: String,
    name: String,
    countries: Vec<String>,
    #[serde(default)]
    taxes_included: bool,
    currency: Option<String>,
    rate: Option<String>,
    rounding: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TaxFile {
    country: String,
    province: Option<String>,
    name: String,
    rate: String,
    #[serde(default = "yes")]
    on_shipping: bool,
}

fn yes() -> bool {
    true
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DutyFile {
    country: String,
    rate: String,
    from: Option<String>,
}

/// The shop's markets, of which one has the rest of the world.
pub(super) fn markets(mut files: Vec<MarketFile>, check: &mut Check) -> Vec<MarketDraft> {
    for file in &mut files {
        file.countries.iter_mut().for_each(country_code);
    }
    check.once("markets", files.iter().map(|file| file.handle.as_str()));
    let countries = files.iter().flat_map(|file| &file.countries);
    check.once("markets", countries.clone().map(String::as_str));
    if !countries.clone().any(|code| code == "*") {
        check.refuse(
            "markets",
            "none has the `countries` [\"*\"], which are all that no other names",
        );
    }
    let files = files.into_iter().enumerate();
    files
        .map(|(at, file)| file.draft(&format!("markets[{at}]"), check))
        .collect()
}

impl MarketFile {
    fn draft(self, place: &str, check: &mut Check) -> MarketDraft {
        check.handle(&format!("{place}.handle"), &self.handle);
        check.title(&format!("{place}.name"), &self.name);
        let currency = self.currency(place, check);
        let is_rest = self.countries == ["*"];
        if !is_rest {
            for (at, code) in self.countries.iter().enumerate() {
                country(&format!("{place}.countries[{at}]"), code, check);
            }
            if self.countries.is_empty() {
                check.refuse(&format!("{place}.countries"), "are missing");
            }
        }
        MarketDraft {
            handle: self.handle,
            name: self.name,
            countries: if is_rest { Vec::new() } else { self.countries },
            taxes_included: self.taxes_included,
            currency,
        }
    }

    /// A currency of its own; `None` as well where something is wrong with it.
    fn currency(&self, place: &str, check: &mut Check) -> Option<CurrencyDraft> {
        let Some(code) = &self.currency else {
            for (name, given) in [("rate", &self.rate), ("rounding", &self.rounding)] {
                if given.is_some() {
                    check.refuse(&format!("{place}.{name}"), "needs a `currency`");
                }
            }
            return None;
        };
        let currency: Currency = match code.parse() {
            Ok(currency) => currency,
            Err(error) => {
                check.refuse(&format!("{place}.currency"), error);
                return None;
            }
        };
        let at = format!("{place}.rate");
        let rate_micros = match &self.rate {
            Some(text) => micros(&at, text, check)?,
            None => {
                check.refuse(
                    &at,
                    "is missing: say how much of the currency one of the shop's is",
                );
                return None;
            }
        };
        let step_minor = match self
            .rounding
            .as_deref()
            .map(|text| Money::parse(text, currency))
        {
            None => 1,
            Some(Ok(step)) if (1..=MOST_STEP).contains(&step.minor) => step.minor,
            Some(Ok(_)) => {
                check.refuse(&format!("{place}.rounding"), "must be above 0");
                return None;
            }
            Some(Err(error)) => {
                check.refuse(&format!("{place}.rounding"), error);
                return None;
            }
        };
        Some(CurrencyDraft {
            currency,
            rate_micros,
            step_minor,
        })
    }
}

/// The largest step of prices, in minor units.
const MOST_STEP: i64 = 1_000_000_000;
/// The highest rate, in millionths.
const MOST_MICROS: i64 = 1_000_000_000_000;
/// Decimal places of a rate.
const RATE_PLACES: usize = 6;

/// A rate in millionths.
fn micros(place: &str, text: &str, check: &mut Check) -> Option<i64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    let is_number = !whole.is_empty() && digits(whole) && digits(fraction);
    let micros: Option<i64> = (is_number && fraction.len() <= RATE_PLACES)
        .then(|| format!("{whole}{fraction:0<RATE_PLACES$}").parse().ok())
        .flatten();
    let micros = micros.filter(|micros| (1..=MOST_MICROS).contains(micros));
    if micros.is_none() {
        check.refuse(
            place,
            format_args!("`{text}` is not a rate above 0 with at most {RATE_PLACES} decimal places, such as \"0.92\""),
        );
    }
    micros
}

/// The taxes that are due.
pub(super) fn taxes(mut files: Vec<TaxFile>, check: &mut Check) -> Vec<TaxDraft> {
    for file in &mut files {
        country_code(&mut file.country);
        if let Some(province) = &mut file.province {
            part_of(&file.country, province);
        }
    }
    let known = |file: &TaxFile| {
        let place = file.province.as_deref().unwrap_or(&file.country);
        format!("{place} {}", file.name)
    };
    let names: Vec<String> = files.iter().map(known).collect();
    check.once("taxes", names.iter().map(String::as_str));
    let files = files.into_iter().enumerate();
    files
        .map(|(at, file)| file.draft(&format!("taxes[{at}]"), check))
        .collect()
}

impl TaxFile {
    fn draft(self, place: &str, check: &mut Check) -> TaxDraft {
        country(&format!("{place}.country"), &self.country, check);
        check.title(&format!("{place}.name"), &self.name);
        if let Some(code) = &self.province
            && !(postal::is_part(code) && code.starts_with(&self.country))
        {
            check.refuse(
                &format!("{place}.province"),
                "is not an ISO 3166-2 code of the country, such as US-CA",
            );
        }
        if self.province.is_some() && postal::rules(&self.country).region == Region::Unused {
            check.refuse(
                &format!("{place}.province"),
                "addresses of the country name no province, so nobody could be told to pay it",
            );
        }
        TaxDraft {
            rate_ppm: rate(&format!("{place}.rate"), &self.rate, check),
            country: self.country,
            province: self.province,
            name: self.name,
            on_shipping: self.on_shipping,
        }
    }
}

/// The duties that are due; their thresholds are in `currency`.
pub(super) fn duties(
    mut files: Vec<DutyFile>,
    currency: Option<Currency>,
    check: &mut Check,
) -> Vec<DutyDraft> {
    for file in &mut files {
        country_code(&mut file.country);
    }
    check.once("duties", files.iter().map(|file| file.country.as_str()));
    let Some(currency) = currency else {
        check.refuse(
            "duties",
            "there is no shop yet, so say its `currency` and the rest of it too",
        );
        return Vec::new();
    };
    let files = files.into_iter().enumerate();
    files
        .map(|(at, file)| file.draft(&format!("duties[{at}]"), currency, check))
        .collect()
}

impl DutyFile {
    fn draft(self, place: &str, currency: Currency, check: &mut Check) -> DutyDraft {
        country(&format!("{place}.country"), &self.country, check);
        let from = self.from.as_deref().unwrap_or("0");
        let from_minor = match Money::parse(from, currency) {
            Ok(money) if money.minor >= 0 => money.minor,
            Ok(_) => {
                check.refuse(&format!("{place}.from"), "is negative");
                0
            }
            Err(error) => {
                check.refuse(&format!("{place}.from"), error);
                0
            }
        };
        DutyDraft {
            rate_ppm: rate(&format!("{place}.rate"), &self.rate, check),
            country: self.country,
            from_minor,
        }
    }
}

/// Notes what is no country's code.
pub(super) fn country(place: &str, code: &str, check: &mut Check) {
    let is_code = code.len() == 2 && code.bytes().all(|b| b.is_ascii_uppercase());
    if !is_code {
        check.refuse(place, "is not a code of two upper-case letters");
    } else if !country::is_country(code) {
        check.refuse(place, country::refusal(code));
    }
}

/// The country's code where a merchant wrote another that means it, such as `UK`.
pub(super) fn country_code(given: &mut String) {
    if given.len() == 2
        && given.bytes().all(|b| b.is_ascii_uppercase())
        && let Some(code) = country::read(given)
    {
        *given = code.to_owned();
    }
}

/// The ISO 3166-2 code of a part of a country, where the merchant wrote its name or its code alone.
pub(super) fn part_of(country: &str, given: &mut String) {
    let is_code = given.split_once('-').is_some_and(|(of, _)| of == country);
    if is_code {
        return;
    }
    if let Some(code) = postal::province(country, given) {
        *given = format!("{country}-{code}");
    }
}

/// As [`part_of`], for what says the country itself: `UK-ENG` or `US-New York`.
pub(super) fn part(given: &mut String) {
    let Some((of, rest)) = given.split_once('-') else {
        return;
    };
    let (mut of, mut rest) = (of.to_owned(), rest.to_owned());
    country_code(&mut of);
    part_of(&of, &mut rest);
    *given = match rest.starts_with(&format!("{of}-")) {
        true => rest,
        false => format!("{of}-{rest}"),
    };
}

/// Decimal places of a percentage that a part of a million can say.
const PLACES: usize = 4;

/// A percentage in parts of a million.
fn rate(place: &str, text: &str, check: &mut Check) -> i32 {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    let is_number = !whole.is_empty() && digits(whole) && digits(fraction);
    let ppm: Option<i32> = (is_number && fraction.len() <= PLACES)
        .then(|| format!("{whole}{fraction:0<PLACES$}").parse().ok())
        .flatten();
    match ppm {
        Some(ppm) if ppm <= 1_000_000 => ppm,
        _ => {
            check.refuse(
                place,
                format_args!(
                    "`{text}` is not a percentage of 0 to 100 with at most {PLACES} decimal places, such as \"19\" or \"8.875\""
                ),
            );
            0
        }
    }
}
