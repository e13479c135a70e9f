//! The reconciler reads the provider's list of charges to its end, whatever stands in it.

use api::commands::payments::{self, Payments};
use chrono::TimeDelta;
use commerce::kernel::id::ordered_uuid;
use commerce::kernel::{Currency, Money};
use futures_util::future::join_all;
use providers::payment::{Charge, Since};
use tests::impostor::{Impostor, Reply};
use tests::sandbox::card;
use tests::till::Till;

/// Charges of another shop's, so many at once.
async fn of_others(till: &Till, number: &str, count: usize) {
    let session = till.sandbox.session(number).await;
    let charges: Vec<Charge> = (0..count)
        .map(|_| Charge {
            operation: ordered_uuid(),
            payment: ordered_uuid(),
            attempt: ordered_uuid(),
            amount: Money::new(700, Currency::USD),
            session: session.clone(),
            return_url: "http://localhost:8080/back".to_owned(),
        })
        .collect();
    for some in charges.chunks(40) {
        let asked = some
            .iter()
            .map(|charge| till.sandbox.provider.charge(charge));
        for report in join_all(asked).await {
            report.unwrap();
        }
    }
}

/// A buyer has pressed "pay" with a card that is decided later.
async fn held(till: &Till, cup: &str) -> String {
    let cart = till.cart(cup, 1, card::HELD).await;
    let attempt = till.accepted(&cart, "press-1").await;
    till.drain().await;
    attempt
}

/// Runs `api payments`; answers what it says, or why it would not.
async fn run(till: &Till, command: Payments) -> Result<String, String> {
    let said = payments::run(&till.app.shop, &command).await;
    said.map_err(|error| error.to_string())
}

#[tokio::test]
async fn money_is_found_behind_more_charges_than_any_page_holds() {
    let till = Till::open().await;
    let cup = till.stock("cup", 1).await;
    let attempt = held(&till, &cup).await;
    of_others(&till, card::DECLINED, 520).await;
    till.sandbox.decide("approve").await;
    till.tick().await;
    assert_eq!(till.outcome(&attempt).await, "CartCompletionSuccess");
    assert_eq!(till.counts().await, [1, 1, 1, 0, 1]);
    let cursors = "SELECT count(*) FROM payment_cursors";
    assert_eq!(till.app.count(cursors).await, 1);
}

#[tokio::test]
async fn the_list_is_read_on_from_where_it_was_left_however_long_ago() {
    let till = Till::open().await;
    let cup = till.stock("cup", 1).await;
    let attempt = held(&till, &cup).await;
    till.tick().await;
    till.sandbox.decide("approve").await;
    // Nobody looks for a day, and then only the list is looked at.
    till.app.advance(TimeDelta::hours(26)).await;
    let list = [commerce::jobs::Job::ReconcilePayments];
    till.app
        .execute("UPDATE payment_operations SET updated_at = now() + interval '9 days'")
        .await;
    commerce::jobs::enqueue_all(&mut till.app.conn().await, &list)
        .await
        .unwrap();
    till.drain().await;
    assert_eq!(till.outcome(&attempt).await, "CartCompletionSuccess");
    assert_eq!(till.counts().await, [1, 1, 1, 0, 1]);
    let nothing_new = Since::Cursor(cursor(&till).await);
    let page = till.sandbox.provider.changed_charges(&nothing_new).await;
    assert_eq!(page.unwrap(), providers::payment::ChargePage::default());
}

#[tokio::test]
async fn a_list_whose_cursor_the_provider_has_forgotten_is_read_again() {
    let till = Till::open().await;
    let cup = till.stock("cup", 1).await;
    let attempt = held(&till, &cup).await;
    till.tick().await;
    let known = cursor(&till).await;
    till.app
        .execute("UPDATE payment_cursors SET cursor = 'of a ledger that is gone'")
        .await;
    till.sandbox.decide("approve").await;
    till.app
        .execute("UPDATE payment_operations SET updated_at = now() + interval '9 days'")
        .await;
    till.tick().await;
    assert_eq!(till.outcome(&attempt).await, "CartCompletionSuccess");
    assert_eq!(till.counts().await, [1, 1, 1, 0, 1]);
    assert_ne!(cursor(&till).await, known);
}

async fn cursor(till: &Till) -> String {
    let query = diesel::sql_query("SELECT cursor FROM payment_cursors");
    let query = commerce::db::sql::cached::<diesel::sql_types::Text, _>(query);
    let mut conn = till.app.conn().await;
    diesel_async::RunQueryDsl::get_result(query, &mut conn)
        .await
        .unwrap()
}

