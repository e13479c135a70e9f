//! What becomes of charges: the rules of the sandbox, over its state.

use chrono::{DateTime, TimeDelta, Utc};
use commerce::kernel::id::ordered_uuid;
use commerce::kernel::{Money, Secret};
use commerce::payment::{DeclineCode, FactKind};
use providers::payment::sandbox::wire::{
    ChargeRecord, ChargeStatus, Event, FactRecord, NewCancel, NewCharge, NewRefund, RefusalCode,
};
use uuid::Uuid;

use super::cards::TestCard;
use super::ledger::{Charge, Entry, KeyedAnswer, State};

/// How long a late charge stays undecided.
const LATE: TimeDelta = TimeDelta::seconds(2);

/// What a request comes to.
#[derive(Debug)]
pub(super) enum Decision {
    /// This is the answer.
    Answer(Box<ChargeRecord>),
    /// The client hears nothing.
    Silence,
    /// The request makes no sense, for this reason.
    Refused(RefusalCode, &'static str),
    /// The key was used for another request.
    KeyReused,
}

/// A request with its key.
pub(super) struct Keyed<T> {
    /// The idempotency key.
    pub(super) key: Uuid,
    /// SHA-256 of path and body.
    pub(super) fingerprint: String,
    /// The body.
    pub(super) body: T,
}

impl<T> Keyed<T> {
    /// The stored answer to this key, if it was used.
    fn repeated(&self, state: &State) -> Option<Decision> {
        let stored = state.answers.get(&self.key)?;
        Some(if stored.fingerprint == self.fingerprint {
            Decision::Answer(Box::new(stored.charge.clone()))
        } else {
            Decision::KeyReused
        })
    }

