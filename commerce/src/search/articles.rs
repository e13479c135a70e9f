//! `articles(query:)`: which articles a query asks for, and how well they fit.

use super::query::{Term, parse};
use super::terms::{
    Condition, compile, number_compares, rank, text_equals, time_compares, wanted_texts,
};
use crate::db::fragment::{Fragment, Value};

/// What a query means for articles `a`, their blogs `b` and authors `au`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ArticleQuery {
    /// Which articles; all of them when there is no condition.
    pub condition: Option<Fragment>,
    /// How well an article fits, more being better; without free text all fit alike.
    pub relevance: Option<Fragment>,
}

/// Reads a query.
#[must_use]
pub fn read(text: &str) -> ArticleQuery {
    let Some(expr) = parse(text) else {
        return ArticleQuery::default();
    };
    ArticleQuery {
        condition: compile(&expr, &condition),
        relevance: rank("a.search", wanted_texts(&expr)),
    }
}

fn condition(term: &Term) -> Option<Condition> {
    let row = match term.field.as_deref() {
        Some("author") => return Condition::words("au.search", "", term),
        Some("blog_title") => return Condition::words("b.search", "", term),
        Some("created_at") => time_compares("a.created_at", term),
        Some("updated_at") => time_compares("a.updated_at", term),
        Some("published_at") => time_compares("a.published_at", term),
        Some("handle") => Some(text_equals("lower(a.handle)", term)),
        Some("id") => number_compares("a.id", term),
        Some("tag") => Some(tagged(term)),
        Some("tag_not") => Some(Fragment::sql("NOT ").append(tagged(term))),
        Some("title") => return Condition::words("a.search", "A", term),
        None => return Condition::words("a.search", "", term),
        // A field that articles do not have: its words are looked for instead.
        Some(field) => {
            let value = format!("{field} {}", term.value);
            let both = Term {
                value,
                ..term.clone()
            };
            return Condition::words("a.search", "", &both);
        }
    };
    row.map(Condition::Row)
}

fn tagged(term: &Term) -> Fragment {
    if term.prefix {
        Fragment::sql("EXISTS (SELECT FROM unnest(a.tags_key) AS t (tag) WHERE ")
            .append(text_equals("t.tag", term))
            .push(")")
    } else {
        let tag = term.value.replace('\0', " ");
        Fragment::sql("(a.tags_key @> ARRAY[lower(")
            .bind(Value::Text(tag))
            .push(")])")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_contracts_filters_are_conditions() {
        let text = |query| {
            let condition = read(query).condition;
            condition.map(|c| c.text()).unwrap_or_default()
        };
        // What is looked for, without the words.
        let place = |query| {
            let text = text(query);
            let place = text.split_once("''''");
            place.map(|(place, _)| place.to_owned()).unwrap_or_default()
        };
        assert_eq!(
            place("author:\"ada byron\""),
            "au.search @@ (SELECT to_tsquery('simple', "
        );
        assert_eq!(
            place("blog_title:News"),
            "b.search @@ (SELECT to_tsquery('simple', "
        );
        assert_eq!(text("tag:a"), "(a.tags_key @> ARRAY[lower($1)])");
        assert_eq!(text("tag_not:a"), "NOT (a.tags_key @> ARRAY[lower($1)])");
        assert_eq!(
            text("updated_at:>=2026-01-01"),
            "a.updated_at >= (SELECT shop_time($1 AT TIME ZONE 'UTC'))"
        );
        assert_eq!(
            text("kettle"),
            "a.search @@ (SELECT to_tsquery('simple', '''' || nullif(regexp_replace(plain($1), \
             '([^ ]{200})[^ ]+', '\\1', 'g'), '') || ''''))"
        );
        assert_eq!(text(""), "");
        assert_eq!(read("tag:a").relevance, None);
    }
}
