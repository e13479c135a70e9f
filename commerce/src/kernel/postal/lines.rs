//! The lines of a label, in the order in which the country writes them.

use super::{Region, Rules, provinces, rules};
use crate::kernel::{Address, country, text};

/// The lines of an address as they stand on a label; the country last, by its name in the language of the reader.
#[must_use]
pub fn lines(
    address: &Address,
    language: Option<&str>,
    with_name: bool,
    with_company: bool,
) -> Vec<String> {
    let code = address.country.as_deref().unwrap_or_default();
    let rules = rules(code);
    let is_latin = !is_local(address);
    let format = match rules.latin {
        Some(latin) if is_latin => latin,
        _ => rules.format,
    };
    let label = Label {
        address,
        code,
        rules,
        is_latin,
        with_name,
        with_company,
    };
    let mut lines: Vec<String> = Vec::new();
    for line in format.split("%n") {
        if line == "%A" {
            lines.extend(address.address1.clone());
            lines.extend(address.address2.clone());
            continue;
        }
        let written = label.line(line, format);
        // A city that is a province, too, stands there once.
        let is_new = !written.is_empty() && lines.last() != Some(&written);
        lines.extend(is_new.then_some(written));
    }
    let named = country::name(code, language).map(str::to_owned);
    lines.extend(named.or_else(|| address.country.clone()));
    lines
}

/// City, province and country in one line, by their names in the language of the reader.
#[must_use]
pub fn area(address: &Address, language: Option<&str>) -> Option<String> {
    let code = address.country.as_deref().unwrap_or_default();
    let latin = !is_local(address);
    let province = address.province.as_deref();
    let parts = [
        address.city.as_deref(),
        province.map(|given| provinces::label(code, given, latin)),
        country::name(code, language).or(address.country.as_deref()),
    ];
    let parts: Vec<&str> = parts.into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// An address on its way to a label.
struct Label<'a> {
    address: &'a Address,
    code: &'a str,
    rules: &'static Rules,
    is_latin: bool,
    with_name: bool,
    with_company: bool,
}

impl Label<'_> {
    /// One line of a format: what stands between two parts stays only where both are there.
    fn line(&self, line: &str, format: &str) -> String {
        let mut written = String::new();
        let mut between = "";
        let mut rest = line;
        while let Some(at) = rest.find('%') {
            between = if at > 0 { &rest[..at] } else { between };
            let part = rest[at + 1..].chars().next().unwrap_or('%');
            rest = &rest[at + 1 + part.len_utf8()..];
            let Some(text) = self.part(part, format) else {
                continue;
            };
            if !written.is_empty() {
                written.push_str(between);
            }
            written.push_str(&text);
            between = "";
        }
        written
    }

    fn part(&self, part: char, format: &str) -> Option<String> {
        let address = self.address;
        match part {
            'N' => self.name().filter(|_| self.with_name),
            'O' => address.company.clone().filter(|_| self.with_company),
            'C' => {
                // Nothing that was given is left out, though the country's labels have no place for it.
                let province = self
                    .province()
                    .filter(|_| !format.contains("%S") && self.rules.region != Region::Unused);
                let zip = address.zip.clone().filter(|_| !format.contains("%Z"));
                let parts: Vec<String> = [address.city.clone(), province, zip]
                    .into_iter()
                    .flatten()
                    .collect();
                (!parts.is_empty()).then(|| parts.join(" "))
            }
            'S' => self.province(),
            'Z' => {
                let zip = address.zip.clone()?;
                let is_japanese = self.code == "JP" && !self.is_latin;
                Some(if is_japanese {
                    format!("〒{zip}")
                } else {
                    zip
                })
            }
            _ => None,
        }
    }

    fn province(&self) -> Option<String> {
        let given = self.address.province.as_deref()?;
        Some(provinces::label(self.code, given, self.is_latin).to_owned())
    }

    /// The person's name; in the letters of East Asia the family's goes first.
    fn name(&self) -> Option<String> {
        let address = self.address;
        let (first, last) = (&address.first_name, &address.last_name);
        match (first, last) {
            (Some(first), Some(last)) if is_eastern_text(last) => Some(match self.code {
                "CN" | "HK" | "KR" | "KP" | "MO" | "TW" => format!("{last}{first}"),
                _ => format!("{last} {first}"),
            }),
            _ => address.name(),
        }
    }
}

/// Whether the place is written in other letters than the Latin ones.
fn is_local(address: &Address) -> bool {
    let is_local =
        |c: char| c.is_alphabetic() && c >= '\u{370}' && !matches!(c, '\u{1d00}'..='\u{1eff}');
    let parts = [&address.address1, &address.city];
    parts
        .into_iter()
        .flatten()
        .any(|text| text::narrow(text).contains(is_local))
}

