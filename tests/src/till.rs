//! A shop that sells: the API, a sandbox that takes the money, and jobs that are done when told.

use std::sync::atomic::{AtomicU64, Ordering};

use commerce::kernel::Clock;
use providers::payment::sandbox::{SIGNATURE_HEADER, sign};
use serde_json::{Value, json};
use worker::{Drained, Env};

use crate::TestApp;
use crate::factory::catalog::{ProductSeed, VariantSeed};
use crate::sandbox::TestSandbox;
use crate::work::Scratch;

/// Everything a purchase needs.
pub struct Till {
    /// The API.
    pub app: TestApp,
    /// Who takes the money.
    pub sandbox: TestSandbox,
    /// Where mail goes.
    pub mailbox: Scratch,
    /// What handlers are given.
    pub env: Env,
    /// SQL statements of all requests so far.
    pub statements: AtomicU64,
    /// Buyers so far.
    buyers: AtomicU64,
}

const CART: &str = "cart { id cost { totalAmount { amount } } \
    deliveryGroups(first: 1) { nodes { id deliveryOptions { handle code } } } } userErrors { code field message }";

impl Till {
    /// A shop that delivers to the US for 5.00, or 15.00 in a hurry.
    pub async fn open() -> Self {
        Self::with_connections(crate::app::CONNECTIONS).await
    }

    /// The same with so many connections to its database.
    pub async fn with_connections(connections: u32) -> Self {
        let clock = Clock::system();
        let sandbox = TestSandbox::start(clock.clone()).await;
        let app = TestApp::paid(sandbox.config.clone(), clock, connections).await;
        crate::factory::shop::delivery(&app).await;
        let mailbox = Scratch::new();
        let mut env = app.env(&mailbox);
        env.providers.payment = Some(sandbox.provider.clone());
        Self {
            app,
            sandbox,
            mailbox,
            env,
            statements: AtomicU64::new(0),
            buyers: AtomicU64::new(0),
        }
    }

    /// A shop with one cup, and a buyer who has just pressed "pay" for it with this card; answers
    /// the shop and the attempt's id.
    pub async fn pressed(card: &str) -> (Self, String) {
        let till = Self::open().await;
        let cup = till.stock("cup", 1).await;
        let cart = till.cart(&cup, 1, card).await;
        let attempt = till.accepted(&cart, "press-1").await;
        (till, attempt)
    }

    /// A product for 10.00 with so many on the shelf; answers its variant's id.
    pub async fn stock(&self, handle: &str, on_hand: i32) -> String {
        let mut seed = ProductSeed::new(handle);
        seed.variants = vec![VariantSeed::new(&["Default Title"], 1000).stock(on_hand)];
        seed.create(&self.app).await;
        let query = "query ($handle: String) { product(handle: $handle) { variants(first: 1) { nodes { id } } } }";
        let data = self.ask(query, json!({ "handle": handle })).await;
        text(&data["product"]["variants"]["nodes"][0]["id"])
    }

    /// Sends one operation, whose answer must be without errors.
    pub async fn ask(&self, query: &str, variables: Value) -> Value {
        let answer = self.app.graphql(query, variables).await;
        self.statements
            .fetch_add(answer.statements, Ordering::Relaxed);
        answer.data().clone()
    }

    /// Fills a cart step by step as a storefront does, up to the press of "pay". Each cart is another buyer's; the first is Ada's.
    pub async fn cart(&self, variant: &str, quantity: i32, card: &str) -> String {
        let email = self.next_buyer();
        self.cart_of(&email, variant, quantity, card).await
    }

    fn next_buyer(&self) -> String {
        match self.buyers.fetch_add(1, Ordering::Relaxed) {
            0 => "ada@mail.example".to_owned(),
            n => format!("buyer-{n}@mail.example"),
        }
    }

    /// The same for the buyer with this e-mail address.
    pub async fn cart_of(&self, email: &str, variant: &str, quantity: i32, card: &str) -> String {
        let cart = self.unpaid_cart(email, variant, quantity).await;
        let session = self.sandbox.session(card).await;
        let total = 10 * quantity + 15;
        self.pay(&cart, &session, &format!("{total}.00")).await;
        cart
    }

