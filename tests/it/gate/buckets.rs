//! Buckets, through the endpoint and by themselves.

use std::time::Duration;

use commerce::kernel::Secret;
use commerce::kernel::id::ordered_uuid;
use commerce::kv::Kv;
use commerce::kv::bucket::{Buckets, Size};
use serde_json::{Value, json};
use tests::TestApp;

use super::{TEN, ask, edge};

#[tokio::test]
async fn what_was_not_needed_is_given_back_and_the_client_is_told() {
    let app = TestApp::new().await;
    let client = app.process(&edge(25));
    let told = ask(&client, TEN, &[]).await;
    assert_eq!(told.status, 200);
    assert_eq!(
        told.body,
        json!({
            "data": { "publicApiVersions": [{ "handle": "2026-04" }] },
            "extensions": { "cost": { "requestedQueryCost": 10, "actualQueryCost": 1,
                "throttleStatus": { "maximumAvailable": 25, "currentlyAvailable": 24, "restoreRate": 1 } } }
        })
    );
    assert_eq!(told.header("ratelimit-policy"), ["\"cost\";q=25;w=25"]);
    assert_eq!(told.header("ratelimit"), ["\"cost\";r=24;t=1"]);
    // A document that is not run costs the least there is.
    let told = ask(&client, "{ publicApiVersions { nothing } }", &[]).await;
    assert_eq!(told.cost()[..2], [Some(10), Some(1)]);
}

#[tokio::test]
async fn an_empty_bucket_throttles_and_says_when_to_come_back() {
    let app = TestApp::new().await;
    let client = app.process(&edge(25));
    // Two processes' worth of requests at work: what they may cost is gone until they are done.
    let mutation = "mutation { a: cartCreate { cart { id } } b: cartCreate { cart { id } } }";
    let told = ask(&client, mutation, &[]).await;
    assert_eq!(told.cost(), [Some(22), Some(22), Some(3)]);
    let told = ask(&client, TEN, &[]).await;
    assert_eq!(told.status, 200);
    assert_eq!(told.code(), "THROTTLED");
    assert_eq!(told.cost(), [Some(10), None, Some(3)]);
    assert_eq!(told.body.get("data"), None);
    assert_eq!(
        told.body["errors"][0]["message"],
        "the operation may cost 10 points and 3 are left; try again in 7 seconds, or ask for less"
    );
    assert_eq!(told.header("retry-after"), ["7"]);
    assert_eq!(told.header("ratelimit"), ["\"cost\";r=3;t=7"]);
    let modern = [("accept", "application/graphql-response+json")];
    assert_eq!(ask(&client, TEN, &modern).await.status, 429);
    // Something smaller is still answered.
    assert_eq!(ask(&client, "{ __typename }", &[]).await.status, 200);
    app.advance(chrono::TimeDelta::seconds(8)).await;
    assert_eq!(ask(&client, TEN, &[]).await.body.get("errors"), None);
}

#[tokio::test]
async fn two_processes_share_a_bucket() {
    let app = TestApp::new().await;
    let edge = edge(50);
    let (one, other) = (app.process(&edge), app.process(&edge));
    let mutation = "mutation { cartCreate { cart { id } } }";
    for (client, left) in [(&one, 39), (&other, 28), (&one, 17), (&other, 6)] {
        let told = ask(client, mutation, &[]).await;
        assert_eq!(told.cost(), [Some(11), Some(11), Some(left)]);
    }
    for client in [&one, &other] {
        assert_eq!(ask(client, mutation, &[]).await.code(), "THROTTLED");
    }
    assert_eq!(app.count("SELECT count(*) FROM carts").await, 4);
}

#[tokio::test]
async fn without_redis_each_process_has_a_bucket_and_it_is_not_open() {
    let mut app = TestApp::new().await;
    app.shop.kv = Kv::connect(&Secret::new("redis://127.0.0.1:1".to_owned())).unwrap();
    let edge = edge(20);
    let (one, other) = (app.process(&edge), app.process(&edge));
    for client in [&one, &other] {
        let mutation = "mutation { cartCreate { cart { id } } }";
        assert_eq!(ask(client, mutation, &[]).await.cost()[2], Some(9));
        assert_eq!(ask(client, mutation, &[]).await.code(), "THROTTLED");
    }
}

