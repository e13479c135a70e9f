//! Named places where a test may kill the process, to prove that nothing is lost there.
//!
//! Armed once at start from configuration (`FAILPOINT=name` or `name:3` for the third visit),
//! which production refuses. Unarmed, a visit costs one atomic load.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

static ARMED: OnceLock<Armed> = OnceLock::new();

struct Armed {
    name: String,
    visits_left: AtomicU32,
}

/// Every name that [`hit`] is called with, in the order a purchase meets them: every commit of
/// [`crate::db::Db::write`] and those that matter most by their own names, every step of a job,
/// every call of a provider. A statement that commits by itself lies between two of them.
pub const ALL: &[&str] = &[
    "write.before_commit",
    "write.after_commit",
    "hold.before_commit",
    "hold.after_commit",
    "job.claimed",
    "provider.before_call",
    "provider.after_call",
    "settle.before_commit",
    "settle.after_commit",
    "mail.before_send",
    "mail.after_send",
    "job.before_finish",
    "job.after_finish",
    "job.rescued",
    "webhook.before_commit",
    "webhook.after_commit",
    "expire.before_commit",
    "expire.after_commit",
    "reconcile.before_enqueue",
    "reconcile.after_enqueue",
    "reconcile.before_call",
    "reconcile.after_call",
];

/// Arms one failpoint for the life of the process.
///
/// # Errors
/// Names the text when it is not a known failpoint with an optional visit number from 1.
pub fn arm(text: &str) -> Result<(), String> {
    let (name, visit) = text.split_once(':').unwrap_or((text, "1"));
    let visits: u32 = visit
        .parse()
        .ok()
        .filter(|n| *n > 0)
        .ok_or_else(|| format!("`{text}` needs a visit number from 1 after the colon"))?;
    if !ALL.contains(&name) {
        return Err(format!(
            "`{name}` is not a failpoint; known are {}",
            ALL.join(", ")
        ));
    }
    let armed = Armed {
        name: name.to_owned(),
        visits_left: AtomicU32::new(visits),
    };
    ARMED
        .set(armed)
        .map_err(|_| "a failpoint is armed already".to_owned())
}

/// Kills the process, as a power cut would, when this failpoint is armed and its visit has come.
pub fn hit(name: &str) {
    debug_assert!(ALL.contains(&name), "failpoint `{name}` is not listed");
    if let Some(armed) = ARMED.get()
        && armed.name == name
        && armed.visits_left.fetch_sub(1, Ordering::SeqCst) == 1
    {
        tracing::warn!(failpoint = name, "killing the process");
        std::process::abort();
    }
}
