//! Refunds that the provider refuses are asked for again, and given once.

use api::commands::jobs::{self as job_command, Jobs};
use api::commands::orders::{Orders, RefundArgs};
use api::commands::payments::{self, Payments};
use chrono::TimeDelta;
use commerce::payment::operations;
use tests::impostor::{Impostor, Reply};
use tests::sandbox::card;
use tests::till::Till;

use super::refunds::mixed;
use super::{orders, refund, refuse_all, under};

const REFUSED: Reply = Reply {
    status: 422,
    media: "application/json",
    body: r#"{"error":"the balance is too low","code":"exceeds_refundable"}"#,
};
const UNAUTHORIZED: Reply = Reply {
    status: 401,
    media: "text/html",
    body: "<html></html>",
};

/// A shop whose worker meets the provider through an impostor.
async fn shop() -> (Till, Impostor) {
    let mut till = Till::open().await;
    let impostor = Impostor::before(&till.sandbox).await;
    till.env.providers.payment = Some(impostor.provider.clone());
    (till, impostor)
}

/// Money was taken that no order can be made of, and the provider refuses to give it back.
async fn without_an_order() -> (Till, Impostor) {
    let (till, impostor) = shop().await;
    let cup = till.stock("cup", 1).await;
    let cart = till.cart(&cup, 1, card::SHORT_CHARGE).await;
    till.accepted(&cart, "press-1").await;
    impostor.answers("POST", "/refunds", REFUSED);
    till.drain().await;
    let refused = "SELECT count(*) FROM payment_operations WHERE kind = 'refund' AND failure_code = 'refused' \
                   AND last_error LIKE '%balance is too low%'";
    assert_eq!(till.app.count(refused).await, 1);
    impostor.passes_on();
    (till, impostor)
}

/// What the provider gave back, by its own ledger and by ours, and how often.
async fn given(till: &Till) -> [i64; 3] {
    let ledger = till.sandbox.ledger().await;
    let charges = ledger["charges"].as_array().unwrap();
    let facts = charges.iter().flat_map(|c| c["facts"].as_array().unwrap());
    let refunded: Vec<_> = facts.filter(|fact| fact["kind"] == "refunded").collect();
    let minor = refunded
        .iter()
        .map(|fact| fact["amount"]["minor"].as_i64().unwrap());
    let ours = "SELECT coalesce(sum(refunded_minor), 0)::bigint FROM payments";
    let times = i64::try_from(refunded.len()).unwrap();
    [minor.sum(), till.app.count(ours).await, times]
}

async fn run(till: &Till, command: Payments) -> Result<String, String> {
    let said = payments::run(&till.app.shop, &command).await;
    said.map_err(|error| error.to_string())
}

async fn the_refund(till: &Till) -> uuid::Uuid {
    till.id("SELECT id FROM payment_operations WHERE kind = 'refund' ORDER BY created_at LIMIT 1")
        .await
}

async fn retry(till: &Till) -> Result<String, String> {
    let dead = "SELECT max(id) FROM jobs WHERE kind = 'refund_payment'";
    let id = till.app.count(dead).await;
    let said = job_command::run(&till.app.shop, &Jobs::Retry { id }).await;
    said.map_err(|error| error.to_string())
}

#[tokio::test]
async fn a_job_that_is_retried_asks_for_the_refund_again() {
    let (till, impostor) = without_an_order().await;
    impostor.answers("POST", "/refunds", REFUSED);
    for _ in 0..2 {
        retry(&till).await.unwrap();
        till.drain().await;
        assert_eq!(given(&till).await, [0, 0, 0]);
    }
    impostor.passes_on();
    retry(&till).await.unwrap();
    till.drain().await;
    assert_eq!(given(&till).await, [2_499, 2_499, 1]);
    till.assert_sound().await;
    retry(&till).await.unwrap_err();
}

