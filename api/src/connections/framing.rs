//! How far a client has come with what it sends, told from the bytes as they pass by.

/// How far the head of a request has arrived.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Head {
    /// Its first four bytes, as far as they are there.
    first: [u8; 4],
    length: usize,
    /// How the line that is arriving begins.
    begin: [u8; LINE],
    /// Bytes of the line that is arriving, without its end.
    line: usize,
    body: Body,
}

/// As much of a line as tells how long a body is.
const LINE: usize = 32;

/// How much of a request's body is still to arrive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Body {
    /// So many bytes.
    Bytes(u64),
    /// Chunks, until an empty one, which may arrive in pieces: the last bytes that were read.
    Chunks([u8; EMPTY_CHUNK.len()]),
}

/// The last chunk, without trailers (RFC 9112, section 7.1).
const EMPTY_CHUNK: [u8; 5] = *b"0\r\n\r\n";

impl Default for Body {
    fn default() -> Self {
        Self::Bytes(0)
    }
}

impl Body {
    /// Whether all of it has arrived.
    pub(super) fn is_whole(self) -> bool {
        self == Self::Bytes(0)
    }

    /// Counts what has arrived of it.
    pub(super) fn read(self, bytes: &[u8]) -> Self {
        let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        match self {
            Self::Bytes(left) => Self::Bytes(left.saturating_sub(length)),
            Self::Chunks(mut last) => {
                for byte in &bytes[bytes.len().saturating_sub(last.len())..] {
                    last.rotate_left(1);
                    last[EMPTY_CHUNK.len() - 1] = *byte;
                }
                match last {
                    EMPTY_CHUNK => Self::Bytes(0),
                    last => Self::Chunks(last),
                }
            }
        }
    }
}

/// What follows the bytes of a head that were read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Follows {
    /// More of the head.
    Head(Head),
    /// What is left of the body, and the answer.
    Answer(Body),
    /// Frames of HTTP/2.
    Frames(Frames),
}

/// How a connection of HTTP/2 begins (RFC 9113, section 3.4), as far as it tells it from a request.
const PREFACE: [u8; 4] = *b"PRI ";
/// What stands between the empty line of that beginning and the first frame.
const REST_OF_PREFACE: usize = b"SM\r\n\r\n".len();

impl Head {
    /// Reads on. A head ends with an empty line; empty lines before it are none of it (RFC 9112,
    /// section 2.2), and a bare line feed ends a line as well.
    pub(super) fn read(mut self, bytes: &[u8]) -> Follows {
        for (at, byte) in bytes.iter().enumerate() {
            match (byte, self.length) {
                (b'\r' | b'\n', 0) | (b'\r', _) => continue,
                (b'\n', _) if self.line == 0 => return self.end(&bytes[at + 1..]),
                (b'\n', _) => {
                    self.note_length();
                    self.line = 0;
                }
                _ => {
                    if let Some(place) = self.begin.get_mut(self.line) {
                        *place = *byte;
                    }
                    self.line += 1;
                }
            }
            if let Some(place) = self.first.get_mut(self.length) {
                *place = *byte;
            }
            self.length += 1;
        }
        Follows::Head(self)
    }

    /// Notes how long the body is, where the line that has arrived tells it.
    fn note_length(&mut self) {
        let line = &self.begin[..self.line.min(LINE)];
        let Some(colon) = line.iter().position(|byte| *byte == b':') else {
            return;
        };
        let (name, value) = (&line[..colon], line[colon + 1..].trim_ascii());
        if name.eq_ignore_ascii_case(b"transfer-encoding") {
            self.body = Body::Chunks([0; EMPTY_CHUNK.len()]);
        } else if name.eq_ignore_ascii_case(b"content-length")
            && !matches!(self.body, Body::Chunks(_))
        {
            let length = std::str::from_utf8(value).ok();
            let length = length.and_then(|length| length.parse().ok());
            self.body = Body::Bytes(length.unwrap_or(0));
        }
    }

    fn end(self, rest: &[u8]) -> Follows {
        if self.first != PREFACE {
            return Follows::Answer(self.body.read(rest));
        }
        let mut frames = Frames {
            skip: REST_OF_PREFACE,
            ..Frames::default()
        };
        frames.read(rest);
        Follows::Frames(frames)
    }
}

/// How far the frames of HTTP/2 have arrived.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Frames {
    /// The head of the frame that is arriving.
    head: [u8; 9],
    length: usize,
    /// Bytes to come that are no frame's head.
    skip: usize,
}

/// Frames by which a client goes on with what it wants (RFC 9113, section 6): a body, a request, the
/// rest of one, and room for more of an answer. All others can be sent by somebody who only wants the
/// connection to stay open.
const ON_THE_WAY: [u8; 4] = [0x0, 0x1, 0x9, 0x8];

