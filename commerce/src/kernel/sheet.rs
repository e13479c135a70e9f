//! Merchants' CSVs: a header of known columns, and rows whose cells are read by their headings.

mod source;
mod writer;

use std::fmt;
use std::io::Read;

use csv::{ByteRecord, Position, ReaderBuilder, StringRecord};

use super::Fault;

pub(crate) use source::Source;
pub use writer::{Writer, code};
pub(crate) use writer::{plain, plain_code};

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

/// The columns that a kind of file may have.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    /// The headings, as they are written here.
    pub columns: &'a [&'a str],
    /// Other headings, each with the one that it stands for, which is read as those of `columns` are. The first that a file has
    /// counts where it has not the heading itself.
    pub aliases: &'a [(&'a str, &'a str)],
    /// Those without which a file cannot be read.
    pub mandatory: &'a [&'a str],
}

/// A file with one thing to a row.
pub struct Sheet<R> {
    reader: csv::Reader<Source<R>>,
    /// The column that each place of a row has, in lower case; empty for one that means nothing here.
    header: Vec<String>,
    /// The headings as the file spells them.
    headings: Vec<String>,
    ignored: Vec<String>,
    notes: Vec<Refusal>,
    skipped: u64,
}

impl<R: Read> Sheet<R> {
    /// Reads the header. Headings count in any case; those that are not `known` are ignored.
    ///
    /// # Errors
    /// The reasons against the header: a mandatory heading is missing, or one stands there twice.
    pub fn open(source: R, known: &Known<'_>) -> Result<Self, Vec<Refusal>> {
        let (sheet, refusals) = Self::read_header(source, known)?;
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
    pub fn open_strictly(source: R, known: &Known<'_>) -> Result<Self, Vec<Refusal>> {
        let (sheet, others) = Self::read_header(source, known)?;
        let reason = format!("is not one of the columns {}", known.columns.join(", "));
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
    fn read_header(source: R, known: &Known<'_>) -> Result<(Self, Vec<Refusal>), Vec<Refusal>> {
        let unread = |reason: String| vec![Refusal::new(1, "", reason)];
        let source = Source::open(source).map_err(|error| unread(error.to_string()))?;
        let (notes, skipped) = (source.notes(), source.skipped());
        let mut reader = ReaderBuilder::new()
            .flexible(true)
            .delimiter(source.separator())
            .from_reader(source);
        let headings = reader
            .byte_headers()
            .map_err(|error| unread(error.to_string()))?;
        let headings = StringRecord::from_byte_record(headings.clone())
            .map_err(|_not_text| unread(format!("the header {NOT_UTF8}")))?;
        let headings: Vec<String> = headings
            .iter()
            .map(|name| plain(name.trim()).to_owned())
            .collect();
        let mut header: Vec<String> = headings.iter().map(|name| name.to_lowercase()).collect();
        let mut refusals = Vec::new();
        for (place, name) in header.iter().enumerate() {
            if !name.is_empty() && header[..place].contains(name) {
                let reason = "stands in the header twice";
                refusals.push(Refusal::new(1, &headings[place], reason));
            }
        }
        for (alias, column) in known.aliases {
            let (alias, column) = (alias.to_lowercase(), column.to_lowercase());
            if !header.contains(&column)
                && let Some(place) = header.iter().position(|name| *name == alias)
            {
                header[place] = column;
            }
        }
        for name in known.mandatory {
            if !header.contains(&name.to_lowercase()) {
                refusals.push(Refusal::new(1, name, "the column is missing"));
            }
        }
        let is_known = |name: &String| {
            let others = known.aliases.iter().map(|(_, column)| column);
            let mut columns = known.columns.iter().chain(others);
            columns.any(|known| known.eq_ignore_ascii_case(name))
        };
        let ignored = header.iter().zip(&headings);
        let ignored = ignored.filter(|(name, _)| !name.is_empty() && !is_known(name));
        let sheet = Self {
            ignored: ignored.map(|(_, heading)| heading.clone()).collect(),
            reader,
            header,
            headings,
            notes,
            skipped,
        };
        Ok((sheet, refusals))
    }

    /// Columns that mean nothing here, as they are written.
    pub fn ignored(&self) -> &[String] {
        &self.ignored
    }

    /// What is unusual about the file, such as its separator.
    pub fn notes(&self) -> &[Refusal] {
        &self.notes
    }

    /// Whether the file has the column.
    pub fn has(&self, column: &str) -> bool {
        self.header.contains(&column.to_lowercase())
    }

    /// The next row; `None` after the last.
    ///
    /// # Errors
    /// A reason against a row that cannot be read at all; the next one may be.
    pub fn next_row(&mut self) -> Option<Result<Row<'_>, Refusal>> {
        let mut record = ByteRecord::new();
        match self.reader.read_byte_record(&mut record) {
            Ok(false) => None,
            Ok(true) => {
                let line = self.skipped + first_line(&record, self.reader.position());
                Some(self.row(record, line))
            }
            Err(error) => {
                let line = error.position().map_or(0, Position::line);
                Some(Err(Refusal::new(line, "", error.to_string())))
            }
        }
    }

    fn row(&self, record: ByteRecord, line: u64) -> Result<Row<'_>, Refusal> {
        let width = self.header.len();
        let mut beyond = record.iter().skip(width);
        if beyond.any(|cell| !cell.trim_ascii().is_empty()) {
            let reason = too_wide(record.len(), width);
            return Err(Refusal::new(line, "", reason));
        }
        let record = StringRecord::from_byte_record(record).map_err(|error| {
            let place = error.utf8_error().field();
            let column = self.headings.get(place).map_or("", String::as_str);
            Refusal::new(line, column, NOT_UTF8)
        })?;
        Ok(Row {
            line,
            header: &self.header,
            headings: &self.headings,
            record,
            refusals: Vec::new(),
        })
    }
}

