//! What conditions on all kinds of rows have in common.

use chrono::{DateTime, Days, NaiveDate, NaiveDateTime, NaiveTime, Utc};

use super::query::{Comparison, Expr, Term};
use crate::db::fragment::{Fragment, Value, is_storable};

/// What a query asks of a row.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// Words of this column, a `tsvector`: as the text of a `tsquery` in SQL, null where there is nothing to look for.
    Words(String, Fragment),
    /// That these words are not in it.
    NotWords(String, Fragment),
    /// Anything else.
    Row(Fragment),
}

impl Condition {
    /// That a term's words follow each other in a column, in its parts with this weight (`A` is the title) if one is given;
    /// `None` when there is nothing to look for.
    #[must_use]
    pub fn words(column: &str, weight: &str, term: &Term) -> Option<Self> {
        (!is_blank(term)).then(|| Self::Words(column.to_owned(), text_of(term, weight)))
    }

    /// As a condition in SQL.
    fn sql(self) -> Fragment {
        match self {
            Self::Words(column, text) => {
                Fragment::sql(format!("{column} @@ ")).append(text_query(text))
            }
            Self::NotWords(column, text) => negated(Self::Words(column, text).sql()),
            Self::Row(condition) => condition,
        }
    }

    fn negated(self) -> Self {
        match self {
            Self::Words(column, text) => Self::NotWords(column, text),
            other => Self::Row(negated(other.sql())),
        }
    }
}

/// What a condition does not hold of, or cannot be said of.
fn negated(condition: Fragment) -> Fragment {
    Fragment::sql("coalesce(NOT ")
        .append(condition)
        .push(", true)")
}

/// How the parts of a condition go together.
#[derive(Clone, Copy)]
enum Junction {
    All,
    Any,
}

impl Junction {
    fn other(self) -> Self {
        match self {
            Self::All => Self::Any,
            Self::Any => Self::All,
        }
    }

    /// Texts of queries as one. Where one of `All` looks for nothing, there is nothing that has all of them.
    fn texts(self, mut texts: Vec<Fragment>) -> Fragment {
        match (texts.len(), self) {
            (1, _) => texts.remove(0),
            (_, Self::All) => Fragment::sql("'(' || ")
                .append(Fragment::join(texts, ") || ') & (' || ("))
                .push(" || ')'"),
            (_, Self::Any) => {
                let texts = texts
                    .into_iter()
                    .map(|text| Fragment::sql("'(' || ").append(text).push(" || ')'"))
                    .collect();
                Fragment::sql("nullif(concat_ws(' | ', ")
                    .append(Fragment::join(texts, "), ("))
                    .push("), '')")
            }
        }
    }

    fn conditions(self, conditions: Vec<Fragment>) -> Fragment {
        Fragment::join(
            conditions,
            match self {
                Self::All => " AND ",
                Self::Any => " OR ",
            },
        )
    }
}

/// Turns what was read into a condition; terms that `condition` has no answer for count as absent.
///
/// Words that are looked for in one column are one `tsquery`, however many they are: a row's words are read once.
#[must_use]
pub fn compile(expr: &Expr, condition: &impl Fn(&Term) -> Option<Condition>) -> Option<Fragment> {
    meaning(expr, condition).map(|meaning| meaning.sql().varying())
}

fn meaning(expr: &Expr, condition: &impl Fn(&Term) -> Option<Condition>) -> Option<Condition> {
    match expr {
        Expr::And(parts) => together(parts, condition, Junction::All),
        Expr::Or(parts) => together(parts, condition, Junction::Any),
        Expr::Not(inner) => meaning(inner, condition).map(Condition::negated),
        Expr::Term(term) => condition(term),
    }
}

