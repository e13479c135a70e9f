//! From bytes to the rows of one product after the other.

use std::collections::HashMap;
use std::io::{Read, Seek};

use csv::{ByteRecord, Position, StringRecord};

use super::Refusal;
use super::columns::{Column, Columns};
use super::lines::Lines;
use crate::kernel::FieldHeading;
use crate::kernel::sheet::plain;

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
        Refusal::new(self.line(), "", reason)
    }

    /// The line on which it begins.
    pub(crate) fn line(&self) -> u64 {
        match self.rows.first() {
            Some(Ok(row)) => row.position().map_or(0, Position::line),
            Some(Err(refusal)) => refusal.line,
            None => 0,
        }
    }
}

/// Reads a product CSV: UTF-8 with or without a byte order mark, any line ends, quoted newlines.
pub struct ProductReader<S> {
    reader: csv::Reader<Lines<S>>,
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
        let mut reader = csv_reader(source);
        let columns = read_header(&mut reader)?;
        let mut missing: HashMap<Box<[u8]>, u32> = HashMap::new();
        let mut total = 0;
        let mut record = ByteRecord::new();
        while reader.read_byte_record(&mut record).map_err(input)? {
            if !is_blank(&record) {
                *missing.entry(key(&columns, &record)).or_default() += 1;
                total += 1;
            }
        }
        let source = reader.into_inner().rewind().map_err(Unreadable::Input)?;
        let mut reader = csv_reader(source);
        read_header(&mut reader)?;
        let open = HashMap::new();
        Ok(Self {
            reader,
            columns,
            missing,
            open,
            most_open: 0,
            total,
        })
    }

    /// The rows of the next product whose rows are complete; `None` at the end.
    ///
    /// # Errors
    /// When reading fails.
    pub fn next_group(&mut self) -> Result<Option<Group>, std::io::Error> {
        loop {
            let mut record = ByteRecord::new();
            if !self.reader.read_byte_record(&mut record)? {
                return Ok(None);
            }
            if is_blank(&record) {
                continue;
            }
            let line = first_line(&record, self.reader.position());
            let key = key(&self.columns, &record);
            let row = self.row(record, line);
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

    /// Headings of the columns that hold fields which the merchant added, in the file's order.
    #[must_use]
    pub fn field_columns(&self) -> Vec<FieldHeading> {
        let fields = self.columns.fields().iter();
        fields.map(|field| field.heading.clone()).collect()
    }

    /// How many unfinished products were held at once, at most.
    #[must_use]
    pub fn most_open(&self) -> usize {
        self.most_open
    }

    pub(super) fn columns(&self) -> &Columns {
        &self.columns
    }

    fn row(&self, mut record: ByteRecord, line: u64) -> Result<StringRecord, Refusal> {
        if record.len() != self.columns.width {
            let reason = format!(
                "the row has {} fields, the header {}: a quote or comma may be missing",
                record.len(),
                self.columns.width
            );
            return Err(Refusal::new(line, "", reason));
        }
        let mut position = Position::new();
        position.set_line(line);
        record.set_position(Some(position));
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
        Ok(read_back(&row))
    }
}

/// The cells as they were before an export neutralised them.
fn read_back(row: &StringRecord) -> StringRecord {
    let mut cells: StringRecord = row.iter().map(plain).collect();
    cells.set_position(row.position().cloned());
    cells
}

fn csv_reader<S: Read>(source: S) -> csv::Reader<Lines<S>> {
    csv::ReaderBuilder::new()
        .flexible(true)
        .from_reader(Lines::new(source))
}

fn read_header<S: Read>(reader: &mut csv::Reader<Lines<S>>) -> Result<Columns, Unreadable> {
    let header = reader.byte_headers().map_err(input)?.clone();
    let header = StringRecord::from_byte_record(header).map_err(|_| {
        Unreadable::Header(vec![Refusal::new(1, "", "the header is not valid UTF-8")])
    })?;
    Columns::read(&read_back(&header)).map_err(Unreadable::Header)
}

/// What rows are gathered by: the handle, trimmed and in lower case.
fn key(columns: &Columns, record: &ByteRecord) -> Box<[u8]> {
    let handle = columns.index(Column::Handle).and_then(|i| record.get(i));
    let handle = String::from_utf8_lossy(handle.unwrap_or_default());
    handle.trim().to_lowercase().into_bytes().into()
}

/// The line on which a record begins that ends just before `after`. The reader's own answer would
/// be that of blank lines before the record.
fn first_line(record: &ByteRecord, after: &Position) -> u64 {
    let newlines = record
        .iter()
        .flatten()
        .filter(|byte| **byte == b'\n')
        .count();
    after.line().saturating_sub(
        u64::try_from(newlines)
            .unwrap_or(u64::MAX)
            .saturating_add(1),
    )
}

fn is_blank(record: &ByteRecord) -> bool {
    record.iter().all(|field| field.trim_ascii().is_empty())
}

fn input(error: csv::Error) -> Unreadable {
    Unreadable::Input(error.into())
}
