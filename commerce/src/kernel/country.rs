//! Countries: the codes of the contract, the ways in which people write them, and their names in the languages of
//! readers. The names are the Unicode CLDR's; `commerce/data/README.md` says where they come from.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::text;

/// A country: its code and its name.
pub type Named = (&'static str, &'static str);

macro_rules! languages {
    ($($language:literal),* $(,)?) => {
        &[$(($language, include_str!(concat!("../../data/countries/", $language, ".txt")))),*]
    };
}

/// Countries by name, in the order of the language; English is the one for everybody else.
const FILES: &[(&str, &str)] = languages!(
    "en", "ar", "bg", "cs", "da", "de", "el", "es", "et", "fi", "fr", "he", "hi", "hr", "hu", "id",
    "it", "ja", "ko", "lt", "lv", "ms", "nb", "nl", "pl", "pt", "pt-PT", "ro", "ru", "sk", "sl",
    "sr", "sv", "th", "tr", "uk", "vi", "zh", "zh-Hant",
);

/// What people write for a country that is neither its code nor a name of the CLDR.
const ALIASES: &[Named] = &[
    ("GB", "UK"),
    ("GB", "Great Britain"),
    ("GB", "England"),
    ("GB", "Scotland"),
    ("GB", "Wales"),
    ("GB", "Northern Ireland"),
    ("GB", "United Kingdom of Great Britain and Northern Ireland"),
    ("GR", "EL"),
    ("US", "USA"),
    ("US", "United States of America"),
    ("AE", "UAE"),
    ("NL", "Holland"),
    ("NL", "The Netherlands"),
    ("CZ", "Czech Republic"),
    ("CI", "Ivory Coast"),
    ("CV", "Cabo Verde"),
    ("SZ", "Swaziland"),
    ("MM", "Burma"),
    ("MM", "Myanmar"),
    ("MK", "Macedonia"),
    ("TR", "Turkey"),
    ("TR", "Türkiye"),
    ("KR", "Korea"),
    ("KR", "Republic of Korea"),
    ("RU", "Russian Federation"),
    ("VA", "Holy See"),
    ("HK", "Hong Kong"),
    ("MO", "Macau"),
    ("MO", "Macao"),
    ("CN", "People's Republic of China"),
    ("CD", "Democratic Republic of the Congo"),
    ("CG", "Republic of the Congo"),
    ("PS", "Palestine"),
    ("LA", "Lao"),
];

/// Parts of the United States that other lists count as countries; the contract does not.
const STATES: [&str; 8] = ["AS", "FM", "GU", "MH", "MP", "PR", "PW", "VI"];

struct Table {
    language: &'static str,
    /// In the order of the names.
    rows: Vec<Named>,
    by_code: HashMap<&'static str, &'static str>,
}

static TABLES: LazyLock<Vec<Table>> = LazyLock::new(|| {
    let table = |(language, file): &(&'static str, &'static str)| {
        let rows: Vec<Named> = file
            .lines()
            .filter_map(|line| line.split_once(' '))
            .collect();
        Table {
            language,
            by_code: rows.iter().copied().collect(),
            rows,
        }
    };
    FILES.iter().map(table).collect()
});

/// Codes by the names of all languages, without case, accents and punctuation; English goes first.
static NAMES: LazyLock<HashMap<String, &'static str>> = LazyLock::new(|| {
    let mut names = HashMap::new();
    let known = TABLES.iter().flat_map(|table| &table.rows);
    for (code, name) in known.chain(ALIASES) {
        names.entry(key(name)).or_insert(*code);
    }
    names
});

/// Whether the text is a country's code, as the contract has them.
#[must_use]
pub fn is_country(code: &str) -> bool {
    TABLES[0].by_code.contains_key(code)
}

/// All codes, in their order.
#[must_use]
pub fn codes() -> Vec<&'static str> {
    let mut codes: Vec<_> = TABLES[0].by_code.keys().copied().collect();
    codes.sort_unstable();
    codes
}

/// The code of a country that somebody wrote: by its code in either case, by its name in a language of readers, or
/// as people call it, such as `UK`.
#[must_use]
pub fn read(given: &str) -> Option<&'static str> {
    let given = text::narrow(given);
    let upper = given.trim().to_uppercase();
    if let Some((code, _)) = TABLES[0].by_code.get_key_value(upper.as_str()) {
        return Some(code);
    }
    NAMES.get(&key(&given)).copied()
}

