//! What buyers do, as GraphQL requests against running processes.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::Context;
use serde_json::{Value, json};

use super::http::Connection;

/// Products in the benchmark's catalogue.
pub const PRODUCTS: usize = 10_000;

const LIST: &str = "query List($first: Int!, $after: String) { products(first: $first, after: $after) { \
    pageInfo { hasNextPage endCursor } nodes { id handle title \
    featuredImage { url altText width height } \
    variants(first: 5) { nodes { id title price { amount currencyCode } \
    selectedOptions { name value } } } } } }";

const DETAIL: &str = "query Detail($handle: String!) { product(handle: $handle) { id handle title \
    descriptionHtml vendor productType tags availableForSale seo { title description } \
    priceRange { minVariantPrice { amount currencyCode } maxVariantPrice { amount currencyCode } } \
    options { id name optionValues { id name } } \
    images(first: 20) { nodes { id url altText width height } } \
    variants(first: 100) { nodes { id title sku availableForSale price { amount currencyCode } \
    compareAtPrice { amount currencyCode } selectedOptions { name value } } } } }";

const SEARCH: &str = "query Search($query: String!, $prefix: SearchPrefixQueryType, $filters: [ProductFilter!], $facets: Boolean!) { \
    search(query: $query, first: 24, prefix: $prefix, productFilters: $filters) { totalCount @include(if: $facets) \
    productFilters @include(if: $facets) { id label type values { id label count input } } \
    nodes { __typename ... on Product { id handle title trackingParameters \
    featuredImage { url altText width height } priceRange { minVariantPrice { amount currencyCode } } } } } }";

const PREDICT: &str = "query Predict($query: String!) { predictiveSearch(query: $query, limit: 10, limitScope: EACH) { \
    products { id handle title featuredImage { url altText width height } } collections { id handle title } \
    pages { id handle title } queries { text styledText } } }";

const CART: &str = "cart { id checkoutUrl totalQuantity cost { subtotalAmount { amount currencyCode } \
    totalAmount { amount currencyCode } } lines(first: 100) { nodes { id quantity \
    cost { totalAmount { amount currencyCode } } merchandise { ... on ProductVariant { id title \
    price { amount currencyCode } product { id handle title } } } } } } \
    userErrors { code field message } warnings { code message }";

/// Submits a cart.
pub const SUBMIT: &str = "mutation Submit($cart: ID!, $token: String!) { \
    cartSubmitForCompletion(cartId: $cart, attemptToken: $token) { result { __typename \
    ... on SubmitSuccess { attemptId } ... on SubmitAlreadyAccepted { attemptId } \
    ... on SubmitFailed { errors { code message } } } userErrors { code message } } }";

/// Asks what became of an attempt.
pub const ATTEMPT: &str = "query Attempt($id: String!) { cartCompletionAttempt(attemptId: $id) { \
    __typename ... on CartCompletionProcessing { pollDelay } \
    ... on CartCompletionSuccess { orderId } \
    ... on CartCompletionFailed { errors { code message } } } }";

/// How long a purchase is waited for on one connection.
const ANSWER: Duration = Duration::from_secs(10);

/// How a submitted cart ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Purchase {
    /// As an order with this id.
    Ordered(String),
    /// Without one; the server's words.
    Refused(String),
}

/// A crowd of buyers: what they know of the shop, and what the server said of their statements.
#[derive(Clone)]
pub struct Buyer {
    /// `host:port` of the sandbox.
    pub sandbox: String,
    /// Handles of products, in the order of their ids.
    pub handles: Arc<Vec<String>>,
    /// Numbers of variants that can be bought.
    pub variants: Arc<Vec<i64>>,
    /// The number of the test card that pays.
    pub card: &'static str,
    /// Discount codes that every cart is given.
    pub discount_codes: Vec<String>,
    /// A gift card that every cart is paid with first.
    pub gift_card: Option<String>,
    statements: Arc<AtomicU64>,
}

impl Buyer {
    /// Prepares a buyer; `statements` starts at nothing.
    pub fn new(sandbox: String, handles: Vec<String>, variants: Vec<i64>) -> Self {
        Self {
            sandbox,
            handles: Arc::new(handles),
            variants: Arc::new(variants),
            card: "4242424242424242",
            discount_codes: Vec::new(),
            gift_card: None,
            statements: Arc::new(AtomicU64::new(0)),
        }
    }

    /// Statements counted since the last call.
    pub fn take_statements(&self) -> u64 {
        self.statements.swap(0, Ordering::Relaxed)
    }

