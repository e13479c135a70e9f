//! The sandbox as a provider that keeps its promises.

use commerce::kernel::id::ordered_uuid;
use commerce::kernel::{Clock, Currency, Money};
use commerce::payment::{DeclineCode, FactKind, Progress, Report};
use providers::payment::sandbox::sign;
use providers::payment::{CallError, Cancel, Charge, Refund, WebhookError};
use tests::sandbox::{TestSandbox, card};

async fn charge(sandbox: &TestSandbox, number: &str) -> Charge {
    Charge {
        operation: ordered_uuid(),
        payment: ordered_uuid(),
        attempt: ordered_uuid(),
        amount: Money::new(1_999, Currency::USD),
        session: sandbox.session(number).await,
        return_url: "http://localhost:8080/back".to_owned(),
    }
}

fn captured(report: &Report) -> Vec<i64> {
    let facts = report.facts.iter().filter(|f| f.kind == FactKind::Captured);
    facts.map(|f| f.amount.minor).collect()
}

#[tokio::test]
async fn the_same_key_charges_once_also_across_a_restart() {
    let sandbox = TestSandbox::start(Clock::system()).await;
    let charge = charge(&sandbox, card::APPROVED).await;
    let first = sandbox.provider.charge(&charge).await.unwrap();
    assert_eq!(first.progress, Progress::Captured);
    assert_eq!(captured(&first), [1_999]);

    let sandbox = sandbox.restart().await;
    assert_eq!(sandbox.provider.charge(&charge).await.unwrap(), first);
    let other = Charge {
        amount: Money::new(5, Currency::USD),
        ..charge.clone()
    };
    // The key was used, so something may well have been done with it.
    let unknown = sandbox.provider.charge(&other).await.unwrap_err();
    assert!(matches!(unknown, CallError::Unknown(_)), "{unknown}");
    let found = sandbox.provider.lookup(charge.operation).await.unwrap();
    assert_eq!(found, Some(first));
    assert_eq!(sandbox.captured().await.len(), 1);
}

#[tokio::test]
async fn only_listed_cards_are_taken_and_none_is_kept() {
    let sandbox = TestSandbox::start(Clock::system()).await;
    let (status, body) = sandbox.hand_in("4111 1111 1111 1111").await;
    assert_eq!(status, 422);
    assert_eq!(
        body["error"],
        "only the listed test cards are accepted; see docs/sandbox.md"
    );
    sandbox.session(card::APPROVED).await;
    let ledger = sandbox.ledger().await.to_string();
    assert!(!ledger.contains("4242"));
}

#[tokio::test]
async fn a_decline_says_why() {
    let sandbox = TestSandbox::start(Clock::system()).await;
    let charge = charge(&sandbox, card::INSUFFICIENT_FUNDS).await;
    let report = sandbox.provider.charge(&charge).await.unwrap();
    let Progress::Declined(decline) = report.progress else {
        panic!("{report:?}");
    };
    assert_eq!(decline.code, DeclineCode::InsufficientFunds);
    assert_eq!(report.facts, []);
}

#[tokio::test]
async fn a_lost_request_charges_nothing_and_a_lost_answer_does() {
    let sandbox = TestSandbox::start(Clock::system()).await;
    for (number, before) in [(card::LOST_REQUEST, 0), (card::LOST_ANSWER, 1)] {
        let charge = charge(&sandbox, number).await;
        let silence = sandbox.provider.charge(&charge).await.unwrap_err();
        assert!(matches!(silence, CallError::Unknown(_)), "{silence}");
        let found = sandbox.provider.lookup(charge.operation).await.unwrap();
        assert_eq!(found.map_or(0, |r| captured(&r).len()), before);
        let report = sandbox.provider.charge(&charge).await.unwrap();
        assert_eq!(captured(&report), [1_999]);
    }
    assert_eq!(sandbox.captured().await.len(), 2);
}

#[tokio::test]
async fn a_charge_that_is_canceled_in_advance_never_happens() {
    let sandbox = TestSandbox::start(Clock::system()).await;
    let charge = charge(&sandbox, card::APPROVED).await;
    let cancel = Cancel {
        operation: ordered_uuid(),
        charge: charge.operation,
        payment: charge.payment,
    };
    let report = sandbox.provider.cancel(&cancel).await.unwrap();
    assert_eq!(report.progress, Progress::Canceled);
    let late = sandbox.provider.charge(&charge).await.unwrap();
    assert_eq!(late.progress, Progress::Canceled);
    assert_eq!(sandbox.captured().await.len(), 0);
}

#[tokio::test]
async fn canceling_says_that_the_money_is_taken() {
    let sandbox = TestSandbox::start(Clock::system()).await;
    let charge = charge(&sandbox, card::APPROVED).await;
    sandbox.provider.charge(&charge).await.unwrap();
    let cancel = Cancel {
        operation: ordered_uuid(),
        charge: charge.operation,
        payment: charge.payment,
    };
    let report = sandbox.provider.cancel(&cancel).await.unwrap();
    assert_eq!(report.progress, Progress::Captured);
}

#[tokio::test]
async fn refunds_happen_once_and_never_exceed_the_charge() {
    let sandbox = TestSandbox::start(Clock::system()).await;
    let charge = charge(&sandbox, card::APPROVED).await;
    sandbox.provider.charge(&charge).await.unwrap();
    let refund = Refund {
        operation: ordered_uuid(),
        charge: charge.operation,
        amount: Money::new(1_500, Currency::USD),
    };
    let first = sandbox.provider.refund(&refund).await.unwrap();
    assert_eq!(sandbox.provider.refund(&refund).await.unwrap(), first);
    assert_eq!(first.facts.len(), 2);
    let more = Refund {
        operation: ordered_uuid(),
        ..refund
    };
    let refused = sandbox.provider.refund(&more).await.unwrap_err();
    assert!(matches!(refused, CallError::Refused(_)), "{refused}");
}

#[tokio::test]
async fn a_challenge_is_decided_by_the_buyer_and_told_by_webhook() {
    let clock = Clock::system();
    let sandbox = TestSandbox::start(clock.clone()).await;
    for (outcome, taken) in [("approve", 1), ("decline", 0)] {
        let charge = charge(&sandbox, card::CHALLENGE).await;
        let report = sandbox.provider.charge(&charge).await.unwrap();
        let Progress::ActionRequired { url } = report.progress else {
            panic!("{report:?}");
        };
        assert_eq!(
            sandbox.confirm(&url, outcome).await,
            "http://localhost:8080/back"
        );
        let body = sandbox.webhooks().await.pop().unwrap();
        let signature = sign(&sandbox.secret, &body, clock.now());
        let event = sandbox
            .provider
            .read_webhook(&signature, &body, clock.now())
            .unwrap();
        let told = event.report.unwrap();
        assert_eq!(told.operation, charge.operation);
        assert_eq!(captured(&told).len(), taken);
        let forged = sandbox
            .provider
            .read_webhook(&signature, b"{}", clock.now());
        assert_eq!(forged.unwrap_err(), WebhookError::BadSignature);
    }
}