    /// Keeps the charge, and its record as the answer to this key.
    fn kept(&self, charge: Charge, events: Vec<Event>) -> Entry {
        Entry {
            answer: Some(KeyedAnswer {
                key: self.key,
                fingerprint: self.fingerprint.clone(),
                charge: charge.record.clone(),
            }),
            charge: Some(charge),
            events,
            ..Entry::default()
        }
    }
}

/// `POST /charges`.
pub(super) fn charge(
    state: &mut State,
    request: &Keyed<NewCharge>,
    own_url: &str,
    now: DateTime<Utc>,
) -> (Decision, Option<Entry>) {
    if let Some(decision) = request.repeated(state) {
        return (decision, None);
    }
    if let Some(tombstone) = state.charges.get(&request.key) {
        return (Decision::Answer(Box::new(tombstone.record.clone())), None);
    }
    let body = &request.body;
    let card = state.sessions.get(&body.session).copied();
    if card == Some(TestCard::Silent)
        || (card == Some(TestCard::LostRequest) && state.lost.insert(request.key))
    {
        return (Decision::Silence, None);
    }
    let mut charge = Charge {
        record: new_record(request.key, body.payment, ChargeStatus::Pending, now),
        card,
        due_at: None,
    };
    let record = &mut charge.record;
    record.attempt = body.attempt;
    record.amount = Some(body.amount);
    record.return_url = Some(body.return_url.clone());
    record.card_fingerprint = card.map(TestCard::fingerprint);
    match card {
        None => decline(
            record,
            DeclineCode::InvalidPaymentMethod,
            "this card session is not known",
        ),
        Some(TestCard::Declined) => {
            decline(record, DeclineCode::CardDeclined, "the card was declined")
        }
        Some(TestCard::InsufficientFunds) => decline(
            record,
            DeclineCode::InsufficientFunds,
            "there is not enough money on the card",
        ),
        Some(TestCard::CallIssuer) => decline(
            record,
            DeclineCode::CallIssuer,
            "the bank that issued the card wants to be called first",
        ),
        Some(TestCard::Late) => charge.due_at = Some(now + LATE),
        Some(TestCard::Held | TestCard::Silent) => {}
        Some(TestCard::Challenge) => {
            record.status = ChargeStatus::ActionRequired;
            record.action_url = Some(format!("{own_url}/challenge/{}", record.id));
        }
        Some(TestCard::ShortCharge) => {
            let short = Money::new(body.amount.minor - 1, body.amount.currency);
            capture(record, short, now);
        }
        Some(
            TestCard::Approve | TestCard::Notified | TestCard::LostRequest | TestCard::LostAnswer,
        ) => capture(record, body.amount, now),
    }
    let events = match card {
        Some(TestCard::Notified) => vec![event(&charge.record), event(&charge.record)],
        Some(TestCard::LostAnswer) => vec![event(&charge.record)],
        _ => Vec::new(),
    };
    let decision = match card {
        Some(TestCard::LostAnswer) => Decision::Silence,
        _ => Decision::Answer(Box::new(charge.record.clone())),
    };
    (decision, Some(request.kept(charge, events)))
}

/// `POST /charges/<operation>/cancel`. A charge that is not known yet is canceled in advance.
pub(super) fn cancel(
    state: &mut State,
    operation: Uuid,
    request: &Keyed<NewCancel>,
    now: DateTime<Utc>,
) -> (Decision, Option<Entry>) {
    if let Some(decision) = request.repeated(state) {
        return (decision, None);
    }
    let charge = match state.charges.get(&operation) {
        None => Charge {
            record: new_record(operation, request.body.payment, ChargeStatus::Canceled, now),
            card: None,
            due_at: None,
        },
        Some(known) => {
            let mut charge = known.clone();
            if is_open(charge.record.status) {
                charge.record.status = ChargeStatus::Canceled;
                charge.record.updated_at = now;
                charge.due_at = None;
            }
            charge
        }
    };
    (
        Decision::Answer(Box::new(charge.record.clone())),
        Some(request.kept(charge, Vec::new())),
    )
}

/// `POST /charges/<operation>/refunds`.
pub(super) fn refund(
    state: &mut State,
    operation: Uuid,
    request: &Keyed<NewRefund>,
    now: DateTime<Utc>,
) -> (Decision, Option<Entry>) {
    if let Some(decision) = request.repeated(state) {
        return (decision, None);
    }
    let Some(known) = state.charges.get(&operation) else {
        let words = "there is no such charge";
        return (Decision::Refused(RefusalCode::NoSuchCharge, words), None);
    };
    let mut charge = known.clone();
    let sum = |kind: FactKind| -> i64 {
        let facts = charge.record.facts.iter().filter(|f| f.kind == kind);
        facts.map(|f| f.amount.minor).sum()
    };
    let left = sum(FactKind::Captured) - sum(FactKind::Refunded);
    if request.body.amount.minor < 1 || request.body.amount.minor > left {
        let words = "there is not that much left to refund";
        return (
            Decision::Refused(RefusalCode::ExceedsRefundable, words),
            None,
        );
    }
    let moved = (FactKind::Refunded, request.body.amount);
    add_fact(&mut charge.record, request.key, moved, now);
    (
        Decision::Answer(Box::new(charge.record.clone())),
        Some(request.kept(charge, Vec::new())),
    )
}

/// Decides an open charge, as a bank, a buyer or a test would, and tells by webhook. `None` when
/// it is not open any more.
pub(super) fn decide(known: &Charge, is_approved: bool, now: DateTime<Utc>) -> Option<Entry> {
    if !is_open(known.record.status) {
        return None;
    }
    let mut charge = known.clone();
    charge.due_at = None;
    match (is_approved, charge.record.amount) {
        (true, Some(amount)) => capture(&mut charge.record, amount, now),
        _ => decline(
            &mut charge.record,
            DeclineCode::CardDeclined,
            "the charge was not confirmed",
        ),
    }
    charge.record.updated_at = now;
    Some(Entry {
        events: vec![event(&charge.record)],
        charge: Some(charge),
        ..Entry::default()
    })
}

fn is_open(status: ChargeStatus) -> bool {
    matches!(status, ChargeStatus::Pending | ChargeStatus::ActionRequired)
}

fn new_record(
    operation: Uuid,
    payment: Uuid,
    status: ChargeStatus,
    now: DateTime<Utc>,
) -> ChargeRecord {
    ChargeRecord {
        id: format!("sbx_{}", Secret::random().reveal()),
        operation,
        payment,
        attempt: Uuid::nil(),
        amount: None,
        status,
        decline_code: None,
        decline_message: None,
        action_url: None,
        return_url: None,
        facts: Vec::new(),
        updated_at: now,
        card_fingerprint: None,
    }
}

fn capture(record: &mut ChargeRecord, amount: Money, now: DateTime<Utc>) {
    record.status = ChargeStatus::Captured;
    record.action_url = None;
    add_fact(record, record.operation, (FactKind::Captured, amount), now);
}

fn decline(record: &mut ChargeRecord, code: DeclineCode, message: &str) {
    record.status = ChargeStatus::Declined;
    record.action_url = None;
    record.decline_code = Some(code);
    record.decline_message = Some(message.to_owned());
}

fn add_fact(
    record: &mut ChargeRecord,
    operation: Uuid,
    (kind, amount): (FactKind, Money),
    now: DateTime<Utc>,
) {
    record.updated_at = now;
    record.facts.push(FactRecord {
        id: format!("fact_{}", ordered_uuid().simple()),
        kind,
        amount,
        at: now,
        operation: Some(operation),
    });
}

fn event(record: &ChargeRecord) -> Event {
    Event {
        id: format!("evt_{}", ordered_uuid().simple()),
        kind: "charge.updated".to_owned(),
        charge: record.clone(),
    }
}
