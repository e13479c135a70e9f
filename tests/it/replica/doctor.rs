//! `api doctor` finds a replica that is not read.

use std::time::Duration;

use commerce::config::Reader;
use tests::load::process::binary;

use super::Replicated;

/// What the doctor says of a replica at this address.
async fn findings(shop: &Replicated, replica: &str) -> String {
    let redis = Reader::from_environment().optional("REDIS_URL").unwrap();
    let output = tokio::process::Command::new(binary("api").unwrap())
        .arg("doctor")
        .envs([
            ("CARTWRIGHT_PROFILE", "development"),
            ("DATABASE_URL", &shop.app.database.url),
            ("DATABASE_REPLICA_URL", replica),
            ("DATABASE_REPLICA_MAX_LAG_SECONDS", "3"),
            ("REDIS_URL", &redis),
            ("LOG", "off"),
        ])
        .output()
        .await
        .unwrap();
    let report = String::from_utf8(output.stdout).unwrap();
    let faults = usize::from(!output.status.success());
    assert!(report.ends_with(&format!("{faults} faults\n")), "{report}");
    let of_replica = report.lines().filter(|line| line.contains("replica"));
    of_replica.collect()
}

#[tokio::test]
async fn a_replica_that_is_not_read_is_found() {
    const INSTEAD: &str = "; the primary is read instead (DATABASE_REPLICA_URL)";
    let shop = Replicated::open(Duration::from_secs(5)).await;
    let replica = shop.replica.url("postgres");
    assert_eq!(findings(&shop, &replica).await, "");

    let found = "the replica is another database than the primary's, or does not follow it";
    let others = [shop.primary.url("postgres"), shop.replica.url("template1")];
    assert_eq!(
        findings(&shop, &others[0]).await,
        format!("{found}{INSTEAD}")
    );
    // It has no migrations that could be compared.
    let found = "the replica does not answer";
    assert_eq!(
        findings(&shop, &others[1]).await,
        format!("{found}{INSTEAD}")
    );

    shop.on_replica("SELECT pg_wal_replay_pause()").await;
    shop.call_cup("Cup 1").await;
    let found = "the replica is more than 3 s behind the primary";
    assert_eq!(findings(&shop, &replica).await, format!("{found}{INSTEAD}"));
    let migrate = "INSERT INTO __diesel_schema_migrations (version) VALUES ('99990101000000')";
    shop.app.execute(migrate).await;
    let found = "the replica has other migrations than the primary";
    assert_eq!(findings(&shop, &replica).await, format!("{found}{INSTEAD}"));
    shop.on_replica("SELECT pg_wal_replay_resume()").await;

    shop.replica.stop();
    let found = "the replica does not answer";
    assert_eq!(findings(&shop, &replica).await, format!("{found}{INSTEAD}"));
    shop.replica.go_on();
    shop.replica.kill();
    assert_eq!(findings(&shop, &replica).await, format!("{found}{INSTEAD}"));
    shop.replica.start();
    assert_eq!(findings(&shop, &replica).await, "");
}