/// Kana, Han and Hangul.
fn is_eastern_text(text: &str) -> bool {
    text.chars()
        .any(|c| matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}'))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An address of `city|province|zip` in a country.
    fn of(code: &str, street: &str, place: &str) -> Address {
        let mut parts = place
            .split('|')
            .map(|part| (!part.is_empty()).then(|| part.to_owned()));
        Address {
            first_name: Some("Ada".into()),
            last_name: Some("Byron".into()),
            company: Some("Engines".into()),
            address1: Some(street.into()),
            city: parts.next().flatten(),
            province: parts.next().flatten(),
            zip: parts.next().flatten(),
            country: Some(code.into()),
            ..Address::default()
        }
    }

    #[test]
    fn each_country_has_its_order() {
        for (code, place, expected) in [
            ("DE", "Berlin||10115", &["10115 Berlin", "Germany"][..]),
            (
                "US",
                "Beverly Hills|CA|90210",
                &["Beverly Hills CA 90210", "United States"],
            ),
            ("CA", "Ottawa|ON|K1P 1J1", &["Ottawa ON K1P 1J1", "Canada"]),
            (
                "GB",
                "London||SW1A 1AA",
                &["London", "SW1A 1AA", "United Kingdom"],
            ),
            ("FR", "Paris||75001", &["75001 Paris", "France"]),
            ("CH", "Zürich||8001", &["8001 Zürich", "Switzerland"]),
            ("LU", "Luxembourg||1234", &["1234 Luxembourg", "Luxembourg"]),
            ("IT", "Milano|MI|20121", &["20121 Milano MI", "Italy"]),
            ("ES", "Madrid|M|28013", &["28013 Madrid Madrid", "Spain"]),
            (
                "BR",
                "São Paulo|SP|01310-100",
                &["São Paulo-SP", "01310-100", "Brazil"],
            ),
            (
                "BR",
                "São Paulo||01310-100",
                &["São Paulo", "01310-100", "Brazil"],
            ),
            ("AU", "Sydney|NSW|2000", &["Sydney NSW 2000", "Australia"]),
            (
                "NL",
                "Amsterdam||1012 AB",
                &["1012 AB Amsterdam", "Netherlands"],
            ),
            (
                "IE",
                "Dublin|D|D02 X285",
                &["Dublin", "Co. Dublin", "D02 X285", "Ireland"],
            ),
            (
                "JP",
                "Chiyoda-ku|13|100-0001",
                &["Chiyoda-ku Tokyo 100-0001", "Japan"],
            ),
            (
                "HK",
                "Central|HK|",
                &["Central", "Hong Kong Island", "Hong Kong SAR China"],
            ),
            (
                "SG",
                "Singapore||018956",
                &["Singapore 018956", "Singapore"],
            ),
            ("AE", "Dubai|DU|", &["Dubai", "United Arab Emirates"]),
        ] {
            let lines = lines(&of(code, "1 Main St", place), None, false, false);
            assert_eq!(lines[1..], *expected, "{code}");
        }
    }

    #[test]
    fn a_label_has_no_empty_line_and_the_readers_language() {
        let mut address = of("DE", "Hauptstr. 1", "Berlin||10115");
        let label = lines(&address, Some("FR"), true, true);
        assert_eq!(
            label,
            [
                "Ada Byron",
                "Engines",
                "Hauptstr. 1",
                "10115 Berlin",
                "Allemagne"
            ]
        );
        let in_one = area(&address, Some("de"));
        assert_eq!(in_one.as_deref(), Some("Berlin, Deutschland"));
        address.city = None;
        address.country = None;
        assert_eq!(
            lines(&address, None, false, false),
            ["Hauptstr. 1", "10115"]
        );
        assert_eq!(area(&address, None), None);
    }

    #[test]
    fn east_asia_is_written_from_the_large_to_the_small() {
        let japan = Address {
            first_name: Some("太郎".into()),
            last_name: Some("山田".into()),
            company: None,
            ..of("JP", "千代田1-1", "千代田区|13|100-0001")
        };
        assert_eq!(
            lines(&japan, Some("JA"), true, true),
            [
                "〒100-0001",
                "東京都千代田区",
                "千代田1-1",
                "山田 太郎",
                "日本"
            ]
        );
        assert_eq!(
            area(&japan, Some("JA")).as_deref(),
            Some("千代田区, 東京都, 日本")
        );
    }
}
