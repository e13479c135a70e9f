//! The sandbox's memory: an append-only file of JSON lines, on disk before anything is answered.
//!
//! A change is one line, so it happened wholly or not at all. At start the file is read from its
//! beginning; a last line that a power cut tore is cut off, because nobody was answered from it.

use std::collections::{BTreeMap, HashMap};
use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};

use anyhow::Context;
use chrono::{DateTime, Utc};
use providers::payment::sandbox::wire::{ChargeRecord, Event};
use serde::{Deserialize, Serialize};
use tokio::sync::oneshot;
use uuid::Uuid;

use super::cards::TestCard;

/// One change. Absent parts stay as they were.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Entry {
    /// A card that was handed in: the session's id and which test card it is, nothing more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) session: Option<(String, TestCard)>,
    /// A charge as it is from now on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) charge: Option<Charge>,
    /// The answer to a request with an idempotency key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) answer: Option<KeyedAnswer>,
    /// An event to deliver, as often as given.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) events: Vec<Event>,
    /// An event that was delivered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) delivered: Option<String>,
}

/// A charge and what only the sandbox knows of it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Charge {
    /// What clients are told.
    pub(super) record: ChargeRecord,
    /// The card; `None` for a charge that was canceled before it was asked for.
    pub(super) card: Option<TestCard>,
    /// When a pending charge decides itself.
    pub(super) due_at: Option<DateTime<Utc>>,
}

/// The answer that a repeated request gets.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct KeyedAnswer {
    /// The idempotency key.
    pub(super) key: Uuid,
    /// SHA-256 of path and body: a repetition must ask for the same.
    pub(super) fingerprint: String,
    /// The body of the answer.
    pub(super) charge: ChargeRecord,
}

/// Everything that the lines add up to.
#[derive(Debug, Default)]
pub(super) struct State {
    /// Cards by session.
    pub(super) sessions: HashMap<String, TestCard>,
    /// Charges by operation, oldest first: operations are ordered uuids.
    pub(super) charges: BTreeMap<Uuid, Charge>,
    /// Answers by idempotency key.
    pub(super) answers: HashMap<Uuid, KeyedAnswer>,
    /// Every event, oldest first, and whether it was delivered.
    pub(super) events: Vec<(Event, bool)>,
    /// Requests that went lost once already; forgotten at a restart.
    pub(super) lost: std::collections::HashSet<Uuid>,
}

impl State {
    fn apply(&mut self, entry: Entry) {
        if let Some((id, card)) = entry.session {
            self.sessions.insert(id, card);
        }
        if let Some(charge) = entry.charge {
            self.charges.insert(charge.record.operation, charge);
        }
        if let Some(answer) = entry.answer {
            self.answers.insert(answer.key, answer);
        }
        self.events
            .extend(entry.events.into_iter().map(|event| (event, false)));
        if let Some(id) = entry.delivered {
            for (event, delivered) in self.events.iter_mut().rev() {
                if event.id == id {
                    *delivered = true;
                    break;
                }
            }
        }
    }
}

/// The ledger; clones share it.
#[derive(Clone)]
pub(super) struct Ledger {
    state: Arc<Mutex<State>>,
    writer: mpsc::Sender<Append>,
}

/// Bytes to append, and whom to tell once they are on disk.
struct Append {
    bytes: Vec<u8>,
    done: oneshot::Sender<()>,
}

