//! Money that is taken a second time, before, while and after a merchant gives some of the first back.

use commerce::flows::payment_errands::{begin_errand, refund_answered};
use commerce::flows::settle_payment::{Settled, Told, settle_payment};
use commerce::kernel::{Currency, Money};
use commerce::payment::{Errand, Fact, FactKind, Progress, Report, Source};
use tests::till::Till;
use uuid::Uuid;

use super::refunds::{mixed, on_cards};
use super::{refund, refuse_all};

/// What the provider says of the only payment: that so much was taken or given back.
async fn tell(till: &Till, kind: FactKind, minor: i64, reference: &str) -> Settled {
    let told = Told {
        provider: "sandbox".to_owned(),
        report: Report {
            operation: Uuid::from_u128(1),
            payment: till.id("SELECT id FROM payments").await,
            reference: String::new(),
            as_of: None,
            progress: Progress::Captured,
            facts: vec![Fact {
                kind,
                amount: Money::new(minor, Currency::USD),
                reference: reference.to_owned(),
                occurred_at: till.app.shop.clock.now(),
                operation: None,
            }],
            card: None,
        },
        source: Source::Webhook,
        webhook: None,
    };
    settle_payment(&till.app.shop, &told).await.unwrap()
}

/// Takes up the refund that is under way.
async fn asked(till: &Till) -> Errand {
    let open = "SELECT id FROM payment_operations WHERE kind = 'refund' AND state = 'requested'";
    let operation = till.id(open).await;
    let errand = begin_errand(&till.app.shop, operation).await.unwrap();
    errand.unwrap()
}

/// Lets the provider give back what it was asked for.
async fn given(till: &Till, minor: i64) {
    let errand = asked(till).await;
    assert_eq!(errand.amount, Money::new(minor, Currency::USD));
    let reference = errand.operation.to_string();
    tell(till, FactKind::Refunded, minor, &reference).await;
    refund_answered(&till.app.shop, &errand, None)
        .await
        .unwrap();
}

async fn open_refunds(till: &Till) -> i64 {
    let open = "SELECT count(*) FROM payment_operations WHERE kind = 'refund' AND state IN ('requested', 'unknown')";
    till.app.count(open).await
}

/// Nothing is wrong but that money was taken twice.
async fn assert_taken_twice(till: &Till) {
    let found = commerce::invariants::check(&mut till.app.conn().await).await;
    let found: Vec<&str> = found.unwrap().iter().map(|(i, _)| i.name).collect();
    assert_eq!(found, ["nobody_is_charged_twice"]);
}

#[tokio::test]
async fn what_is_taken_after_a_refund_goes_back_whole() {
    let till = Till::open().await;
    mixed(&till).await;
    refund(&till, Some("10.00")).await.unwrap();
    given(&till, 1_000).await;
    till.assert_sound().await;
    assert_eq!(
        tell(&till, FactKind::Captured, 2_900, "again").await,
        Settled::GivenBack
    );
    // Told again, nothing more is asked for.
    tell(&till, FactKind::Captured, 2_900, "again").await;
    let error = refund(&till, None).await.unwrap_err();
    assert!(error.contains("is under way"), "{error}");
    given(&till, 2_900).await;
    assert_eq!(open_refunds(&till).await, 0);
    assert_taken_twice(&till).await;
    // Of the order there is left what was left before.
    let error = refund(&till, Some("25.01")).await.unwrap_err();
    assert_eq!(error, "25.00 USD of order #1001 can be given back");
    refund(&till, None).await.unwrap();
    given(&till, 1_900).await;
    assert_eq!(on_cards(&till).await, [400, 200]);
    assert_taken_twice(&till).await;
}

#[tokio::test]
async fn what_is_taken_while_a_refund_is_under_way_goes_back_after_it() {
    let till = Till::open().await;
    mixed(&till).await;
    refund(&till, Some("10.00")).await.unwrap();
    tell(&till, FactKind::Captured, 2_900, "again").await;
    assert_eq!(open_refunds(&till).await, 1);
    given(&till, 1_000).await;
    given(&till, 2_900).await;
    assert_eq!(open_refunds(&till).await, 0);
    assert_taken_twice(&till).await;

    // A refund that the provider refuses does not keep what was taken once more.
    refund(&till, Some("1.00")).await.unwrap();
    tell(&till, FactKind::Captured, 2_900, "and again").await;
    let refused = asked(&till).await;
    refund_answered(&till.app.shop, &refused, Some("refused"))
        .await
        .unwrap();
    // What was taken too much and the provider keeps is for a person, who is not outrun.
    let kept = asked(&till).await;
    assert_eq!(kept.amount, Money::new(2_900, Currency::USD));
    refund_answered(&till.app.shop, &kept, Some("refused"))
        .await
        .unwrap();
    assert_eq!(open_refunds(&till).await, 0);
    let error = refund(&till, Some("25.01")).await.unwrap_err();
    assert_eq!(error, "25.00 USD of order #1001 can be given back");
    // Neither whatever else the provider tells nor another refund asks for it again; what is taken once more, it is asked for.
    tell(&till, FactKind::Captured, 2_900, "and again").await;
    refund(&till, Some("2.00")).await.unwrap();
    given(&till, 200).await;
    assert_eq!(open_refunds(&till).await, 0);
    tell(&till, FactKind::Captured, 2_900, "a fourth time").await;
    given(&till, 2_900).await;
    assert_eq!(open_refunds(&till).await, 0);
}

#[tokio::test]
async fn a_late_answer_to_one_refund_does_not_end_the_next() {
    let till = Till::open().await;
    mixed(&till).await;
    refund(&till, Some("10.00")).await.unwrap();
    // A worker that was given up asks, too, and hears of it later.
    let errand = asked(&till).await;
    tell(
        &till,
        FactKind::Refunded,
        1_000,
        &errand.operation.to_string(),
    )
    .await;
    let answer = async |failure: Option<&str>| {
        refund_answered(&till.app.shop, &errand, failure)
            .await
            .unwrap();
    };
    answer(None).await;
    refund(&till, Some("5.00")).await.unwrap();
    for late in [None, Some("refused")] {
        answer(late).await;
        assert_eq!(open_refunds(&till).await, 1);
    }
    given(&till, 500).await;
    assert_eq!(open_refunds(&till).await, 0);
    till.assert_sound().await;
}

#[tokio::test]
async fn the_database_gives_no_more_back_for_a_merchant_than_was_paid() {
    let till = Till::open().await;
    mixed(&till).await;
    refund(&till, Some("10.00")).await.unwrap();
    given(&till, 1_000).await;
    let ask = |kind: &str, minor: i64| {
        format!(
            "INSERT INTO payment_operations (id, payment_id, kind, amount_minor, created_at, updated_at, by_merchant) \
             SELECT gen_random_uuid(), id, '{kind}', {minor}, now(), now(), true FROM payments"
        )
    };
    let more = "UPDATE payment_operations SET amount_minor = 2901 WHERE by_merchant";
    refuse_all(
        &till,
        &[
            (&ask("refund", 1_901), "more would be given back"),
            (&ask("cancel", 1), "merchants_only_refund"),
            (more, "more would be given back"),
        ],
    )
    .await;
    till.app.execute(&ask("refund", 1_900)).await;
}
