//! How a shop presents itself.

use commerce::content::draft::BrandDraft;
use serde::Deserialize;

use super::ImageFile;
use super::check::Check;

/// What stands for the number where amounts are written; storefronts know these.
const NUMBERS: [&str; 8] = [
    "amount",
    "amount_no_decimals",
    "amount_with_comma_separator",
    "amount_no_decimals_with_comma_separator",
    "amount_with_apostrophe_separator",
    "amount_no_decimals_with_space_separator",
    "amount_with_space_separator",
    "amount_with_period_and_space_separator",
];

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct BrandFile {
    slogan: Option<String>,
    short_description: Option<String>,
    logo: Option<ImageFile>,
    square_logo: Option<ImageFile>,
    cover_image: Option<ImageFile>,
    colors: Option<ColorsFile>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ColorsFile {
    primary: Option<ColorPairFile>,
    secondary: Option<ColorPairFile>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ColorPairFile {
    background: String,
    foreground: String,
}

impl BrandFile {
    /// How the shop presents itself.
    pub(super) fn draft(&self, check: &mut Check) -> BrandDraft {
        for (name, text) in [
            ("slogan", &self.slogan),
            ("short_description", &self.short_description),
        ] {
            if let Some(text) = text {
                check.title(&format!("brand.{name}"), text);
            }
        }
        let mut image = |name: &str, file: &Option<ImageFile>| {
            let file = file.clone()?;
            Some(file.draft(&format!("brand.{name}"), check))
        };
        let logo = image("logo", &self.logo);
        let square_logo = image("square_logo", &self.square_logo);
        let cover_image = image("cover_image", &self.cover_image);
        let colors = self.colors.as_ref();
        let mut pair = |name: &str, file: Option<&ColorPairFile>| {
            let file = file?;
            let place = format!("brand.colors.{name}");
            check.color(&format!("{place}.background"), &file.background);
            check.color(&format!("{place}.foreground"), &file.foreground);
            Some((file.background.clone(), file.foreground.clone()))
        };
        BrandDraft {
            primary: pair("primary", colors.and_then(|colors| colors.primary.as_ref())),
            secondary: pair(
                "secondary",
                colors.and_then(|colors| colors.secondary.as_ref()),
            ),
            slogan: self.slogan.clone(),
            short_description: self.short_description.clone(),
            logo,
            square_logo,
            cover_image,
        }
    }
}

/// How amounts are written: one number in double braces, and what stands around it.
pub(super) fn money_format(format: &str, check: &mut Check) {
    let place = "money_format";
    check.title(place, format);
    let parts: Vec<&str> = format.split("{{").collect();
    let number = match parts.as_slice() {
        [_, behind] => behind.split_once("}}").map(|(number, _)| number.trim()),
        _ => None,
    };
    if !number.is_some_and(|number| NUMBERS.contains(&number)) {
        let names: Vec<String> = NUMBERS
            .iter()
            .map(|name| format!("{{{{{name}}}}}"))
            .collect();
        let reason = format_args!("has not exactly one of {}", names.join(", "));
        check.refuse(place, reason);
    }
}
