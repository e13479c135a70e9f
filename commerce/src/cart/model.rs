//! A cart as it is read.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::offers::Terms;
use super::{Preferences, Warning, WarningCode};
use crate::catalog::quantities::{Quantities, unit_price};
use crate::kernel::id::{Customer, Product, ProductVariant};
use crate::kernel::money::MoneyError;
use crate::kernel::postal::{self, AddressFault};
use crate::kernel::{Address, Currency, Exchange, Gid, Id, Money, Secret};
use crate::pricing::{Attribute, Buyer, Delivery, Item, Priced, PricingInput, RULES};
use crate::shipping::{DeliveryOption, Destination, Parcel};

/// What a client holds of a cart: whoever has it has the cart.
#[derive(Clone, Debug)]
pub struct CartKey {
    /// Names the cart.
    pub id: Uuid,
    /// Opens it; only its hash is stored.
    pub secret: Secret,
}

impl CartKey {
    /// Reads `gid://shopify/Cart/<uuid>?key=<secret>`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let gid = Gid::parse(text)?;
        (gid.kind == "Cart").then_some(())?;
        Some(Self {
            id: gid.uuid()?,
            secret: Secret::new(gid.key?),
        })
    }

    /// The id that clients keep.
    #[must_use]
    pub fn gid(&self) -> String {
        format!(
            "gid://shopify/Cart/{}?key={}",
            self.id,
            self.secret.reveal()
        )
    }

    /// Where a browser sees the cart; `public_url` has no trailing slash.
    #[must_use]
    pub fn url(&self, public_url: &str) -> String {
        format!(
            "{public_url}/cart/c/{}?key={}",
            self.id,
            self.secret.reveal()
        )
    }
}

/// A cart with its lines.
#[derive(Clone, Debug, PartialEq)]
pub struct Cart {
    /// Names it.
    pub id: Uuid,
    /// The currency of every amount: that of the buyer's country.
    pub currency: Currency,
    /// How they follow from the shop's.
    pub exchange: Exchange,
    /// The market whose prices go first, where it has some of its own.
    pub fixed_in: Option<i64>,
    /// The buyer's country, a two-letter code.
    pub country: Option<String>,
    /// The language the buyer was spoken to in.
    pub language: Option<String>,
    /// The customer who was signed in.
    pub customer: Option<Id<Customer>>,
    /// Where the confirmation goes: what the buyer gave, or else the account's address.
    pub email: Option<String>,
    /// The e-mail address that the buyer gave.
    pub given_email: Option<String>,
    /// The buyer's telephone number.
    pub phone: Option<String>,
    /// What the buyer prefers.
    pub preferences: Option<Preferences>,
    /// The buyer's note to the merchant.
    pub note: String,
    /// What the storefront attached.
    pub attributes: Vec<Attribute>,
    /// Codes the buyer entered.
    pub discount_codes: Vec<String>,
    /// The code of the delivery rate that the buyer chose.
    pub delivery_code: Option<String>,
    /// Where the invoice goes.
    pub billing_address: Option<Address>,
    /// How the buyer wants to pay.
    pub payment: Option<Payment>,
    /// What the lines were when the buyer agreed to that, as a digest.
    pub payment_lines: Option<Vec<u8>>,
    /// Counts changes.
    pub version: i64,
    /// Whether it can still be changed and bought.
    pub open: bool,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// When it is forgotten unless it is changed before.
    pub expires_at: DateTime<Utc>,
    /// The lines in the order in which they were added.
    pub lines: Vec<Line>,
    /// The lines of what was withdrawn from the shop.
    pub withdrawn: Vec<Withdrawn>,
    /// Where the selected delivery address is.
    pub destination: Option<Destination>,
}

/// How the buyer wants to pay, and how much.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payment {
    /// By what means.
    pub method: Method,
    /// The amount that the buyer agreed to.
    pub amount: Money,
}

/// By what means a buyer pays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Method {
    /// With the card behind this session of the provider's vault.
    Card {
        /// The vault's name for the card.
        session: String,
    },
    /// Nothing is due.
    Free,
}

