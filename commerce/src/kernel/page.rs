//! Keyset pagination: which rows a caller wants, and what is known about their neighbours.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// The most rows that one connection answers (the contract's limit).
pub const MAX_ROWS: i32 = 250;

/// A place in an ordered list: the sort values of one row, the last of them unique.
#[derive(Clone, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub struct Cursor(pub Vec<Key>);

/// One sort value of a row.
#[derive(Clone, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(untagged)]
pub enum Key {
    /// A number: an id, a position, an amount, microseconds.
    Number(i64),
    /// A text: a title, a handle.
    Text(String),
    /// No value.
    Nothing,
}

const VERSION: &str = "1";

impl Cursor {
    /// The place of a row that is ordered by its number alone.
    #[must_use]
    pub fn at(number: i64) -> Self {
        Self(vec![Key::Number(number)])
    }

    /// The opaque text that clients keep.
    #[must_use]
    pub fn encode(&self) -> String {
        let json = serde_json::to_vec(&self.0).unwrap_or_default();
        format!("{VERSION}{}", URL_SAFE_NO_PAD.encode(json))
    }

    /// Reads what [`Cursor::encode`] wrote; `None` for anything else.
    #[must_use]
    pub fn decode(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text.strip_prefix(VERSION)?).ok()?;
        serde_json::from_slice(&bytes).ok().map(Self)
    }

    /// The numbers in this cursor, when it holds nothing else.
    #[must_use]
    pub fn numbers(&self) -> Option<Vec<i64>> {
        let number = |key: &Key| {
            if let Key::Number(n) = key {
                Some(*n)
            } else {
                None
            }
        };
        self.0.iter().map(number).collect()
    }
}

/// Which rows of an ordered list are wanted.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Window {
    /// At most so many rows, 1 to 250, or 0 for none.
    pub limit: i64,
    /// Counted from the end of the list instead of its beginning.
    pub from_end: bool,
    /// Only rows behind this place.
    pub after: Option<Cursor>,
    /// Only rows before this place.
    pub before: Option<Cursor>,
}

