//! One kind of line end, so that lines can be counted and texts carry no carriage returns.

use std::io::{BufRead, BufReader, Read, Result, Seek};

/// Reads `\r\n` and `\r` as `\n`, and ends with one.
pub(super) struct Lines<S> {
    source: BufReader<S>,
    after_return: bool,
    last: u8,
}

impl<S: Read> Lines<S> {
    pub(super) fn new(source: S) -> Self {
        Self {
            source: BufReader::with_capacity(1 << 16, source),
            after_return: false,
            last: b'\n',
        }
    }
}

impl<S: Seek> Lines<S> {
    /// The source again, at its beginning.
    pub(super) fn rewind(mut self) -> Result<S> {
        self.source.rewind()?;
        Ok(self.source.into_inner())
    }
}

impl<S: Read> Read for Lines<S> {
    fn read(&mut self, out: &mut [u8]) -> Result<usize> {
        let mut written = 0;
        while written == 0 && !out.is_empty() {
            let chunk = self.source.fill_buf()?;
            if chunk.is_empty() {
                if self.last != b'\n' {
                    self.last = b'\n';
                    out[0] = b'\n';
                    written = 1;
                }
                break;
            }
            let length = chunk.len().min(out.len());
            for byte in &chunk[..length] {
                let is_second_half = *byte == b'\n' && self.after_return;
                self.after_return = *byte == b'\r';
                if !is_second_half {
                    self.last = if *byte == b'\r' { b'\n' } else { *byte };
                    out[written] = self.last;
                    written += 1;
                }
            }
            self.source.consume(length);
        }
        Ok(written)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_ends_alike() {
        for (given, expected) in [
            ("", ""),
            ("a", "a\n"),
            ("a\r\nb\rc\nd\r\n", "a\nb\nc\nd\n"),
            ("\r\r\n\n", "\n\n\n"),
        ] {
            let mut text = String::new();
            let mut lines = Lines::new(given.as_bytes());
            lines.read_to_string(&mut text).unwrap();
            assert_eq!(text, expected, "{given:?}");
        }
    }

    #[test]
    fn a_pair_may_be_cut_by_the_reader() {
        let mut lines = Lines::new("a\r\nb".as_bytes());
        let mut text = Vec::new();
        let mut one = [0];
        while lines.read(&mut one).unwrap() == 1 {
            text.push(one[0]);
        }
        assert_eq!(text, b"a\nb\n");
    }
}
