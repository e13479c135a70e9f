//! `urlRedirects(query:)`.

use super::query::{Term, parse};
use super::terms::{Condition, compile, is_blank, number_compares, text_equals, time_compares};
use crate::db::fragment::Fragment;

/// Which rows of `url_redirects r` a query asks for; `None` when it asks for all. Free text is a path.
#[must_use]
pub fn condition(text: &str) -> Option<Fragment> {
    compile(&parse(text)?, &|term| of_term(term).map(Condition::Row))
}

fn of_term(term: &Term) -> Option<Fragment> {
    match term.field.as_deref() {
        Some("id") => number_compares("r.id", term),
        Some("created_at") => time_compares("r.created_at", term),
        _ if is_blank(term) => None,
        Some("target") => Some(text_equals("r.target_key", term)),
        _ => Some(text_equals("r.path_key", term)),
    }
}