/// What is said of cells that are no text.
pub(crate) const NOT_UTF8: &str =
    "is not valid UTF-8, but may be Windows-1252: save the file as UTF-8";

/// What is said of a row that is wider than the header, or narrower where this matters.
pub(crate) fn too_wide(row: usize, header: usize) -> String {
    format!("the row has {row} fields, the header {header}: a quote or comma may be missing")
}

/// The line on which a record begins that ends just before `after`. The reader's own answer would
/// be that of blank lines before the record.
pub(crate) fn first_line(record: &ByteRecord, after: &Position) -> u64 {
    let newlines = record.iter().flatten().filter(|byte| **byte == b'\n');
    let lines = u64::try_from(newlines.count()).unwrap_or(u64::MAX);
    after.line().saturating_sub(lines.saturating_add(1))
}

/// A row, and what has been found wrong with it.
pub struct Row<'a> {
    /// The line on which it begins.
    pub line: u64,
    header: &'a [String],
    headings: &'a [String],
    record: StringRecord,
    refusals: Vec<Refusal>,
}

impl Row<'_> {
    /// Whether the file has the column.
    pub fn has(&self, column: &str) -> bool {
        self.place(column).is_some()
    }

    /// The trimmed text of a cell, without the apostrophe that [`Writer`] or a spreadsheet put in front; empty where the
    /// column is missing. One with a NUL character, which no text in the database may hold, is refused.
    pub fn text(&mut self, column: &str) -> String {
        self.cell(column, plain)
    }

    /// The cell of a code: no apostrophe in front of it is its own.
    pub fn code(&mut self, column: &str) -> String {
        self.cell(column, plain_code)
    }

    fn cell(&mut self, column: &str, plain: fn(&str) -> &str) -> String {
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

    /// Whether all its cells are blank.
    pub fn is_blank(&self) -> bool {
        self.record.iter().all(|cell| cell.trim().is_empty())
    }

    /// Says what is wrong with a cell, under the heading that the file has for its column.
    pub fn refuse(&mut self, column: &str, reason: impl Into<String>) {
        let heading = self.place(column).map(|place| &self.headings[place]);
        let heading = heading.filter(|heading| !heading.eq_ignore_ascii_case(column));
        let column = heading.map_or(column, String::as_str);
        self.refusals.push(Refusal::new(self.line, column, reason));
    }

    /// Whether something was found wrong with it.
    pub fn is_refused(&self) -> bool {
        !self.refusals.is_empty()
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

    fn known<'a>(columns: &'a [&'a str], mandatory: &'a [&'a str]) -> Known<'a> {
        Known {
            columns,
            aliases: &[],
            mandatory,
        }
    }

    fn told(refusals: Vec<Refusal>) -> Vec<String> {
        refusals.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_header_is_read_in_any_case_and_refused_with_all_its_faults() {
        let text = "\u{feff}Path, TARGET ,Colour\n/a,/b,red\n";
        let mut sheet =
            Sheet::open(text.as_bytes(), &known(&["Path", "Target"], &["Path"])).unwrap();
        assert_eq!(sheet.ignored(), ["Colour"]);
        let mut row = sheet.next_row().unwrap().unwrap();
        assert_eq!(
            (row.line, row.text("Path"), row.text("target")),
            (2, "/a".into(), "/b".into())
        );
        assert!(!row.has("Size"));
        assert!(sheet.next_row().is_none());

        let faults = Sheet::open("a,A,\n".as_bytes(), &known(&["a"], &["b"]))
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
        let mut sheet = Sheet::open(text.as_bytes(), &known(&["a", "b"], &[])).unwrap();
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

    #[test]
    fn lines_are_those_of_the_file_whatever_is_quoted_or_blank() {
        let text = "a;b\r\n\r\n\"1\r\n2\";x\r\n3;y\r\n\r\n4;z;w\r\n5;\r\n";
        let text = [text.as_bytes(), b"caf\xe9;u\r\n6;v"].concat();
        let mut sheet = Sheet::open(text.as_slice(), &known(&["a", "b"], &[])).unwrap();
        let notes = sheet.notes().iter().map(ToString::to_string);
        assert_eq!(
            notes.collect::<Vec<_>>(),
            ["1: the columns are separated by semicolons"]
        );
        let mut seen = Vec::new();
        while let Some(row) = sheet.next_row() {
            seen.push(match row {
                Ok(mut row) => {
                    let line = row.line;
                    format!("{line}: {}", row.text("a"))
                }
                Err(refusal) => refusal.to_string(),
            });
        }
        assert_eq!(
            seen,
            [
                "3: 1\n2",
                "5: 3",
                "7: the row has 3 fields, the header 2: a quote or comma may be missing",
                "8: 5",
                "9: a: is not valid UTF-8, but may be Windows-1252: save the file as UTF-8",
                "10: 6",
            ]
        );
    }

    #[test]
    fn other_headings_stand_for_columns_that_the_file_has_not() {
        let known = Known {
            columns: &["Code", "Name"],
            aliases: &[("Key", "Code"), ("Id", "Code"), ("Title", "Name")],
            mandatory: &["Code"],
        };
        let text = "Id,KEY,Name,Title\n1,'02,n,t\n";
        let mut sheet = Sheet::open(text.as_bytes(), &known).unwrap();
        assert_eq!(sheet.ignored(), ["Id", "Title"]);
        let mut row = sheet.next_row().unwrap().unwrap();
        assert_eq!(
            (row.code("Code"), row.text("Name")),
            ("02".into(), "n".into())
        );
        row.refuse("Code", "is wrong");
        assert_eq!(told(row.settled(()).unwrap_err()), ["2: KEY: is wrong"]);
    }
}