#[tokio::test]
async fn a_report_that_the_database_refuses_waits_for_a_person_and_nothing_behind_it_waits() {
    let till = Till::open().await;
    let cup = till.stock("cup", 2).await;
    let (first, second) = (held(&till, &cup).await, held(&till, &cup).await);
    let payment = till
        .id("SELECT id FROM payments ORDER BY created_at LIMIT 1")
        .await;
    till.app
        .execute(&format!(
            "ALTER TABLE payment_facts ADD CONSTRAINT planted CHECK (payment_id <> '{payment}')"
        ))
        .await;
    till.sandbox.decide("approve").await;
    till.tick().await;
    assert_eq!(till.outcome(&first).await, "CartCompletionProcessing");
    assert_eq!(till.outcome(&second).await, "CartCompletionSuccess");
    let waiting = "SELECT count(*) FROM unapplied_payment_reports WHERE resolved_at IS NULL AND reason = 'rejected'";
    assert_eq!(till.app.count(waiting).await, 1);
    let found = commerce::invariants::check(&mut till.app.conn().await).await;
    let found: Vec<&str> = found.unwrap().iter().map(|(i, _)| i.name).collect();
    assert_eq!(found, ["reports_are_applied"]);
    let listed = run(&till, Payments::Reports).await.unwrap();
    assert!(
        listed.contains(&format!("payment {payment}: rejected")),
        "{listed}"
    );
    assert!(listed.contains("planted"), "{listed}");
    let id = till
        .app
        .count("SELECT id FROM unapplied_payment_reports")
        .await;
    let refused = run(&till, Payments::Apply { id }).await.unwrap_err();
    assert_eq!(
        refused,
        format!("Report {id} still cannot be applied; see `api payments reports`.")
    );
    assert_eq!(till.app.count(waiting).await, 1);
    till.app
        .execute("ALTER TABLE payment_facts DROP CONSTRAINT planted")
        .await;
    let applied = run(&till, Payments::Apply { id }).await;
    assert_eq!(applied.unwrap(), format!("Report {id} is applied.\n"));
    till.drain().await;
    assert_eq!(till.outcome(&first).await, "CartCompletionSuccess");
    assert_eq!(till.counts().await, [2, 2, 2, 0, 2]);
    assert_eq!(
        run(&till, Payments::Reports).await.unwrap(),
        "No report waits.\n"
    );
}

#[tokio::test]
async fn a_report_that_was_refused_is_tried_again_by_itself() {
    let till = Till::open().await;
    let cup = till.stock("cup", 1).await;
    let attempt = held(&till, &cup).await;
    let planted = "ALTER TABLE payment_facts ADD CONSTRAINT planted CHECK (kind <> 'captured')";
    till.app.execute(planted).await;
    till.sandbox.decide("approve").await;
    till.tick().await;
    assert_eq!(till.outcome(&attempt).await, "CartCompletionProcessing");
    till.app
        .execute("ALTER TABLE payment_facts DROP CONSTRAINT planted; UPDATE payment_operations SET updated_at = now() + interval '1 day'")
        .await;
    till.app.advance(TimeDelta::seconds(61)).await;
    till.tick().await;
    assert_eq!(till.outcome(&attempt).await, "CartCompletionSuccess");
    assert_eq!(till.counts().await, [1, 1, 1, 0, 1]);
    let applied = "SELECT count(*) FROM unapplied_payment_reports WHERE resolution = 'applied'";
    assert_eq!(till.app.count(applied).await, 1);
}

#[tokio::test]
async fn money_of_a_payment_that_is_not_ours_is_set_aside_once_until_a_person_dismisses_it() {
    let till = Till::open().await;
    let cup = till.stock("cup", 1).await;
    let attempt = held(&till, &cup).await;
    of_others(&till, card::APPROVED, 2).await;
    till.sandbox.decide("approve").await;
    for _ in 0..2 {
        till.tick().await;
    }
    assert_eq!(till.outcome(&attempt).await, "CartCompletionSuccess");
    let once = "SELECT count(*) FROM unapplied_payment_reports WHERE reason = 'unknown_payment' AND tries = 1";
    assert_eq!(till.app.count(once).await, 2);
    for left in [1, 0] {
        let open = "SELECT min(id) FROM unapplied_payment_reports WHERE resolved_at IS NULL";
        let id = till.app.count(open).await;
        run(&till, Payments::Dismiss { id }).await.unwrap();
        let refused = run(&till, Payments::Dismiss { id }).await.unwrap_err();
        assert_eq!(refused, "There is no such report.");
        let waiting = "SELECT count(*) FROM unapplied_payment_reports WHERE resolved_at IS NULL";
        assert_eq!(till.app.count(waiting).await, left);
    }
    till.tick().await;
    assert_eq!(till.counts().await, [1, 3, 1, 0, 1]);
}

#[tokio::test]
async fn a_charge_that_cannot_be_read_takes_no_other_along() {
    let mut till = Till::open().await;
    let impostor = Impostor::before(&till.sandbox).await;
    till.env.providers.payment = Some(impostor.provider.clone());
    let list = r#"{"charges":[{"id":"sbx_1","amount":{"currency":"???"}},7,{},{"id":"sbx\u0000"}],"next":"1.0-00000000-0000-0000-0000-000000000000"}"#;
    let reply = Reply {
        status: 200,
        media: "application/json",
        body: list,
    };
    impostor.answers("GET", "/charges?since", reply);
    till.tick().await;
    let unreadable = "SELECT count(*) FROM unapplied_payment_reports WHERE reason = 'unreadable'";
    assert_eq!(till.app.count(unreadable).await, 4);
    assert_eq!(
        cursor(&till).await,
        "1.0-00000000-0000-0000-0000-000000000000"
    );
}

#[tokio::test]
async fn a_list_that_is_not_answered_is_read_from_the_same_place_later() {
    let mut till = Till::open().await;
    let cup = till.stock("cup", 1).await;
    let attempt = held(&till, &cup).await;
    let impostor = Impostor::before(&till.sandbox).await;
    till.env.providers.payment = Some(impostor.provider.clone());
    let strange = Reply {
        status: 401,
        media: "text/html",
        body: "<html></html>",
    };
    impostor.answers("GET", "/charges?", strange);
    till.sandbox.decide("approve").await;
    for _ in 0..4 {
        till.tick().await;
    }
    let cursors = "SELECT count(*) FROM payment_cursors";
    assert_eq!(till.app.count(cursors).await, 0);
    assert_eq!(till.outcome(&attempt).await, "CartCompletionProcessing");
    impostor.passes_on();
    till.tick().await;
    assert_eq!(till.outcome(&attempt).await, "CartCompletionSuccess");
}