/// What a line holds, as the catalogue has it now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merchandise {
    /// The variant.
    pub variant_id: Id<ProductVariant>,
    /// Its product.
    pub product_id: Id<Product>,
    /// The product's title.
    pub title: String,
    /// The variant's title.
    pub variant_title: String,
    /// The merchant's stock keeping unit.
    pub sku: Option<String>,
    /// The variant's picture, or the product's first.
    pub image_url: Option<String>,
    /// For one piece when a single one is bought.
    pub price: Money,
    /// What one piece cost before, or elsewhere.
    pub compare_at: Option<Money>,
    /// Whether that is a price of the market's own.
    pub has_market_price: bool,
    /// How many can be bought at once, and prices for larger numbers.
    pub quantities: Quantities,
    /// Whether it goes into a parcel.
    pub requires_shipping: bool,
    /// Whether tax is due on it.
    pub taxable: bool,
    /// Whether it is a gift card, which general discounts leave alone.
    pub is_gift_card: bool,
    /// What one piece weighs, in grams.
    pub grams: i32,
    /// The product's delivery profile; `None` for the general one.
    pub delivery_profile: Option<i64>,
    /// How many can be bought; `None` for any number.
    pub available: Option<i64>,
}

/// A number of pieces of one variant, with the buyer's notes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Names it.
    pub id: Uuid,
    /// Its place among the cart's lines; zero until it is stored.
    pub position: i64,
    /// How many; zero when stock ran out.
    pub quantity: i32,
    /// The buyer's notes on it.
    pub attributes: Vec<Attribute>,
    /// For one piece, with as many of the variant as the cart has.
    pub unit_price: Money,
    /// What it holds.
    pub merchandise: Merchandise,
}

/// A line whose product or variant was withdrawn from the shop after it was put in. It is neither shown nor
/// counted, and the cart cannot be bought before it is removed or for sale again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Withdrawn {
    /// Names the line.
    pub id: Uuid,
    /// The product's title.
    pub title: String,
    /// How many pieces were wanted.
    pub quantity: i32,
}

impl Withdrawn {
    /// What the buyer should know.
    #[must_use]
    pub fn warning(&self) -> Warning {
        Warning {
            code: WarningCode::MerchandiseOutOfStock,
            message: format!("`{}` is no longer for sale", self.title),
            target: Some(self.id),
        }
    }
}

impl Line {
    /// Equal for lines that hold the same thing: such lines are one line.
    #[must_use]
    pub fn merge_key(&self) -> Vec<u8> {
        merge_key(self.merchandise.variant_id, &self.attributes)
    }

    /// Whether this line has the variant and the merge key; hashes only where the variant agrees.
    pub(super) fn holds(&self, variant: Id<ProductVariant>, merge_key: &[u8]) -> bool {
        self.merchandise.variant_id == variant && self.merge_key() == merge_key
    }

    /// Whether it has something that goes into a parcel.
    #[must_use]
    pub fn is_delivered(&self) -> bool {
        self.quantity > 0 && self.merchandise.requires_shipping
    }

    /// Unit price times quantity.
    ///
    /// # Errors
    /// [`MoneyError::TooLarge`] when the product does not fit.
    pub fn subtotal(&self) -> Result<Money, MoneyError> {
        self.unit_price.times(i64::from(self.quantity))
    }
}

/// Gives every line the price for as many of its variant as the lines have together.
pub(super) fn settle_prices(lines: &mut [Line]) {
    let mut counts: HashMap<Id<ProductVariant>, i64> = HashMap::new();
    for line in lines.iter() {
        *counts.entry(line.merchandise.variant_id).or_default() += i64::from(line.quantity);
    }
    for line in lines {
        let Merchandise {
            price, quantities, ..
        } = &line.merchandise;
        let count = counts.get(&line.merchandise.variant_id);
        line.unit_price = unit_price(*price, &quantities.breaks, count.copied().unwrap_or(0));
    }
}

/// What lines are: SHA-256 over the lines and their quantities, then over their prices.
pub(super) fn digest(lines: &[Line]) -> Vec<u8> {
    let mut lines: Vec<&Line> = lines.iter().filter(|line| line.quantity > 0).collect();
    lines.sort_unstable_by_key(|line| line.id);
    let (mut what, mut prices) = (Sha256::new(), Sha256::new());
    for line in lines {
        what.update(line.id);
        what.update(line.quantity.to_be_bytes());
        prices.update(line.unit_price.minor.to_be_bytes());
        prices.update(line.unit_price.currency.code());
    }
    [what.finalize(), prices.finalize()].concat()
}

