//! The hosted checkout: every page, as a browser without a script walks through it.

mod defence;
mod forms;
mod offers;
mod outcomes;
mod presses;
mod refusals;
mod spoken;
mod walk;

use serde_json::{Value, json};
use tests::browser::{Browser, Seen};
use tests::sandbox::card;
use tests::till::{Till, text};

/// Where a parcel goes.
pub(crate) const HOME: [(&str, &str); 9] = [
    ("email", "ada@mail.example"),
    ("countryCode", "US"),
    ("firstName", "Ada"),
    ("lastName", "Byron"),
    ("address1", "1 Main St"),
    ("address2", ""),
    ("city", "Anytown"),
    ("provinceCode", "OR"),
    ("zip", "97201"),
];

/// A cart that a storefront has filled with so many of a variant: its id and `checkoutUrl`.
pub(crate) async fn filled(till: &Till, variant: &str, quantity: i32) -> (String, String) {
    filled_by(
        till,
        "",
        json!({ "lines": [{ "merchandiseId": variant, "quantity": quantity }] }),
    )
    .await
}

/// The same with all of the input, in a place: `@inContext(…)`.
pub(crate) async fn filled_by(till: &Till, place: &str, input: Value) -> (String, String) {
    let create = format!(
        "mutation ($input: CartInput) {place} {{ cartCreate(input: $input) {{ \
         cart {{ id checkoutUrl }} userErrors {{ message }} }} }}"
    );
    let data = till.ask(&create, json!({ "input": input })).await;
    assert_eq!(data["cartCreate"]["userErrors"], json!([]));
    let cart = &data["cartCreate"]["cart"];
    (text(&cart["id"]), text(&cart["checkoutUrl"]))
}

/// One cart of the shop on its way through the checkout.
pub(crate) struct Walk<'a> {
    pub(crate) till: &'a Till,
    pub(crate) browser: Browser<'a>,
    /// The cart's id for the API.
    pub(crate) cart: String,
    /// `/checkout/<cart>`.
    pub(crate) base: String,
}

impl<'a> Walk<'a> {
    /// Opens the checkout of a cart with one of a variant.
    pub(crate) async fn begin(till: &'a Till, variant: &str) -> (Self, Seen) {
        let (cart, url) = filled(till, variant, 1).await;
        Self::enter(till, cart, &url).await
    }

    /// Opens the checkout of a cart.
    pub(crate) async fn enter(till: &'a Till, cart: String, url: &str) -> (Self, Seen) {
        let browser = Browser::new(&till.app);
        let page = browser.open(url).await;
        let id = cart.rsplit('/').next().and_then(|id| id.split('?').next());
        let base = format!("/checkout/{}", id.expect("an id"));
        let walk = Self {
            till,
            browser,
            cart,
            base,
        };
        (walk, page)
    }

    /// A page of this checkout.
    pub(crate) async fn open(&self, rest: &str) -> Seen {
        self.browser.open(&format!("{}{rest}", self.base)).await
    }

    /// Sends a form of this checkout.
    pub(crate) async fn send(&self, page: &Seen, rest: &str, fields: &[(&str, &str)]) -> Seen {
        let action = format!("{}{rest}", self.base);
        self.browser.send(page, &action, fields).await
    }

    /// Gives the address and chooses the cheapest delivery; answers the payment page.
    pub(crate) async fn to_payment(&self) -> Seen {
        let page = self.open("").await;
        let page = self.send(&page, "", &HOME).await;
        assert_eq!(
            page.place(),
            format!("{}/delivery", self.base),
            "{}",
            page.body
        );
        let option = page.body.split("name=\"option\" value=\"").nth(1);
        let option = option.and_then(|rest| rest.split('"').next());
        let option = option.expect("an option").to_owned();
        let page = self.send(&page, "/delivery", &[("option", &option)]).await;
        assert_eq!(page.place(), format!("{}/payment", self.base));
        page
    }

    /// Types a card into the frame of the payment page; answers where the buyer comes out.
    pub(crate) async fn type_card(&self, payment: &Seen, number: &str) -> Seen {
        let frame = payment.frame();
        let (back, _) = self.till.sandbox.type_card(&frame, number).await;
        self.browser.open(&back).await
    }

    /// All the way to the review, with this card.
    pub(crate) async fn to_review(&self, number: &str) -> Seen {
        let page = self.to_payment().await;
        let page = self.type_card(&page, number).await;
        assert_eq!(
            page.place(),
            format!("{}/review", self.base),
            "{}",
            page.body
        );
        page
    }

    /// Presses the button of a review.
    pub(crate) async fn pay(&self, review: &Seen) -> Seen {
        self.send(review, "/review", &[]).await
    }
}

/// A shop with so many cups.
pub(crate) async fn shop_with(cups: i32) -> (Till, String) {
    let till = Till::open().await;
    let cup = till.stock("cup", cups).await;
    (till, cup)
}

/// A cart that has been bought with a good card: the walk, and the page that thanks.
pub(crate) async fn bought<'a>(till: &'a Till, cup: &str) -> (Walk<'a>, Seen) {
    let (walk, _) = Walk::begin(till, cup).await;
    let review = walk.to_review(card::APPROVED).await;
    let waiting = walk.pay(&review).await;
    till.drain().await;
    let thanks = walk.browser.open(&waiting.path).await;
    (walk, thanks)
}
