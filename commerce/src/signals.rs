//! Being told to stop.

use std::io;

use tokio::signal::unix::{Signal, SignalKind, signal};

/// The exit code of a process that was told twice: 128 and SIGTERM's number, as shells count.
const TOLD_TWICE: i32 = 143;

/// SIGTERM and Ctrl-C.
pub struct Stop {
    terminate: Signal,
    interrupt: Signal,
}

impl Stop {
    /// Listens from now on; the signals no longer end the process by themselves.
    ///
    /// # Errors
    /// When the operating system refuses.
    pub fn listen() -> io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    /// Done at the next signal.
    pub async fn told(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }

    /// Ends the process without ceremony at the next signal: whoever asks twice does not want to
    /// wait. Nothing is lost by it that a crash would not lose too.
    pub fn or_at_once(mut self) {
        tokio::spawn(async move {
            self.told().await;
            tracing::warn!("told to stop a second time");
            std::process::exit(TOLD_TWICE);
        });
    }
}
