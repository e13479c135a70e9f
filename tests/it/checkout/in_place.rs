//! What the steps of an attempt cost its indexes.

use commerce::db::Conn;
use diesel::sql_types::BigInt;
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use tests::sandbox::card;
use tests::till::Till;

/// Attempts that this connection has updated, and those of them that no index learned of.
async fn updates(conn: &mut Conn) -> (i64, i64) {
    conn.batch_execute("SELECT pg_stat_force_next_flush(); SELECT pg_stat_clear_snapshot()")
        .await
        .unwrap();
    let figures = "SELECT n_tup_upd, n_tup_hot_upd FROM pg_stat_user_tables WHERE relname = 'checkout_attempts'";
    commerce::db::sql::cached::<(BigInt, BigInt), _>(diesel::sql_query(figures))
        .get_result(conn)
        .await
        .unwrap()
}

#[tokio::test]
async fn attempts_move_on_in_place() {
    // With one connection, all that happened is counted by it.
    let till = Till::with_connections(1).await;
    let cup = till.stock("cup", 10).await;
    let cards = [card::APPROVED, card::DECLINED, card::CHALLENGE, card::HELD];
    for (round, card) in cards.into_iter().enumerate() {
        let cart = till.cart(&cup, 1, card).await;
        till.accepted(&cart, &format!("press-{round}")).await;
        till.drain().await;
    }
    till.sandbox.decide("approve").await;
    for body in till.sandbox.webhooks().await {
        assert_eq!(till.deliver(&body).await, 200);
    }
    till.drain().await;
    let conn = &mut till.app.shop.db.primary().await.unwrap();
    let (all, in_place) = updates(conn).await;
    // One each for what was decided at once, two for what was held, and at least one for the challenge.
    assert!(all >= 5, "{all}");
    assert_eq!(in_place, all);
}

#[tokio::test]
async fn the_list_of_live_attempts_follows_their_states_and_deadlines() {
    let (till, _attempt) = Till::pressed(card::CHALLENGE).await;
    let listed = "SELECT count(*) FROM live_attempts JOIN checkout_attempts a ON a.id = attempt_id \
                  AND a.expires_at = live_attempts.expires_at AND a.cart_id = live_attempts.cart_id";
    assert_eq!(till.app.count(listed).await, 1);
    till.drain().await;
    assert_eq!(
        till.app
            .count("SELECT count(*) FROM checkout_attempts WHERE state = 'action_required'")
            .await,
        1
    );
    assert_eq!(till.app.count(listed).await, 1);
    till.app.advance(chrono::TimeDelta::minutes(16)).await;
    till.tick().await;
    assert_eq!(
        till.app.count("SELECT count(*) FROM live_attempts").await,
        0
    );
}