    /// One operation; errors of any kind are failures.
    async fn ask(
        &self,
        on: &mut Connection,
        query: &str,
        variables: Value,
    ) -> anyhow::Result<Value> {
        let body = json!({ "query": query, "variables": variables }).to_string();
        let reply = on.post("/graphql", &body).await?;
        self.statements
            .fetch_add(reply.statements.unwrap_or(0), Ordering::Relaxed);
        let mut answer: Value = serde_json::from_slice(&reply.body)?;
        anyhow::ensure!(answer.get("errors").is_none(), "{answer}");
        Ok(answer["data"].take())
    }

    /// A reading operation whose answer is not taken apart, because its reader shares the cores.
    async fn read(&self, on: &mut Connection, query: &str, variables: Value) -> anyhow::Result<()> {
        let body = json!({ "query": query, "variables": variables }).to_string();
        let reply = on.post("/graphql", &body).await?;
        self.statements
            .fetch_add(reply.statements.unwrap_or(0), Ordering::Relaxed);
        anyhow::ensure!(
            reply.body.starts_with(b"{\"data\":{\"product"),
            "not a product answer"
        );
        anyhow::ensure!(
            !reply.body.windows(9).any(|w| w == b"\"errors\":"),
            "errors in the answer"
        );
        Ok(())
    }

    /// A page of 24 products somewhere in the catalogue.
    pub async fn list(&self, on: &mut Connection, round: usize) -> anyhow::Result<()> {
        let after =
            commerce::kernel::page::Cursor::at(i64::try_from(scatter(round) % 9_000)?).encode();
        self.read(on, LIST, json!({ "first": 24, "after": after }))
            .await
    }

    /// The bytes of the page that [`Buyer::list`] reads in round 0.
    pub async fn hot_page(&self, on: &mut Connection) -> anyhow::Result<Vec<u8>> {
        let after = commerce::kernel::page::Cursor::at(i64::try_from(scatter(0) % 9_000)?).encode();
        let body = json!({ "query": LIST, "variables": { "first": 24, "after": after } });
        Ok(on.post("/graphql", &body.to_string()).await?.body)
    }

    /// One product's page.
    pub async fn detail(&self, on: &mut Connection, round: usize) -> anyhow::Result<()> {
        let handle = &self.handles[scatter(round) % self.handles.len()];
        self.read(on, DETAIL, json!({ "handle": handle })).await
    }

    /// A search somewhere in the catalogue, each round of another kind: one material of a kind of thing, a whole
    /// title, the same mistyped, all things of a kind, a word that is not finished, a narrowed list, what is
    /// typed so far, a mistyped kind. Half of them ask for facets and the number of results, too.
    pub async fn search(&self, on: &mut Connection, round: usize) -> anyhow::Result<()> {
        let (look, material, kind) = crate::catalogue::words(scatter(round) % PRODUCTS);
        // Workers count in steps of their number.
        let turn = round / 8 + round;
        let facets = turn % 16 < 8;
        let search = |query: String, prefix: bool, filters: Value| {
            let prefix = if prefix { "LAST" } else { "NONE" };
            json!({ "query": query, "prefix": prefix, "filters": filters, "facets": facets })
        };
        let beginning: String = kind.chars().take(4).collect();
        let variables = match turn % 8 {
            0 => search(format!("{material} {kind}"), false, json!([])),
            1 => search(format!("{look} {material} {kind}"), false, json!([])),
            2 => search(
                format!("{look} {} {}", mistyped(material), mistyped(kind)),
                false,
                json!([]),
            ),
            3 => search(kind.to_owned(), false, json!([])),
            4 => search(format!("{material} {beginning}"), true, json!([])),
            5 => search(
                format!("{look} {kind}"),
                false,
                json!([{ "available": true }, { "price": { "min": 20, "max": 120 } },
                    { "variantOption": { "name": "Color", "value": "Rust" } }]),
            ),
            6 => {
                let typed = json!({ "query": format!("{look} {beginning}") });
                return self.seek(on, PREDICT, typed).await;
            }
            _ => search(mistyped(kind), false, json!([])),
        };
        self.seek(on, SEARCH, variables).await
    }

    /// A search whose answer is not taken apart; it must find something.
    async fn seek(&self, on: &mut Connection, query: &str, variables: Value) -> anyhow::Result<()> {
        let body = json!({ "query": query, "variables": variables }).to_string();
        let reply = on.post("/graphql", &body).await?;
        self.statements
            .fetch_add(reply.statements.unwrap_or(0), Ordering::Relaxed);
        let text = String::from_utf8_lossy(&reply.body);
        anyhow::ensure!(
            text.starts_with("{\"data\":{") && text.contains("gid://shopify/Product/"),
            "nothing found with {variables}: {text}"
        );
        Ok(())
    }