#[tokio::test]
async fn each_operation_of_a_batch_pays_for_itself() {
    let app = TestApp::new().await;
    let client = app.process(&edge(25));
    let operation = json!({ "query": "mutation { cartCreate { cart { id } } }" });
    let batch = json!([operation, operation, operation]);
    let response = client.post("/graphql").body_json(&batch).send().await;
    response.assert_header("retry-after", "8");
    let body: Value = response.0.into_body().into_json().await.unwrap();
    assert_eq!(body[1]["extensions"]["cost"]["requestedQueryCost"], 11);
    assert_eq!(body[2]["errors"][0]["extensions"]["code"], "THROTTLED");
    assert_eq!(app.count("SELECT count(*) FROM carts").await, 2);
}

fn buckets(app: &TestApp, prefix: &str) -> Buckets {
    Buckets::new(app.shop.kv.clone(), prefix, Duration::from_secs(60))
}

#[tokio::test]
async fn leases_save_round_trips_and_lose_nothing() {
    let app = TestApp::new().await;
    let prefix = format!("test-{}", ordered_uuid());
    let (one, other) = (buckets(&app, &prefix), buckets(&app, &prefix));
    let size = Size {
        capacity: 100_000,
        per_second: 1,
    };
    let now = app.shop.clock.now();
    // The lease is a hundredth: the first take is 1,010 points, the next hundred cost nothing more.
    let first = one.take("a", size, 10, now).await;
    assert_eq!(
        (first.allowed, first.available, first.shared),
        (true, 99_990, true)
    );
    let seen = other.take("a", size, 10, now).await;
    assert_eq!(
        seen.available, 98_980,
        "the first process holds 1,000 of the missing ones"
    );
    for round in 2..=101 {
        let standing = one.take("a", size, 10, now).await;
        assert_eq!(standing.available, 100_000 - 10 * round);
    }
    // The lease is used up; the bucket is asked again and knows what the other took.
    let standing = one.take("a", size, 10, now).await;
    assert_eq!(standing.available, 100_000 - 1_020 - 1_010);
}

/// Ten thousand requests of two processes: when the processes have given their leases back, what is
/// missing is what was used, to the point.
#[tokio::test]
async fn ten_thousand_requests_lose_no_point() {
    let app = TestApp::new().await;
    let prefix = format!("test-{}", ordered_uuid());
    let processes = [buckets(&app, &prefix), buckets(&app, &prefix)];
    let size = Size {
        capacity: 2_000_000,
        per_second: 1,
    };
    let now = app.shop.clock.now();
    let mut left = 2_000_000;
    for round in 0..10_000u64 {
        let process = &processes[usize::from(round % 3 == 0)];
        let (asked, needed) = (100 + round % 400, 50 + round % 50);
        let standing = process.take("a", size, asked, now).await;
        assert!(standing.allowed && standing.shared);
        process.give_back("a", size, asked - needed, now);
        left -= needed;
    }
    // Somebody else's request, after a while, sends the leases back.
    let later = now + chrono::TimeDelta::seconds(2);
    for process in &processes {
        process.take("b", size, 1, later).await;
    }
    let expected = left + 2;
    let deadline = tokio::time::Instant::now() + Duration::from_secs(60);
    loop {
        // What nobody can pay for changes nothing, and says what is there.
        let too_much = u64::from(size.capacity) + 1;
        let standing = buckets(&app, &prefix)
            .take("a", size, too_much, later)
            .await;
        assert!(standing.available <= expected, "{standing:?} of {expected}");
        if standing.available == expected {
            return;
        }
        assert!(
            tokio::time::Instant::now() < deadline,
            "{standing:?} of {expected}"
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
