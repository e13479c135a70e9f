//! The text of a file that a spreadsheet or another shop wrote: one encoding, one kind of line end, and the separator of its
//! cells.

use std::io::{BufRead, BufReader, Read, Result, Seek};

use super::Refusal;

/// Bytes that a header has at most where its separator is looked for.
const HEADER: usize = 1 << 20;

/// How a file writes its characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Encoding {
    Utf8,
    Utf16Le,
    Utf16Be,
}

/// Reads a file as UTF-8 without a byte order mark, with `\n` for `\r\n` and `\r`, and ends it with one.
///
/// What is no text in the file's encoding becomes a byte that is no UTF-8, so that its row is refused.
pub(crate) struct Source<S> {
    file: BufReader<S>,
    encoding: Encoding,
    separator: u8,
    /// Lines before the header that are not read: `sep=;`.
    skipped: u64,
    /// Text that is not read yet, from `at` on.
    ready: Vec<u8>,
    at: usize,
    /// The first byte of a code unit whose second one has not come yet.
    half: Option<u8>,
    /// The first half of a surrogate pair.
    high: Option<u16>,
    after_return: bool,
    last: u8,
}

impl<S: Read> Source<S> {
    /// Finds out how the file is written.
    ///
    /// # Errors
    /// When reading fails.
    pub(crate) fn open(file: S) -> Result<Self> {
        let mut file = BufReader::with_capacity(1 << 16, file);
        let (encoding, mark) = encoding(file.fill_buf()?);
        file.consume(mark);
        let mut source = Self {
            file,
            encoding,
            separator: b',',
            skipped: 0,
            ready: Vec::new(),
            at: 0,
            half: None,
            high: None,
            after_return: false,
            last: b'\n',
        };
        while first_line(&source.ready).is_none() && source.ready.len() < HEADER && source.fill()? {
        }
        let header = first_line(&source.ready).unwrap_or(&source.ready);
        if let [b's' | b'S', b'e' | b'E', b'p' | b'P', b'=', separator] = *header.trim_ascii_end() {
            source.at = header.len() + 1;
            source.skipped = 1;
            source.separator = separator;
        } else {
            source.separator = separator(header);
        }
        Ok(source)
    }

    /// The byte between two cells.
    pub(crate) fn separator(&self) -> u8 {
        self.separator
    }

    /// Lines before the header.
    pub(crate) fn skipped(&self) -> u64 {
        self.skipped
    }

    /// What is unusual about the file.
    pub(crate) fn notes(&self) -> Vec<Refusal> {
        let mut notes = Vec::new();
        if self.encoding != Encoding::Utf8 {
            notes.push("the file is read as UTF-16".to_owned());
        }
        match self.separator {
            b',' => {}
            b';' => notes.push("the columns are separated by semicolons".to_owned()),
            b'\t' => notes.push("the columns are separated by tabs".to_owned()),
            other => {
                let sign = char::from(other).escape_default();
                notes.push(format!("the columns are separated by `{sign}`"));
            }
        }
        let note = |text| Refusal::new(1, "", text);
        notes.into_iter().map(note).collect()
    }

    /// Makes more text ready; false at the end.
    fn fill(&mut self) -> Result<bool> {
        let chunk = self.file.fill_buf()?;
        let length = chunk.len();
        if length == 0 {
            if self.half.take().is_some() || self.high.take().is_some() {
                self.put(NO_TEXT);
            }
            let is_open = self.last != b'\n';
            if is_open {
                self.put(b'\n');
            }
            return Ok(is_open);
        }
        let bytes = chunk.to_vec();
        self.file.consume(length);
        match self.encoding {
            Encoding::Utf8 => bytes.into_iter().for_each(|byte| self.put(byte)),
            Encoding::Utf16Le | Encoding::Utf16Be => {
                for byte in bytes {
                    match self.half.take() {
                        None => self.half = Some(byte),
                        Some(first) if self.encoding == Encoding::Utf16Le => {
                            self.unit(u16::from_le_bytes([first, byte]));
                        }
                        Some(first) => self.unit(u16::from_be_bytes([first, byte])),
                    }
                }
            }
        }
        Ok(true)
    }

    fn unit(&mut self, unit: u16) {
        let units = match self.high.take() {
            Some(high) => vec![high, unit],
            None if (0xd800..0xdc00).contains(&unit) => {
                self.high = Some(unit);
                return;
            }
            None => vec![unit],
        };
        for decoded in char::decode_utf16(units) {
            match decoded {
                Ok(character) => {
                    let mut bytes = [0; 4];
                    let encoded = character.encode_utf8(&mut bytes).as_bytes().to_vec();
                    encoded.into_iter().for_each(|byte| self.put(byte));
                }
                Err(_lone) => self.put(NO_TEXT),
            }
        }
    }

    fn put(&mut self, byte: u8) {
        let is_second_half = byte == b'\n' && self.after_return;
        self.after_return = byte == b'\r';
        if !is_second_half {
            self.last = if byte == b'\r' { b'\n' } else { byte };
            self.ready.push(self.last);
        }
    }
}

/// A byte that is in no UTF-8 text.
const NO_TEXT: u8 = 0xff;

impl<S: Seek> Source<S> {
    /// The file again, at its beginning.
    ///
    /// # Errors
    /// When the file cannot be sought.
    pub(crate) fn rewind(mut self) -> Result<S> {
        self.file.rewind()?;
        Ok(self.file.into_inner())
    }
}

