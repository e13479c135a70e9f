//! A shop of real processes on a database, an address and a folder of their own.

use std::collections::{BTreeMap, BTreeSet};
use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use diesel::sql_types::Text;
use tests::factory::catalog::{ProductSeed, VariantSeed};
use tests::load::buyer::{Buyer, Purchase};
use tests::load::host::own_host;
use tests::load::http::Connection;
use tests::load::ledger::facts;
use tests::load::process::{End, Process, until_ready};
use tests::{Scratch, TestApp};
use tokio::task::JoinHandle;

/// How long anything may take on a machine that is busy with other things.
pub(crate) const PATIENCE: Duration = Duration::from_secs(90);

const SANDBOX: u16 = 18_090;
const NOBODY: u16 = 18_099;
/// What the provider and the shop have in common.
pub(crate) const SECRET: &str = "the-sandbox's-secret";
/// What a failpoint kills with.
pub(crate) const SIGABRT: i32 = 6;

/// A process of the shop. Payments and maintenance are workers that share the queues between
/// them; the worker serves all of them, as it does when nothing else is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Role {
    Api,
    /// A second process of the API, at an address of its own.
    Neighbour,
    Worker,
    /// Does one job after the other, so that it visits its failpoints in a fixed order.
    Payments,
    Maintenance,
}

impl Role {
    const fn port(self) -> u16 {
        match self {
            Self::Api => 18_080,
            Self::Worker => 18_081,
            Self::Payments => 18_082,
            Self::Maintenance => 18_083,
            Self::Neighbour => 18_086,
        }
    }

    const fn command(self) -> (&'static str, &'static [&'static str]) {
        match self {
            Self::Api | Self::Neighbour => ("api", &["serve"]),
            Self::Worker => ("worker", &["run"]),
            Self::Payments => ("worker", &["run", "--queues", "payments,mail"]),
            Self::Maintenance => ("worker", &["run", "--queues", "maintenance"]),
        }
    }

    /// What a log in its name is called.
    const fn word(self) -> &'static str {
        match self {
            Self::Api => "api",
            Self::Neighbour => "neighbour",
            Self::Worker => "worker",
            Self::Payments => "payments",
            Self::Maintenance => "maintenance",
        }
    }
}

/// How the world of a stage differs from the usual one.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct World {
    /// The provider's webhooks never arrive.
    pub(crate) deaf: bool,
    /// How long a call of the provider may take, instead of the usual time.
    pub(crate) payment_timeout_ms: Option<u64>,
    /// Every cart has a discount code, and a gift card that pays 4.00 of it.
    pub(crate) offers: bool,
}

/// What must be there when nothing is under way any more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) orders: i64,
    /// Captures and refunds in the provider's own ledger.
    pub(crate) captured: i64,
    pub(crate) refunded: i64,
    pub(crate) mails: i64,
    pub(crate) committed: i64,
    /// Stock that is held, and jobs, attempts, operations and webhooks that are not over.
    pub(crate) unfinished: i64,
}

/// The shop, its provider, and a buyer.
pub(crate) struct Stage {
    /// For arranging rows and looking at them; nobody buys through it.
    pub(crate) app: TestApp,
    /// Knows the shop's one product.
    pub(crate) buyer: Buyer,
    /// What is being tried, for the words of a failure.
    pub(crate) scene: String,
    folder: Scratch,
    host: Ipv4Addr,
    world: World,
    running: BTreeMap<Role, Process>,
    _sandbox: Process,
}