    /// One more unit in a cart of up to twenty lines.
    pub async fn add(&self, on: &mut Connection, cart: &str, round: usize) -> anyhow::Result<()> {
        let variant = self.variant(scatter(round) % 20);
        let query = format!(
            "mutation Add($cart: ID!, $lines: [CartLineInput!]!) \
             {{ cartLinesAdd(cartId: $cart, lines: $lines) {{ {CART} }} }}"
        );
        let lines = json!([{ "merchandiseId": variant, "quantity": 1 }]);
        let data = self
            .ask(on, &query, json!({ "cart": cart, "lines": lines }))
            .await?;
        refuse_user_errors(&data["cartLinesAdd"])
    }

    /// A new cart with one line; its id.
    pub async fn new_cart(&self, on: &mut Connection, round: usize) -> anyhow::Result<String> {
        let query = format!(
            "mutation Create($input: CartInput!) {{ cartCreate(input: $input) {{ {CART} }} }}"
        );
        let input =
            json!({ "lines": [{ "merchandiseId": self.variant(scatter(round)), "quantity": 1 }] });
        let data = self.ask(on, &query, json!({ "input": input })).await?;
        refuse_user_errors(&data["cartCreate"])?;
        data["cartCreate"]["cart"]["id"]
            .as_str()
            .map(str::to_owned)
            .context("no cart id")
    }

    /// A whole purchase, from an empty cart to a settled order.
    ///
    /// # Errors
    /// When a request fails or the purchase is refused.
    pub async fn checkout(&self, on: &mut Connection, round: usize) -> anyhow::Result<()> {
        let cart = self.fill_cart(on, round).await?;
        match self.submit(on, &cart, &format!("bench-{round}")).await? {
            Purchase::Ordered(_) => Ok(()),
            Purchase::Refused(why) => anyhow::bail!("refused: {why}"),
        }
    }

    /// A cart with one line, ready to be submitted; its id.
    ///
    /// # Errors
    /// When a request fails or is refused.
    pub async fn fill_cart(&self, on: &mut Connection, round: usize) -> anyhow::Result<String> {
        let cart = self.new_cart(on, round).await?;
        let mutate = |name: &str, arguments: &str, given: &str| {
            format!(
                "mutation M($cart: ID!, {arguments}) {{ {name}(cartId: $cart, {given}) \
                 {{ cart {{ id cost {{ checkoutChargeAmount {{ amount currencyCode }} }} deliveryGroups(first: 1) \
                 {{ nodes {{ id deliveryOptions {{ handle }} }} }} }} userErrors {{ code field message }} }} }}"
            )
        };
        let step = async |on: &mut Connection, name: &str, query: String, mut variables: Value| {
            variables["cart"] = json!(cart);
            let mut data = self.ask(on, &query, variables).await?;
            refuse_user_errors(&data[name])?;
            Ok::<Value, anyhow::Error>(data[name].take())
        };
        let name = "cartBuyerIdentityUpdate";
        let query = mutate(name, "$it: CartBuyerIdentityInput!", "buyerIdentity: $it");
        let identity = json!({ "email": format!("buyer{round}@example.com"), "countryCode": "US" });
        step(on, name, query, json!({ "it": identity })).await?;
        let name = "cartDeliveryAddressesAdd";
        let query = mutate(
            name,
            "$it: [CartSelectableAddressInput!]!",
            "addresses: $it",
        );
        let address = json!({ "firstName": "Ada", "lastName": "Byron", "address1": "1 Main St",
            "city": "Springfield", "provinceCode": "IL", "countryCode": "US", "zip": "62701" });
        let addresses = json!([{ "selected": true, "address": { "deliveryAddress": address } }]);
        let answer = step(on, name, query, json!({ "it": addresses })).await?;
        let group = &answer["cart"]["deliveryGroups"]["nodes"][0];
        let name = "cartSelectedDeliveryOptionsUpdate";
        let query = mutate(
            name,
            "$it: [CartSelectedDeliveryOptionInput!]!",
            "selectedDeliveryOptions: $it",
        );
        let options = json!([{ "deliveryGroupId": group["id"],
            "deliveryOptionHandle": group["deliveryOptions"][0]["handle"] }]);
        let mut answer = step(on, name, query, json!({ "it": options })).await?;
        if !self.discount_codes.is_empty() {
            let name = "cartDiscountCodesUpdate";
            let query = mutate(name, "$it: [String!]!", "discountCodes: $it");
            answer = step(on, name, query, json!({ "it": self.discount_codes })).await?;
        }
        if let Some(code) = &self.gift_card {
            let name = "cartGiftCardCodesAdd";
            let query = mutate(name, "$it: [String!]!", "giftCardCodes: $it");
            answer = step(on, name, query, json!({ "it": [code] })).await?;
        }
        let total = answer["cart"]["cost"]["checkoutChargeAmount"].clone();
        let session = self.vault_session().await?;
        let name = "cartPaymentUpdate";
        let query = mutate(name, "$it: CartPaymentInput!", "payment: $it");
        let direct = json!({ "sessionId": session, "billingAddress": { "firstName": "Ada",
            "lastName": "Byron", "address1": "1 Main St", "city": "Springfield", "province": "IL",
            "country": "US", "zip": "62701" } });
        step(
            on,
            name,
            query,
            json!({ "it": { "amount": total, "directPaymentMethod": direct } }),
        )
        .await?;
        Ok(cart)
    }

