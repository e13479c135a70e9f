//! Somebody's way through the checkout of one cart: who may walk it, and how far they have come.

use commerce::cart::{CartKey, Checkout, Method, reads, store};
use commerce::checkout::{self, State};
use commerce::content::identity;
use commerce::kernel::{Money, Secret, postal};
use commerce::order;
use commerce::{Settings, Shop};
use poem::http::{HeaderMap, HeaderValue, StatusCode, header};
use poem::{IntoResponse, Request, Response};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::look::Look;
use super::turned::Turned;
use super::view::{self, Page};
use super::words::Words;

/// The steps in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Step {
    /// Who buys, and where to.
    Information,
    /// How it travels.
    Delivery,
    /// How it is paid.
    Payment,
    /// All of it once more.
    Review,
}

impl Step {
    /// Its last part of the address.
    pub(super) fn path(self) -> &'static str {
        match self {
            Self::Information => "",
            Self::Delivery => "/delivery",
            Self::Payment => "/payment",
            Self::Review => "/review",
        }
    }
}

/// An open cart and all that its pages show.
pub(super) struct Visit {
    /// Opens the cart.
    pub(super) key: CartKey,
    /// How the pages look.
    pub(super) look: Look,
    /// What they say.
    pub(super) words: &'static Words,
    /// The cart with its price.
    pub(super) checkout: Checkout,
    /// Where this server is reached.
    pub(super) public_url: String,
    /// The country the shop sells from.
    pub(super) home_country: String,
}

impl Visit {
    /// The visit of whoever holds the cart's cookie.
    pub(super) async fn open(shop: &Shop, request: &Request, cart: &str) -> Result<Self, Turned> {
        let public_url = &shop.settings.public_url;
        let mut conn = shop.db.primary().await?;
        let identity = identity::read(&mut conn).await?;
        let look = identity.as_ref().map_or_else(Look::plain, Look::of);
        let held = Uuid::try_parse(cart).ok().and_then(|id| {
            let secret = held(request.headers(), public_url)?;
            Some(CartKey { id, secret })
        });
        let found = match &held {
            Some(key) => store::find(&mut conn, key).await?,
            None => None,
        };
        let (Some(key), Some(cart)) = (held, found) else {
            return Err(closed(&look).into());
        };
        let words = Words::of(cart.language.as_deref(), cart.country.as_deref());
        if !cart.open {
            return Err(match bought(&mut conn, cart.id).await? {
                Some(url) => Turned::to(&url),
                None => closed(&look).into(),
            });
        }
        let now = shop.clock.now();
        if cart.expires_at <= now {
            return Err(expired(&look, words).into());
        }
        let checkout = reads::checkout(&mut conn, cart, now).await?;
        Ok(Self {
            key,
            look,
            words,
            checkout,
            public_url: public_url.clone(),
            home_country: identity.map(|shop| shop.country).unwrap_or_default(),
        })
    }

    /// The address of a page of this visit.
    pub(super) fn path(&self, rest: &str) -> String {
        format!("/checkout/{}{rest}", self.key.id)
    }

    /// What a form must carry: nobody can know it who does not know the cart's key.
    pub(super) fn token(&self) -> String {
        self.proof("a form of the checkout")
    }

    /// What the way back from the provider's page must carry.
    pub(super) fn return_token(&self) -> String {
        self.proof("the way back from the card page")
    }

    fn proof(&self, of: &str) -> String {
        let digest = Sha256::new()
            .chain_update(of)
            .chain_update(self.key.secret.reveal())
            .finalize();
        hex::encode(&digest[..16])
    }

    /// What the buyer has to pay by card: what gift cards leave.
    pub(super) fn due(&self) -> Money {
        self.checkout.priced.due()
    }

    /// Whether anything goes into a parcel.
    pub(super) fn is_shipped(&self) -> bool {
        self.checkout.cart.requires_shipping()
    }

    /// The steps of this cart: without a parcel there is no delivery.
    pub(super) fn steps(&self) -> Vec<Step> {
        let all = [
            Step::Information,
            Step::Delivery,
            Step::Payment,
            Step::Review,
        ];
        let skip = !self.is_shipped();
        all.into_iter()
            .filter(|step| !(skip && *step == Step::Delivery))
            .collect()
    }

    /// The first step that something is still missing from; the review when nothing is.
    pub(super) fn next(&self) -> Step {
        let cart = &self.checkout.cart;
        let address = if self.is_shipped() {
            self.checkout.address.as_ref()
        } else {
            cart.billing_address.as_ref()
        };
        let is_whole = address.is_some_and(|address| {
            address.missing().is_empty() && postal::faults(address).is_empty()
        });
        if cart.email.is_none() || !is_whole || self.checkout.province_fault().is_some() {
            return Step::Information;
        }
        if self.is_shipped() && self.checkout.options.is_empty() {
            return Step::Delivery;
        }
        // A card is not charged without.
        let billing = cart.billing_address.as_ref();
        let is_billed = billing.is_some_and(|address| address.country.is_some());
        let is_paid = match cart.payment.as_ref().map(|payment| &payment.method) {
            Some(Method::Card { .. }) => self.due().minor > 0 && is_billed,
            Some(Method::Free) => self.due().minor == 0,
            None => false,
        };
        if is_paid { Step::Review } else { Step::Payment }
    }

