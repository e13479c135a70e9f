//! A real sandbox on a port and with a ledger of its own.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use api::sandbox::{SandboxServer, SandboxServerConfig};
use commerce::kernel::{Clock, Secret};
use commerce::payment::PaymentConfig;
use providers::payment::PaymentProvider;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

/// A payment provider with a memory of its own, for one test.
pub struct TestSandbox {
    /// How a shop is told of it.
    pub config: PaymentConfig,
    /// The same as a client.
    pub provider: Arc<dyn PaymentProvider>,
    /// What it signs webhooks with.
    pub secret: Secret,
    url: String,
    ledger: PathBuf,
    clock: Clock,
    http: reqwest::Client,
    stop: CancellationToken,
}

/// Card numbers by what they do; docs/sandbox.md lists them all.
pub mod card {
    #![expect(
        missing_docs,
        reason = "named after what the sandbox's manual says of them"
    )]
    pub const APPROVED: &str = "4242 4242 4242 4242";
    pub const NOTIFIED: &str = "4000 0000 0000 0077";
    pub const DECLINED: &str = "4000 0000 0000 0002";
    pub const INSUFFICIENT_FUNDS: &str = "4000 0000 0000 9995";
    pub const LOST_REQUEST: &str = "4000 0000 0000 0101";
    pub const LOST_ANSWER: &str = "4000 0000 0000 0119";
    pub const SILENT: &str = "4000 0000 0000 0127";
    pub const LATE: &str = "4000 0000 0000 0135";
    pub const HELD: &str = "4000 0000 0000 0143";
    pub const CHALLENGE: &str = "4000 0000 0000 3220";
    pub const SHORT_CHARGE: &str = "4000 0000 0000 0150";
}

impl TestSandbox {
    /// Starts one that goes by the given clock and keeps its webhooks to itself: a test fetches
    /// them from the ledger and delivers them when and as often as it likes.
    pub async fn start(clock: Clock) -> Self {
        let name = format!("sandbox-{}.jsonl", commerce::kernel::id::ordered_uuid());
        Self::on(std::env::temp_dir().join(name), clock).await
    }

    /// Stops it and starts it again on the same ledger, at another address.
    pub async fn restart(self) -> Self {
        let (ledger, clock) = (self.ledger.clone(), self.clock.clone());
        self.stop.cancel();
        std::mem::forget(self);
        Self::on(ledger, clock).await
    }

    async fn on(ledger: PathBuf, clock: Clock) -> Self {
        let secret = Secret::new("the-sandbox's-secret");
        let config = SandboxServerConfig {
            listen: ([127, 0, 0, 1], 0).into(),
            ledger: ledger.clone(),
            secret: secret.clone(),
            webhooks: None,
            url: None,
        };
        let server = SandboxServer::bind(&config, clock.clone()).await;
        let server = server.expect("the sandbox starts");
        let url = format!("http://{}", server.address);
        let stop = CancellationToken::new();
        tokio::spawn(server.run(stop.clone().cancelled_owned()));
        let config = PaymentConfig::Sandbox {
            url: url.clone(),
            secret: secret.clone(),
            timeout: Duration::from_secs(2),
        };
        let provider = providers::payment::connect(&config).expect("a client");
        Self {
            config,
            provider: provider.expect("a provider is configured"),
            secret,
            url,
            ledger,
            clock,
            http: providers::http::client(Duration::from_secs(30)).expect("a client"),
            stop,
        }
    }

    /// Types a card into the page at this address, as a buyer would, and answers where the browser is
    /// sent, and the policy that the page came with.
    pub async fn type_card(&self, page: &str, number: &str) -> (String, String) {
        let shown = self.http.get(page).send().await.expect("the page answers");
        assert_eq!(shown.status(), 200);
        let policy = shown.headers()["content-security-policy"].to_str();
        let policy = policy.expect("a text").to_owned();
        let page = url::Url::parse(page).expect("an address");
        let back = page.query_pairs().find(|(name, _)| name == "return");
        let (_, back) = back.expect("a way back");
        let form = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("return", &back)
            .append_pair("number", number)
            .append_pair("expiry", "12 / 40")
            .append_pair("code", "123")
            .finish();
        let request = self
            .http
            .post(format!("{}/vault/card", self.url))
            .body(form);
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        let answer = request.send().await.expect("the page answers");
        assert_eq!(answer.status(), 303);
        let location = answer.headers()["location"].to_str();
        (location.expect("a location").to_owned(), policy)
    }

    /// Hands a card in, as a browser would, and answers the session id.
    pub async fn session(&self, number: &str) -> String {
        let (status, body) = self.hand_in(number).await;
        assert_eq!(status, 200, "{body}");
        body["id"].as_str().expect("an id").to_owned()
    }

    /// Hands a card in; answers status and body.
    pub async fn hand_in(&self, number: &str) -> (u16, Value) {
        let card = json!({ "credit_card": {
            "number": number, "month": 12, "year": 2030, "verification_value": "123",
        }});
        let request = self.http.post(self.provider.vault_url()).json(&card);
        let answer = request.send().await.expect("the vault answers");
        let status = answer.status().as_u16();
        (status, answer.json().await.expect("JSON"))
    }

    /// Everything it remembers.
    pub async fn ledger(&self) -> Value {
        let request = self.http.get(format!("{}/ledger", self.url));
        let request = request.bearer_auth(self.secret.reveal());
        let answer = request.send().await.expect("the sandbox answers");
        answer.json().await.expect("JSON")
    }

    /// The charges whose money was taken.
    pub async fn captured(&self) -> Vec<Value> {
        let ledger = self.ledger().await;
        let charges = ledger["charges"].as_array().expect("a list");
        let captured = charges.iter().filter(|c| c["status"] == "captured");
        captured.cloned().collect()
    }

    /// The bodies of all webhooks, in the order of their events.
    pub async fn webhooks(&self) -> Vec<Vec<u8>> {
        let ledger = self.ledger().await;
        let events = ledger["events"].as_array().expect("a list");
        let bodies = events.iter().map(|e| serde_json::to_vec(&e["event"]));
        bodies.map(|body| body.expect("JSON")).collect()
    }

    /// Decides every open charge.
    pub async fn decide(&self, outcome: &str) {
        for charge in self.ledger().await["charges"].as_array().expect("a list") {
            let operation = charge["operation"].as_str().expect("an operation");
            if charge["status"] == "pending" {
                let path = format!("{}/control/charges/{operation}/{outcome}", self.url);
                let request = self.http.post(path).bearer_auth(self.secret.reveal());
                let answer = request.send().await.expect("the sandbox answers");
                assert_eq!(answer.status(), 200);
            }
        }
    }

    /// Answers a challenge as the buyer, and says where the browser is sent.
    pub async fn confirm(&self, url: &str, outcome: &str) -> String {
        let page = self.http.get(url).send().await.expect("the page answers");
        assert_eq!(page.status(), 200);
        let request = self.http.post(url).body(format!("outcome={outcome}"));
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        let answer = request.send().await.expect("the page answers");
        assert_eq!(answer.status(), 303);
        let location = answer.headers()["location"].to_str();
        location.expect("a location").to_owned()
    }
}

impl Drop for TestSandbox {
    fn drop(&mut self) {
        self.stop.cancel();
        let _stays = std::fs::remove_file(&self.ledger);
    }
}