impl Stage {
    /// Opens a shop whose API serves and which no worker works for yet.
    pub(crate) async fn open(card: &'static str, world: World) -> Self {
        let app = TestApp::new().await;
        tests::factory::shop::delivery(&app).await;
        let mut seed = ProductSeed::new("cup");
        seed.variants = vec![VariantSeed::new(&["Default Title"], 1000).stock(100)];
        seed.create(&app).await;
        let variant = app.count("SELECT id FROM variants").await;
        let host = own_host(&[
            18_080, 18_081, 18_082, 18_083, 18_084, 18_085, 18_086, SANDBOX, NOBODY,
        ]);
        let sandbox = format!("{host}:{SANDBOX}");
        let folder = Scratch::new();
        let mut buyer = Buyer::new(sandbox.clone(), Vec::new(), vec![variant]);
        buyer.card = card;
        if world.offers {
            let csv = "Title,Codes,Type,Value\nSummer,SUMMER,percentage,10\n";
            tests::factory::offers::discounts(&app, csv).await;
            buyer.discount_codes = vec!["summer".to_owned()];
        }
        let told = if world.deaf { NOBODY } else { Role::Api.port() };
        let variables = [
            ("CARTWRIGHT_PROFILE", "development".to_owned()),
            ("PUBLIC_URL", format!("http://{host}:{told}")),
            ("SANDBOX_LISTEN", sandbox.clone()),
            ("SANDBOX_LEDGER", path(&folder, "ledger")),
            ("SANDBOX_SECRET", SECRET.to_owned()),
        ];
        let log = folder.path().join("sandbox.log");
        let process = Process::start("api", &["sandbox"], &variables, &log).unwrap();
        let mut stage = Self {
            app,
            buyer,
            scene: String::new(),
            folder,
            host,
            world,
            running: BTreeMap::new(),
            _sandbox: process,
        };
        until_ready(&sandbox, "/livez", PATIENCE).await.unwrap();
        stage.start(Role::Api, &[]).await;
        stage.ready(Role::Api).await;
        stage
    }

    /// `host:port` of a process.
    pub(crate) fn address(&self, role: Role) -> String {
        format!("{}:{}", self.host, role.port())
    }

    /// An address of the stage's own, at one of the ports that nobody of the cast takes: 18,084 and
    /// 18,085.
    pub(crate) fn at(&self, port: u16) -> String {
        format!("{}:{port}", self.host)
    }

    /// A file in the stage's folder.
    pub(crate) fn path(&self, name: &str) -> String {
        path(&self.folder, name)
    }

    /// Starts a process with variables over and above the usual ones.
    pub(crate) async fn start(&mut self, role: Role, more: &[(&str, &str)]) {
        let (binary, arguments) = role.command();
        let concurrency = if role == Role::Payments { 1 } else { 8 };
        let timeout = self.world.payment_timeout_ms.unwrap_or(10_000);
        let api = self.address(Role::Api);
        let listen = match role {
            Role::Neighbour => self.address(role),
            _ => api.clone(),
        };
        let mut variables = vec![
            ("CARTWRIGHT_PROFILE", "development".to_owned()),
            ("PUBLIC_URL", format!("http://{api}")),
            ("DATABASE_URL", self.app.database.url.clone()),
            ("REDIS_KEY_PREFIX", self.host.to_string()),
            ("API_LISTEN", listen),
            ("WORKER_LISTEN", self.address(role)),
            ("WORKER_CONCURRENCY", concurrency.to_string()),
            ("SANDBOX_URL", format!("http://{}", self.buyer.sandbox)),
            ("SANDBOX_SECRET", SECRET.to_owned()),
            ("PAYMENT_TIMEOUT_MS", timeout.to_string()),
            ("MAIL_TRANSPORT", "mailbox".to_owned()),
            ("MAILBOX_DIR", path(&self.folder, "mailbox")),
            ("JWT_KEY_FILE", path(&self.folder, "jwt-signing-key.pem")),
            ("NO_COLOR", "1".to_owned()),
            // One card pays for the purchase of each death, and many of them are meant to run out of time.
            ("DECLINES_PER_BUYER", "1000".to_owned()),
            ("UNDECIDED_PAYMENTS_PER_BUYER", "1000".to_owned()),
            ("ABANDONED_PAYMENTS_PER_BUYER", "1000".to_owned()),
            // What is tried here is another thing than a machine too busy to answer.
            ("DATABASE_PATIENCE_MS", "60000".to_owned()),
        ];
        variables.extend(
            more.iter()
                .map(|(name, value)| (*name, (*value).to_owned())),
        );
        let log = self.folder.path().join(format!("{}.log", role.word()));
        let process = Process::start(binary, arguments, &variables, &log).unwrap();
        let before = self.running.insert(role, process);
        assert!(before.is_none(), "{role:?} runs already");
    }