impl Ledger {
    /// Reads the file, which is made when there is none, and takes new lines from then on.
    pub(super) fn open(path: &Path) -> anyhow::Result<Self> {
        let context = || format!("open the sandbox's ledger {}", path.display());
        if let Some(directory) = path.parent().filter(|d| !d.as_os_str().is_empty()) {
            std::fs::create_dir_all(directory).with_context(context)?;
        }
        let mut options = OpenOptions::new();
        let mut file = options
            .read(true)
            .append(true)
            .create(true)
            .open(path)
            .with_context(context)?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).with_context(context)?;
        let whole = bytes
            .iter()
            .rposition(|b| *b == b'\n')
            .map_or(0, |at| at + 1);
        if whole < bytes.len() {
            tracing::warn!(
                bytes = bytes.len() - whole,
                "cutting a torn line off the ledger"
            );
            file.set_len(whole as u64).with_context(context)?;
        }
        let mut state = State::default();
        for (index, line) in bytes[..whole].split(|b| *b == b'\n').enumerate() {
            if !line.is_empty() {
                let entry = serde_json::from_slice(line);
                state.apply(
                    entry.with_context(|| format!("read line {} of the ledger", index + 1))?,
                );
            }
        }
        let (writer, lines) = mpsc::channel();
        std::thread::spawn(move || append(file, &lines));
        Ok(Self {
            state: Arc::new(Mutex::new(state)),
            writer,
        })
    }

    /// Looks at the state, and answers once all that was seen is on disk.
    pub(super) async fn read<T>(&self, look: impl FnOnce(&State) -> T) -> T {
        let (seen, durable) = {
            let state = self.lock();
            (look(&state), self.send(Vec::new()))
        };
        let _writer_is_gone = durable.await;
        seen
    }

    /// Decides on a change and makes it; answers once it is on disk. A decision without an entry
    /// changes nothing.
    pub(super) async fn change<T>(
        &self,
        decide: impl FnOnce(&mut State) -> (T, Option<Entry>),
    ) -> T {
        let (decision, durable) = {
            let mut state = self.lock();
            let (decision, entry) = decide(&mut state);
            let mut bytes = Vec::new();
            if let Some(entry) = entry {
                bytes = serde_json::to_vec(&entry).unwrap_or_default();
                bytes.push(b'\n');
                state.apply(entry);
            }
            // Sent under the lock, so that lines stand in the order of their changes.
            (decision, self.send(bytes))
        };
        let _writer_is_gone = durable.await;
        decision
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn send(&self, bytes: Vec<u8>) -> oneshot::Receiver<()> {
        let (done, durable) = oneshot::channel();
        let _writer_is_gone = self.writer.send(Append { bytes, done });
        durable
    }
}

/// Writes lines until the last ledger is dropped; those that wait together share one `fdatasync`.
fn append(mut file: File, lines: &mpsc::Receiver<Append>) {
    while let Ok(first) = lines.recv() {
        let batch: Vec<Append> = std::iter::once(first).chain(lines.try_iter()).collect();
        let bytes: Vec<u8> = batch.iter().flat_map(|line| &line.bytes).copied().collect();
        if !bytes.is_empty()
            && let Err(error) = file.write_all(&bytes).and_then(|()| file.sync_data())
        {
            // What was promised cannot be kept any more; a restart reads what is certain.
            tracing::error!(%error, "the sandbox's ledger cannot be written");
            std::process::abort();
        }
        for line in batch {
            let _nobody_waits = line.done.send(());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session(id: &str) -> Entry {
        Entry {
            session: Some((id.to_owned(), TestCard::Approve)),
            ..Entry::default()
        }
    }

    #[tokio::test]
    async fn a_torn_line_is_cut_off_and_whole_lines_stay() {
        let path =
            std::env::temp_dir().join(format!("ledger-{}", commerce::kernel::id::ordered_uuid()));
        let ledger = Ledger::open(&path).unwrap();
        ledger.change(|_| ((), Some(session("one")))).await;
        drop(ledger);
        let mut bytes = std::fs::read(&path).unwrap();
        bytes.extend_from_slice(b"{\"session\":[\"two");
        std::fs::write(&path, bytes).unwrap();

        let ledger = Ledger::open(&path).unwrap();
        ledger.change(|_| ((), Some(session("three")))).await;
        drop(ledger);
        let ledger = Ledger::open(&path).unwrap();
        let mut sessions: Vec<String> = ledger.read(|s| s.sessions.keys().cloned().collect()).await;
        sessions.sort();
        assert_eq!(sessions, ["one", "three"]);
        std::fs::remove_file(path).unwrap();
    }
}