#[tokio::test]
async fn a_command_asks_for_a_refused_refund_again_and_never_twice() {
    let (till, _impostor) = without_an_order().await;
    let listed = run(&till, Payments::List { limit: 9 }).await.unwrap();
    for words in [
        "refund of 24.99 USD, refused",
        "(refund_due)",
        "the balance is too low",
    ] {
        assert!(listed.contains(words), "{listed}");
    }
    let mut conn = till.app.conn().await;
    let figures = operations::figures(&mut conn).await;
    let figures = figures.unwrap();
    let refused = figures.iter().find(|f| f.state == "refused").unwrap();
    assert_eq!((refused.kind.as_str(), refused.count), ("refund", 1));
    let operation = the_refund(&till).await;
    for _ in 0..2 {
        let asked = run(&till, Payments::Ask { operation }).await;
        assert_eq!(
            asked.unwrap(),
            "The provider is asked again about the refund.\n"
        );
    }
    till.drain().await;
    assert_eq!(given(&till).await, [2_499, 2_499, 1]);
    let over = run(&till, Payments::Ask { operation }).await;
    assert_eq!(over.unwrap_err(), "The operation is over.");
    till.drain().await;
    assert_eq!(given(&till).await, [2_499, 2_499, 1]);
    assert_eq!(
        run(&till, Payments::List { limit: 9 }).await.unwrap(),
        "Everything is decided.\n"
    );
    till.assert_sound().await;
}

#[tokio::test]
async fn a_command_gives_back_money_that_has_no_order() {
    let (till, _impostor) = without_an_order().await;
    let payment = till.id("SELECT id FROM payments").await;
    let asked = run(&till, Payments::Refund { payment }).await;
    assert_eq!(
        asked.unwrap(),
        "24.99 USD are asked back of the provider.\n"
    );
    let busy = run(&till, Payments::Refund { payment }).await;
    assert_eq!(
        busy.unwrap_err(),
        "Another refund of this payment is under way; try again when it is done."
    );
    till.drain().await;
    assert_eq!(given(&till).await, [2_499, 2_499, 1]);
    let nothing = run(&till, Payments::Refund { payment }).await;
    assert_eq!(
        nothing.unwrap_err(),
        "Nothing of this payment is left to be given back."
    );
    let nobody = uuid::Uuid::from_u128(7);
    let unknown = run(&till, Payments::Refund { payment: nobody }).await;
    assert_eq!(unknown.unwrap_err(), "There is no such payment.");
    till.assert_sound().await;
}

#[tokio::test]
async fn money_whose_refund_was_never_asked_for_is_given_back_by_the_command_too() {
    let (till, _impostor) = without_an_order().await;
    // As a release before may have left it.
    till.app
        .execute("UPDATE payment_operations SET failure_code = 'unheard_of' WHERE kind = 'refund'")
        .await;
    let payment = till.id("SELECT id FROM payments").await;
    run(&till, Payments::Refund { payment }).await.unwrap();
    till.drain().await;
    assert_eq!(given(&till).await, [2_499, 2_499, 1]);
}

#[tokio::test]
async fn what_is_owed_is_asked_for_again_by_itself_an_hour_later() {
    let (till, impostor) = without_an_order().await;
    impostor.answers("POST", "/refunds", REFUSED);
    till.tick().await;
    let dead = "SELECT count(*) FROM jobs WHERE kind = 'refund_payment' AND state = 'discarded'";
    for _ in 0..2 {
        till.app.advance(TimeDelta::minutes(61)).await;
        till.tick().await;
        assert_eq!(till.app.count(dead).await, 1);
        assert_eq!(given(&till).await, [0, 0, 0]);
    }
    impostor.passes_on();
    till.app.advance(TimeDelta::minutes(61)).await;
    till.tick().await;
    assert_eq!(given(&till).await, [2_499, 2_499, 1]);
    assert_eq!(till.app.count(dead).await, 0);
    till.assert_sound().await;
}

