//! `urlRedirects(query:)`.

use super::query::{Comparison, Expr, Term, parse};
use super::terms::{Condition, compile, is_blank, number_compares, time_compares};
use crate::db::fragment::{Fragment, Value};

/// Which rows of `url_redirects r` a query asks for; `None` when it asks for all. Free text is a path.
#[must_use]
pub fn condition(text: &str) -> Option<Fragment> {
    let query = bare_path(text).map_or_else(|| parse(text), |path| Some(Expr::Term(path)));
    compile(&query?, &|term| of_term(term).map(Condition::Row))
}

fn of_term(term: &Term) -> Option<Fragment> {
    match term.field.as_deref() {
        Some("id") => number_compares("r.id", term),
        Some("created_at") => time_compares("r.created_at", term),
        _ if is_blank(term) => None,
        Some("target") => Some(reads("r.target_form", term)),
        _ => Some(leads(term)),
    }
}

/// A path as storefronts put it behind `path:` without quotes: whole, whatever signs it has. They leave out the slash
/// at its end, also of the path that is nothing else.
fn bare_path(text: &str) -> Option<Term> {
    let path = match text.trim().strip_prefix("path:")? {
        "" => "/",
        path => path,
    };
    let is_odd = |c: char| c.is_whitespace() || c == '\\';
    if !path.starts_with('/') || path.contains(is_odd) || path.len() > MOST {
        return None;
    }
    Some(Term {
        field: Some("path".to_owned()),
        comparison: Comparison::Equal,
        value: path.trim_end_matches('*').to_owned(),
        quoted: true,
        prefix: path.ends_with('*'),
    })
}

/// Bytes of a path that is looked for.
const MOST: usize = 8_192;

/// Rows of a path. One that is asked for with a query of its own is, where no row has this query, the path alone.
fn leads(term: &Term) -> Fragment {
    let elsewhere = Fragment::sql("r.path_form <> r.target_form");
    let whole = reads("r.path_form", term);
    let found = match term.value.split_once('?') {
        Some((path, _)) if !term.prefix => {
            let path = Term {
                value: path.to_owned(),
                ..term.clone()
            };
            let known = Fragment::sql("NOT EXISTS (SELECT FROM url_redirects k WHERE ")
                .append(reads("k.path_form", term))
                .push(")");
            let alone = Fragment::join(vec![reads("r.path_form", &path), known], " AND ");
            Fragment::join(vec![whole, alone], " OR ")
        }
        _ => whole,
    };
    Fragment::join(vec![found, elsewhere], " AND ")
}

/// A condition on a column that has the form which all spellings share. It is made of the term once for a statement.
fn reads(column: &str, term: &Term) -> Fragment {
    let value = term.value.replace('\0', " ");
    if term.prefix {
        Fragment::sql(format!("starts_with({column}, (SELECT redirect_text("))
            .bind(Value::Text(value))
            .push(")))")
    } else {
        Fragment::sql(format!("{column} = (SELECT redirect_form("))
            .bind(Value::Text(value))
            .push("))")
    }
}
