//! How much of merchants' markup is not kept.

use super::sanitize::{ATTRIBUTES, ELEMENTS, SCHEMES};

/// Elements and attributes of HTML that the shop does not keep.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Dropped {
    /// Elements, by their start tags.
    pub elements: u64,
    /// Attributes of elements that are kept.
    pub attributes: u64,
}

impl Dropped {
    /// Whether everything is kept.
    #[must_use]
    pub fn is_nothing(self) -> bool {
        self == Self::default()
    }
}

/// Counts what [`super::sanitize::html`] drops of a text.
///
/// ```
/// use commerce::catalog::markup::dropped;
/// let found = dropped("<p class=\"a\" id=b>Soft<script>x()</script> <font>wool</font></p>");
/// assert_eq!((found.elements, found.attributes), (2, 2));
/// ```
#[must_use]
pub fn dropped(html: &str) -> Dropped {
    let mut dropped = Dropped::default();
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        rest = &rest[start + 1..];
        if let Some(comment) = rest.strip_prefix("!--") {
            rest = comment.split_once("-->").map_or("", |(_, rest)| rest);
            continue;
        }
        if !rest.starts_with(|c: char| c.is_ascii_alphabetic()) {
            continue;
        }
        let end = rest.find(|c: char| c.is_whitespace() || c == '>' || c == '/');
        let (name, attributes) = rest.split_at(end.unwrap_or(rest.len()));
        let name = name.to_ascii_lowercase();
        let kept = ATTRIBUTES.iter().find(|(element, _)| *element == name);
        let is_kept = ELEMENTS.contains(&name.as_str());
        dropped.elements += u64::from(!is_kept);
        rest = each_attribute(attributes, |attribute, value| {
            let is_known = kept.is_some_and(|(_, names)| names.contains(&attribute));
            // Links get theirs anew.
            let is_ours = name == "a" && attribute == "rel";
            let is_lost = !(is_ours || is_known && leads_on(attribute, value));
            dropped.attributes += u64::from(is_kept && is_lost);
        });
        if matches!(name.as_str(), "script" | "style") {
            let end = rest.to_ascii_lowercase().find(&format!("</{name}"));
            rest = &rest[end.unwrap_or(rest.len())..];
        }
    }
    dropped
}

/// Whether an address may stay; every other attribute may.
fn leads_on(attribute: &str, value: &str) -> bool {
    if !matches!(attribute, "href" | "src") {
        return true;
    }
    let scheme = value.trim().split_once(':').map(|(scheme, _)| scheme);
    let is_scheme = |scheme: &&str| {
        let mut signs = scheme.chars();
        signs.all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
    };
    let scheme = scheme.filter(is_scheme).map(str::to_ascii_lowercase);
    scheme.is_none_or(|scheme| SCHEMES.contains(&scheme.as_str()))
}

/// Tells each attribute of a tag, whose name was read, and answers what comes after the tag.
fn each_attribute(tag: &str, mut tell: impl FnMut(&str, &str)) -> &str {
    let mut rest = tag;
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '/');
        if let Some(after) = rest.strip_prefix('>') {
            return after;
        }
        if rest.is_empty() {
            return rest;
        }
        // A name may begin with an equals sign, but has no other.
        let first = usize::from(rest.starts_with('='));
        let end = rest[first..].find(|c: char| c.is_whitespace() || "=>/".contains(c));
        let end = end.map_or(rest.len(), |end| first + end);
        let (name, after) = rest.split_at(end);
        let (value, after) = match after.trim_start().strip_prefix('=') {
            Some(value) => value_of(value.trim_start()),
            None => ("", after),
        };
        tell(&name.to_ascii_lowercase(), value);
        rest = after;
    }
}

/// An attribute's value, and what comes after it.
fn value_of(text: &str) -> (&str, &str) {
    for quote in ['"', '\''] {
        if let Some(quoted) = text.strip_prefix(quote) {
            return quoted.split_once(quote).unwrap_or((quoted, ""));
        }
    }
    let end = text.find(|c: char| c.is_whitespace() || c == '>');
    text.split_at(end.unwrap_or(text.len()))
}

#[cfg(test)]
mod tests {
    use super::super::sanitize::html;
    use super::*;

    fn counted(html: &str) -> (u64, u64) {
        let found = dropped(html);
        (found.elements, found.attributes)
    }

    #[test]
    fn what_goes_is_counted() {
        let cases = [
            ("plain & simple, 1 < 2", (0, 0)),
            ("<p>kept</p><br/><IMG SRC='a.png' alt=x>", (0, 0)),
            ("<meta charset='utf-8'><p>a</p>", (1, 0)),
            ("<p style=\"color: red; a > b\" data-x>t</p>", (0, 2)),
            ("<a href=javascript:x() target=_blank rel=me>t</a>", (0, 2)),
            ("<a href='/x'>t</a><a href='mailto:a@b'>t</a>", (0, 0)),
            ("<script>if (a < b) { c('<p class=x>') }</script>t", (1, 0)),
            ("<!-- <font> --><font size=3>t</font>", (1, 0)),
            ("<p =x class>", (0, 2)),
            ("<iframe src=x", (1, 0)),
        ];
        for (given, expected) in cases {
            assert_eq!(counted(given), expected, "{given}");
        }
    }

    #[test]
    fn of_what_is_kept_nothing_goes_again() {
        for given in [
            "<div class=a><a href='https://x.example' onclick=y>z</a><custom>t</custom></div>",
            "<table><tr><td colspan=2 width=3>1</td></tr></table>",
        ] {
            assert_eq!(counted(&html(given)), (0, 0), "{given}");
        }
    }
}
