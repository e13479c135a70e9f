//! The pages in a real Chromium, on the demo shop and real processes: `tests/browser` says what is
//! done there.
//!
//! `bin/test` installs Chromium, Node and what drives them, and builds `api` and `worker`.

use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tests::factory::offers::discounts;
use tests::load::host::own_host;
use tests::load::process::{Process, until_ready};
use tests::{Scratch, TestApp, TestDatabase};
use tokio::process::Command;

/// How long a step may take on a machine that is busy with other things.
const PATIENCE: Duration = Duration::from_secs(90);
/// The same for the whole visit.
const VISIT: Duration = Duration::from_secs(600);

const API: u16 = 18_080;
const WORKER: u16 = 18_081;
const SANDBOX: u16 = 18_090;

/// The demo shop, served.
pub(crate) struct Shop {
    pub(crate) app: TestApp,
    host: Ipv4Addr,
    folder: Scratch,
    _running: Vec<Process>,
}

impl Shop {
    pub(crate) async fn open() -> Self {
        let app = TestApp::on(TestDatabase::empty().await).await;
        let host = own_host(&[API, WORKER, SANDBOX]);
        let folder = Scratch::new();
        let inside = |name: &str| folder.path().join(name).display().to_string();
        let variables = [
            ("CARTWRIGHT_PROFILE", "development".to_owned()),
            ("NO_COLOR", "1".to_owned()),
            // The browser takes more of a small machine than the database may wait for.
            ("DATABASE_PATIENCE_MS", "60000".to_owned()),
            ("DATABASE_URL", app.database.url.clone()),
            ("REDIS_KEY_PREFIX", host.to_string()),
            ("PUBLIC_URL", format!("http://{host}:{API}")),
            ("API_LISTEN", format!("{host}:{API}")),
            ("WORKER_LISTEN", format!("{host}:{WORKER}")),
            ("SANDBOX_LISTEN", format!("{host}:{SANDBOX}")),
            ("SANDBOX_URL", format!("http://{host}:{SANDBOX}")),
            ("SANDBOX_LEDGER", inside("ledger")),
            ("SANDBOX_SECRET", "the-sandbox's-secret".to_owned()),
            ("MAIL_TRANSPORT", "mailbox".to_owned()),
            ("MAILBOX_DIR", inside("mailbox")),
            ("JWT_KEY_FILE", inside("jwt-signing-key.pem")),
        ];
        let start = |name, arguments: &[&str]| {
            let log = folder.path().join(format!("{}.log", arguments[0]));
            Process::start(name, arguments, &variables, &log).unwrap()
        };
        start("api", &["migrate"]).finish().await.unwrap();
        start("api", &["seed-demo"]).finish().await.unwrap();
        let running = vec![
            start("api", &["sandbox"]),
            start("api", &["serve"]),
            start("worker", &["run"]),
        ];
        for (port, path) in [(SANDBOX, "/livez"), (API, "/readyz"), (WORKER, "/readyz")] {
            let ready = until_ready(&format!("{host}:{port}"), path, PATIENCE).await;
            ready.unwrap();
        }
        Self {
            app,
            host,
            folder,
            _running: running,
        }
    }

    /// Where the shop's API is.
    pub(crate) fn address(&self) -> String {
        format!("http://{}:{API}", self.host)
    }

    pub(crate) fn log(&self, name: &str) -> String {
        std::fs::read_to_string(self.folder.path().join(format!("{name}.log"))).unwrap()
    }
}

#[tokio::test]
async fn every_example_and_page_works_in_a_browser() {
    let shop = Shop::open().await;
    let welcome = "Title,Codes,Type,Value\nWelcome,WELCOME,percentage,10\n";
    discounts(&shop.app, welcome).await;
    let visit = Path::new(env!("CARGO_MANIFEST_DIR")).join("browser/walk.mjs");
    let pictures = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("browser");
    let host = shop.host;
    let visit = Command::new("node")
        .arg(visit)
        .arg(format!("http://{host}:{API}"))
        .arg(format!("http://{host}:{SANDBOX}/vault/sessions"))
        .arg(&pictures)
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output();
    let visit = tokio::time::timeout(VISIT, visit).await;
    let visit = visit
        .expect("the visit comes to an end")
        .expect("Node is installed; bin/test does so");
    assert!(
        visit.status.success(),
        "{}\npictures: {}\n── api\n{}\n── worker\n{}",
        String::from_utf8_lossy(&visit.stderr),
        pictures.display(),
        shop.log("serve"),
        shop.log("run"),
    );

    let paid = "SELECT count(*) FROM orders WHERE financial_status = 'PAID' AND number IN (1001, 1002) \
                AND email = 'robin@example.com' AND captured_minor = total_minor";
    assert_eq!(shop.app.count(paid).await, 2);
    let hosted = "SELECT count(*) FROM orders WHERE financial_status = 'PAID' AND email = 'ada@example.com' \
                  AND captured_minor = total_minor";
    assert_eq!(shop.app.count(hosted).await, 4);
    assert_eq!(shop.app.count("SELECT count(*) FROM orders").await, 6);
    shop.app.assert_sound().await;
    // The card went to the vault alone, and idle schedules write no lines.
    for log in ["serve", "run", "sandbox"] {
        for number in [
            "4242424242424242",
            "4242 4242 4242 4242",
            "4242+4242+4242+4242",
        ] {
            assert!(!shop.log(log).contains(number), "{log}");
        }
    }
    assert!(shop.log("run").contains("settle_payment"));
    assert!(!shop.log("run").contains("expire_attempts"));
}
