//! Merchants' HTML, reduced to what a storefront may show as it is.
//!
//! Kept are headings, paragraphs, lists, tables, quotes, code, emphasis, links and images, with the
//! attributes listed below. Everything else goes: scripts and styles with their content, all other
//! elements without it, and with them `class`, `style`, `id` and event handlers. Links and images
//! lead to http, https, mailto or tel, or are relative.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use ammonia::Builder;

pub(super) const ELEMENTS: &[&str] = &[
    "a",
    "abbr",
    "b",
    "blockquote",
    "br",
    "caption",
    "cite",
    "code",
    "col",
    "colgroup",
    "dd",
    "del",
    "details",
    "dfn",
    "div",
    "dl",
    "dt",
    "em",
    "figcaption",
    "figure",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "img",
    "ins",
    "kbd",
    "li",
    "mark",
    "ol",
    "p",
    "pre",
    "q",
    "s",
    "small",
    "span",
    "strong",
    "sub",
    "summary",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "tr",
    "u",
    "ul",
];

pub(super) const ATTRIBUTES: &[(&str, &[&str])] = &[
    ("a", &["href", "title"]),
    ("abbr", &["title"]),
    ("col", &["span"]),
    ("colgroup", &["span"]),
    ("img", &["src", "alt", "width", "height"]),
    ("ol", &["start"]),
    ("td", &["colspan", "rowspan"]),
    ("th", &["colspan", "rowspan", "scope"]),
];

/// Where links and images may lead.
pub(super) const SCHEMES: [&str; 4] = ["http", "https", "mailto", "tel"];

/// How often a text is cleaned at most until it stays as it is.
const PASSES: usize = 5;

/// Elements after which a new line of text begins.
const BLOCKS: &[&str] = &[
    "<blockquote",
    "<br",
    "<caption",
    "<dd",
    "<div",
    "<dt",
    "<figcaption",
    "<h1",
    "<h2",
    "<h3",
    "<h4",
    "<h5",
    "<h6",
    "<hr",
    "<img",
    "<li",
    "<p",
    "<pre",
    "<summary",
    "<td",
    "<th",
    "<tr",
    "</blockquote",
    "</caption",
    "</dd",
    "</div",
    "</dt",
    "</figcaption",
    "</h1",
    "</h2",
    "</h3",
    "</h4",
    "</h5",
    "</h6",
    "</li",
    "</p",
    "</pre",
    "</summary",
    "</td",
    "</th",
    "</tr",
];

static CLEANER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let attributes: HashMap<&str, HashSet<&str>> = ATTRIBUTES
        .iter()
        .map(|(element, names)| (*element, names.iter().copied().collect()))
        .collect();
    let mut builder = Builder::default();
    builder
        .tags(ELEMENTS.iter().copied().collect())
        .tag_attributes(attributes)
        .generic_attributes(HashSet::new())
        .url_schemes(HashSet::from(SCHEMES))
        .link_rel(Some("noopener noreferrer"));
    builder
});

static STRIPPER: LazyLock<Builder<'static>> = LazyLock::new(Builder::empty);

/// The HTML without anything that could act.
///
/// ```
/// use commerce::catalog::sanitize::html;
/// assert_eq!(
///     html("<p onclick=\"x()\">Soft<script>alert(1)</script> <b>wool</b></p>"),
///     "<p>Soft <b>wool</b></p>"
/// );
/// ```
#[must_use]
pub fn html(given: &str) -> String {
    let mut html = given.trim().to_owned();
    for _pass in 0..PASSES {
        if is_plain(&html) {
            break;
        }
        // What is left of markup that went may be read otherwise: white space that stood behind it, paragraphs within
        // paragraphs.
        let cleaned = CLEANER.clean(&html).to_string();
        let cleaned = cleaned.trim();
        if cleaned == html {
            break;
        }
        cleaned.clone_into(&mut html);
    }
    html
}

