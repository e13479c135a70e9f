//! Answers that are being made: whoever asks for one meanwhile waits for it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch;

use super::kept::Kept;
use super::key::Key;

/// What has become of an answer.
#[derive(Clone)]
enum State {
    Flying,
    Landed(Arc<Kept>),
    /// It is nobody else's.
    Alone,
}

type Board = Arc<Mutex<HashMap<Key, watch::Receiver<State>>>>;

/// The answers that are being made in this process.
#[derive(Clone, Default)]
pub(super) struct Flights(Board);

/// Somebody's place in the making of an answer.
pub(super) enum Role {
    /// Makes it.
    Leads(Flight),
    /// Waits for it.
    Waits(Wait),
}

impl Flights {
    /// Joins in the making of an answer.
    pub(super) fn join(&self, key: Key) -> Role {
        let mut board = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(state) = board.get(&key) {
            return Role::Waits(Wait(state.clone()));
        }
        let (news, state) = watch::channel(State::Flying);
        board.insert(key, state);
        Role::Leads(Flight {
            board: Arc::clone(&self.0),
            key,
            news,
        })
    }
}

/// The making of an answer. Whoever drops it without a word, because the client has gone or the answer
/// was outdated before it was ready, leaves it to the next.
pub(super) struct Flight {
    board: Board,
    key: Key,
    news: watch::Sender<State>,
}

impl Flight {
    /// Hands the answer out.
    pub(super) fn land(self, kept: &Arc<Kept>) {
        self.news.send_replace(State::Landed(Arc::clone(kept)));
    }

    /// Tells the others to ask for themselves.
    pub(super) fn alone(self) {
        self.news.send_replace(State::Alone);
    }
}

impl Drop for Flight {
    fn drop(&mut self) {
        let mut board = self.board.lock().unwrap_or_else(PoisonError::into_inner);
        board.remove(&self.key);
    }
}

/// Somebody who waits.
pub(super) struct Wait(watch::Receiver<State>);

/// What the waiting led to.
pub(super) enum News {
    /// The answer.
    Answer(Arc<Kept>),
    /// Everybody asks for himself.
    Alone,
    /// Nothing; somebody else has to make it.
    Nothing,
}

impl Wait {
    pub(super) async fn news(mut self) -> News {
        let state = self.0.wait_for(|state| !matches!(state, State::Flying));
        match state.await.as_deref() {
            Ok(State::Landed(kept)) => News::Answer(Arc::clone(kept)),
            Ok(State::Alone) => News::Alone,
            Ok(State::Flying) | Err(_) => News::Nothing,
        }
    }
}
