//! One connection, and the clocks that run while it keeps the server waiting.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use metrics::counter;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::{Instant, Sleep};

use super::Patience;
use super::framing::{Follows, Frames, Head};

/// A connection that is closed when its client takes too long.
pub struct Watched<Io> {
    io: Io,
    patience: Patience,
    state: State,
    /// Runs while the client is waited for.
    clock: Pin<Box<Sleep>>,
    /// Runs while an answer is not taken.
    stalled: Option<Pin<Box<Sleep>>>,
    _place: OwnedSemaphorePermit,
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

/// What asks for a body before there is an answer (RFC 9110, section 15.2.1).
const CONTINUE: &[u8] = b"HTTP/1.1 100";

/// What a client is given up over.
pub(super) const WAITED_FOR: [&str; 3] = ["head", "request", "answer"];

impl<Io> Watched<Io> {
    pub(super) fn new(io: Io, patience: Patience, place: OwnedSemaphorePermit) -> Self {
        Self {
            io,
            patience,
            state: State::Head(Head::default()),
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
            State::Idle => {
                self.wait_from_now(self.patience.client);
                self.state = self.after(Head::default().read(bytes));
            }
            State::Working => {}
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
            Follows::Answer => State::Working,
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
        given_up("answer");
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
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
        given_up(what);
        // Nothing was read: the client has gone, as far as the server is concerned.
        Poll::Ready(Ok(()))
    }
}

impl<Io: AsyncWrite + Unpin> AsyncWrite for Watched<Io> {
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
        match Pin::new(&mut self.io).poll_shutdown(cx) {
            Poll::Ready(closed) => Poll::Ready(closed),
            Poll::Pending => self.stall(cx),
        }
    }
}
