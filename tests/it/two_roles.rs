//! A shop that is served by a role that owns nothing.

use api::config::EdgeConfig;
use commerce::config::Profile;
use commerce::customer::person::{self, PersonRefusal};
use commerce::db::{Db, DbConfig, migrate};
use commerce::kernel::Failure;
use commerce::kernel::id::ordered_uuid;
use diesel_async::{AsyncConnection, AsyncPgConnection, SimpleAsyncConnection};
use std::time::Duration;
use tests::sandbox::card;
use tests::till::Till;

/// A shop whose processes connect as a role that was granted what serving needs; and the role's URL.
async fn served() -> (Till, String) {
    let mut till = Till::open().await;
    let role = format!("serves_{}", ordered_uuid().simple());
    let owner = till.app.database.url.clone();
    till.app
        .execute(&format!("CREATE ROLE {role} LOGIN PASSWORD 'serves'"))
        .await;
    let mut url = url::Url::parse(&owner).expect("a URL");
    url.set_username(&role).expect("a user's name");
    url.set_password(Some("serves")).expect("a password");
    let url = url.to_string();
    let found = migrate::run_time_role(&owner, &url).await.unwrap();
    assert_eq!(found.as_deref(), Some(role.as_str()));
    assert_eq!(migrate::run_time_role(&owner, &owner).await.unwrap(), None);
    migrate::grant(&owner, &role).await.unwrap();
    let config = DbConfig {
        url: url.clone(),
        replica_url: None,
        replica_max_lag: Duration::from_secs(5),
        pool_size: 8,
        acquire_timeout: Duration::from_secs(30),
        statement_timeout_ms: 30_000,
        patience: Duration::from_secs(60),
    };
    till.app.shop.db = Db::connect(&config).await.expect("a pool");
    let edge = EdgeConfig::of_profile(Profile::Development, &till.app.shop.settings.public_url);
    till.app.client = till.app.process(&edge);
    till.env.shop = till.app.shop.clone();
    (till, url)
}

#[tokio::test]
async fn serving_needs_no_more_than_is_granted() {
    let (till, url) = served().await;
    assert_eq!(migrate::pending(&url).await.unwrap(), Vec::<String>::new());
    let cup = till.stock("cup", 3).await;
    let ada = till.app.person("ada").await;
    till.app.sign_in(&ada).await;
    let cart = till.cart(&cup, 1, card::APPROVED).await;
    till.accepted(&cart, "press-1").await;
    till.drain().await;
    let declined = till.cart(&cup, 1, card::DECLINED).await;
    till.accepted(&declined, "press-2").await;
    till.drain().await;
    till.tick().await;
    let jobs = commerce::jobs::Job::scheduled();
    commerce::jobs::enqueue_all(&mut till.app.conn().await, &jobs)
        .await
        .unwrap();
    for done in till.drain().await {
        assert_eq!(done.verdict, commerce::jobs::Verdict::Done, "{done:?}");
    }
    till.assert_sound().await;
    assert_eq!(till.app.count("SELECT count(*) FROM orders").await, 1);
}

/// What a role that only serves may not do, and the words of the refusal.
const DENIED: &[(&str, &str)] = &[
    ("UPDATE orders SET total_minor = 1", "permission denied"),
    ("UPDATE order_lines SET quantity = 2", "permission denied"),
    (
        "UPDATE checkout_attempts SET snapshot = '{}'",
        "permission denied",
    ),
    ("UPDATE payments SET amount_minor = 1", "permission denied"),
    (
        "UPDATE payment_facts SET amount_minor = 1",
        "permission denied",
    ),
    ("DELETE FROM orders", "permission denied"),
    ("DELETE FROM payment_facts", "permission denied"),
    ("TRUNCATE events", "permission denied"),
    (
        "INSERT INTO erasures (actor, role, counts, erased_at) VALUES ('a', 'b', '{}', now())",
        "permission denied",
    ),
    (
        "SELECT erase_person('ada@mail.example', 'me')",
        "permission denied",
    ),
    (
        "SELECT export_person('ada@mail.example')",
        "permission denied",
    ),
    ("SELECT grant_run_time('postgres')", "permission denied"),
    (
        "SET session_replication_role = replica",
        "permission denied",
    ),
    ("ALTER TABLE orders DISABLE TRIGGER ALL", "must be owner"),
    ("DROP TRIGGER keep_amounts ON orders", "must be owner"),
    ("CREATE TABLE mine ()", "permission denied"),
    (
        "CREATE OR REPLACE FUNCTION forbid_rewrite() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
        "permission denied",
    ),
];

#[tokio::test]
async fn serving_cannot_rewrite_history() {
    let (till, url) = served().await;
    let cup = till.stock("cup", 1).await;
    let cart = till.cart(&cup, 1, card::APPROVED).await;
    till.accepted(&cart, "press-1").await;
    till.drain().await;
    let mut conn = AsyncPgConnection::establish(&url).await.unwrap();
    for (statement, words) in DENIED {
        let refused = conn.batch_execute(statement).await.unwrap_err().to_string();
        assert!(refused.contains(words), "{statement}: {refused}");
    }
    let denied = person::erase(&url, "ada@mail.example", "me").await;
    assert!(matches!(
        denied,
        Err(Failure::Refused(PersonRefusal::NotAllowed))
    ));
    // The eraser's role is enough for that, and for nothing else.
    let name = url::Url::parse(&url).unwrap().username().to_owned();
    till.app
        .execute(&format!(
            "CREATE ROLE erases_{name} LOGIN PASSWORD 'serves'; GRANT cartwright_eraser TO erases_{name}"
        ))
        .await;
    let mut eraser = url::Url::parse(&url).unwrap();
    eraser.set_username(&format!("erases_{name}")).unwrap();
    let erased = person::erase(eraser.as_str(), "ada@mail.example", "me")
        .await
        .unwrap();
    assert_eq!(erased.counts["orders"], 1);
    let mut conn = AsyncPgConnection::establish(eraser.as_str()).await.unwrap();
    let refused = conn.batch_execute("SELECT FROM orders").await.unwrap_err();
    assert!(
        refused.to_string().contains("permission denied"),
        "{refused}"
    );
    let recorded = format!("SELECT count(*) FROM erasures WHERE role = 'erases_{name}'");
    assert_eq!(till.app.count(&recorded).await, 1);
}
