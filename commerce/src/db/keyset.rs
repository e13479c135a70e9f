//! Windows on ordered lists as SQL: which column orders a list, where a window begins, and how the
//! rows that come back are cut into a page.

use chrono::DateTime;
use diesel::sql_types::{BigInt, Nullable, Text};

use super::fragment::{Fragment, Value, is_storable};
use crate::kernel::page::{Cursor, Key, PageRefusal, Slice, Window};

/// What a list is ordered by; rows that are equal in it are ordered by their id.
#[derive(Clone, Debug, PartialEq)]
pub struct Order {
    /// The first column or expression, of which rows may share a value; without one the id alone.
    pub by: Option<Sort>,
    /// The unique column.
    pub id: &'static str,
    /// Largest first.
    pub descending: bool,
}

/// A column or expression that rows are ordered by.
#[derive(Clone, Debug, PartialEq)]
pub struct Sort {
    /// Its SQL.
    pub sql: Fragment,
    /// The type of its values.
    pub kind: SortKind,
}

/// The type of sort values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SortKind {
    /// `bigint`
    Number,
    /// `text`, ordered bytewise
    Text,
    /// `timestamptz`
    Time,
}

/// The types of the columns that [`Order::columns`] selects.
pub type PlaceColumns = (BigInt, Nullable<BigInt>, Nullable<Text>);

/// A row's place in its list, as [`Order::columns`] selected it.
pub type Place = (i64, Option<i64>, Option<String>);

impl Order {
    /// By the id alone.
    #[must_use]
    pub fn by_id(id: &'static str) -> Self {
        Self {
            by: None,
            id,
            descending: false,
        }
    }

    /// By a column, then the id.
    #[must_use]
    pub fn by(sql: &str, kind: SortKind, id: &'static str) -> Self {
        Self::by_expression(Fragment::sql(sql), kind, id)
    }

    /// By an expression, then the id.
    #[must_use]
    pub fn by_expression(sql: Fragment, kind: SortKind, id: &'static str) -> Self {
        Self {
            by: Some(Sort { sql, kind }),
            id,
            descending: false,
        }
    }

    /// The other way round if `reverse`.
    #[must_use]
    pub fn reversed(mut self, reverse: bool) -> Self {
        self.descending ^= reverse;
        self
    }

    /// The columns that tell a row's place: the id, then the sort value as number or text.
    #[must_use]
    pub fn columns(&self) -> Fragment {
        let id = Fragment::sql(self.id);
        match &self.by {
            None => id.push(", NULL::bigint, NULL::text"),
            Some(sort) => match sort.kind {
                SortKind::Number => id
                    .push(", (")
                    .append(sort.sql.clone())
                    .push(")::bigint, NULL::text"),
                SortKind::Text => id.push(", NULL::bigint, ").append(sort.sql.clone()),
                SortKind::Time => id
                    .push(", (extract(epoch FROM ")
                    .append(sort.sql.clone())
                    .push(") * 1000000)::bigint, NULL::text"),
            },
        }
    }

    /// The cursor of a row at this place.
    #[must_use]
    pub fn cursor(&self, place: &Place) -> Cursor {
        let (id, number, text) = place;
        match (&self.by, number, text) {
            (Some(_), Some(number), _) => Cursor(vec![Key::Number(*number), Key::Number(*id)]),
            (Some(_), None, Some(text)) => Cursor(vec![Key::Text(text.clone()), Key::Number(*id)]),
            _ => Cursor::at(*id),
        }
    }

    /// The condition that rows lie inside the window; nothing when it has no bounds.
    ///
    /// # Errors
    /// [`PageRefusal::Cursor`] for a cursor of a list with another order.
    pub fn bounds(&self, window: &Window) -> Result<Vec<Fragment>, PageRefusal> {
        let (behind, before) = if self.descending {
            ("<", ">")
        } else {
            (">", "<")
        };
        let mut bounds = Vec::new();
        for (cursor, name, operator) in [
            (&window.after, "after", behind),
            (&window.before, "before", before),
        ] {
            if let Some(cursor) = cursor {
                let bound = self.bound(cursor, operator);
                bounds.push(bound.ok_or(PageRefusal::Cursor(name))?);
            }
        }
        Ok(bounds)
    }

