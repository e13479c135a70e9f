//! A replica that is behind and not too far: nobody can tell.

use std::time::Instant;

use commerce::db::ReplicaHealth;
use serde_json::json;

use super::{LIMIT, NEVER, Replicated, status_of};

#[tokio::test]
async fn what_a_replica_does_not_show_yet_is_read_from_the_primary_and_what_is_kept_is_not_older() {
    let shop = Replicated::open(NEVER).await;
    let (old, old_id) = shop.token().await;
    shop.call_cup("Cup 1").await;
    // Search by search the replica is read, once it shows the title.
    shop.shows_from_replica("Cup 1").await;

    shop.on_replica("SELECT pg_wal_replay_pause()").await;
    shop.call_cup("Cup 2").await;
    let before = shop.replica_reads();
    assert_eq!(shop.cup().await, (json!("Cup 2"), json!("Cup 2")));
    let mug = json!("mug");
    assert_eq!(shop.buy("mug").await, [mug.clone(), mug]);
    let (new, _) = shop.token().await;
    shop.revoke(old_id).await;
    let process = shop.process();
    assert_eq!(status_of(&process, &new).await, 200);
    assert_eq!(status_of(&process, &old).await, 401);
    assert_eq!(shop.replica_reads(), before);
    shop.is(ReplicaHealth::Ready).await;

    shop.on_replica("SELECT pg_wal_replay_resume()").await;
    shop.shows_from_replica("Cup 2").await;
}

#[tokio::test]
async fn answers_are_kept_from_the_replica_and_are_right_in_other_processes() {
    let shop = Replicated::open(NEVER).await;
    shop.call_cup("Cup 1").await;
    let (before, started) = (shop.replica_reads(), Instant::now());
    let mut query = String::new();
    for number in 0.. {
        // One that nobody has asked before.
        query = format!("{{ product(handle: \"cup\") {{ title a{number}: handle }} }}");
        let first = shop.ask(&query, json!({})).await;
        assert_eq!(first["product"]["title"], json!("Cup 1"));
        if shop.replica_reads() > before {
            break;
        }
        assert!(started.elapsed() < LIMIT, "the replica is not read");
    }
    // It was kept, and goes when the title does.
    let again = shop.keeper.ask(&query, json!({})).await;
    assert_eq!(again.statements, 0);
    shop.on_replica("SELECT pg_wal_replay_pause()").await;
    shop.call_cup("Cup 2").await;
    for _ in 0..2 {
        let now = shop.keeper.ask(&query, json!({})).await;
        assert_eq!(now.data()["product"]["title"], json!("Cup 2"));
    }
    // Another process finds in Redis what was made from the replica, if it is right.
    let other = shop.app.keeper(&shop.keeping).await;
    let now = other.ask(&query, json!({})).await;
    assert_eq!(now.data()["product"]["title"], json!("Cup 2"));
}