/// SHA-256 over the variant and the attributes, whose order does not matter.
pub(super) fn merge_key(variant: Id<ProductVariant>, attributes: &[Attribute]) -> Vec<u8> {
    let mut sorted: Vec<(&str, &str)> = attributes
        .iter()
        .map(|a| (a.key.as_str(), a.value.as_str()))
        .collect();
    sorted.sort_unstable();
    let mut hash = Sha256::new();
    hash.update(variant.value.to_be_bytes());
    for text in sorted.iter().flat_map(|(key, value)| [*key, *value]) {
        hash.update((text.len() as u64).to_be_bytes());
        hash.update(text);
    }
    hash.finalize().to_vec()
}

impl Cart {
    /// How many pieces there are in all.
    #[must_use]
    pub fn total_quantity(&self) -> i64 {
        self.lines.iter().map(|line| i64::from(line.quantity)).sum()
    }

    /// Whether lines that the buyer agreed to pay for cost something else by now.
    #[must_use]
    pub fn is_priced_anew(&self) -> bool {
        let now = digest(&self.lines);
        let halves = |digest: &[u8]| {
            let (what, prices) = digest.split_at(digest.len() / 2);
            (what.to_vec(), prices.to_vec())
        };
        let (what, prices) = halves(&now);
        let agreed = self.payment_lines.as_deref().map(halves);
        agreed.is_some_and(|agreed| agreed.0 == what && agreed.1 != prices)
    }

    /// Whether anything in it goes into a parcel.
    #[must_use]
    pub fn requires_shipping(&self) -> bool {
        self.lines.iter().any(Line::is_delivered)
    }

    /// The profiles of the goods that are delivered.
    #[must_use]
    pub fn delivery_profiles(&self) -> BTreeSet<Option<i64>> {
        let delivered = self.lines.iter().filter(|line| line.is_delivered());
        delivered
            .map(|line| line.merchandise.delivery_profile)
            .collect()
    }

    /// What is delivered: one parcel for each profile. To what its goods are worth all of the profile's belong,
    /// to what they weigh only those that travel.
    ///
    /// # Errors
    /// [`MoneyError`] when a sum does not fit.
    pub fn parcels(&self) -> Result<Vec<Parcel>, MoneyError> {
        let profiles = self.delivery_profiles().into_iter();
        profiles.map(|profile| self.parcel(profile)).collect()
    }

    fn parcel(&self, profile: Option<i64>) -> Result<Parcel, MoneyError> {
        let mut parcel = Parcel {
            profile,
            subtotal: Money::zero(self.currency),
            grams: 0,
        };
        let lines = self.lines.iter();
        for line in lines.filter(|line| line.merchandise.delivery_profile == profile) {
            parcel.subtotal = parcel.subtotal.plus(line.subtotal()?)?;
            if line.is_delivered() {
                let grams = i64::from(line.merchandise.grams) * i64::from(line.quantity);
                parcel.grams = parcel.grams.saturating_add(grams);
            }
        }
        Ok(parcel)
    }

    /// The line with this id.
    #[must_use]
    pub fn line(&self, id: Uuid) -> Option<&Line> {
        self.lines.iter().find(|line| line.id == id)
    }

    /// Everything that the price depends on, with this delivery, for this address.
    #[must_use]
    pub fn pricing(
        &self,
        delivery: Option<&DeliveryOption>,
        address: Option<&Address>,
        terms: Terms,
    ) -> PricingInput {
        PricingInput {
            rules: RULES,
            currency: self.currency,
            exchange: (!self.exchange.is_none()).then_some(self.exchange),
            items: self.lines.iter().map(item).collect(),
            delivery: delivery.map(Delivery::from),
            buyer: Buyer {
                email: self.email.clone(),
                phone: self.phone.clone(),
                shipping_address: address.cloned(),
                billing_address: self.billing_address.clone(),
                note: self.note.clone(),
                attributes: self.attributes.clone(),
            },
            codes: self.discount_codes.clone(),
            offers: terms.offers,
            levies: terms.levies,
        }
    }