    /// Lets a buyer onto a step whose steps before are done, and turns everybody else to where they are.
    pub(super) async fn admit(&self, shop: &Shop, step: Step) -> Result<(), Turned> {
        let short = self.is_short();
        // An attempt that is under way holds the stock itself.
        if (short || step >= Step::Payment)
            && let Some(path) = self.under_way(shop).await?
        {
            return Err(Turned::to(&path));
        }
        if short {
            return Err(Turned::to(&self.path("/stock")));
        }
        if self.checkout.priced.lines.is_empty() {
            return Err(self.empty().into());
        }
        let next = self.next();
        if next < step {
            return Err(Turned::to(&self.path(next.path())));
        }
        Ok(())
    }

    /// Where the attempt is followed that this cart has, if it has one.
    pub(super) async fn under_way(&self, shop: &Shop) -> Result<Option<String>, Turned> {
        let mut conn = shop.db.primary().await?;
        let found = checkout::store::under_way(&mut conn, self.key.id).await?;
        Ok(found.map(|attempt| attempt.key.url("")))
    }

    /// Whether something of the cart cannot be had any more, or not all of it.
    pub(super) fn is_short(&self) -> bool {
        !self.checkout.cart.withdrawn.is_empty() || !self.shortages().is_empty()
    }

    /// Products of which there are fewer than the cart has: title, wanted, left.
    pub(super) fn shortages(&self) -> Vec<(String, i64, i64)> {
        let lines = &self.checkout.cart.lines;
        let mut found: Vec<(String, i64, i64)> = Vec::new();
        for (place, line) in lines.iter().enumerate() {
            let variant = line.merchandise.variant_id;
            let same = |other: &&commerce::cart::Line| other.merchandise.variant_id == variant;
            if lines[..place].iter().any(|other| same(&other)) {
                continue;
            }
            let wanted: i64 = lines
                .iter()
                .filter(same)
                .map(|l| i64::from(l.quantity))
                .sum();
            if let Some(left) = line.merchandise.available.filter(|left| *left < wanted) {
                found.push((line.merchandise.title.clone(), wanted, left.max(0)));
            }
        }
        found
    }

    /// A page of this visit.
    pub(super) fn page(&self, title: &str, main: maud::Markup) -> Page<'_> {
        Page::new(&self.look, self.words, title, main)
    }

    /// Nothing is left to buy.
    fn empty(&self) -> Response {
        let words = self.words;
        view::message(&self.look, words, words.empty_title, words.empty_text)
    }

    /// A form that this visit did not render.
    pub(super) fn forged(&self) -> Turned {
        let words = self.words;
        let main = maud::html! {
            h1 { (words.forged_title) }
            p { (words.forged_text) }
            p { a.button href=(self.path("")) { (words.to_checkout) } }
        };
        let page = self.page(words.forged_title, main);
        page.status(StatusCode::FORBIDDEN).response().into()
    }
}

/// Where the order is that became of a cart.
async fn bought(conn: &mut commerce::db::Conn, cart: Uuid) -> Result<Option<String>, Turned> {
    let attempt = checkout::store::under_way(conn, cart).await?;
    let done = attempt.filter(|attempt| attempt.state == State::Completed);
    Ok(done.and_then(|attempt| {
        let url = order::status_url("", attempt.order_id?, &attempt.key.key);
        Some(format!("{url}/thank-you"))
    }))
}

/// An unknown cart and one whose key this browser does not have look alike.
pub(super) fn closed(look: &Look) -> Response {
    let words = Words::of(None, None);
    view::message(look, words, words.closed_title, words.closed_text)
        .with_status(StatusCode::NOT_FOUND)
        .into_response()
}

/// A cart that nobody touched for too long.
pub(super) fn expired(look: &Look, words: &'static Words) -> Response {
    view::message(look, words, words.expired_title, words.expired_text)
        .with_status(StatusCode::GONE)
        .into_response()
}

/// The prefix makes browsers take it over TLS only (RFC 6265bis); without TLS they would not take it.
fn cookie_name(public_url: &str) -> &'static str {
    if public_url.starts_with("https://") {
        "__Secure-checkout"
    } else {
        "checkout"
    }
}

/// Has the browser keep a cart's key, for the pages of this cart alone.
pub(super) fn keep(key: &CartKey, settings: &Settings) -> Option<HeaderValue> {
    let public_url = settings.public_url.as_str();
    let name = cookie_name(public_url);
    let secure = if public_url.starts_with("https://") {
        "; Secure"
    } else {
        ""
    };
    let seconds = settings.retention.carts.num_seconds();
    let text = format!(
        "{name}={}; Path=/checkout/{}; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}",
        key.secret.reveal(),
        key.id
    );
    let mut value = HeaderValue::try_from(text).ok()?;
    value.set_sensitive(true);
    Some(value)
}

/// The key that the browser keeps for the cart whose page it asks for.
fn held(headers: &HeaderMap, public_url: &str) -> Option<Secret> {
    let name = cookie_name(public_url);
    let lines = headers.get_all(header::COOKIE).iter();
    let mut pairs = lines
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'));
    pairs.find_map(|pair| {
        let (found, value) = pair.trim().split_once('=')?;
        (found == name && !value.is_empty()).then(|| Secret::new(value))
    })
}
