//! A Redis that is full: counts of sign-ins survive what visitors make us keep.

use std::net::IpAddr;
use std::time::Duration;

use chrono::{DateTime, Utc};
use commerce::identity::{Guard, GuardConfig};
use commerce::kernel::{Clock, Secret};
use commerce::kv::Kv;

use super::redis::OwnRedis;

/// As it is shipped, and small.
const SHIPPED: &[&str] = &[
    concat!(env!("CARGO_MANIFEST_DIR"), "/../deploy/redis.conf"),
    "--maxmemory",
    "4mb",
];

const ADA: &str = "ada@mail.example";

fn process(redis: &OwnRedis) -> Guard {
    let patience = Duration::from_secs(60);
    let config = GuardConfig {
        tries_per_network: 20,
        patience,
    };
    let kv = Kv::connect_within(&Secret::new(redis.url()), patience).unwrap();
    Guard::new(kv, "eviction", config)
}

async fn is_held_up(guard: &Guard, email: &str, network: IpAddr, now: DateTime<Utc>) -> bool {
    guard.admit_sign_in(email, network, now).await.is_err()
}

/// Puts in what ends within an hour, many times as much as fits.
async fn flood(conn: &mut redis::aio::MultiplexedConnection) {
    let text = vec![b'x'; 1_000];
    for batch in 0..40 {
        let mut pipeline = redis::pipe();
        for n in 0..500 {
            let name = format!("eviction:document:{batch}-{n}");
            pipeline.set_ex(name, &text, 3_600).ignore();
        }
        pipeline.query_async::<()>(conn).await.unwrap();
    }
    let mut info = redis::cmd("INFO");
    let info = info.arg("stats").query_async::<redis::InfoDict>(conn).await;
    let evicted: u64 = info.unwrap().get("evicted_keys").unwrap();
    assert!(evicted > 10_000, "{evicted} keys were evicted");
}

#[tokio::test]
async fn counts_of_sign_ins_outlive_a_flood_and_a_redis_that_forgets() {
    let redis = OwnRedis::with(SHIPPED).await;
    let client = redis::Client::open(redis.url()).unwrap();
    let mut conn = client.get_multiplexed_async_connection().await.unwrap();
    let (one, now) = (process(&redis), Clock::system().now());
    let (home, school): (IpAddr, IpAddr) = (
        "203.0.113.7".parse().unwrap(),
        "203.0.113.8".parse().unwrap(),
    );
    for _ in 0..5 {
        assert!(!is_held_up(&one, ADA, home, now).await);
    }
    for n in 0..20 {
        let email = format!("person-{n}@mail.example");
        assert!(!is_held_up(&one, &email, school, now).await);
    }
    flood(&mut conn).await;
    let other = process(&redis);
    assert!(is_held_up(&other, ADA, home, now).await);
    assert!(is_held_up(&other, "person-20@mail.example", school, now).await);

    // A process gives what it remembers back to a Redis that has lost it.
    redis::cmd("FLUSHALL")
        .query_async::<()>(&mut conn)
        .await
        .unwrap();
    assert!(is_held_up(&one, ADA, home, now).await);
    assert!(is_held_up(&one, "person-20@mail.example", school, now).await);
    let third = process(&redis);
    assert!(is_held_up(&third, ADA, home, now).await);
    assert!(is_held_up(&third, "person-20@mail.example", school, now).await);
}

#[tokio::test]
async fn an_honest_sign_in_is_heard_of_by_every_process() {
    let redis = OwnRedis::with(SHIPPED).await;
    let (one, other) = (process(&redis), process(&redis));
    let (home, now): (IpAddr, _) = ("203.0.113.7".parse().unwrap(), Clock::system().now());
    for _ in 0..4 {
        assert!(!is_held_up(&one, ADA, home, now).await);
    }
    let tried = other.admit_sign_in(ADA, home, now).await.unwrap();
    other.succeeded(&tried, now).await;
    // What the first process remembers counts no more.
    for _ in 0..5 {
        assert!(!is_held_up(&one, ADA, home, now).await);
    }
    assert!(is_held_up(&one, ADA, home, now).await);
}
