//! One connection, and the clocks that run while it keeps the server waiting.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use metrics::counter;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep};

use super::framing::{Body, Follows, Frames, Head};
use super::{Patience, Place};

/// A connection that is closed when its client takes too long.
pub struct Watched<Io> {
    io: Io,
    patience: Patience,
    state: State,
    /// What is still to arrive of the last request's body.
    body: Body,
    /// How the connection ends.
    ending: Ending,
    /// Runs while the client is waited for.
    clock: Pin<Box<Sleep>>,
    /// Runs while an answer is not taken.
    stalled: Option<Pin<Box<Sleep>>>,
    _place: Place,
}

/// What the connection is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// The head of a request is arriving, or what comes before it: a handshake.
    Head(Head),
    /// A request is worked on; nobody is waited for.
    Working,
    /// The answer is out, and the next request has not begun.
    Idle,
    /// Requests of HTTP/2 come and go at the same time: only silence is noticed.
    Multiplexed(Frames),
}

/// How far the end of a connection has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ending {
    /// It goes on.
    Open,
    /// Its client was waited for in vain: nothing more is.
    GivenUp,
    /// Nothing more is sent, and the rest of a body is read away: closed at once, the client's system
    /// would throw away the answer that it has not read yet (RFC 9112, section 9.6).
    Lingering,
}

/// Bytes of a body that are read away at once.
const PIECE: usize = 16 * 1024;

/// What asks for a body before there is an answer (RFC 9110, section 15.2.1).
const CONTINUE: &[u8] = b"HTTP/1.1 100";

/// What a client is given up over.
pub(super) const WAITED_FOR: [&str; 3] = ["head", "request", "answer"];

impl<Io> Watched<Io> {
    pub(super) fn new(io: Io, patience: Patience, place: Place) -> Self {
        Self {
            io,
            patience,
            state: State::Head(Head::default()),
            body: Body::default(),
            ending: Ending::Open,
            clock: Box::pin(tokio::time::sleep(patience.client)),
            stalled: None,
            _place: place,
        }
    }

    fn wait_from_now(&mut self, time: Duration) {
        self.clock.as_mut().reset(Instant::now() + time);
    }

    /// Notes what has arrived.
    fn arrived(&mut self, bytes: &[u8]) {
        match self.state {
            State::Head(head) => self.state = self.after(head.read(bytes)),
            // Answered before the body was there.
            State::Working | State::Idle if !self.body.is_whole() => {
                self.body = self.body.read(bytes);
            }
            State::Working => {}
            State::Idle => {
                self.wait_from_now(self.patience.client);
                self.state = self.after(Head::default().read(bytes));
            }
            State::Multiplexed(mut frames) => {
                if frames.read(bytes) {
                    self.wait_from_now(self.patience.silence());
                }
                self.state = State::Multiplexed(frames);
            }
        }
    }

    fn after(&mut self, follows: Follows) -> State {
        match follows {
            Follows::Head(head) => State::Head(head),
            Follows::Answer(body) => {
                self.body = body;
                State::Working
            }
            Follows::Frames(frames) => {
                self.wait_from_now(self.patience.silence());
                State::Multiplexed(frames)
            }
        }
    }

    /// Notes that a part of an answer was taken, which begins like this.
    fn taken(&mut self, part: &[u8]) {
        self.stalled = None;
        match self.state {
            State::Working if part.starts_with(CONTINUE) => {}
            State::Working | State::Idle => {
                self.state = State::Idle;
                self.wait_from_now(self.patience.idle);
            }
            // An answer to a head that has not arrived is a refusal; what follows is the end. Frames may
            // be answers to nothing but pings.
            State::Head(_) | State::Multiplexed(_) => {}
        }
    }

    /// Waits for an answer to be taken, or gives up.
    fn stall<T>(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<T>> {
        let time = self.patience.client;
        let clock = self
            .stalled
            .get_or_insert_with(|| Box::pin(tokio::time::sleep(time)));
        ready!(clock.as_mut().poll(cx));
        self.ending = Ending::GivenUp;
        given_up("answer");
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<Io: AsyncRead + Unpin> Watched<Io> {
    /// Reads away what is left of a body, until its end, the client's or that of its time.
    fn linger(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut room = [0; PIECE];
        while !self.body.is_whole() {
            if self.clock.as_mut().poll(cx).is_ready() {
                break;
            }
            let mut piece = ReadBuf::new(&mut room);
            match ready!(Pin::new(&mut self.io).poll_read(cx, &mut piece)) {
                Ok(()) if !piece.filled().is_empty() => self.body = self.body.read(piece.filled()),
                // The client has gone, one way or the other.
                _ => break,
            }
        }
        Poll::Ready(Ok(()))
    }
}

fn given_up(what: &'static str) {
    counter!("cartwright_connections_given_up_total", "waiting_for" => what).increment(1);
}

impl<Io: AsyncRead + Unpin> AsyncRead for Watched<Io> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        match Pin::new(&mut self.io).poll_read(cx, buf) {
            Poll::Ready(Ok(())) => {
                self.arrived(&buf.filled()[before..]);
                return Poll::Ready(Ok(()));
            }
            Poll::Ready(error) => return Poll::Ready(error),
            Poll::Pending => {}
        }
        let what = match self.state {
            State::Working => return Poll::Pending,
            State::Head(_) => "head",
            State::Idle | State::Multiplexed(_) => "request",
        };
        ready!(self.clock.as_mut().poll(cx));
        self.ending = Ending::GivenUp;
        given_up(what);
        // Nothing was read: the client has gone, as far as the server is concerned.
        Poll::Ready(Ok(()))
    }
}

impl<Io: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Watched<Io> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        match Pin::new(&mut self.io).poll_write(cx, buf) {
            Poll::Ready(written) => {
                self.taken(buf);
                Poll::Ready(written)
            }
            Poll::Pending => self.stall(cx),
        }
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        match Pin::new(&mut self.io).poll_write_vectored(cx, bufs) {
            Poll::Ready(written) => {
                self.taken(bufs.first().map_or(&[], |part| part));
                Poll::Ready(written)
            }
            Poll::Pending => self.stall(cx),
        }
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match Pin::new(&mut self.io).poll_flush(cx) {
            Poll::Ready(flushed) => {
                self.stalled = None;
                Poll::Ready(flushed)
            }
            Poll::Pending => self.stall(cx),
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.ending == Ending::Lingering {
            return self.linger(cx);
        }
        match Pin::new(&mut self.io).poll_shutdown(cx) {
            Poll::Ready(Ok(())) if self.ending == Ending::Open && !self.body.is_whole() => {
                self.ending = Ending::Lingering;
                let time = self.patience.client;
                self.wait_from_now(time);
                self.linger(cx)
            }
            Poll::Ready(closed) => Poll::Ready(closed),
            Poll::Pending => self.stall(cx),
        }
    }
}
