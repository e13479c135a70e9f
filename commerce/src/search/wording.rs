//! What a buyer typed into a search field, and the words of the shop that may be meant by it.

use diesel::sql_query;
use diesel::sql_types::{Bool, Integer, Nullable, Text};
use diesel_async::RunQueryDsl;

use super::spelling::{distance, tolerated};
use crate::db::Conn;
use crate::db::sql::cached;
use crate::kernel::Fault;

/// Characters that a text may have.
pub const MAX_LENGTH: usize = 1_000;

/// Words of a text that count; `words.sql` reads no more.
pub const WORDS: usize = 32;

/// Words that a mistyped one is replaced by at most.
const GUESSES: usize = 5;

/// The text is too long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`query` must not be longer than {MAX_LENGTH} characters")]
pub struct TooLong;

/// A text to look for, word by word. What stands in it is folded by the database's `plain`, so that
/// it holds letters and digits only.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wording {
    /// The text as typed, in lower case.
    typed: String,
    words: Vec<Word>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Word {
    typed: String,
    /// Other words of the shop that do as well.
    others: Vec<String>,
    /// Whether any word that begins so does as well.
    begins: bool,
    /// A word that says nothing ("for", "the").
    filler: bool,
}

/// A word, whether it is a beginning, whether it is a filler, and what may be meant by it.
type Row = (
    String,
    bool,
    bool,
    Option<String>,
    Option<i32>,
    Option<bool>,
);

/// Reads a text; the last word may be the beginning of one if `prefix`. Only the first 32 words count.
///
/// # Errors
/// A [`Fault`] of the database.
pub async fn read(conn: &mut Conn, text: &str, prefix: bool) -> Result<Wording, Fault> {
    type Columns = (
        Text,
        Bool,
        Bool,
        Nullable<Text>,
        Nullable<Integer>,
        Nullable<Bool>,
    );
    let text = text.replace('\0', " ");
    // Nobody types on after a space.
    let begins = prefix && !text.ends_with(char::is_whitespace);
    let query = sql_query(include_str!("../../sql/search/words.sql"))
        .bind::<Text, _>(&text)
        .bind::<Bool, _>(begins);
    let rows: Vec<Row> = cached::<Columns, _>(query).load(conn).await?;
    Ok(Wording::new(text.trim().to_lowercase(), rows))
}

impl Wording {
    fn new(typed: String, rows: Vec<Row>) -> Self {
        let mut words: Vec<Word> = Vec::new();
        let mut guesses: Vec<(usize, String)> = Vec::new();
        let mut rows = rows.into_iter().peekable();
        while let Some((word, begins, filler, other, _, mistyped)) = rows.next() {
            // The same word twice is one; its rows would only be the same again.
            if words.last().is_none_or(|last| last.typed != word) {
                words.push(Word {
                    typed: word.clone(),
                    others: Vec::new(),
                    begins,
                    filler,
                });
            }
            match (other, mistyped) {
                (Some(other), Some(true)) => {
                    let away = distance(&word, &other);
                    if away <= tolerated(&word) {
                        guesses.push((away, other));
                    }
                }
                (Some(other), _) => words.last_mut().into_iter().for_each(|last| {
                    last.others.push(other.clone());
                }),
                (None, _) => {}
            }
            let is_last = rows.peek().is_none_or(|next| next.0 != word);
            if let (true, Some(last)) = (is_last, words.last_mut()) {
                last.others.extend(likeliest(&word, &mut guesses));
            }
        }
        // A text of nothing but fillers means them.
        if words.iter().any(|word| !word.filler) {
            words.retain(|word| !word.filler || word.begins);
        }
        Self { typed, words }
    }

