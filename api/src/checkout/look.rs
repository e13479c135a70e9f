//! How the pages look: the shop's name and colours around our own style.

use commerce::content::identity::Identity;

/// The shop as its pages show it.
#[derive(Clone, Debug)]
pub(super) struct Look {
    /// The shop's name.
    pub(super) name: String,
    /// Where its storefront lives.
    pub(super) home: String,
    /// The whole style of a page.
    pub(super) style: String,
}

/// The style without the colours, which it names as variables.
const STYLE: &str = include_str!("style.css");

/// For shops without colours.
const INK: &str = "#1f2937";
const WHITE: &str = "#ffffff";
const BLACK: &str = "#000000";

impl Look {
    /// The look of a shop.
    pub(super) fn of(shop: &Identity) -> Self {
        let background = shop.brand_background.as_deref().unwrap_or(INK);
        let foreground = shop.brand_foreground.as_deref().unwrap_or(WHITE);
        Self {
            name: shop.name.clone(),
            home: shop.primary_domain_url.clone(),
            style: style(background, foreground),
        }
    }

    /// The look when nothing is known of the shop.
    pub(super) fn plain() -> Self {
        Self {
            name: String::new(),
            home: String::new(),
            style: style(INK, WHITE),
        }
    }
}

/// Whatever colours a merchant chooses, text can be read: where they do not stand out against each other,
/// black or white stands in their place.
fn style(background: &str, foreground: &str) -> String {
    let upon = if stands_out(foreground, background) {
        foreground
    } else if stands_out(WHITE, background) {
        WHITE
    } else {
        BLACK
    };
    let link = if stands_out(background, WHITE) {
        background
    } else {
        INK
    };
    format!(":root{{--brand:{background};--upon:{upon};--link:{link}}}{STYLE}")
}

/// Whether the contrast of two colours is 4.5 at least (WCAG 2.2, success criterion 1.4.3).
#[expect(
    clippy::float_arithmetic,
    reason = "contrast is defined with powers, and no money depends on it"
)]
fn stands_out(one: &str, other: &str) -> bool {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05) >= 4.5
}

/// The relative luminance of `#rrggbb` (WCAG 2.2, definitions).
#[expect(
    clippy::float_arithmetic,
    reason = "luminance is defined with powers, and no money depends on it"
)]
fn luminance(color: &str) -> f64 {
    let channel = |at: usize| {
        let part = color.get(at..at + 2).unwrap_or_default();
        let value = f64::from(u8::from_str_radix(part, 16).unwrap_or(0)) / 255.0;
        if value <= 0.040_45 {
            value / 12.92
        } else {
            ((value + 0.055) / 1.055).powf(2.4)
        }
    };
    0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_stands_out_whatever_the_merchant_chose() {
        let start = |background, foreground| {
            let style = style(background, foreground);
            style.split('}').next().unwrap_or_default().to_owned()
        };
        assert_eq!(
            start("#2f5e51", "#ffffff"),
            ":root{--brand:#2f5e51;--upon:#ffffff;--link:#2f5e51"
        );
        assert_eq!(
            start("#f6e8bd", "#ffffff"),
            ":root{--brand:#f6e8bd;--upon:#000000;--link:#1f2937"
        );
        assert_eq!(
            start("#101010", "#333333"),
            ":root{--brand:#101010;--upon:#ffffff;--link:#101010"
        );
    }
}
