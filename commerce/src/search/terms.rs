//! What conditions on all kinds of rows have in common.

use chrono::{DateTime, Days, NaiveDate, NaiveDateTime, NaiveTime, Utc};

use super::query::{Comparison, Expr, Term};
use crate::db::fragment::{Fragment, Value, is_storable};

/// Turns what was read into a condition; terms that `condition` has no answer for count as absent.
#[must_use]
pub fn compile(expr: &Expr, condition: &impl Fn(&Term) -> Option<Fragment>) -> Option<Fragment> {
    let all = |parts: &[Expr], separator| {
        let mut different: Vec<Fragment> = Vec::new();
        for part in parts.iter().filter_map(|part| compile(part, condition)) {
            // What is asked for twice is looked for once.
            if !different.contains(&part) {
                different.push(part);
            }
        }
        (!different.is_empty()).then(|| Fragment::join(different, separator))
    };
    let compiled = match expr {
        Expr::And(parts) => all(parts, " AND "),
        Expr::Or(parts) => all(parts, " OR "),
        Expr::Not(inner) => compile(inner, condition)
            .map(|inner| Fragment::sql("coalesce(NOT ").append(inner).push(", true)")),
        Expr::Term(term) => condition(term),
    };
    compiled.map(Fragment::varying)
}

/// The terms of free text that are wanted, not those that are excluded.
#[must_use]
pub fn wanted_texts(expr: &Expr) -> Vec<&Term> {
    match expr {
        Expr::And(parts) | Expr::Or(parts) => parts.iter().flat_map(wanted_texts).collect(),
        Expr::Not(_) => Vec::new(),
        Expr::Term(term) => Vec::from_iter(term.field.is_none().then_some(term)),
    }
}

/// Whether there is nothing in a term to look for.
#[must_use]
pub fn is_blank(term: &Term) -> bool {
    term.value.chars().all(|c| c.is_whitespace() || c == '\0')
}

/// What a term looks for, as a `tsquery`: words that follow each other, looked for only in the parts of a row
/// with this weight (`A` is the title) if one is given; null when there are none.
///
/// It stands in a subquery, so that it is made once for a statement: plans are generic, and a plan that does
/// not know its binds would make it anew for each row.
#[must_use]
pub fn text_query(term: &Term, weight: &str) -> Fragment {
    Fragment::sql("(SELECT to_tsquery('simple', ")
        .append(text_of(term, weight))
        .push("))")
}

/// The words of a term for `to_tsquery`, as SQL.
fn text_of(term: &Term, weight: &str) -> Fragment {
    // A null byte cannot be sent to PostgreSQL; `plain` leaves letters, digits and spaces.
    let words = Value::Text(term.value.replace('\0', " "));
    let prefix = if term.prefix { "*" } else { "" };
    let end = match (prefix, weight) {
        ("", "") => String::new(),
        _ => format!(":{prefix}{weight}"),
    };
    // PostgreSQL refuses words of more than 2,046 bytes; no row has one.
    Fragment::sql("'''' || nullif(regexp_replace(plain(")
        .bind(words)
        .push(format!(
            "), '([^ ]{{200}})[^ ]+', '\\1', 'g'), '') || '''{end}'"
        ))
}

/// Terms of free text that a row is ranked by; those beyond only decide whether it is found.
const RANKED: usize = 16;

/// How well any of these terms fit a row's words, as SQL; `None` without terms. Like a condition's, the query is
/// made once for a statement.
#[must_use]
pub fn rank(column: &str, terms: Vec<&Term>) -> Option<Fragment> {
    let mut ranked: Vec<&Term> = Vec::new();
    for term in terms.into_iter().filter(|term| !is_blank(term)) {
        if ranked.len() < RANKED && !ranked.contains(&term) {
            ranked.push(term);
        }
    }
    let queries: Vec<Fragment> = ranked.into_iter().map(|term| text_of(term, "")).collect();
    (!queries.is_empty()).then(|| {
        Fragment::sql(format!(
            "(ts_rank({column}, (SELECT to_tsquery('simple', concat_ws(' | ', "
        ))
        .append(Fragment::join(queries, "), ("))
        .push(")))) * 1000000)::bigint")
        .varying()
    })
}

/// A condition on a text column regardless of case; `column` must already be in lower case.
#[must_use]
pub fn text_equals(column: &str, term: &Term) -> Fragment {
    let value = term.value.to_lowercase().replace('\0', " ");
    if term.prefix {
        Fragment::sql(format!("{column} LIKE lower("))
            .bind(Value::Text(like_prefix(&value)))
            .push(")")
    } else {
        Fragment::sql(format!("{column} = lower("))
            .bind(Value::Text(value))
            .push(")")
    }
}

fn like_prefix(value: &str) -> String {
    let escaped = value
        .replace('\\', "\\\\")
        .replace('%', "\\%")
        .replace('_', "\\_");
    format!("{escaped}%")
}

/// A condition on an id, given as a number or a GID; `None` for anything else.
#[must_use]
pub fn number_compares(column: &str, term: &Term) -> Option<Fragment> {
    let digits = term.value.rsplit('/').next()?;
    let number: i64 = digits.parse().ok()?;
    let operator = term.comparison.operator();
    Some(Fragment::sql(format!("{column} {operator} ")).bind(Value::Number(number)))
}

/// A condition on a time, given as a date or an RFC 3339 time; a date means the whole day in UTC.
/// `None` for anything else.
#[must_use]
pub fn time_compares(column: &str, term: &Term) -> Option<Fragment> {
    let (from, until) = moment(&term.value)?;
    if !is_storable(from) {
        return None;
    }
    let bound = |operator: &str, time| {
        Fragment::sql(format!("{column} {operator} ")).bind(Value::Time(time))
    };
    Some(match (term.comparison, until) {
        (Comparison::Equal, Some(until)) => {
            Fragment::join(vec![bound(">=", from), bound("<", until)], " AND ")
        }
        (Comparison::Greater, Some(until)) => bound(">=", until),
        (Comparison::AtMost, Some(until)) => bound("<", until),
        (comparison, _) => bound(comparison.operator(), from),
    })
}

/// A moment, or the beginning and end of a day.
fn moment(text: &str) -> Option<(DateTime<Utc>, Option<DateTime<Utc>>)> {
    if let Ok(date) = text.parse::<NaiveDate>() {
        let next = date.checked_add_days(Days::new(1))?;
        let midnight = |day: NaiveDate| day.and_time(NaiveTime::MIN).and_utc();
        return Some((midnight(date), Some(midnight(next))));
    }
    let time = DateTime::parse_from_rfc3339(text).map(|time| time.to_utc());
    let time = time.or_else(|_| text.parse::<NaiveDateTime>().map(|time| time.and_utc()));
    time.ok().map(|time| (time, None))
}

/// Reads `true` or `false`; `None` for anything else.
#[must_use]
pub fn flag(term: &Term) -> Option<bool> {
    match term.value.to_ascii_lowercase().as_str() {
        "true" | "1" => Some(true),
        "false" | "0" => Some(false),
        _ => None,
    }
}