/// Why page arguments were refused.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
pub enum PageRefusal {
    /// Neither `first` nor `last`.
    #[error("give `first` or `last` to say how many are wanted")]
    Unbounded,
    /// Both.
    #[error("give either `first` or `last`, not both")]
    TwoEnds,
    /// Out of range.
    #[error("`{0}` must be between 0 and 250")]
    Limit(&'static str),
    /// Not a cursor of this list.
    #[error("`{0}` is not a cursor of this list; use one that it returned")]
    Cursor(&'static str),
}

impl Window {
    /// The most rows that it shows.
    #[must_use]
    pub fn most(&self) -> u64 {
        u64::try_from(self.limit).unwrap_or_default()
    }

    /// The first `limit` rows.
    #[must_use]
    pub fn first(limit: i64) -> Self {
        Self {
            limit,
            from_end: false,
            after: None,
            before: None,
        }
    }

    /// Reads the four arguments of a connection field.
    ///
    /// # Errors
    /// [`PageRefusal`] names the argument.
    pub fn from_arguments(
        first: Option<i32>,
        after: Option<&str>,
        last: Option<i32>,
        before: Option<&str>,
    ) -> Result<Self, PageRefusal> {
        let (count, name, from_end) = match (first, last) {
            (None, None) => return Err(PageRefusal::Unbounded),
            (Some(_), Some(_)) => return Err(PageRefusal::TwoEnds),
            (Some(count), None) => (count, "first", false),
            (None, Some(count)) => (count, "last", true),
        };
        if !(0..=MAX_ROWS).contains(&count) {
            return Err(PageRefusal::Limit(name));
        }
        let cursor = |text: Option<&str>, name| match text {
            Some(text) => Cursor::decode(text)
                .map(Some)
                .ok_or(PageRefusal::Cursor(name)),
            None => Ok(None),
        };
        Ok(Self {
            limit: i64::from(count),
            from_end,
            after: cursor(after, "after")?,
            before: cursor(before, "before")?,
        })
    }

    /// How many rows to ask the database for: one more than wanted tells whether others follow.
    #[must_use]
    pub fn fetch_limit(&self) -> i64 {
        self.limit + 1
    }

    /// Cuts what [`Window::fetch_limit`] fetched, in the order of the walk (backwards for
    /// `from_end`), into the rows of the list's own order.
    #[must_use]
    pub fn cut<T>(&self, mut rows: Vec<T>) -> Slice<T> {
        let wanted = usize::try_from(self.limit).unwrap_or(0);
        let more = rows.len() > wanted;
        rows.truncate(wanted);
        if self.from_end {
            rows.reverse();
            Slice {
                rows,
                has_previous: more,
                has_next: self.before.is_some(),
            }
        } else {
            Slice {
                rows,
                has_previous: self.after.is_some(),
                has_next: more,
            }
        }
    }

    /// The wanted rows of a list that is in memory as a whole; `place` gives a row's number in it.
    #[must_use]
    pub fn cut_whole<T>(&self, rows: Vec<T>, place: impl Fn(&T) -> i64) -> Slice<T> {
        let bound = |c: &Option<Cursor>| {
            c.as_ref()
                .and_then(Cursor::numbers)
                .and_then(|n| n.last().copied())
        };
        let (after, before) = (bound(&self.after), bound(&self.before));
        let inside = |row: &T| {
            let at = place(row);
            after.is_none_or(|a| at > a) && before.is_none_or(|b| at < b)
        };
        let mut rows: Vec<T> = rows.into_iter().filter(inside).collect();
        if self.from_end {
            rows.reverse();
        }
        self.cut(rows)
    }
}

/// Some rows of a list and whether it goes on at either end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slice<T> {
    /// The rows in the list's order.
    pub rows: Vec<T>,
    /// Whether rows stand before the first of these.
    pub has_previous: bool,
    /// Whether rows follow the last of these.
    pub has_next: bool,
}

impl<T> Default for Slice<T> {
    fn default() -> Self {
        Self {
            rows: Vec::new(),
            has_previous: false,
            has_next: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_survive_the_journey() {
        let cursor = Cursor(vec![Key::Text("Ä".into()), Key::Nothing, Key::Number(-3)]);
        assert_eq!(Cursor::decode(&cursor.encode()), Some(cursor));
        for bad in ["", "1", "1!!", "2W10", "eyJ"] {
            assert_eq!(Cursor::decode(bad), None, "{bad}");
        }
    }

    #[test]
    fn both_directions_know_their_neighbours() {
        let rows = vec![1i64, 2, 3, 4, 5];
        let at = |row: &i64| *row;
        let page = Window::from_arguments(Some(2), Some(&Cursor::at(1).encode()), None, None);
        let slice = page.unwrap().cut_whole(rows.clone(), at);
        assert_eq!(
            slice,
            Slice {
                rows: vec![2, 3],
                has_previous: true,
                has_next: true
            }
        );
        let page = Window::from_arguments(None, None, Some(2), Some(&Cursor::at(3).encode()));
        let slice = page.unwrap().cut_whole(rows.clone(), at);
        assert_eq!(
            slice,
            Slice {
                rows: vec![1, 2],
                has_previous: false,
                has_next: true
            }
        );
        let slice = Window::first(5).cut_whole(rows, at);
        assert_eq!(
            slice,
            Slice {
                rows: vec![1, 2, 3, 4, 5],
                has_previous: false,
                has_next: false
            }
        );
    }

    #[test]
    fn arguments_are_checked() {
        let window = |f, l| Window::from_arguments(f, None, l, None);
        assert_eq!(window(None, None), Err(PageRefusal::Unbounded));
        assert_eq!(window(Some(1), Some(1)), Err(PageRefusal::TwoEnds));
        assert_eq!(window(Some(251), None), Err(PageRefusal::Limit("first")));
        assert_eq!(window(None, Some(-1)), Err(PageRefusal::Limit("last")));
    }
}
