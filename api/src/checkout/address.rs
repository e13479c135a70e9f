//! The form for a postal address, with the fields that its country has.

use commerce::kernel::Address;
use commerce::kernel::postal::{self, Region};
use maud::{Markup, html};

use super::form::{Faults, Form};
use super::view::fields::{self, Field};
use super::words::{Words, fill};

/// An address as it stands in a form.
#[derive(Clone, Debug, Default)]
pub(super) struct Typed {
    /// What was typed, not tidied.
    pub(super) address: Address,
    /// The country: an address has fields only after one is chosen.
    pub(super) country: String,
}

impl Typed {
    /// What a form says.
    pub(super) fn read(form: &Form) -> Self {
        let country = form.text("countryCode").to_owned();
        let region = postal::rules(&country).region;
        let address = Address {
            first_name: form.given("firstName"),
            last_name: form.given("lastName"),
            company: form.given("company"),
            address1: form.given("address1"),
            address2: form.given("address2"),
            city: form.given("city"),
            // What another country's field left behind.
            province: form
                .given("provinceCode")
                .filter(|_| region != Region::Unused),
            country: form.given("countryCode"),
            zip: form.given("zip"),
            phone: form.given("addressPhone"),
        };
        Self { address, country }
    }

    /// An address that is known already, or an empty one of a country.
    pub(super) fn of(address: Option<&Address>, country: &str) -> Self {
        let address = address.cloned().unwrap_or_default();
        let country = address
            .country
            .clone()
            .unwrap_or_else(|| country.to_owned());
        Self { address, country }
    }

    /// Notes everything that is wrong; `countries` are those that may be chosen.
    pub(super) fn check(&self, words: &Words, countries: &[(&str, &str)], faults: &mut Faults) {
        let is_offered = countries.iter().any(|(code, _)| *code == self.country);
        if !is_offered {
            faults.add("countryCode", words.no_delivery_there);
        }
        let tidy = match self.address.clone().tidied() {
            Ok(tidy) => tidy,
            Err(wrong) => {
                for (field, fault) in wrong {
                    faults.add(html_name(field), words.address_fault(fault));
                }
                self.address.clone()
            }
        };
        for field in tidy.missing() {
            faults.add(html_name(field), words.missing);
        }
        for (field, fault) in postal::faults(&tidy) {
            let example = postal::rules(&self.country).zip_example();
            match (field, fault, example) {
                ("zip", postal::AddressFault::ZipOfNoPlace, Some(example)) => {
                    faults.add("zip", fill(words.zip_bad, &[&example]));
                }
                _ => faults.add(html_name(field), words.address_fault(fault)),
            }
        }
    }

    /// The fields. `section` is `shipping` or `billing`, as browsers know addresses.
    pub(super) fn fields(
        &self,
        words: &Words,
        countries: &[(&str, &str)],
        section: &str,
        faults: &Faults,
    ) -> Markup {
        let rules = postal::rules(&self.country);
        let fill_in = |what: &str| format!("{section} {what}");
        let line = |name, label, value: &Option<String>, what: &str, is_optional| {
            let field = Field {
                name,
                label,
                value: value.as_deref().unwrap_or_default(),
                autocomplete: &fill_in(what),
                is_optional,
                ..Field::default()
            };
            fields::line(words, &field, faults)
        };
        let a = &self.address;
        let country = Field {
            name: "countryCode",
            label: words.country,
            value: &self.country,
            autocomplete: &fill_in("country"),
            ..Field::default()
        };
        let phone = Field {
            name: "addressPhone",
            label: words.phone,
            hint: Some(words.phone_hint),
            value: a.phone.as_deref().unwrap_or_default(),
            autocomplete: &fill_in("tel"),
            kind: "tel",
            is_optional: true,
        };
        html! {
            (fields::choice(words, &country, countries, faults))
            // Browsers without a script press it themselves after choosing another country.
            p data-country-button { button.plain name="update" value="country" formnovalidate {
                (words.change_country)
            } }
            div.pair {
                (line("firstName", words.first_name, &a.first_name, "given-name", true))
                (line("lastName", words.last_name, &a.last_name, "family-name", false))
            }
            (line("company", words.company, &a.company, "organization", true))
            (line("address1", words.address1, &a.address1, "address-line1", false))
            (line("address2", words.address2, &a.address2, "address-line2", true))
            div.pair {
                @if rules.has_zip() {
                    (line("zip", words.zip, &a.zip, "postal-code", !rules.needs_zip()))
                }
                (line("city", words.city, &a.city, "address-level2", !rules.needs_city()))
            }
            @match rules.region {
                Region::Unused => {},
                Region::Free => {
                    (line("provinceCode", words.region, &a.province, "address-level1", true))
                }
                Region::Known(zones) | Region::Listed(zones) => {
                    @let field = Field {
                        name: "provinceCode",
                        label: words.region,
                        value: a.province.as_deref().unwrap_or_default(),
                        autocomplete: &fill_in("address-level1"),
                        is_optional: matches!(rules.region, Region::Known(_)),
                        ..Field::default()
                    };
                    (fields::choice(words, &field, zones, faults))
                }
            }
            (fields::line(words, &phone, faults))
        }
    }
}

/// The labels of the fields, for the list of what is wrong.
pub(super) fn labels(words: &Words) -> Vec<(&'static str, &'static str)> {
    vec![
        ("email", words.email),
        ("countryCode", words.country),
        ("firstName", words.first_name),
        ("lastName", words.last_name),
        ("company", words.company),
        ("address1", words.address1),
        ("address2", words.address2),
        ("zip", words.zip),
        ("city", words.city),
        ("provinceCode", words.region),
        ("addressPhone", words.phone),
    ]
}

/// The name in the form of a field by its contract name.
pub(super) fn html_name(contract: &str) -> &'static str {
    match contract {
        "firstName" => "firstName",
        "lastName" => "lastName",
        "company" => "company",
        "address1" => "address1",
        "address2" => "address2",
        "city" => "city",
        "provinceCode" | "province" => "provinceCode",
        "zip" => "zip",
        "phone" => "addressPhone",
        "email" => "email",
        _ => "countryCode",
    }
}

/// An address as it is shown again, line by line.
pub(super) fn shown(words: &Words, address: &Address) -> Markup {
    let lines = postal::lines(address, Some(words.tongue.lang()), true, true);
    html! {
        @for (place, line) in lines.iter().enumerate() {
            @if place > 0 { br; }
            (line)
        }
    }
}
