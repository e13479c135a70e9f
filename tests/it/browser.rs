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
use tests::load::process::{Process, binary, until_ready};
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
    /// What its processes were started with.
    variables: Vec<(&'static str, String)>,
    _running: Vec<Process>,
}

impl Shop {
    pub(crate) async fn open() -> Self {
        let app = TestApp::on(TestDatabase::empty().await).await;
        let host = own_host(&[API, WORKER, SANDBOX]);
        let folder = Scratch::new();
        let inside = |name: &str| folder.path().join(name).display().to_string();
        let variables = vec![
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
            variables,
            _running: running,
        }
    }

    /// Where the shop's API is.
    pub(crate) fn address(&self) -> String {
        format!("http://{}:{API}", self.host)
    }

    /// A script that has the operator's commands, `API_BIN`, for this shop.
    pub(crate) fn script(&self, path: &str) -> Command {
        let mut node = Command::new("node");
        node.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join(path))
            .arg(self.address())
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .env("API_BIN", binary("api").unwrap())
            .stdin(Stdio::null())
            .kill_on_drop(true);
        node
    }

    /// Lets a script walk through the shop in a browser, to a good end.
    async fn visit(&self, path: &str) {
        let pictures = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("browser");
        let visit = self
            .script(path)
            .arg(format!("http://{}:{SANDBOX}/vault/sessions", self.host))
            .arg(&pictures)
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
            self.log("serve"),
            self.log("run"),
        );
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
    shop.visit("browser/walk.mjs").await;

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

#[tokio::test]
async fn buyers_come_through_whatever_happens_on_their_way() {
    let shop = Shop::open().await;
    shop.visit("browser/buyers.mjs").await;

    let count = async |of: &str| {
        let all = format!("SELECT count(*) FROM orders WHERE financial_status = 'PAID' AND {of}");
        shop.app.count(&all).await
    };
    // On the desk and on the way, each a part by gift card and everything by gift card.
    let part = "email = 'grace@example.com' AND gift_card_minor = 2000 AND captured_minor = total_minor - 2000";
    assert_eq!(count(part).await, 2);
    let whole =
        "email = 'grace@example.com' AND gift_card_minor = total_minor AND captured_minor = 0";
    assert_eq!(count(whole).await, 2);
    let balances = "SELECT count(*) FROM gift_cards WHERE balance_minor = 0";
    assert_eq!(shop.app.count(balances).await, 2);
    let card = "gift_card_minor = 0 AND captured_minor = total_minor";
    // Two tabs, sold out, and another price.
    let surprised = format!("email = 'alan@example.com' AND currency = 'USD' AND {card}");
    assert_eq!(count(&surprised).await, 3);
    let abroad = format!("email = 'emmy@example.com' AND currency = 'EUR' AND {card}");
    assert_eq!(count(&abroad).await, 1);
    assert_eq!(shop.app.count("SELECT count(*) FROM orders").await, 8);
    shop.app.assert_sound().await;
    assert!(!shop.log("serve").contains("4242424242424242"));
}