    async fn unpaid_cart(&self, email: &str, variant: &str, quantity: i32) -> String {
        let create = format!("mutation {{ cartCreate {{ {CART} }} }}");
        let data = self.ask(&create, json!({})).await;
        let cart = text(&data["cartCreate"]["cart"]["id"]);
        let add = format!(
            "mutation ($cart: ID!, $lines: [CartLineInput!]!) {{ cartLinesAdd(cartId: $cart, lines: $lines) {{ {CART} }} }}"
        );
        let lines = json!([{ "merchandiseId": variant, "quantity": quantity }]);
        self.ask(&add, json!({ "cart": cart, "lines": lines }))
            .await;
        let identity = format!(
            "mutation ($cart: ID!, $email: String) {{ cartBuyerIdentityUpdate(cartId: $cart, \
             buyerIdentity: {{ email: $email, countryCode: US }}) {{ {CART} }} }}"
        );
        self.ask(&identity, json!({ "cart": cart, "email": email }))
            .await;
        let address = format!(
            "mutation ($cart: ID!, $a: [CartSelectableAddressInput!]!) {{ \
             cartDeliveryAddressesAdd(cartId: $cart, addresses: $a) {{ {CART} }} }}"
        );
        let to = json!({ "firstName": "Ada", "lastName": "Byron", "address1": "1 Main St",
            "city": "Anytown", "countryCode": "US", "zip": "12345" });
        let addresses = json!([{ "selected": true, "address": { "deliveryAddress": to } }]);
        let data = self
            .ask(&address, json!({ "cart": cart, "a": addresses }))
            .await;
        let group = &data["cartDeliveryAddressesAdd"]["cart"]["deliveryGroups"]["nodes"][0];
        let options = group["deliveryOptions"].as_array().expect("options");
        let express = options.iter().find(|option| option["code"] == "express");
        let choose = format!(
            "mutation ($cart: ID!, $o: [CartSelectedDeliveryOptionInput!]!) {{ \
             cartSelectedDeliveryOptionsUpdate(cartId: $cart, selectedDeliveryOptions: $o) {{ {CART} }} }}"
        );
        let choice = json!([{ "deliveryGroupId": group["id"],
            "deliveryOptionHandle": express.expect("express")["handle"] }]);
        let data = self
            .ask(&choose, json!({ "cart": cart, "o": choice }))
            .await;
        let payload = &data["cartSelectedDeliveryOptionsUpdate"];
        assert_eq!(payload["userErrors"], json!([]));
        cart
    }

    /// Fills a cart step by step as a storefront does, up to the choice of a card.
    pub async fn filled_cart(&self, variant: &str, quantity: i32) -> String {
        let email = self.next_buyer();
        self.unpaid_cart(&email, variant, quantity).await
    }

    /// Chooses the card behind a session for so much.
    pub async fn pay(&self, cart: &str, session: &str, amount: &str) {
        self.pay_in("USD", cart, session, amount).await;
    }

    /// The same in this currency.
    pub async fn pay_in(&self, currency: &str, cart: &str, session: &str, amount: &str) {
        let query = format!(
            "mutation ($cart: ID!, $p: CartPaymentInput!) {{ cartPaymentUpdate(cartId: $cart, payment: $p) {{ {CART} }} }}"
        );
        let payment = json!({ "amount": { "amount": amount, "currencyCode": currency },
            "directPaymentMethod": { "sessionId": session, "billingAddress": {
                "firstName": "Ada", "lastName": "Byron", "address1": "1 Main St", "city": "Anytown",
                "country": "United States", "zip": "12345" } } });
        let data = self
            .ask(&query, json!({ "cart": cart, "p": payment }))
            .await;
        assert_eq!(data["cartPaymentUpdate"]["userErrors"], json!([]));
    }