    /// Waits until a process serves.
    pub(crate) async fn ready(&self, role: Role) {
        let ready = until_ready(&self.address(role), "/readyz", PATIENCE).await;
        ready.unwrap();
    }

    /// Waits until a process is killed by its failpoint.
    pub(crate) async fn dies(&mut self, role: Role) {
        let mut process = self.running.remove(&role).unwrap();
        let end = process.end(PATIENCE).await;
        let end = end.expect("the failpoint was never visited");
        assert_eq!(end, End::Killed(SIGABRT), "{role:?}");
    }

    /// Asks a process to stop and waits until it has, which must go well.
    pub(crate) async fn stop(&mut self, role: Role) {
        // A signal that comes before it listens for signals would kill it.
        let alive = until_ready(&self.address(role), "/livez", PATIENCE).await;
        alive.unwrap();
        self.terminate(role).await;
        self.stopped(role).await;
    }

    /// Asks a process to stop and does not wait.
    pub(crate) async fn terminate(&self, role: Role) {
        self.running[&role].terminate().await.unwrap();
    }

    /// Waits for the end of a process that was asked to stop, which must go well.
    pub(crate) async fn stopped(&mut self, role: Role) {
        let mut process = self.running.remove(&role).unwrap();
        assert_eq!(
            process.end(PATIENCE).await.unwrap(),
            End::Exited(0),
            "{role:?}"
        );
    }

    /// How a process ends that is about to.
    pub(crate) async fn ended(&mut self, role: Role) -> End {
        let mut process = self.running.remove(&role).unwrap();
        process.end(PATIENCE).await.unwrap()
    }

    /// Everything that the processes wrote so far, the provider's too.
    pub(crate) fn logs(&self) -> String {
        let files = self.folder.files().into_iter();
        let logs = files.filter(|file| file.ends_with(".log"));
        logs.map(|file| std::fs::read_to_string(self.folder.path().join(file)).unwrap())
            .collect()
    }

