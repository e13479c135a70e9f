//! From bytes to the rows of one product after the other.

use std::collections::HashMap;
use std::io::{Read, Seek};

use csv::{ByteRecord, Position, StringRecord};

use super::Refusal;
use super::columns::{Column, Columns};

/// Why a file cannot be read at all.
#[derive(Debug)]
pub enum Unreadable {
    /// The header is not one of a product CSV; what is wrong with it.
    Header(Vec<Refusal>),
    /// Reading failed.
    Input(std::io::Error),
}

/// All rows of one product.
#[derive(Debug, Default)]
pub struct Group {
    /// The rows in the file's order; those that could not be read come with the reason.
    pub(super) rows: Vec<Result<StringRecord, Refusal>>,
}

impl Group {
    /// The rows in the file's order.
    pub fn rows(&self) -> &[Result<StringRecord, Refusal>] {
        &self.rows
    }

    /// A reason against the product as a whole, on its first line.
    #[must_use]
    pub fn refuse(&self, reason: &str) -> Refusal {
        let line = match self.rows.first() {
            Some(Ok(row)) => row.position().map_or(0, Position::line),
            Some(Err(refusal)) => refusal.line,
            None => 0,
        };
        Refusal::new(line, "", reason)
    }
}

/// Reads a product CSV: UTF-8 with or without a byte order mark, any line ends, quoted newlines.
pub struct ProductReader<S> {
    reader: csv::Reader<S>,
    columns: Columns,
    /// Rows of each handle that have not come yet.
    missing: HashMap<Box<[u8]>, u32>,
    /// Products of which some rows have come.
    open: HashMap<Box<[u8]>, Group>,
    most_open: usize,
    total: u64,
}

impl<S: Read + Seek> ProductReader<S> {
    /// Reads the header and counts the rows of each handle.
    ///
    /// # Errors
    /// [`Unreadable`] for a header without the mandatory columns, and when reading fails.
    pub fn open(source: S) -> Result<Self, Unreadable> {
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(source);
        let header = reader.byte_headers().map_err(input)?.clone();
        let header = StringRecord::from_byte_record(header).map_err(|_| {
            Unreadable::Header(vec![Refusal::new(1, "", "the header is not valid UTF-8")])
        })?;
        let columns = Columns::read(&header).map_err(Unreadable::Header)?;
        let begin: Position = reader.position().clone();
        let mut this = Self {
            reader,
            columns,
            missing: HashMap::new(),
            open: HashMap::new(),
            most_open: 0,
            total: 0,
        };
        let mut record = ByteRecord::new();
        while this.reader.read_byte_record(&mut record).map_err(input)? {
            if !is_blank(&record) {
                *this.missing.entry(this.key(&record)).or_default() += 1;
                this.total += 1;
            }
        }
        this.reader.seek(begin).map_err(input)?;
        Ok(this)
    }

    /// The rows of the next product whose rows are complete; `None` at the end.
    ///
    /// # Errors
    /// When reading fails.
    pub fn next_group(&mut self) -> Result<Option<Group>, std::io::Error> {
        let mut record = ByteRecord::new();
        loop {
            match self.reader.read_byte_record(&mut record) {
                Ok(true) => {}
                Ok(false) => return Ok(None),
                Err(error) => return Err(error.into()),
            }
            if is_blank(&record) {
                continue;
            }
            let key = self.key(&record);
            let row = self.row(std::mem::take(&mut record));
            let missing = self.missing.get_mut(&key).map_or(0, |count| {
                *count = count.saturating_sub(1);
                *count
            });
            self.open.entry(key.clone()).or_default().rows.push(row);
            self.most_open = self.most_open.max(self.open.len());
            if missing == 0 {
                self.missing.remove(&key);
                return Ok(self.open.remove(&key));
            }
        }
    }

    /// Rows of the file, without the header and blank ones.
    #[must_use]
    pub fn total_rows(&self) -> u64 {
        self.total
    }

    /// Headings that mean nothing to the import.
    #[must_use]
    pub fn ignored_columns(&self) -> &[String] {
        &self.columns.ignored
    }

    /// How many unfinished products were held at once, at most.
    #[must_use]
    pub fn most_open(&self) -> usize {
        self.most_open
    }

    pub(super) fn columns(&self) -> &Columns {
        &self.columns
    }

    /// What rows are gathered by: the handle, trimmed and in lower case.
    fn key(&self, record: &ByteRecord) -> Box<[u8]> {
        let handle = self
            .columns
            .index(Column::Handle)
            .and_then(|i| record.get(i));
        let handle = String::from_utf8_lossy(handle.unwrap_or_default());
        handle.trim().to_lowercase().into_bytes().into()
    }

    fn row(&self, record: ByteRecord) -> Result<StringRecord, Refusal> {
        let line = record.position().map_or(0, Position::line);
        if record.len() != self.columns.width {
            let reason = format!(
                "the row has {} fields, the header {}: a quote or comma may be missing",
                record.len(),
                self.columns.width
            );
            return Err(Refusal::new(line, "", reason));
        }
        let row = StringRecord::from_byte_record(record).map_err(|error| {
            let column = self
                .columns
                .name_at(error.utf8_error().field())
                .unwrap_or("");
            Refusal::new(line, column, "is not valid UTF-8: save the file as UTF-8")
        })?;
        let handle = self.columns.index(Column::Handle).and_then(|i| row.get(i));
        if handle.unwrap_or_default().trim().is_empty() {
            return Err(Refusal::new(line, Column::Handle.name(), "is missing"));
        }
        Ok(row)
    }
}

fn is_blank(record: &ByteRecord) -> bool {
    record.iter().all(|field| field.trim_ascii().is_empty())
}

fn input(error: csv::Error) -> Unreadable {
    Unreadable::Input(error.into())
}
