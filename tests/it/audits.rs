//! GraphQL over HTTP, as the audits of npm `graphql-http` see it from outside.
//!
//! `bin/test` installs Node and the audits, and builds `api`.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use tests::load::host::own_host;
use tests::load::process::{Process, until_ready};
use tests::{Scratch, TestApp};
use tokio::process::Command;

const API: u16 = 18_080;

/// How long the start and the audits may take on a machine that is busy with other things.
const PATIENCE: Duration = Duration::from_secs(90);

#[tokio::test]
async fn every_audit_of_graphql_over_http_is_passed() {
    let app = TestApp::new().await;
    let host = own_host(&[API]);
    let folder = Scratch::new();
    let key = folder.path().join("jwt-signing-key.pem");
    let variables = [
        ("CARTWRIGHT_PROFILE", "development".to_owned()),
        ("DATABASE_PATIENCE_MS", "60000".to_owned()),
        ("DATABASE_URL", app.database.url.clone()),
        ("REDIS_KEY_PREFIX", host.to_string()),
        ("PUBLIC_URL", format!("http://{host}:{API}")),
        ("API_LISTEN", format!("{host}:{API}")),
        ("MAILBOX_DIR", folder.path().display().to_string()),
        ("JWT_KEY_FILE", key.display().to_string()),
    ];
    let log = folder.path().join("api.log");
    let _api = Process::start("api", &["serve"], &variables, &log).unwrap();
    let address = format!("{host}:{API}");
    until_ready(&address, "/readyz", PATIENCE).await.unwrap();

    let audits = Command::new("node")
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("audits/run.mjs"))
        .arg(format!("http://{address}/graphql"))
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output();
    let audits = tokio::time::timeout(PATIENCE, audits).await;
    let audits = audits
        .expect("the audits come to an end")
        .expect("Node is installed; bin/test does so");
    assert_eq!(
        String::from_utf8_lossy(&audits.stdout),
        "61 of 61 audits passed\n",
        "{}",
        String::from_utf8_lossy(&audits.stderr)
    );
}
