//! What a job's steps cost its indexes.

use commerce::db::Conn;
use commerce::jobs::{self, Verdict};
use diesel::sql_types::BigInt;
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use tests::TestApp;

use super::{all_queues, finish, mail};

/// Rows of jobs that this connection has updated, and those of them that no index learned of.
async fn updates(conn: &mut Conn) -> (i64, i64) {
    conn.batch_execute("SELECT pg_stat_force_next_flush(); SELECT pg_stat_clear_snapshot()")
        .await
        .unwrap();
    let figures = "SELECT n_tup_upd, n_tup_hot_upd FROM pg_stat_user_tables WHERE relname = 'jobs'";
    commerce::db::sql::cached::<(BigInt, BigInt), _>(diesel::sql_query(figures))
        .get_result(conn)
        .await
        .unwrap()
}

#[tokio::test]
async fn claims_heartbeats_and_hand_overs_are_written_in_place() {
    let app = TestApp::new().await;
    let conn = &mut app.conn().await;
    let five: Vec<_> = (1..=5).map(mail).collect();
    jobs::enqueue_all(conn, &five).await.unwrap();
    assert_eq!(updates(conn).await, (0, 0));
    let claimed = jobs::claim(conn, "w", &all_queues(), 5).await.unwrap();
    assert_eq!(updates(conn).await, (5, 5));
    let ids: Vec<i64> = claimed.iter().map(|job| job.id).collect();
    let mut alive = jobs::heartbeat(conn, "w", &ids).await.unwrap();
    alive.sort_unstable();
    assert_eq!(alive, ids);
    assert_eq!(updates(conn).await, (10, 10));
    for job in claimed {
        assert!(finish(conn, "w", job, Verdict::HandBack).await);
    }
    assert_eq!(updates(conn).await, (15, 15));
    let claimed = jobs::claim(conn, "w", &all_queues(), 5).await.unwrap();
    assert_eq!((claimed.len(), updates(conn).await), (5, (20, 20)));
    // The end of a job is the one step that indexes learn of.
    for job in claimed {
        assert!(finish(conn, "w", job, Verdict::Done).await);
    }
    assert_eq!(updates(conn).await, (25, 20));
}
