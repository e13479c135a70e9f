//! Merchants' CSVs: a header of known columns, and rows whose cells are read by their headings.

mod writer;

use std::fmt;
use std::io::Read;

use csv::{ReaderBuilder, StringRecord};

use super::Fault;

pub use writer::Writer;
pub(crate) use writer::plain;

/// Something about one row (or the header, line 1) that a merchant should know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The line on which the row begins, from 1.
    pub line: u64,
    /// The column's heading; empty when the row as a whole is meant.
    pub column: String,
    /// What is wrong with it.
    pub reason: String,
}

impl Refusal {
    pub(crate) fn new(line: u64, column: &str, reason: impl Into<String>) -> Self {
        Self {
            line,
            column: column.to_owned(),
            reason: reason.into(),
        }
    }
}

impl fmt::Display for Refusal {
    /// `line: column: reason`; the caller puts the file before it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.line)?;
        if !self.column.is_empty() {
            write!(f, "{}: ", self.column)?;
        }
        f.write_str(&self.reason)
    }
}

/// A file with one thing to a row.
pub struct Sheet<R> {
    reader: csv::Reader<R>,
    header: Vec<String>,
    ignored: Vec<String>,
}

impl<R: Read> Sheet<R> {
    /// Reads the header. Headings count in any case; those that are not `known` are ignored.
    ///
    /// # Errors
    /// The reasons against the header: a `mandatory` heading is missing, or one stands there twice.
    pub fn open(source: R, known: &[&str], mandatory: &[&str]) -> Result<Self, Vec<Refusal>> {
        let (sheet, refusals) = Self::read_header(source, known, mandatory)?;
        if refusals.is_empty() {
            Ok(sheet)
        } else {
            Err(refusals)
        }
    }

    /// As [`Sheet::open`], but a heading that is not `known` is refused, too: for files where a misspelt
    /// column would give something away.
    ///
    /// # Errors
    /// As [`Sheet::open`].
    pub fn open_strictly(
        source: R,
        known: &[&str],
        mandatory: &[&str],
    ) -> Result<Self, Vec<Refusal>> {
        let (sheet, others) = Self::read_header(source, known, mandatory)?;
        let reason = format!("is not one of the columns {}", known.join(", "));
        let unknown = sheet.ignored.iter();
        let unknown = unknown.map(|name| Refusal::new(1, name, reason.clone()));
        let refusals: Vec<Refusal> = unknown.chain(others).collect();
        if refusals.is_empty() {
            Ok(sheet)
        } else {
            Err(refusals)
        }
    }

    /// The sheet, and what is wrong with its header beside headings that are not known.
    fn read_header(
        source: R,
        known: &[&str],
        mandatory: &[&str],
    ) -> Result<(Self, Vec<Refusal>), Vec<Refusal>> {
        let mut reader = ReaderBuilder::new().flexible(true).from_reader(source);
        let headings = reader
            .headers()
            .map_err(|error| vec![Refusal::new(1, "", error.to_string())])?;
        let headings = headings
            .iter()
            .map(|name| plain(name.trim_start_matches('\u{feff}').trim()));
        let headings: Vec<String> = headings.map(str::to_owned).collect();
        let header: Vec<String> = headings.iter().map(|name| name.to_lowercase()).collect();
        let mut refusals = Vec::new();
        for (place, name) in header.iter().enumerate() {
            if !name.is_empty() && header[..place].contains(name) {
                let reason = "stands in the header twice";
                refusals.push(Refusal::new(1, &headings[place], reason));
            }
        }
        for name in mandatory {
            if !header.contains(&name.to_lowercase()) {
                refusals.push(Refusal::new(1, name, "the column is missing"));
            }
        }
        let is_known = |name: &str| known.iter().any(|known| known.eq_ignore_ascii_case(name));
        let ignored = headings.into_iter();
        let ignored = ignored.filter(|name| !name.is_empty() && !is_known(name));
        let sheet = Self {
            ignored: ignored.collect(),
            reader,
            header,
        };
        Ok((sheet, refusals))
    }

    /// Columns that mean nothing here, as they are written.
    pub fn ignored(&self) -> &[String] {
        &self.ignored
    }