    /// Submits a filled cart and waits for how it ends; with the same token this may be repeated
    /// after any failure.
    ///
    /// # Errors
    /// When a request fails.
    pub async fn submit(
        &self,
        on: &mut Connection,
        cart: &str,
        token: &str,
    ) -> anyhow::Result<Purchase> {
        let variables = json!({ "cart": cart, "token": token });
        let data = self.ask(on, SUBMIT, variables).await?;
        let result = &data["cartSubmitForCompletion"]["result"];
        anyhow::ensure!(
            result["__typename"] != "SubmitThrottled",
            "the shop is busy"
        );
        let Some(attempt) = result["attemptId"].as_str() else {
            return Ok(Purchase::Refused(data.to_string()));
        };
        loop {
            let data = self.ask(on, ATTEMPT, json!({ "id": attempt })).await?;
            let attempt = &data["cartCompletionAttempt"];
            match (attempt["__typename"].as_str(), attempt["orderId"].as_str()) {
                (_, Some(order)) => return Ok(Purchase::Ordered(order.to_owned())),
                (Some("CartCompletionProcessing"), _) => {
                    let delay = attempt["pollDelay"].as_u64().unwrap_or(500);
                    tokio::time::sleep(Duration::from_millis(delay)).await;
                }
                _ => return Ok(Purchase::Refused(data.to_string())),
            }
        }
    }

    /// Submits a filled cart under one token again and again, as a client that gives up on nothing,
    /// until there is an end to it; `None` when there is none by `until`.
    pub async fn insist(
        &self,
        api: &str,
        cart: &str,
        token: &str,
        until: Instant,
    ) -> Option<Purchase> {
        while Instant::now() < until {
            let tried = async {
                let mut on = Connection::open(api).await?;
                self.submit(&mut on, cart, token).await
            };
            // A server that is killed may leave the connection open without ever answering.
            match tokio::time::timeout(ANSWER, tried).await {
                Ok(Ok(purchase)) => return Some(purchase),
                _ => tokio::time::sleep(Duration::from_millis(100)).await,
            }
        }
        None
    }

    async fn vault_session(&self) -> anyhow::Result<String> {
        let mut on = Connection::open(&self.sandbox).await?;
        let card = json!({ "credit_card": { "number": self.card, "first_name": "Ada",
            "last_name": "Byron", "month": "12", "year": "2040", "verification_value": "123" } });
        let reply = on.post("/vault/sessions", &card.to_string()).await?;
        let answer: Value = serde_json::from_slice(&reply.body)?;
        answer["id"]
            .as_str()
            .map(str::to_owned)
            .context("the vault gave no session")
    }

    fn variant(&self, place: usize) -> String {
        format!(
            "gid://shopify/ProductVariant/{}",
            self.variants[place % self.variants.len()]
        )
    }
}

fn refuse_user_errors(payload: &Value) -> anyhow::Result<()> {
    anyhow::ensure!(payload["userErrors"] == json!([]), "refused: {payload}");
    Ok(())
}

/// A word with its third and fourth letter swapped.
fn mistyped(word: &str) -> String {
    let mut letters: Vec<char> = word.chars().collect();
    if letters.len() > 3 {
        letters.swap(2, 3);
    }
    letters.into_iter().collect()
}

/// Spreads consecutive rounds over the catalogue, the same way in every run (a multiplicative
/// hash, Knuth, The Art of Computer Programming, volume 3, 6.4).
fn scatter(round: usize) -> usize {
    round.wrapping_mul(2_654_435_761) >> 3
}