impl<S: Read> Read for Source<S> {
    fn read(&mut self, out: &mut [u8]) -> Result<usize> {
        if self.at == self.ready.len() {
            self.ready.clear();
            self.at = 0;
            while self.ready.is_empty() && self.fill()? {}
        }
        let length = out.len().min(self.ready.len() - self.at);
        out[..length].copy_from_slice(&self.ready[self.at..self.at + length]);
        self.at += length;
        Ok(length)
    }
}

/// What the first bytes say, and how many of them are a byte order mark. UTF-16 without one shows by the zeros in its ASCII.
fn encoding(head: &[u8]) -> (Encoding, usize) {
    match head {
        [0xef, 0xbb, 0xbf, ..] => (Encoding::Utf8, 3),
        [0xff, 0xfe, ..] => (Encoding::Utf16Le, 2),
        [0xfe, 0xff, ..] => (Encoding::Utf16Be, 2),
        &[a, 0, b, 0, ..] if a != 0 && b != 0 => (Encoding::Utf16Le, 0),
        &[0, a, 0, b, ..] if a != 0 && b != 0 => (Encoding::Utf16Be, 0),
        _ => (Encoding::Utf8, 0),
    }
}

/// The first line without its end, once it is there; a line goes on within quotes.
fn first_line(text: &[u8]) -> Option<&[u8]> {
    let mut is_quoted = false;
    let end = text.iter().position(|byte| {
        is_quoted ^= *byte == b'"';
        *byte == b'\n' && !is_quoted
    });
    end.map(|end| &text[..end])
}

/// What stands most often between the headings; a comma where nothing does.
fn separator(header: &[u8]) -> u8 {
    let mut is_quoted = false;
    let mut counts = [(b',', 0), (b';', 0), (b'\t', 0)];
    for byte in header {
        is_quoted ^= *byte == b'"';
        for (separator, count) in &mut counts {
            *count += i32::from(byte == separator && !is_quoted);
        }
    }
    let [comma, others @ ..] = counts;
    let best = others.into_iter().fold(comma, |best, other| match other {
        (_, count) if count > best.1 => other,
        _ => best,
    });
    best.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> (Vec<u8>, Vec<String>) {
        let mut source = Source::open(bytes).unwrap();
        let notes = source.notes().iter().map(ToString::to_string).collect();
        let mut text = Vec::new();
        source.read_to_end(&mut text).unwrap();
        (text, notes)
    }

    #[test]
    fn every_line_ends_alike() {
        for (given, expected) in [
            ("", ""),
            ("a", "a\n"),
            ("a\r\nb\rc\nd\r\n", "a\nb\nc\nd\n"),
            ("\r\r\n\n", "\n\n\n"),
        ] {
            assert_eq!(read(given.as_bytes()).0, expected.as_bytes(), "{given:?}");
        }
    }

    #[test]
    fn a_pair_may_be_cut_by_the_reader() {
        let mut source = Source::open("a\r\nb".as_bytes()).unwrap();
        let mut text = Vec::new();
        let mut one = [0];
        while source.read(&mut one).unwrap() == 1 {
            text.push(one[0]);
        }
        assert_eq!(text, b"a\nb\n");
    }

    #[test]
    fn encodings_are_found_and_named() {
        let text = "Größe,🎁\r\nü,1";
        let units = || text.encode_utf16();
        let little: Vec<u8> = units().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = units().flat_map(u16::to_be_bytes).collect();
        let marked = |mark: &[u8], bytes: &[u8]| [mark, bytes].concat();
        let expected = "Größe,🎁\nü,1\n".as_bytes().to_vec();
        let named = vec!["1: the file is read as UTF-16".to_owned()];
        let utf8 = marked(&[0xef, 0xbb, 0xbf], text.as_bytes());
        assert_eq!(read(&utf8), (expected.clone(), Vec::new()));
        for bytes in [
            marked(&[0xff, 0xfe], &little),
            marked(&[0xfe, 0xff], &big),
            little,
            big,
        ] {
            assert_eq!(read(&bytes), (expected.clone(), named.clone()));
        }
        // Half a pair, and half a unit, are no text.
        let half = marked(&[0xff, 0xfe], &[b'a', 0, 0x3d, 0xd8, b'b', 0, b'c']);
        assert_eq!(read(&half).0, b"a\xffb\xff\n");
    }

    #[test]
    fn separators_are_found_and_named() {
        for (given, separator, notes) in [
            ("a,b;c,d\n1;2;3", b',', &[][..]),
            (
                "a;b;\"c,d,e,f\"\n1,2,3",
                b';',
                &["1: the columns are separated by semicolons"][..],
            ),
            (
                "a\tb, c\td\n",
                b'\t',
                &["1: the columns are separated by tabs"][..],
            ),
            ("alone", b',', &[][..]),
        ] {
            let source = Source::open(given.as_bytes()).unwrap();
            assert_eq!(source.separator(), separator, "{given:?}");
            assert_eq!(read(given.as_bytes()).1, notes, "{given:?}");
        }
        let source = Source::open("sep=|\r\na,b\n".as_bytes()).unwrap();
        assert_eq!((source.separator(), source.skipped()), (b'|', 1));
        let (text, notes) = read(b"sep=|\r\na,b\n");
        assert_eq!(text, b"a,b\n");
        assert_eq!(notes, ["1: the columns are separated by `|`"]);
    }
}
