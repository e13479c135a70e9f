//! What is logged of people: nothing that names or opens anything.

use std::io::Write;
use std::sync::{Arc, Mutex};

use serde_json::json;
use tests::TestApp;
use tracing_subscriber::fmt::MakeWriter;

/// Keeps what is written to it.
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<u8>>>);

impl Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Kept {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn neither_addresses_nor_passwords_nor_tokens_are_logged() {
    let kept = Kept::default();
    let lines = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::DEBUG)
        .with_writer(kept.clone())
        .finish();
    let app = TestApp::new().await;
    // The test runs on this thread alone, and so does all that it waits for.
    let _lines = tracing::subscriber::set_default(lines);
    let ada = app.person("ada").await;
    let session = app.sign_in(&ada).await;
    app.token(&ada.email, "not the password").await;
    app.refresh(&session.refresh).await;
    app.refresh(&session.refresh).await;
    app.bearer_names(&session.access).await.unwrap();
    app.bearer_names("forged.bearer.token").await.unwrap_err();
    let recover =
        "mutation ($e: String!) { customerRecover(email: $e) { customerUserErrors { code } } }";
    app.ask(recover, json!({ "e": ada.email })).await;
    let mails = app.mails().await;
    let link = mails.iter().find_map(|(_, _, link)| link.clone()).unwrap();
    let path = link.strip_prefix("http://localhost:8080").unwrap();
    app.client.get(path).send().await.assert_status_is_ok();
    app.client.post(path).body("password=short").send().await;
    // A broken database is when most is written.
    app.execute("ALTER TABLE customers RENAME TO gone").await;
    app.graphql(recover, json!({ "e": ada.email })).await;
    app.refresh(&session.refresh).await;

    let log = String::from_utf8(kept.0.lock().unwrap().clone()).unwrap();
    assert!(log.lines().count() > 10, "{log}");
    let secrets = [
        "ada@mail",
        "the password of ada",
        "not the password",
        "short",
        "forged.bearer",
        ada.token.as_str(),
        session.access.as_str(),
        session.refresh.as_str(),
        link.rsplit('/').next().unwrap(),
    ];
    for secret in secrets {
        assert!(!log.contains(secret), "`{secret}` was logged:\n{log}");
    }
}