    /// Waits until a process takes no connection any more.
    pub(crate) async fn lets_nobody_in(&self, role: Role) {
        let address = self.address(role);
        let closed = async {
            while Connection::open(&address).await.is_ok() {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(PATIENCE, closed).await.unwrap();
    }

    /// Stops every worker.
    pub(crate) async fn stop_workers(&mut self) {
        for role in [Role::Worker, Role::Payments, Role::Maintenance] {
            if self.running.contains_key(&role) {
                self.stop(role).await;
            }
        }
    }

    /// A cart that only needs to be submitted.
    pub(crate) async fn cart(&self, round: usize) -> String {
        let mut on = Connection::open(&self.address(Role::Api)).await.unwrap();
        let mut buyer = self.buyer.clone();
        if self.world.offers {
            buyer.gift_card = Some(tests::factory::offers::gift_card(&self.app, "4.00").await);
        }
        buyer.fill_cart(&mut on, round).await.unwrap()
    }

    /// A buyer who submits a cart until there is an end to it.
    pub(crate) fn buys(&self, cart: String) -> JoinHandle<Option<Purchase>> {
        let (buyer, api) = (self.buyer.clone(), self.address(Role::Api));
        let until = Instant::now() + PATIENCE;
        tokio::spawn(async move { buyer.insist(&api, &cart, "press-1", until).await })
    }

    /// As if a minute had passed since the last sign of life of each running job.
    pub(crate) async fn fall_silent(&self) {
        let sql = "UPDATE jobs SET heartbeat_at = heartbeat_at - interval '1 minute' WHERE state = 'running'";
        self.app.execute(sql).await;
    }

    /// Waits until a statement counts `wanted`.
    pub(crate) async fn until(&self, wanted: i64, sql: &str) {
        let until = Instant::now() + PATIENCE;
        loop {
            let found = self.app.count(sql).await;
            if found == wanted {
                return;
            }
            assert!(Instant::now() < until, "{found} instead of {wanted}: {sql}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// The ids of all orders, as buyers are told them.
    pub(crate) async fn orders(&self) -> BTreeSet<String> {
        let sql = "SELECT coalesce(string_agg('gid://shopify/Order/' || id, ' '), '') FROM orders";
        let ids = self.text(sql).await;
        ids.split_whitespace().map(str::to_owned).collect()
    }

    /// The text that a statement answers.
    pub(crate) async fn text(&self, sql: &str) -> String {
        let query = commerce::db::sql::cached::<Text, _>(diesel::sql_query(sql));
        let mut conn = self.app.conn().await;
        diesel_async::RunQueryDsl::get_result(query, &mut conn)
            .await
            .unwrap()
    }

    /// Lets the bank decide the one open charge.
    pub(crate) async fn decide(&self, outcome: &str) {
        let operation = self
            .text("SELECT id::text FROM payment_operations WHERE kind = 'charge' AND state IN ('requested', 'unknown')")
            .await;
        let path = format!("/control/charges/{operation}/{outcome}");
        let http = providers::http::client(PATIENCE).unwrap();
        let request = http.post(format!("http://{}{path}", self.buyer.sandbox));
        let answer = request.bearer_auth(SECRET).send().await.unwrap();
        assert_eq!(answer.status(), 200);
    }

    /// Everything that a purchase leaves behind.
    pub(crate) async fn tally(&self) -> Tally {
        let sum = "SELECT coalesce(sum(committed), 0)::bigint FROM inventory_levels";
        let ledger = self.folder.path().join("ledger");
        let told = |kind| i64::try_from(facts(&ledger, kind).unwrap().len()).unwrap();
        Tally {
            orders: self.app.count("SELECT count(*) FROM orders").await,
            captured: told("captured"),
            refunded: told("refunded"),
            mails: i64::try_from(self.mails().len()).unwrap(),
            committed: self.app.count(sum).await,
            unfinished: self.app.count(UNFINISHED).await,
        }
    }

    /// Waits until everything is over and is as wanted, and looks for what must never be.
    pub(crate) async fn ends_with(&self, wanted: Tally) {
        let until = Instant::now() + PATIENCE;
        loop {
            let found = self.tally().await;
            if found == wanted {
                break;
            }
            assert!(Instant::now() < until, "{found:?} instead of {wanted:?}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        self.app.assert_sound().await;
    }

    /// The files of the mails, sorted by name.
    pub(crate) fn mails(&self) -> Vec<PathBuf> {
        let Ok(entries) = std::fs::read_dir(self.folder.path().join("mailbox")) else {
            return Vec::new();
        };
        let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
        files.retain(|file| file.extension().is_some_and(|ending| ending == "eml"));
        files.sort();
        files
    }
}

/// The schedules go on for ever, so of their jobs only those count that do not end.
const UNFINISHED: &str = "SELECT \
    (SELECT count(*) FROM jobs WHERE state IN ('running', 'retryable', 'discarded') \
        OR (queue <> 'maintenance' AND state <> 'completed')) \
    + (SELECT count(*) FROM checkout_attempts WHERE state IN ('awaiting_payment', 'action_required', 'processing', 'expiring')) \
    + (SELECT count(*) FROM payment_operations WHERE state IN ('requested', 'unknown')) \
    + (SELECT count(*) FROM webhook_inbox WHERE processed_at IS NULL) \
    + (SELECT coalesce(sum(reserved), 0)::bigint FROM inventory_levels)";

fn path(folder: &Scratch, name: &str) -> String {
    folder.path().join(name).display().to_string()
}

impl Drop for Stage {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            return;
        }
        eprintln!("it failed at: {}", self.scene);
        for file in self.folder.files().iter().filter(|f| f.ends_with(".log")) {
            let log = std::fs::read_to_string(self.folder.path().join(file)).unwrap_or_default();
            let lines: Vec<&str> = log.lines().collect();
            let last = &lines[lines.len().saturating_sub(25)..];
            eprintln!("── {file}\n{}", last.join("\n"));
        }
    }
}
