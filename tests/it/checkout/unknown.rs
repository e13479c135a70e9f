//! Answers of which nobody can say what they mean: the money may have moved, so nothing is given up.

use api::commands::payments::{self, Payments};
use chrono::TimeDelta;
use serde_json::json;
use tests::impostor::{Impostor, Reply};
use tests::sandbox::card;
use tests::till::Till;

use super::operation;

const fn reply(status: u16, media: &'static str, body: &'static str) -> Reply {
    Reply {
        status,
        media,
        body,
    }
}

const HTML: &str = "<html><body>Not found</body></html>";
const GATEWAY: Reply = reply(504, "text/html", HTML);
const UNAUTHORIZED: Reply = reply(
    401,
    "application/json",
    r#"{"error":"the secret is missing or wrong","code":"unauthorized"}"#,
);

/// What proxies, login pages and misconfigured secrets answer, and what only looks like the provider's own words.
const STRANGE: [Reply; 16] = [
    UNAUTHORIZED,
    reply(401, "text/html", HTML),
    reply(403, "text/plain", "forbidden"),
    reply(404, "text/html", HTML),
    reply(404, "application/json", ""),
    reply(404, "application/json", r#"{"error":"not found"}"#),
    reply(
        404,
        "application/json",
        r#"{"error":"x","code":"of_a_later_release"}"#,
    ),
    reply(
        403,
        "application/json",
        r#"{"error":"x","code":"no_such_charge"}"#,
    ),
    reply(407, "text/plain", "proxy authentication required"),
    reply(408, "text/plain", ""),
    reply(
        409,
        "application/json",
        r#"{"error":"x","code":"idempotency_key_reused"}"#,
    ),
    reply(422, "application/json", r#"{"error":"unprocessable"}"#),
    reply(302, "text/plain", ""),
    reply(200, "text/html", HTML),
    reply(200, "application/json", "{}"),
    reply(204, "text/plain", ""),
];

/// A buyer has pressed "pay", and the worker meets the provider through an impostor.
async fn pressed() -> (Till, Impostor, String) {
    let (mut till, attempt) = Till::pressed(card::APPROVED).await;
    let impostor = Impostor::before(&till.sandbox).await;
    till.env.providers.payment = Some(impostor.provider.clone());
    (till, impostor, attempt)
}

async fn again(till: &Till) {
    till.app.advance(TimeDelta::seconds(31)).await;
    till.drain().await;
}

#[tokio::test]
async fn a_charge_whose_lookups_say_nothing_certain_stays_unknown_and_is_asked_about_without_an_end()
 {
    let (till, impostor, attempt) = pressed().await;
    // The money is taken, and the answer goes lost.
    impostor.answers_after("POST", "/charges", GATEWAY);
    till.drain().await;
    impostor.passes_on();
    for (tries, strange) in (1..).zip(STRANGE.iter().chain(&STRANGE)) {
        impostor.answers("GET", "/charges/", *strange);
        again(&till).await;
        assert_eq!(
            till.outcome(&attempt).await,
            "CartCompletionProcessing",
            "{strange:?}"
        );
        assert_eq!(operation(&till, "charge").await, "unknown", "{strange:?}");
        assert_eq!(till.counts().await, [0, 1, 0, 1, 0], "{strange:?}");
        let job = format!(
            "SELECT count(*) FROM jobs WHERE kind = 'settle_payment' AND state = 'retryable' AND attempt = {}",
            tries + 1
        );
        assert_eq!(till.app.count(&job).await, 1, "after {tries} tries");
        impostor.passes_on();
    }
    again(&till).await;
    assert_eq!(till.outcome(&attempt).await, "CartCompletionSuccess");
    assert_eq!(till.counts().await, [1, 1, 1, 0, 1]);
}

#[tokio::test]
async fn a_charge_that_was_answered_strangely_is_not_declined() {
    for strange in [STRANGE[0], STRANGE[3], STRANGE[9], STRANGE[13]] {
        let (till, impostor, attempt) = pressed().await;
        impostor.answers_after("POST", "/charges", strange);
        till.drain().await;
        assert_eq!(
            till.outcome(&attempt).await,
            "CartCompletionProcessing",
            "{strange:?}"
        );
        let said = "SELECT count(*) FROM payment_operations WHERE state = 'unknown' AND last_error LIKE '%nothing certain%'";
        assert_eq!(till.app.count(said).await, 1, "{strange:?}");
        impostor.passes_on();
        again(&till).await;
        assert_eq!(
            till.outcome(&attempt).await,
            "CartCompletionSuccess",
            "{strange:?}"
        );
        assert_eq!(till.counts().await, [1, 1, 1, 0, 1], "{strange:?}");
    }
}

#[tokio::test]
async fn what_the_provider_denies_in_its_own_words_is_declined_at_once() {
    let (till, impostor, attempt) = pressed().await;
    let denied = r#"{"error":"the amount is too small","code":"invalid_request"}"#;
    impostor.answers("POST", "/charges", reply(400, "application/json", denied));
    till.drain().await;
    assert_eq!(till.outcome(&attempt).await, "CartCompletionFailed");
    assert_eq!(operation(&till, "charge").await, "failed");
    assert_eq!(till.counts().await, [0, 0, 0, 0, 0]);
}

#[tokio::test]
async fn a_job_that_was_given_up_is_brought_again_as_long_as_the_outcome_is_unknown() {
    let (till, impostor, attempt) = pressed().await;
    impostor.answers_after("POST", "/charges", GATEWAY);
    till.drain().await;
    till.app
        .execute("UPDATE jobs SET state = 'discarded', finished_at = now()")
        .await;
    impostor.passes_on();
    impostor.answers("GET", "/charges", UNAUTHORIZED);
    till.app.advance(TimeDelta::minutes(3)).await;
    till.tick().await;
    let waiting = "SELECT count(*) FROM jobs WHERE kind = 'settle_payment' AND state = 'retryable'";
    assert_eq!(till.app.count(waiting).await, 1);
    let called_off =
        "SELECT count(*) FROM jobs WHERE kind = 'settle_payment' AND state = 'cancelled'";
    assert_eq!(till.app.count(called_off).await, 1);
    impostor.passes_on();
    again(&till).await;
    assert_eq!(till.outcome(&attempt).await, "CartCompletionSuccess");
}

/// The charge was taken, its answer was lost, time is up, and the provider does not let us call it off.
async fn expiring() -> (Till, Impostor, String) {
    let (till, impostor, attempt) = pressed().await;
    impostor.answers_after("POST", "/charges", GATEWAY);
    till.drain().await;
    impostor.passes_on();
    impostor.answers("GET", "/charges", UNAUTHORIZED);
    impostor.answers("POST", "/charges", UNAUTHORIZED);
    till.app.advance(TimeDelta::minutes(16)).await;
    till.tick().await;
    assert_eq!(till.outcome(&attempt).await, "CartCompletionProcessing");
    assert_eq!(operation(&till, "cancel").await, "unknown");
    assert_eq!(till.counts().await, [0, 1, 0, 1, 0]);
    (till, impostor, attempt)
}

async fn release(till: &Till) -> Result<String, String> {
    let id = till.id("SELECT id FROM checkout_attempts").await;
    let released = payments::run(&till.app.shop, &Payments::Release { attempt: id }).await;
    released.map_err(|error| error.to_string())
}

#[tokio::test]
async fn a_person_releases_an_attempt_and_money_that_comes_later_is_an_order() {
    let (till, impostor, attempt) = expiring().await;
    release(&till).await.unwrap();
    // Nobody says that nothing was charged.
    let told = till.attempt(&attempt).await;
    assert_eq!(
        told["errors"],
        json!([{ "code": "PAYMENT_TRANSIENT_ERROR",
            "message": "The payment was not confirmed in time. If it is charged later, it becomes an order or is refunded." }])
    );
    assert_eq!(till.counts().await, [0, 1, 0, 0, 0]);
    let refused = release(&till).await.unwrap_err();
    assert!(
        refused.starts_with("The attempt is not expiring"),
        "{refused}"
    );
    // The provider is asked on, and says that the money was taken.
    assert_eq!(operation(&till, "cancel").await, "unknown");
    impostor.passes_on();
    again(&till).await;
    assert_eq!(till.outcome(&attempt).await, "CartCompletionSuccess");
    assert_eq!(till.counts().await, [1, 1, 1, 0, 1]);
}

#[tokio::test]
async fn money_that_comes_after_a_release_goes_back_if_the_stock_is_gone() {
    let (till, impostor, attempt) = expiring().await;
    release(&till).await.unwrap();
    till.app
        .execute("UPDATE inventory_levels SET on_hand = 0")
        .await;
    impostor.passes_on();
    again(&till).await;
    assert_eq!(till.outcome(&attempt).await, "CartCompletionFailed");
    let given_back = "SELECT refunded_minor FROM payments WHERE captured_minor = refunded_minor";
    assert_eq!(till.app.count(given_back).await, 2_500);
    till.assert_sound().await;
}

#[tokio::test]
async fn only_an_expiring_attempt_is_released() {
    let (till, _impostor, _attempt) = pressed().await;
    let refused = release(&till).await.unwrap_err();
    assert!(
        refused.starts_with("The attempt is not expiring"),
        "{refused}"
    );
    let nobody = Payments::Release {
        attempt: uuid::Uuid::from_u128(7),
    };
    let refused = payments::run(&till.app.shop, &nobody).await.unwrap_err();
    assert_eq!(refused.to_string(), "There is no such attempt.");
    assert_eq!(till.counts().await, [0, 0, 0, 1, 0]);
}

#[tokio::test]
async fn what_is_unknown_is_listed_with_what_the_provider_said_and_counted() {
    let (till, _impostor, _attempt) = expiring().await;
    let listed = payments::run(&till.app.shop, &Payments::List { limit: 10 }).await;
    let listed = listed.unwrap();
    for words in [
        "charge of 25.00 USD, unknown",
        "cancel of 25.00 USD, unknown",
        "(expiring)",
        "status 401",
    ] {
        assert!(listed.contains(words), "{listed}");
    }
    let mut conn = till.app.conn().await;
    till.app.advance(TimeDelta::hours(1)).await;
    let figures = commerce::payment::operations::figures(&mut conn).await;
    let figures = figures.unwrap();
    let unknown: Vec<_> = figures
        .iter()
        .filter(|figure| figure.state == "unknown")
        .map(|figure| {
            (
                figure.kind.as_str(),
                figure.count,
                figure.age().as_secs() >= 3_600,
            )
        })
        .collect();
    assert_eq!(unknown.len(), 2, "{unknown:?}");
    assert!(unknown.contains(&("charge", 1, true)) && unknown.contains(&("cancel", 1, true)));
}