    /// Presses "pay"; answers the payload's result.
    pub async fn submit(&self, cart: &str, token: &str) -> Value {
        let query = "mutation ($cart: ID!, $token: String!) { \
            cartSubmitForCompletion(cartId: $cart, attemptToken: $token) { userErrors { code field } \
            result { __typename ... on SubmitSuccess { attemptId redirectUrl } \
            ... on SubmitAlreadyAccepted { attemptId } ... on SubmitThrottled { pollAfter } \
            ... on SubmitFailed { errors { code message } } } } }";
        let data = self
            .ask(query, json!({ "cart": cart, "token": token }))
            .await;
        let payload = &data["cartSubmitForCompletion"];
        assert_eq!(payload["userErrors"], json!([]));
        payload["result"].clone()
    }

    /// Presses "pay" on a cart that must be accepted; answers the attempt's id.
    pub async fn accepted(&self, cart: &str, token: &str) -> String {
        let result = self.submit(cart, token).await;
        assert_eq!(result["__typename"], "SubmitSuccess", "{result}");
        text(&result["attemptId"])
    }

    /// Asks what became of an attempt.
    pub async fn attempt(&self, id: &str) -> Value {
        let query = "query ($id: String!) { cartCompletionAttempt(attemptId: $id) { __typename \
            ... on CartCompletionProcessing { id pollDelay } \
            ... on CartCompletionActionRequired { id action { ... on CompletePaymentChallenge { redirectUrl } } } \
            ... on CartCompletionFailed { id errors { code message } } \
            ... on CartCompletionSuccess { id orderId orderUrl completedAt } } }";
        self.ask(query, json!({ "id": id })).await["cartCompletionAttempt"].clone()
    }

    /// The name of the type that the attempt's answer has.
    pub async fn outcome(&self, id: &str) -> String {
        text(&self.attempt(id).await["__typename"])
    }

    /// Does all due jobs.
    pub async fn drain(&self) -> Vec<Drained> {
        self.app.drain(&self.env).await
    }

    /// Runs the jobs that schedules would, and what they enqueue.
    pub async fn tick(&self) {
        let mut conn = self.app.conn().await;
        let due = [
            commerce::jobs::Job::ExpireAttempts,
            commerce::jobs::Job::ReconcilePayments,
        ];
        commerce::jobs::enqueue_all(&mut conn, &due)
            .await
            .expect("the jobs can be enqueued");
        self.drain().await;
    }

    /// Delivers a webhook as the sandbox would; answers the status.
    pub async fn deliver(&self, body: &[u8]) -> u16 {
        let signature = sign(&self.sandbox.secret, body, self.app.shop.clock.now());
        self.deliver_signed(body, &signature).await
    }

    /// Delivers a webhook with this signature; answers the status.
    pub async fn deliver_signed(&self, body: &[u8], signature: &str) -> u16 {
        let request = self.app.client.post("/webhooks/sandbox");
        let request = request.header(SIGNATURE_HEADER, signature);
        request.body(body.to_vec()).send().await.0.status().as_u16()
    }

    /// The id that this query answers.
    pub async fn id(&self, query: &str) -> uuid::Uuid {
        let query =
            commerce::db::sql::cached::<diesel::sql_types::Uuid, _>(diesel::sql_query(query));
        let mut conn = self.app.conn().await;
        let found = diesel_async::RunQueryDsl::get_result(query, &mut conn).await;
        found.expect("an id")
    }

    /// Makes sure that nothing is as it must not be.
    pub async fn assert_sound(&self) {
        self.app.assert_sound().await;
    }

    /// Orders, captured charges and mails; then what is reserved and committed in all. Looks at
    /// the invariants on the way.
    pub async fn counts(&self) -> [i64; 5] {
        self.assert_sound().await;
        let number = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
        [
            self.app.count("SELECT count(*) FROM orders").await,
            number(self.sandbox.captured().await.len()),
            number(self.mailbox.files().len()),
            self.sum("reserved").await,
            self.sum("committed").await,
        ]
    }

    async fn sum(&self, column: &str) -> i64 {
        let sql = format!("SELECT coalesce(sum({column}), 0)::bigint FROM inventory_levels");
        self.app.count(&sql).await
    }
}

/// The text of a JSON string.
#[must_use]
pub fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