impl Frames {
    /// Reads on; whether the client goes on with anything.
    pub(super) fn read(&mut self, mut bytes: &[u8]) -> bool {
        let mut goes_on = false;
        while !bytes.is_empty() {
            let skipped = self.skip.min(bytes.len());
            self.skip -= skipped;
            bytes = &bytes[skipped..];
            let wanted = (self.head.len() - self.length).min(bytes.len());
            let (head, rest) = bytes.split_at(wanted);
            self.head[self.length..self.length + wanted].copy_from_slice(head);
            self.length += wanted;
            bytes = rest;
            if self.length == self.head.len() {
                let [one, two, three, kind, ..] = self.head;
                let payload = [one, two, three].map(usize::from);
                self.skip = payload[0] << 16 | payload[1] << 8 | payload[2];
                self.length = 0;
                goes_on |= ON_THE_WAY.contains(&kind);
            }
        }
        goes_on
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What follows after bytes that come in two parts, wherever they are cut.
    fn in_two_parts(bytes: &[u8], follows: impl Fn(Follows, usize)) {
        for cut in 0..bytes.len() {
            let (one, other) = bytes.split_at(cut);
            match Head::default().read(one) {
                Follows::Head(head) => follows(head.read(other), cut),
                earlier => panic!("{earlier:?} after {cut} bytes"),
            }
        }
    }

    #[test]
    fn a_head_ends_with_an_empty_line_wherever_it_is_cut() {
        for head in [
            "GET / HTTP/1.1\r\nhost: a\r\n\r\n",
            "GET / HTTP/1.1\nhost: a\n\n",
            "GET / HTTP/1.1\r\nhost: a\n\r\n",
            "\r\n\r\nGET / HTTP/1.1\r\n\r\n",
        ] {
            in_two_parts(head.as_bytes(), |follows, cut| {
                assert_eq!(
                    follows,
                    Follows::Answer(Body::Bytes(0)),
                    "{head:?} cut at {cut}"
                );
            });
        }
    }

    #[test]
    fn what_is_left_of_a_body_is_known_wherever_it_is_cut() {
        for (body, expected) in [
            ("Content-Length:  7 \r\n\r\nabc", Body::Bytes(4)),
            ("content-length: 3\n\nabc", Body::Bytes(0)),
            (
                "transfer-encoding: chunked\r\n\r\n3\r\nabc",
                Body::Chunks(*b"\r\nabc"),
            ),
            (
                "transfer-encoding: chunked\r\n\r\n0\r\n\r\n",
                Body::Bytes(0),
            ),
            ("x-content-length: 7\r\n\r\n", Body::Bytes(0)),
            ("content-length: many\r\n\r\n", Body::Bytes(0)),
        ] {
            let request = format!("POST / HTTP/1.1\r\nhost: a\r\n{body}");
            let whole = Head::default().read(request.as_bytes());
            assert_eq!(whole, Follows::Answer(expected), "{body:?}");
        }
        let head = b"POST / HTTP/1.1\r\ncontent-length: 12345678901\r\nhost: a\r\n\r\n";
        in_two_parts(head, |follows, cut| {
            let left = Body::Bytes(12_345_678_901);
            assert_eq!(follows, Follows::Answer(left), "cut at {cut}");
        });
    }

    #[test]
    fn the_last_chunk_is_known_wherever_it_is_cut() {
        let chunks = b"3\r\nabc\r\n0\r\n\r\n";
        for cut in 0..chunks.len() {
            let (first, rest) = chunks.split_at(cut);
            let begun = Body::Chunks([0; EMPTY_CHUNK.len()]).read(first);
            assert!(!begun.is_whole(), "cut at {cut}");
            assert!(begun.read(rest).is_whole(), "cut at {cut}");
        }
    }

    #[test]
    fn empty_lines_alone_are_no_head() {
        let lines = b"\r\n\r\n\n\n\r\n\r\n";
        assert_eq!(Head::default().read(lines), Follows::Head(Head::default()));
    }

    #[test]
    fn http_2_is_known_by_its_preface() {
        let other = b"PRO * HTTP/2.0\r\n\r\n";
        assert_eq!(Head::default().read(other), Follows::Answer(Body::Bytes(0)));
        in_two_parts(b"PRI * HTTP/2.0\r\n\r\n", |follows, cut| {
            assert!(matches!(follows, Follows::Frames(_)), "cut at {cut}");
        });
    }

    #[test]
    fn only_what_moves_an_answer_on_counts() {
        let frame = |length: u8, kind: u8| {
            let mut frame = vec![0, 0, length, kind, 0, 0, 0, 0, 1];
            // A payload that looks like the head of a request.
            frame.extend(std::iter::repeat_n(1, length.into()));
            frame
        };
        let start = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec();
        let idle = [start, frame(6, 4), frame(0, 4), frame(8, 6)].concat();
        for cut in 18..idle.len() {
            let (one, other) = idle.split_at(cut);
            let Follows::Frames(mut frames) = Head::default().read(one) else {
                panic!("{cut} bytes are no preface");
            };
            assert!(!frames.read(other), "settings and a ping, cut at {cut}");
            assert!(!frames.read(&frame(8, 6)));
            for kind in [0, 1, 8, 9] {
                let frame = frame(20, kind);
                assert!(!frames.read(&frame[..8]), "{kind}");
                assert!(frames.read(&frame[8..]), "{kind}");
            }
        }
    }
}