    /// The place among the priced lines of the line at `index`; `None` for one without a piece.
    #[must_use]
    pub fn priced_place(&self, index: usize) -> Option<usize> {
        let has_pieces = |line: &&Line| line.quantity > 0;
        let line = self.lines.get(index).filter(has_pieces)?;
        let before = self.lines.iter().take_while(|other| other.id != line.id);
        Some(before.filter(has_pieces).count())
    }
}

fn item(line: &Line) -> Item {
    let merchandise = line.merchandise.clone();
    Item {
        variant_id: merchandise.variant_id,
        product_id: merchandise.product_id,
        title: merchandise.title,
        variant_title: merchandise.variant_title,
        sku: merchandise.sku,
        image_url: merchandise.image_url,
        unit_price: line.unit_price,
        compare_at: merchandise.compare_at,
        quantity: line.quantity,
        requires_shipping: merchandise.requires_shipping,
        taxable: merchandise.taxable,
        is_gift_card: merchandise.is_gift_card,
        attributes: line.attributes.clone(),
    }
}

/// An address that a buyer may choose for a cart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CartAddress {
    /// Names it.
    pub id: Uuid,
    /// The address.
    pub address: Address,
    /// Whether the parcel goes there; at most one of a cart.
    pub selected: bool,
    /// Whether it must not be kept in the buyer's address book.
    pub one_time_use: bool,
    /// The customer from whose address book it was copied; it leaves the cart with the customer.
    pub customer: Option<Id<Customer>>,
}

/// A cart with all that completing it needs.
#[derive(Clone, Debug, PartialEq)]
pub struct Checkout {
    /// The cart.
    pub cart: Cart,
    /// The selected delivery address.
    pub address: Option<Address>,
    /// Whether a tax or a zone is for a part of its country only.
    pub by_province: bool,
    /// What delivery is offered there; empty when nothing is shipped.
    pub options: Vec<DeliveryOption>,
    /// Whether goods are priced by a market's own prices and sent to another.
    pub is_priced_elsewhere: bool,
    /// Everything that the price depends on.
    pub pricing: PricingInput,
    /// The price with the chosen delivery: what an attempt freezes.
    pub priced: Priced,
}

impl Checkout {
    /// What is wrong with the province of the delivery address, where taxes or zones depend on it.
    #[must_use]
    pub fn province_fault(&self) -> Option<AddressFault> {
        let address = self.address.as_ref().filter(|_| self.by_province)?;
        postal::province_fault(address)
    }
}

/// A cart after a change.
#[derive(Clone, Debug, PartialEq)]
pub struct Changed {
    /// The cart.
    pub cart: Cart,
    /// What the buyer should know.
    pub warnings: Vec<Warning>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cart_id_reads_back() {
        let key = CartKey {
            id: Uuid::nil(),
            secret: Secret::new("s3"),
        };
        assert_eq!(
            key.gid(),
            "gid://shopify/Cart/00000000-0000-0000-0000-000000000000?key=s3"
        );
        let read = CartKey::parse(&key.gid()).unwrap();
        assert_eq!((read.id, read.secret.reveal()), (Uuid::nil(), "s3"));
        for bad in [
            "gid://shopify/Cart/00000000-0000-0000-0000-000000000000",
            "gid://shopify/Cart/7?key=s3",
            "gid://shopify/Order/00000000-0000-0000-0000-000000000000?key=s3",
            "",
        ] {
            assert!(CartKey::parse(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn lines_merge_whatever_the_order_of_their_attributes() {
        let attribute = |key: &str, value: &str| Attribute {
            key: key.into(),
            value: value.into(),
        };
        let one = [attribute("a", "1"), attribute("b", "2")];
        let other = [attribute("b", "2"), attribute("a", "1")];
        let variant = Id::new(1);
        assert_eq!(merge_key(variant, &one), merge_key(variant, &other));
        assert_ne!(merge_key(variant, &one), merge_key(Id::new(2), &one));
        assert_ne!(
            merge_key(variant, &[attribute("ab", "c")]),
            merge_key(variant, &[attribute("a", "bc")])
        );
    }
}