#[tokio::test]
async fn a_refund_that_is_answered_strangely_is_unknown_and_asked_about_on() {
    let (till, impostor) = shop().await;
    mixed(&till).await;
    refund(&till, Some("10.00")).await.unwrap();
    // It is given, and nobody can say so.
    impostor.answers_after("POST", "/refunds", UNAUTHORIZED);
    till.drain().await;
    let unknown =
        "SELECT count(*) FROM payment_operations WHERE kind = 'refund' AND state = 'unknown'";
    assert_eq!(till.app.count(unknown).await, 1);
    impostor.passes_on();
    impostor.answers("GET", "/charges/", UNAUTHORIZED);
    till.app.advance(TimeDelta::seconds(31)).await;
    till.drain().await;
    assert_eq!(till.app.count(unknown).await, 1);
    impostor.passes_on();
    // A provider that has forgotten the key by now is not asked to give it once more.
    impostor.answers("POST", "/refunds", REFUSED);
    till.app.advance(TimeDelta::seconds(31)).await;
    till.drain().await;
    assert_eq!(given(&till).await, [1_000, 1_000, 1]);
    let open = "SELECT count(*) FROM payment_operations WHERE state <> 'succeeded'";
    assert_eq!(till.app.count(open).await, 0);
    till.assert_sound().await;
}

#[tokio::test]
async fn a_merchants_refund_that_was_refused_is_asked_for_again_unless_it_was_asked_for_anew() {
    let (till, impostor) = shop().await;
    mixed(&till).await;
    impostor.answers("POST", "/refunds", REFUSED);
    refund(&till, Some("10.00")).await.unwrap();
    till.drain().await;
    impostor.passes_on();
    let operation = the_refund(&till).await;
    // Anew, for the same reason.
    let anew = RefundArgs {
        number: 1001,
        amount: Some("10.00".to_owned()),
        once: under("anew"),
        ..RefundArgs::default()
    };
    orders(&till, Orders::Refund(anew)).await.unwrap();
    let busy = run(&till, Payments::Ask { operation }).await;
    assert_eq!(
        busy.unwrap_err(),
        "Another refund of this payment is under way; try again when it is done."
    );
    till.drain().await;
    assert_eq!(given(&till).await, [1_000, 1_000, 1]);
    let superseded = run(&till, Payments::Ask { operation }).await;
    assert_eq!(
        superseded.unwrap_err(),
        "Another refund of this order was asked for since; refund the order again if this one is still due."
    );
    retry_of(&till, operation).await;
    till.drain().await;
    assert_eq!(given(&till).await, [1_000, 1_000, 1]);
}

/// Has the job of this refund tried again.
async fn retry_of(till: &Till, operation: uuid::Uuid) {
    let job = format!(
        "SELECT id FROM jobs WHERE args ->> 'operation' = '{operation}' AND state = 'discarded'"
    );
    let id = till.app.count(&job).await;
    job_command::run(&till.app.shop, &Jobs::Retry { id })
        .await
        .unwrap();
}

#[tokio::test]
async fn a_merchants_refund_is_given_when_it_is_asked_for_again() {
    let (till, impostor) = shop().await;
    mixed(&till).await;
    impostor.answers("POST", "/refunds", REFUSED);
    refund(&till, Some("10.00")).await.unwrap();
    till.drain().await;
    impostor.passes_on();
    retry_of(&till, the_refund(&till).await).await;
    till.drain().await;
    assert_eq!(given(&till).await, [1_000, 1_000, 1]);
    till.assert_sound().await;
}

#[tokio::test]
async fn the_database_gives_back_no_more_than_was_taken_and_changes_no_outcome() {
    let (till, _impostor) = without_an_order().await;
    let more = "INSERT INTO payment_operations (id, payment_id, kind, amount_minor, created_at, updated_at) \
        SELECT gen_random_uuid(), id, 'refund', 2500, now(), now() FROM payments";
    let again = "UPDATE payment_operations SET state = 'requested' WHERE kind = 'charge'";
    let other = "UPDATE payment_operations SET state = 'succeeded' WHERE kind = 'refund'";
    let all = [
        (more, "more would be given back than was taken"),
        (again, "cannot go from succeeded to requested"),
        (other, "cannot go from failed to succeeded"),
    ];
    refuse_all(&till, &all).await;
    // What is asked for beside a refused refund is seen when that is asked for again.
    till.app.execute(&more.replace("2500", "1")).await;
    till.app
        .execute("UPDATE payment_operations SET state = 'succeeded' WHERE amount_minor = 1")
        .await;
    let both = "UPDATE payment_operations SET state = 'requested', failure_code = NULL WHERE failure_code = 'refused'";
    refuse_all(&till, &[(both, "more would be given back than was taken")]).await;
}