    /// Whether there is nothing to look for.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.words.is_empty()
    }

    /// The text as typed, in lower case.
    #[must_use]
    pub fn typed(&self) -> &str {
        &self.typed
    }

    /// The words as typed, without accents, and whether the last may be a beginning.
    pub fn words(&self) -> impl Iterator<Item = (&str, bool)> {
        self.words
            .iter()
            .map(|word| (word.typed.as_str(), word.begins))
    }

    /// What must be found, for `to_tsquery`: each word in one of its forms. `weights` says in which parts
    /// of a row; everywhere if it is empty.
    #[must_use]
    pub fn all(&self, weights: &str) -> String {
        let words = self.words.iter().map(|word| word.any(weights));
        words.collect::<Vec<_>>().join(" & ")
    }

    /// As [`Wording::all`], for the words before the last.
    #[must_use]
    pub fn all_but_last(&self) -> String {
        let before = self.words.len().saturating_sub(1);
        let words = self.words.iter().take(before).map(|word| word.any(""));
        words.collect::<Vec<_>>().join(" & ")
    }

    /// Any of the words in any form.
    #[must_use]
    pub fn any(&self) -> String {
        let words = self.words.iter().map(|word| word.any(""));
        words.collect::<Vec<_>>().join(" | ")
    }

    /// Any of the words exactly as typed.
    #[must_use]
    pub fn exact(&self) -> String {
        let words = self.words.iter().map(|word| quoted(&word.typed, false, ""));
        words.collect::<Vec<_>>().join(" | ")
    }

    /// The words one after the other in a title.
    #[must_use]
    pub fn phrase(&self) -> String {
        let words = self.words.iter();
        let words = words.map(|word| quoted(&word.typed, word.begins, "A"));
        words.collect::<Vec<_>>().join(" <-> ")
    }
}

impl Word {
    fn any(&self, weights: &str) -> String {
        let mut forms = vec![quoted(&self.typed, self.begins, weights)];
        forms.extend(self.others.iter().map(|word| quoted(word, false, weights)));
        format!("({})", forms.join(" | "))
    }
}

/// A word for `to_tsquery`; it holds letters and digits only, and still is quoted as if it did not.
fn quoted(word: &str, begins: bool, weights: &str) -> String {
    let escaped = word.replace('\\', "\\\\").replace('\'', "''");
    match (begins, weights) {
        (false, "") => format!("'{escaped}'"),
        (true, _) => format!("'{escaped}':*{weights}"),
        (false, _) => format!("'{escaped}':{weights}"),
    }
}

/// The guesses that are the least away; those that begin alike and are the most frequent come first.
fn likeliest(word: &str, guesses: &mut Vec<(usize, String)>) -> Vec<String> {
    let least = guesses.iter().map(|(away, _)| *away).min();
    let begins_alike = |other: &str| other.chars().next() == word.chars().next();
    let (alike, others): (Vec<_>, Vec<_>) = guesses
        .drain(..)
        .filter(|(away, _)| Some(*away) == least)
        .map(|(_, other)| other)
        .partition(|other| begins_alike(other));
    alike.into_iter().chain(others).take(GUESSES).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(word: &str, begins: bool, filler: bool, other: Option<(&str, bool)>) -> Row {
        let (other, mistyped) = other.unzip();
        (
            word.to_owned(),
            begins,
            filler,
            other.map(str::to_owned),
            Some(1),
            mistyped,
        )
    }

    #[test]
    fn each_word_is_wanted_in_one_of_its_forms() {
        let wording = Wording::new(
            "red mugs".to_owned(),
            vec![
                row("red", false, false, None),
                row("mugs", true, false, Some(("mug", false))),
            ],
        );
        assert_eq!(wording.all(""), "('red') & ('mugs':* | 'mug')");
        assert_eq!(wording.all("AB"), "('red':AB) & ('mugs':*AB | 'mug':AB)");
        assert_eq!(wording.any(), "('red') | ('mugs':* | 'mug')");
        assert_eq!(wording.exact(), "'red' | 'mugs'");
        assert_eq!(wording.phrase(), "'red':A <-> 'mugs':*A");
    }

    #[test]
    fn guesses_are_the_nearest_words() {
        let wording = Wording::new(
            "shrit".to_owned(),
            vec![
                row("shrit", false, false, Some(("short", true))),
                row("shrit", false, false, Some(("shirt", true))),
                row("shrit", false, false, Some(("spirit", true))),
            ],
        );
        assert_eq!(wording.all(""), "('shrit' | 'shirt')");
    }

    #[test]
    fn fillers_count_only_alone() {
        let filler = |word| row(word, false, true, None);
        let wording = Wording::new(
            String::new(),
            vec![filler("for"), row("men", false, false, None)],
        );
        assert_eq!(wording.all(""), "('men')");
        let wording = Wording::new(String::new(), vec![filler("the"), filler("who")]);
        assert_eq!(wording.all(""), "('the') & ('who')");
    }
}