/// The text of sanitised HTML, its white space reduced to single spaces.
///
/// ```
/// use commerce::catalog::sanitize::text;
/// assert_eq!(text("<ul><li>Salt &amp; pepper</li><li>Two&nbsp;mills</li></ul>"), "Salt & pepper Two mills");
/// ```
#[must_use]
pub fn text(sanitised: &str) -> String {
    if is_plain(sanitised) {
        return one_line(sanitised);
    }
    let stripped = STRIPPER.clean(&with_gaps(sanitised)).to_string();
    let text = stripped
        .replace("&nbsp;", " ")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&");
    one_line(&text)
}

/// The first words of a text, at most `limit` characters, cut between words.
///
/// ```
/// use commerce::catalog::sanitize::summary;
/// assert_eq!(summary("A shop that exists", 10), "A shop…");
/// assert_eq!(summary("A shop", 10), "A shop");
/// ```
#[must_use]
pub fn summary(text: &str, limit: usize) -> String {
    let Some((end, _)) = text.char_indices().nth(limit) else {
        return text.to_owned();
    };
    let cut = text[..end].rfind(' ').unwrap_or(end);
    format!("{}…", text[..cut].trim_end())
}

fn is_plain(text: &str) -> bool {
    !text.contains(['<', '>', '&'])
}

/// A space before every tag that separates words, so that `<p>a</p><p>b</p>` is `a b`.
fn with_gaps(html: &str) -> String {
    let mut spaced = String::with_capacity(html.len() + html.len() / 8);
    for (index, piece) in html.split('<').enumerate() {
        if index > 0 {
            let tag_end = piece
                .find(|c: char| !c.is_ascii_alphanumeric() && c != '/')
                .unwrap_or(piece.len());
            if BLOCKS.iter().any(|block| block[1..] == piece[..tag_end]) {
                spaced.push(' ');
            }
            spaced.push('<');
        }
        spaced.push_str(piece);
    }
    spaced
}

fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_acts_survives() {
        let cases = [
            ("<img src=x onerror=alert(1)>", "<img src=\"x\">"),
            (
                "<a href=\"javascript:alert(1)\">x</a>",
                "<a rel=\"noopener noreferrer\">x</a>",
            ),
            (
                "<style>p{}</style><p style=\"color:red\" class=a id=b>t</p>",
                "<p>t</p>",
            ),
            (
                "<iframe src=\"https://evil.example\"></iframe>after",
                "after",
            ),
            ("<svg><script>alert(1)</script></svg>", ""),
            ("<p>open", "<p>open</p>"),
            ("a < b & c", "a &lt; b &amp; c"),
            (
                "<table><tr><td colspan=2>1</td></tr></table>",
                "<table><tbody><tr><td colspan=\"2\">1</td></tr></tbody></table>",
            ),
        ];
        for (given, expected) in cases {
            assert_eq!(html(given), expected, "{given}");
        }
    }

    #[test]
    fn cleaning_twice_changes_nothing() {
        let once = html("<div><p>Tom &amp; <b>Jerry</b> &lt;3<br>x</p></div>");
        assert_eq!(html(&once), once);
        for given in [
            "<meta charset=\"utf-8\">\n<p>Holds tea.</p>",
            "<p>a</p>\n<script>x()</script>\n",
            "<p><button><p>a</p></button></p>",
            "<pre>\n\ncode</pre>",
            "<style>p{}</style> & more",
        ] {
            let once = html(given);
            assert_eq!(html(&once), once, "{given}");
            assert_eq!(once.trim(), once, "{given}");
        }
        assert_eq!(
            html("<meta charset=\"utf-8\">\n<p>Holds tea.</p>"),
            "<p>Holds tea.</p>"
        );
    }

    #[test]
    fn text_separates_blocks_and_keeps_words_together() {
        assert_eq!(text("<p>a</p><p>b</p>"), "a b");
        assert_eq!(text("un<b>believ</b>able"), "unbelievable");
        assert_eq!(text("a &lt; b &amp;amp; c"), "a < b &amp; c");
        assert_eq!(text("one<br>two\r\n three"), "one two three");
        assert_eq!(text("<a title=\"x > y\">z</a>"), "z");
    }
}