    fn bound(&self, cursor: &Cursor, operator: &str) -> Option<Fragment> {
        let id = |id: &Key| match id {
            Key::Number(id) => Some(Value::Number(*id)),
            _ => None,
        };
        let Some(sort) = &self.by else {
            let [key] = cursor.0.as_slice() else {
                return None;
            };
            return Some(Fragment::sql(format!("{} {operator} ", self.id)).bind(id(key)?));
        };
        let [value, last] = cursor.0.as_slice() else {
            return None;
        };
        let value = match (sort.kind, value) {
            (SortKind::Number, Key::Number(number)) => Value::Number(*number),
            (SortKind::Text, Key::Text(text)) if !text.contains('\0') => Value::Text(text.clone()),
            (SortKind::Time, Key::Number(micros)) => {
                let time = DateTime::from_timestamp_micros(*micros)?;
                is_storable(time).then_some(Value::Time(time))?
            }
            _ => return None,
        };
        let left = Fragment::sql("(").append(sort.sql.clone());
        let left = left.push(format!(", {}) {operator} (", self.id));
        Some(left.bind(value).push(", ").bind(id(last)?).push(")"))
    }

    /// `ORDER BY` in the direction of the walk: from the window's end if it is counted from there.
    #[must_use]
    pub fn walk(&self, window: &Window) -> Fragment {
        let direction = if self.descending == window.from_end {
            ""
        } else {
            " DESC"
        };
        let clause = Fragment::sql(" ORDER BY ");
        let clause = match &self.by {
            Some(sort) => clause
                .append(sort.sql.clone())
                .push(format!("{direction}, ")),
            None => clause,
        };
        clause.push(format!("{}{direction}", self.id))
    }
}

/// Row limits that stand in statements.
const LIMITS: [i64; 17] = [
    1, 2, 3, 4, 5, 6, 9, 11, 13, 17, 21, 25, 31, 51, 101, 151, 251,
];

/// `LIMIT` for a window: the next larger one of a few, as text.
///
/// A limit in a bind is unknown to a plan that is kept, which then prepares for a tenth of the table;
/// the few rows that are too many are cut off with the one that tells whether others follow.
#[must_use]
pub fn limit(window: &Window) -> String {
    let wanted = window.fetch_limit();
    let limit = LIMITS.into_iter().find(|limit| *limit >= wanted);
    format!(" LIMIT {}", limit.unwrap_or(wanted))
}

/// Rows of a page with their cursors.
pub type Page<T> = Slice<(Cursor, T)>;

/// Cuts fetched rows, in the order of the walk, into a page.
#[must_use]
pub fn page<T>(order: &Order, window: &Window, rows: Vec<(Place, T)>) -> Page<T> {
    let slice = window.cut(rows);
    let row = |(place, row): (Place, T)| (order.cursor(&place), row);
    Slice {
        rows: slice.rows.into_iter().map(row).collect(),
        has_previous: slice.has_previous,
        has_next: slice.has_next,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn title() -> Order {
        Order::by("p.title_key", SortKind::Text, "p.id")
    }

    #[test]
    fn each_direction_has_its_operators() {
        let cursor = Some(Cursor(vec![Key::Text("hat".into()), Key::Number(7)]));
        let window = Window {
            after: cursor.clone(),
            before: cursor,
            ..Window::first(5)
        };
        let bounds = |order: Order| Fragment::join(order.bounds(&window).unwrap(), " AND ").text();
        assert_eq!(
            bounds(title()),
            "((p.title_key, p.id) > ($1, $2) AND (p.title_key, p.id) < ($3, $4))"
        );
        assert_eq!(
            bounds(title().reversed(true)),
            "((p.title_key, p.id) < ($1, $2) AND (p.title_key, p.id) > ($3, $4))"
        );
        let back = Window {
            from_end: true,
            ..window.clone()
        };
        assert_eq!(
            title().walk(&back).text(),
            " ORDER BY p.title_key DESC, p.id DESC"
        );
        assert_eq!(
            title().reversed(true).walk(&back).text(),
            " ORDER BY p.title_key, p.id"
        );
    }

    #[test]
    fn cursors_of_other_lists_are_refused() {
        let window = Window {
            after: Some(Cursor::at(7)),
            ..Window::first(5)
        };
        assert_eq!(title().bounds(&window), Err(PageRefusal::Cursor("after")));
        assert!(Order::by_id("p.id").bounds(&window).is_ok());
    }

    #[test]
    fn a_cursor_is_the_row_s_own_place() {
        let place = (7, None, Some("hat".to_owned()));
        assert_eq!(
            title().cursor(&place),
            Cursor(vec![Key::Text("hat".into()), Key::Number(7)])
        );
        assert_eq!(Order::by_id("p.id").cursor(&(7, None, None)), Cursor::at(7));
    }
}
