//! Cells as they are written, so that no spreadsheet takes text for a formula, and as they are read back.
//!
//! A spreadsheet computes a cell that begins with `=`, `+`, `-`, `@` or a control character, whoever wrote it: a
//! buyer's name or a merchant's tag. Such a cell gets an apostrophe in front, which spreadsheets read as "text", and loses it
//! again on import. So does a number that a spreadsheet or another shop kept as text in this way: a barcode, a postal code, a
//! telephone number. A cell that has apostrophes of its own in front gets one more, so that every cell reads back as it was.

use std::borrow::Cow;
use std::io::Write;

use super::unwritten;
use crate::kernel::Fault;

/// Writes CSVs that spreadsheets do not compute.
pub struct Writer<W: Write>(csv::Writer<W>);

impl<W: Write> Writer<W> {
    /// A writer of rows into `out`.
    pub fn new(out: W) -> Self {
        Self(csv::Writer::from_writer(out))
    }

    /// Writes a row.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn write<T: AsRef<str>>(
        &mut self,
        cells: impl IntoIterator<Item = T>,
    ) -> Result<(), Fault> {
        for cell in cells {
            let cell = neutral(cell.as_ref());
            self.0.write_field(cell.as_bytes()).map_err(unwritten)?;
        }
        let end: [&str; 0] = [];
        self.0.write_record(end).map_err(unwritten)
    }

    /// Writes what is still held back.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn finish(mut self) -> Result<(), Fault> {
        self.0.flush().map_err(unwritten)
    }
}

/// A cell as it is written. Numbers stay numbers, and so do telephone numbers as E.164 writes them.
fn neutral(cell: &str) -> Cow<'_, str> {
    let bare = cell.trim_start_matches('\'');
    let is_quoted = bare.len() < cell.len();
    if (is_formula(bare) && !is_number(cell)) || (is_quoted && is_numeric(bare)) {
        Cow::Owned(format!("'{cell}"))
    } else {
        Cow::Borrowed(cell)
    }
}

/// A cell as it was before it was written.
pub(crate) fn plain(cell: &str) -> &str {
    let is_quoted = |rest: &&str| {
        let bare = rest.trim_start_matches('\'');
        is_formula(bare) || is_numeric(bare)
    };
    cell.strip_prefix('\'').filter(is_quoted).unwrap_or(cell)
}

/// The cell of a code, such as a stock keeping unit, as it was before it was written: no code begins with an apostrophe.
pub(crate) fn plain_code(cell: &str) -> &str {
    let text = plain(cell);
    match cell.strip_prefix('\'') {
        Some(rest) if text.len() == cell.len() && !rest.is_empty() => rest,
        _ => text,
    }
}

/// A code as [`Writer`] is given it, so that it is read back as it was.
pub fn code(text: &str) -> Cow<'_, str> {
    let is_short = plain_code(&neutral(text)).len() < text.len();
    if is_short {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// Whether a spreadsheet would take it for a number, a day or a telephone number.
fn is_numeric(cell: &str) -> bool {
    let cell = cell.trim_end();
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let is_exponent = || match cell.split_once(['e', 'E']) {
        Some((digits, exponent)) => is_digits(digits) && is_digits(exponent),
        None => false,
    };
    let is_sign = |c: char| c.is_ascii_digit() || " .,:/()+-%#".contains(c);
    let is_number = cell.chars().all(is_sign) && cell.bytes().any(|b| b.is_ascii_digit());
    is_number || is_exponent()
}

/// Whether a spreadsheet would compute it. Some do the full-width signs, too.
fn is_formula(cell: &str) -> bool {
    let signs = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];
    cell.starts_with(signs) && !cell.trim().is_empty()
}

fn is_number(cell: &str) -> bool {
    let Some(number) = cell.strip_prefix(['-', '+']) else {
        return false;
    };
    let (whole, part) = number.split_once('.').unwrap_or((number, "0"));
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    is_digits(whole) && is_digits(part)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn formulas_are_neutralised_and_numbers_are_not() {
        let cells = [
            ("=1+1", "'=1+1"),
            ("+49 30 1234", "'+49 30 1234"),
            ("+1", "+1"),
            ("+442071234567", "+442071234567"),
            ("-1+1", "'-1+1"),
            ("-", "'-"),
            ("-5", "-5"),
            ("-5.20", "-5.20"),
            ("-5.", "'-5."),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'\t=1"),
            ("\r=1", "'\r=1"),
            ("\n=1", "'\n=1"),
            ("＝1", "'＝1"),
            ("'=1", "''=1"),
            ("''-5", "'''-5"),
            ("'n Sync", "'n Sync"),
            ("'47 Brand", "'47 Brand"),
            ("0850064060010", "0850064060010"),
            ("'0850064060010", "''0850064060010"),
            ("'1E5", "''1E5"),
            ("it's = 1", "it's = 1"),
            ("\t", "\t"),
            ("", ""),
        ];
        for (cell, written) in cells {
            assert_eq!(neutral(cell), written, "{cell:?}");
            assert_eq!(plain(written), cell, "{written:?}");
        }
    }

    #[test]
    fn what_a_spreadsheet_quoted_is_read_without_the_apostrophe() {
        let cells = [
            "0850064060010",
            "+49 30 1234",
            "(030) 12-34",
            "01234",
            "1/2",
            "12,5 %",
            "1e5",
            "#1007",
        ];
        for cell in cells {
            assert_eq!(plain(&format!("'{cell}")), cell);
            assert_eq!(plain_code(&format!("'{cell}")), cell);
        }
        assert_eq!(plain_code("'AB-0012"), "AB-0012");
        assert_eq!(plain_code("'"), "'");
        for text in ["'n Sync", "'47 Brand", "'90s"] {
            assert_eq!(plain(text), text);
        }
    }

    proptest! {
        #[test]
        fn every_code_reads_back_as_it_was(text in "['=+@0-9a-z.-]{0,6}") {
            let written = neutral(&code(&text)).into_owned();
            prop_assert_eq!(plain_code(&written), text.as_str());
        }

        #[test]
        fn every_cell_reads_back_as_it_was(cell in "['=+@\t\r\n0-9a-z.-]{0,6}") {
            let written = neutral(&cell).into_owned();
            prop_assert_eq!(plain(&written), cell.as_str());
            prop_assert!(!is_formula(&written) || is_number(&written));
        }
    }
}
