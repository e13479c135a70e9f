//! From bytes to the rows of one product after the other.

use std::collections::HashMap;
use std::io::{Read, Seek};

use csv::{ByteRecord, Position, StringRecord};

use super::Refusal;
use super::columns::{Column, Columns};
use crate::kernel::sheet::{NOT_UTF8, Source, first_line, plain, plain_code, too_wide};
use crate::kernel::text::handleize;
use crate::kernel::{Currency, FieldHeading};

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

/// Reads a product CSV: UTF-8 or UTF-16, separated by commas, semicolons or tabs, any line ends, quoted newlines.
pub struct ProductReader<S> {
    reader: csv::Reader<Source<S>>,
    columns: Columns,
    /// What the shop's markets are paid in whose columns the file has.
    currencies: Vec<Currency>,
    notes: Vec<Refusal>,
    /// Lines before the header.
    skipped: u64,
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
        let mut reader = csv_reader(source)?;
        let (notes, skipped) = (reader.get_ref().notes(), reader.get_ref().skipped());
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
        let mut reader = csv_reader(source)?;
        read_header(&mut reader)?;
        let open = HashMap::new();
        Ok(Self {
            reader,
            columns,
            currencies: Vec::new(),
            notes,
            skipped,
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
            let line = self.skipped + first_line(&record, self.reader.position());
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

    /// What is unusual about the file, such as its separator.
    #[must_use]
    pub fn notes(&self) -> &[Refusal] {
        &self.notes
    }

    /// Reads the columns of these markets, by their names, with what their buyers pay in.
    pub fn adopt_markets(&mut self, markets: &[(&str, Currency)]) {
        let names: Vec<&str> = markets.iter().map(|(name, _)| *name).collect();
        self.columns.adopt_markets(&names);
        let currency = |name: &str| {
            let mut found = markets.iter().filter(|(market, _)| *market == name);
            found.next().map(|(_, currency)| *currency)
        };
        let columns = self.columns.markets().iter();
        self.currencies = columns
            .filter_map(|column| currency(&column.name))
            .collect();
    }

    /// The markets whose columns are read, by their names, in the order of what rows say of them.
    pub fn markets(&self) -> impl Iterator<Item = &str> {
        self.columns
            .markets()
            .iter()
            .map(|market| market.name.as_str())
    }

    /// The markets that headings name and that the shop has not.
    #[must_use]
    pub fn unknown_markets(&self) -> Vec<&str> {
        self.columns.unknown_markets()
    }

    /// Whether the file says that stock is counted, but not how much there is.
    #[must_use]
    pub fn lacks_stock(&self) -> bool {
        self.columns.has(Column::Tracker) && !self.columns.has(Column::Quantity)
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

    pub(crate) fn columns(&self) -> &Columns {
        &self.columns
    }

    pub(super) fn currencies(&self) -> &[Currency] {
        &self.currencies
    }

    fn row(&self, mut record: ByteRecord, line: u64) -> Result<StringRecord, Refusal> {
        if record.len() != self.columns.width {
            let reason = too_wide(record.len(), self.columns.width);
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
            Refusal::new(line, column, NOT_UTF8)
        })?;
        let named = |column| self.columns.index(column).and_then(|i| row.get(i));
        let says = |column| named(column).is_some_and(|cell: &str| !cell.trim().is_empty());
        if !says(Column::Handle) && !says(Column::Title) {
            let heading = self.columns.heading(Column::Handle);
            return Err(Refusal::new(line, heading, "is missing"));
        }
        Ok(read_back(&row, &self.columns))
    }
}

/// The cells as they were before an export neutralised them or a spreadsheet quoted them.
fn read_back(row: &StringRecord, columns: &Columns) -> StringRecord {
    let cell = |(index, cell): (usize, &str)| {
        let cell = cell.trim_ascii_start();
        let plain = if columns.is_code(index) {
            plain_code
        } else {
            plain
        };
        plain(cell).to_owned()
    };
    let mut cells: StringRecord = row.iter().enumerate().map(cell).collect();
    cells.set_position(row.position().cloned());
    cells
}

fn csv_reader<S: Read>(source: S) -> Result<csv::Reader<Source<S>>, Unreadable> {
    let source = Source::open(source).map_err(Unreadable::Input)?;
    Ok(csv::ReaderBuilder::new()
        .flexible(true)
        .delimiter(source.separator())
        .from_reader(source))
}

fn read_header<S: Read>(reader: &mut csv::Reader<Source<S>>) -> Result<Columns, Unreadable> {
    let header = reader.byte_headers().map_err(input)?.clone();
    let header = StringRecord::from_byte_record(header).map_err(|_not_text| {
        Unreadable::Header(vec![Refusal::new(1, "", format!("the header {NOT_UTF8}"))])
    })?;
    let header: StringRecord = header.iter().map(|heading| plain(heading.trim())).collect();
    Columns::read(&header).map_err(Unreadable::Header)
}

/// What rows are gathered by: the handle, trimmed and in lower case, or that of the title where it is blank.
fn key(columns: &Columns, record: &ByteRecord) -> Box<[u8]> {
    let cell = |column| {
        let cell = columns.index(column).and_then(|i| record.get(i));
        let cell = String::from_utf8_lossy(cell.unwrap_or_default()).into_owned();
        plain(cell.trim()).to_owned()
    };
    let handle = match cell(Column::Handle) {
        handle if handle.is_empty() => handleize(&cell(Column::Title)),
        handle => handle.to_lowercase(),
    };
    handle.into_bytes().into()
}

fn is_blank(record: &ByteRecord) -> bool {
    record.iter().all(|field| field.trim_ascii().is_empty())
}

fn input(error: csv::Error) -> Unreadable {
    Unreadable::Input(error.into())
}
