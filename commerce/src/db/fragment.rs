//! SQL put together at run time: text that we wrote and values that go into binds, never the other
//! way round.

use chrono::{DateTime, Datelike, Utc};
use diesel::pg::Pg;
use diesel::query_builder::BoxedSqlQuery;
use diesel::sql_types::{Array, BigInt, Text, Timestamptz};

use super::sql::Cached;

/// A piece of a statement with the values that it refers to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Fragment {
    parts: Vec<Part>,
    varying: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Part {
    Sql(String),
    Value(Value),
}

/// A value of a statement.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Value {
    /// A number: an id, an amount, a limit.
    Number(i64),
    /// A text.
    Text(String),
    /// A time.
    Time(DateTime<Utc>),
    /// Several numbers.
    Numbers(Vec<i64>),
    /// Several texts.
    Texts(Vec<String>),
}

/// Whether PostgreSQL can keep this time; it knows fewer years than we do.
#[must_use]
pub fn is_storable(time: DateTime<Utc>) -> bool {
    (1..=9999).contains(&time.year())
}

impl Fragment {
    /// Text alone.
    #[must_use]
    pub fn sql(text: impl Into<String>) -> Self {
        Self::default().push(text)
    }

    /// This piece, then text.
    #[must_use]
    pub fn push(mut self, text: impl Into<String>) -> Self {
        self.parts.push(Part::Sql(text.into()));
        self
    }

    /// This piece, then a value.
    #[must_use]
    pub fn bind(mut self, value: Value) -> Self {
        self.parts.push(Part::Value(value));
        self
    }

    /// This piece, then another.
    #[must_use]
    pub fn append(mut self, other: Self) -> Self {
        self.varying |= other.varying;
        self.parts.extend(other.parts);
        self
    }

    /// Marks a piece whose text depends on what a caller wrote: its statement is not kept
    /// prepared, because the number of such texts has no bound.
    #[must_use]
    pub fn varying(mut self) -> Self {
        self.varying = true;
        self
    }

    /// Several pieces with `separator` between them, in parentheses.
    #[must_use]
    pub fn join(pieces: Vec<Self>, separator: &str) -> Self {
        let mut joined = Self::sql("(");
        for (index, piece) in pieces.into_iter().enumerate() {
            if index > 0 {
                joined = joined.push(separator);
            }
            joined = joined.append(piece);
        }
        joined.push(")")
    }

    /// The statement's text with numbered places, for a test or a log.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = String::new();
        let mut place = 0;
        for part in &self.parts {
            match part {
                Part::Sql(sql) => text.push_str(sql),
                Part::Value(_) => {
                    place += 1;
                    text.push_str(&format!("${place}"));
                }
            }
        }
        text
    }

    /// The values in the order of their places.
    #[must_use]
    pub fn values(&self) -> Vec<&Value> {
        let parts = self.parts.iter();
        parts
            .filter_map(|part| match part {
                Part::Value(value) => Some(value),
                Part::Sql(_) => None,
            })
            .collect()
    }

    /// The statement, whose answer has the columns `ST`.
    #[must_use]
    pub fn into_statement<ST>(
        self,
    ) -> Cached<ST, BoxedSqlQuery<'static, Pg, diesel::query_builder::SqlQuery>> {
        let mut query = diesel::sql_query(self.text()).into_boxed::<Pg>();
        let keep = !self.varying;
        for part in self.parts {
            query = match part {
                Part::Sql(_) => query,
                Part::Value(Value::Number(number)) => query.bind::<BigInt, _>(number),
                Part::Value(Value::Text(text)) => query.bind::<Text, _>(text),
                Part::Value(Value::Time(time)) => query.bind::<Timestamptz, _>(time),
                Part::Value(Value::Numbers(numbers)) => query.bind::<Array<BigInt>, _>(numbers),
                Part::Value(Value::Texts(texts)) => query.bind::<Array<Text>, _>(texts),
            };
        }
        if keep {
            super::sql::cached(query)
        } else {
            super::sql::uncached(query)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_numbered_across_pieces() {
        let piece = |n| Fragment::sql("a = ").bind(Value::Number(n));
        let whole =
            Fragment::sql("SELECT ").append(Fragment::join(vec![piece(1), piece(2)], " AND "));
        assert_eq!(whole.text(), "SELECT (a = $1 AND a = $2)");
        assert_eq!(whole.values(), [&Value::Number(1), &Value::Number(2)]);
    }
}