fn together(
    parts: &[Expr],
    condition: &impl Fn(&Term) -> Option<Condition>,
    junction: Junction,
) -> Option<Condition> {
    let mut words: Vec<(String, Vec<Fragment>)> = Vec::new();
    let mut others: Vec<(String, Vec<Fragment>)> = Vec::new();
    let mut rows: Vec<Fragment> = Vec::new();
    // What is asked for twice is looked for once.
    let add = |texts: &mut Vec<Fragment>, text| {
        if !texts.contains(&text) {
            texts.push(text);
        }
    };
    let add_to = |columns: &mut Vec<(String, Vec<Fragment>)>, column: String, text| match columns
        .iter_mut()
        .find(|(known, _)| *known == column)
    {
        Some((_, texts)) => add(texts, text),
        None => columns.push((column, vec![text])),
    };
    for part in parts.iter().filter_map(|part| meaning(part, condition)) {
        match part {
            Condition::Words(column, text) => add_to(&mut words, column, text),
            Condition::NotWords(column, text) => add_to(&mut others, column, text),
            Condition::Row(row) => add(&mut rows, row),
        }
    }
    // Neither of two is the same as not one of them.
    let words = words
        .into_iter()
        .map(|(column, texts)| Condition::Words(column, junction.texts(texts)));
    let others = others
        .into_iter()
        .map(|(column, texts)| Condition::NotWords(column, junction.other().texts(texts)));
    let mut all: Vec<Condition> = words
        .chain(rows.into_iter().map(Condition::Row))
        .chain(others)
        .collect();
    match all.len() {
        0 | 1 => all.pop(),
        _ => {
            let all = all.into_iter().map(Condition::sql).collect();
            Some(Condition::Row(junction.conditions(all)))
        }
    }
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

/// A `tsquery` with this text.
///
/// It stands in a subquery, so that it is made once for a statement: plans are generic, and a plan that does
/// not know its binds would make it anew for each row.
fn text_query(text: Fragment) -> Fragment {
    Fragment::sql("(SELECT to_tsquery('simple', ")
        .append(text)
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

/// As [`text_equals`], for a column with an index in the order of bytes, which finds beginnings, too: a generic plan
/// does not see that a pattern is one.
#[must_use]
pub fn text_begins(column: &str, term: &Term) -> Fragment {
    if !term.prefix {
        return text_equals(&format!("{column} COLLATE \"C\""), term);
    }
    let value = Value::Text(term.value.to_lowercase().replace('\0', " "));
    Fragment::sql(format!("{column} COLLATE \"C\" >= lower("))
        .bind(value.clone())
        .push(format!(") AND {column} COLLATE \"C\" < lower("))
        .bind(value)
        .push(") || chr(1114111)")
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

/// A condition on a time, given as a date or an RFC 3339 time; a date means the whole day in the shop, and a time
/// without an offset is the shop's. `None` for anything else.
#[must_use]
pub fn time_compares(column: &str, term: &Term) -> Option<Fragment> {
    let (from, until) = moment(&term.value)?;
    let bound = |operator: &str, time: &Moment| {
        Fragment::sql(format!("{column} {operator} ")).append(time.fragment())
    };
    Some(match (term.comparison, &until) {
        (Comparison::Equal, Some(until)) => {
            Fragment::join(vec![bound(">=", &from), bound("<", until)], " AND ")
        }
        (Comparison::Greater, Some(until)) => bound(">=", until),
        (Comparison::AtMost, Some(until)) => bound("<", until),
        (comparison, _) => bound(comparison.operator(), &from),
    })
}

/// A moment, or what the shop's clocks show then.
enum Moment {
    At(DateTime<Utc>),
    Local(NaiveDateTime),
}

impl Moment {
    /// It stands in a subquery, so that the shop is looked at once for a statement.
    fn fragment(&self) -> Fragment {
        match self {
            Self::At(at) => Fragment::default().bind(Value::Time(*at)),
            Self::Local(time) => Fragment::sql("(SELECT shop_time(")
                .bind(Value::Time(time.and_utc()))
                .push(" AT TIME ZONE 'UTC'))"),
        }
    }
}

/// A moment, or the beginning and end of a day.
fn moment(text: &str) -> Option<(Moment, Option<Moment>)> {
    let local = |time: NaiveDateTime| is_storable(time.and_utc()).then_some(Moment::Local(time));
    if let Ok(date) = text.parse::<NaiveDate>() {
        let next = date.checked_add_days(Days::new(1))?;
        let midnight = |day: NaiveDate| local(day.and_time(NaiveTime::MIN));
        return Some((midnight(date)?, Some(midnight(next)?)));
    }
    if let Ok(time) = DateTime::parse_from_rfc3339(text) {
        let time = time.to_utc();
        return is_storable(time).then_some((Moment::At(time), None));
    }
    Some((local(text.parse().ok()?)?, None))
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
