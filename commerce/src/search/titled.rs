//! `collections(query:)`, `pages(query:)` and `blogs(query:)`: rows that have an id, a handle, a title and a time of
//! their last change.

use super::query::{Term, parse};
use super::terms::{Condition, compile, number_compares, text_equals, time_compares};
use crate::db::fragment::Fragment;

/// Which rows of the table with this alias a query asks for; `None` when it asks for all.
///
/// Free text and `title:` look for words of the title, which have the weight `A` in the rows' words.
#[must_use]
pub fn condition(text: &str, alias: &str) -> Option<Fragment> {
    let column = |name: &str| format!("{alias}.{name}");
    compile(&parse(text)?, &|term: &Term| match term.field.as_deref() {
        Some("id") => number_compares(&column("id"), term).map(Condition::Row),
        Some("handle") => Some(Condition::Row(text_equals(&column("handle"), term))),
        Some("updated_at") => time_compares(&column("updated_at"), term).map(Condition::Row),
        Some("created_at") => time_compares(&column("created_at"), term).map(Condition::Row),
        _ => Condition::words(&column("search"), "A", term),
    })
}