/// The state of the United States that somebody gave as a country.
#[must_use]
pub fn as_state(given: &str) -> Option<&'static str> {
    let upper = text::narrow(given).trim().to_uppercase();
    STATES.into_iter().find(|code| *code == upper)
}

/// The country's name for readers of a language, such as `DE` or `pt_BR`; in English where we do not speak theirs.
#[must_use]
pub fn name(code: &str, language: Option<&str>) -> Option<&'static str> {
    table(language).by_code.get(code).copied()
}

/// All countries, in the order of their names in a language.
#[must_use]
pub fn all(language: Option<&str>) -> &'static [Named] {
    &table(language).rows
}

/// Why a text is not the code of a country, for whoever wrote it into a file.
#[must_use]
pub fn refusal(given: &str) -> String {
    match as_state(given) {
        Some(state) => format!(
            "`{state}` is a part of the United States: give `US` and the province `{state}`"
        ),
        None => format!("`{}` is not the code of a country", text::excerpt(given)),
    }
}

fn table(language: Option<&str>) -> &'static Table {
    let tag = language
        .unwrap_or_default()
        .to_ascii_lowercase()
        .replace('_', "-");
    let wanted = match tag.as_str() {
        "zh-tw" | "zh-hk" | "zh-mo" | "zh-hant" => "zh-Hant",
        "pt-pt" => "pt-PT",
        other => match other.split('-').next().unwrap_or_default() {
            "no" | "nn" => "nb",
            "iw" => "he",
            "in" => "id",
            base => base,
        },
    };
    let tables = &*TABLES;
    tables
        .iter()
        .find(|table| table.language == wanted)
        .unwrap_or(&tables[0])
}

/// A name as it is compared: words without case, accents, punctuation and the small ones.
fn key(name: &str) -> String {
    let folded = text::folded(&name.replace('&', " and "));
    let words = folded
        .split_whitespace()
        .filter(|word| !matches!(*word, "and" | "the"));
    let words = words.map(|word| if word == "saint" { "st" } else { word });
    words.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_contracts_codes_are_countries() {
        assert_eq!(codes().len(), 244);
        assert!(is_country("DE") && is_country("XK") && is_country("AN"));
        for code in ["UK", "EU", "XX", "ZZ", "de", "PR", ""] {
            assert!(!is_country(code), "{code}");
        }
    }

    #[test]
    fn countries_are_read_as_people_write_them() {
        for (given, code) in [
            ("GB", Some("GB")),
            (" uk ", Some("GB")),
            ("U.S.A.", Some("US")),
            ("usa", Some("US")),
            ("ＤＥ", Some("DE")),
            ("Deutschland", Some("DE")),
            ("Cote d'Ivoire", Some("CI")),
            ("日本", Some("JP")),
            ("España", Some("ES")),
            ("Antigua and Barbuda", Some("AG")),
            ("Saint Lucia", Some("LC")),
            ("XX", None),
            ("EU", None),
            ("PR", None),
            ("", None),
            ("..", None),
        ] {
            assert_eq!(read(given), code, "{given}");
        }
        assert_eq!(as_state("pr"), Some("PR"));
        assert_eq!(refusal("XX"), "`XX` is not the code of a country");
    }

    #[test]
    fn names_are_in_the_readers_language() {
        let names = [
            None,
            Some("DE"),
            Some("fr"),
            Some("ES"),
            Some("JA"),
            Some("PT_BR"),
            Some("ZH_TW"),
            Some("EO"),
        ];
        assert_eq!(
            names.map(|language| name("DE", language).unwrap()),
            [
                "Germany",
                "Deutschland",
                "Allemagne",
                "Alemania",
                "ドイツ",
                "Alemanha",
                "德國",
                "Germany"
            ]
        );
        assert_eq!(name("XX", None), None);
        assert!(
            FILES
                .iter()
                .all(|(language, _)| all(Some(language)).len() == 244)
        );
        assert_eq!(all(Some("de"))[1], ("EG", "Ägypten"));
    }
}