    /// The next row; `None` after the last.
    ///
    /// # Errors
    /// A reason against a row that cannot be read at all; the next one may be.
    pub fn next_row(&mut self) -> Option<Result<Row<'_>, Refusal>> {
        let mut record = StringRecord::new();
        match self.reader.read_record(&mut record) {
            Ok(false) => None,
            Ok(true) => Some(Ok(Row {
                line: record.position().map_or(0, csv::Position::line),
                header: &self.header,
                record,
                refusals: Vec::new(),
            })),
            Err(error) => {
                let line = error.position().map_or(0, csv::Position::line);
                Some(Err(Refusal::new(line, "", error.to_string())))
            }
        }
    }
}

/// A row, and what has been found wrong with it.
pub struct Row<'a> {
    /// The line on which it begins, or the first of the blank ones before it.
    pub line: u64,
    header: &'a [String],
    record: StringRecord,
    refusals: Vec<Refusal>,
}

impl Row<'_> {
    /// Whether the file has the column.
    pub fn has(&self, column: &str) -> bool {
        self.place(column).is_some()
    }

    /// The trimmed text of a cell, without what [`Writer`] put in front; empty where the column is missing. One with a NUL character, which
    /// no text in the database may hold, is refused.
    pub fn text(&mut self, column: &str) -> String {
        let cell = self.place(column).and_then(|place| self.record.get(place));
        let text = plain(cell.unwrap_or_default().trim()).to_owned();
        if text.contains('\0') {
            self.refuse(column, "contains a NUL character");
            return String::new();
        }
        text
    }

    /// `yes` or `true` against `no`, `false` or a blank.
    pub fn flag(&mut self, column: &str) -> bool {
        match self.text(column).to_lowercase().as_str() {
            "yes" | "true" => true,
            "" | "no" | "false" => false,
            other => {
                self.refuse(column, format!("`{other}` is neither yes nor no"));
                false
            }
        }
    }

    /// Says what is wrong with a cell.
    pub fn refuse(&mut self, column: &str, reason: impl Into<String>) {
        self.refusals.push(Refusal::new(self.line, column, reason));
    }

    /// What was read, unless something was found wrong.
    ///
    /// # Errors
    /// All that was found wrong.
    pub fn settled<T>(self, read: T) -> Result<T, Vec<Refusal>> {
        if self.refusals.is_empty() {
            Ok(read)
        } else {
            Err(self.refusals)
        }
    }

    fn place(&self, column: &str) -> Option<usize> {
        let name = column.to_lowercase();
        self.header.iter().position(|heading| *heading == name)
    }
}

/// Why an export could not be written.
pub fn unwritten(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Fault {
    Fault::other("write the export", error)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(refusals: Vec<Refusal>) -> Vec<String> {
        refusals.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_header_is_read_in_any_case_and_refused_with_all_its_faults() {
        let text = "\u{feff}Path, TARGET ,Colour\n/a,/b,red\n";
        let mut sheet = Sheet::open(text.as_bytes(), &["Path", "Target"], &["Path"]).unwrap();
        assert_eq!(sheet.ignored(), ["Colour"]);
        let mut row = sheet.next_row().unwrap().unwrap();
        assert_eq!(
            (row.line, row.text("Path"), row.text("target")),
            (2, "/a".into(), "/b".into())
        );
        assert!(!row.has("Size"));
        assert!(sheet.next_row().is_none());

        let faults = Sheet::open("a,A,\n".as_bytes(), &["a"], &["b"])
            .err()
            .unwrap();
        assert_eq!(
            told(faults),
            [
                "1: A: stands in the header twice",
                "1: b: the column is missing"
            ]
        );
    }

    #[test]
    fn a_row_is_refused_with_all_its_faults_and_the_next_one_is_read() {
        let text = "a,b\n\0,maybe\n1,yes\n2\n";
        let mut sheet = Sheet::open(text.as_bytes(), &["a", "b"], &[]).unwrap();
        let mut row = sheet.next_row().unwrap().unwrap();
        let read = (row.text("a"), row.flag("b"));
        assert_eq!(
            told(row.settled(read).unwrap_err()),
            [
                "2: a: contains a NUL character",
                "2: b: `maybe` is neither yes nor no"
            ]
        );
        let mut row = sheet.next_row().unwrap().unwrap();
        let read = (row.text("a"), row.flag("b"));
        assert_eq!(row.settled(read).unwrap(), ("1".to_owned(), true));
        // A short row lacks its last cells.
        let mut row = sheet.next_row().unwrap().unwrap();
        let read = (row.line, row.text("a"), row.flag("b"));
        assert_eq!(row.settled(read).unwrap(), (4, "2".to_owned(), false));
    }
}
