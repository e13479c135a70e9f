//! What a cart costs. Pure: the same input always has the same price.
//!
//! [`Priced`] is everything that an order needs, and [`PricingInput`] everything that it follows from. A
//! checkout attempt freezes both as JSON, so fields are only ever added, with a default, and no amount is
//! computed again later, save to prove that it comes out the same.

mod choice;
mod levies;
mod offers;
mod shares;

pub use choice::MOST_WEIGHED;
pub use levies::{DutyRate, Levies, TaxRate};
pub use offers::{
    Allocation, Application, Class, Discount, EnteredCode, GiftCard, GiftCardPart, Obstacle,
    Offers, Value,
};

use sha2::{Digest, Sha256};

use self::shares::Conditions;
use crate::kernel::id::{Product, ProductVariant};
use crate::kernel::money::MoneyError;
use crate::kernel::{Address, Currency, Exchange, Id, Money};

/// A named value that a buyer or storefront attached.
#[derive(Clone, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub struct Attribute {
    /// Its name.
    pub key: String,
    /// Its value.
    pub value: String,
}

/// One line to be priced, as the catalogue has it at this moment.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Item {
    /// What is bought.
    pub variant_id: Id<ProductVariant>,
    /// The product it belongs to.
    pub product_id: Id<Product>,
    /// The product's title.
    pub title: String,
    /// The variant's title.
    pub variant_title: String,
    /// The merchant's stock keeping unit.
    pub sku: Option<String>,
    /// A picture of it.
    pub image_url: Option<String>,
    /// For one piece.
    pub unit_price: Money,
    /// What one piece cost before, or elsewhere.
    pub compare_at: Option<Money>,
    /// How many pieces; never negative.
    pub quantity: i32,
    /// Whether it goes into a parcel.
    pub requires_shipping: bool,
    /// Whether tax is due on it.
    pub taxable: bool,
    /// Whether it is a gift card: only discounts that name it take something off it.
    #[serde(default)]
    pub is_gift_card: bool,
    /// The buyer's notes on the line.
    pub attributes: Vec<Attribute>,
}

/// How the parcel travels and for how much.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Delivery {
    /// The rate's code.
    pub code: String,
    /// The rate's title.
    pub title: String,
    /// What it costs for this cart.
    pub price: Money,
}

/// Who buys, and where to.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Buyer {
    /// Where the confirmation goes.
    pub email: Option<String>,
    /// The buyer's telephone number.
    pub phone: Option<String>,
    /// Where the parcel goes; absent when nothing is shipped or no address was chosen.
    pub shipping_address: Option<Address>,
    /// Where the invoice goes.
    pub billing_address: Option<Address>,
    /// The buyer's note to the merchant.
    pub note: String,
    /// What the storefront attached to the cart.
    pub attributes: Vec<Attribute>,
}

/// The rules that [`price`] follows. Whoever changes what comes out for any input raises the number and
/// keeps the old rules for old inputs, or recorded orders could not be computed again.
///
/// By the rules 1, a free delivery was used, and counted as a use, where delivery cost nothing anyway. By the rules 2,
/// general discounts took something off gift cards too, and a piece for nothing was what buy-x-get-y gave.
pub const RULES: u32 = 3;

/// Everything that a price depends on.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct PricingInput {
    /// The rules to follow.
    pub rules: u32,
    /// The currency of every amount.
    pub currency: Currency,
    /// The lines in the cart's order.
    pub items: Vec<Item>,
    /// The chosen delivery, when something is shipped and an option is known.
    pub delivery: Option<Delivery>,
    /// Who buys.
    pub buyer: Buyer,
    /// Codes as they were entered, in their order.
    pub codes: Vec<String>,
    /// What may make it cheaper.
    pub offers: Offers,
    /// What the state takes where it goes.
    #[serde(default)]
    pub levies: Levies,
    /// How the amounts here follow from the shop's, where they are others.
    #[serde(default)]
    pub exchange: Option<Exchange>,
}

/// A line with its price.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct PricedLine {
    /// What is bought.
    #[serde(flatten)]
    pub item: Item,
    /// Unit price times quantity.
    pub subtotal: Money,
    /// What discounts take off this line.
    pub discount: Money,
    /// Tax on this line.
    pub tax: Money,
    /// Duty on this line; absent where none could be due.
    #[serde(default)]
    pub duty: Option<Money>,
    /// Subtotal less discount; tax, duty and delivery stand in the cart's sums.
    pub total: Money,
    /// Which discounts take how much off it.
    #[serde(default)]
    pub allocations: Vec<Allocation>,
}

/// A priced cart: what the buyer is shown and what an order is made of.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Priced {
    /// The currency of every amount.
    pub currency: Currency,
    /// The lines that have at least one piece, in the cart's order.
    pub lines: Vec<PricedLine>,
    /// The chosen delivery.
    pub delivery: Option<Delivery>,
    /// Who buys.
    pub buyer: Buyer,
    /// The sum of the lines' subtotals.
    pub subtotal: Money,
    /// The sum of the lines' discounts.
    pub discount: Money,
    /// What delivery costs, discounts taken off; zero while none is chosen.
    pub shipping: Money,
    /// The sum of the lines' taxes and of that on delivery.
    pub tax: Money,
    /// The tax on delivery; absent where it is not taxed.
    #[serde(default)]
    pub shipping_tax: Option<Money>,
    /// The sum of the lines' duties; absent where none could be due.
    #[serde(default)]
    pub duty: Option<Money>,
    /// Whether prices contain tax and duty, so that the total does not add them.
    pub tax_inclusive: bool,
    /// What it costs: subtotal less discount, plus shipping, plus tax and duty unless inclusive.
    pub total: Money,
    /// The discounts that are used, by their number.
    #[serde(default)]
    pub applications: Vec<Application>,
    /// What discounts take off delivery.
    #[serde(default)]
    pub shipping_allocations: Vec<Allocation>,
    /// The codes that were entered.
    #[serde(default)]
    pub codes: Vec<EnteredCode>,
    /// What gift cards pay of the total.
    #[serde(default)]
    pub gift_cards: Vec<GiftCardPart>,
}

impl Priced {
    /// What is left to be paid by other means than gift cards.
    #[must_use]
    pub fn due(&self) -> Money {
        let paid: i64 = self.gift_cards.iter().map(|part| part.amount.minor).sum();
        Money::new(self.total.minor - paid, self.currency)
    }

    /// What discounts on goods take off a line; those on the whole order are not among them.
    #[must_use]
    pub fn line_discount(&self, line: &PricedLine) -> Money {
        let own = line.allocations.iter().filter(|allocation| {
            let application = self.applications.get(allocation.discount);
            application.is_some_and(|application| application.class == Class::Product)
        });
        let minor = own.map(|allocation| allocation.amount.minor).sum();
        Money::new(minor, self.currency)
    }

    /// What the total is made of: SHA-256, in hexadecimal, over what is bought at which price, what is taken off it, how
    /// it is delivered, and what pays for it.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let mut hash = Sha256::new();
        let mut add = |part: &str, number: i64| {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
            hash.update(number.to_be_bytes());
        };
        for line in &self.lines {
            add("variant", line.item.variant_id.value);
            add("quantity", i64::from(line.item.quantity));
            add("price", line.item.unit_price.minor);
            add("discount", line.discount.minor);
            add("tax", line.tax.minor);
        }
        if let Some(delivery) = &self.delivery {
            add(&delivery.code, delivery.price.minor);
        }
        for used in &self.applications {
            add("application", used.id);
        }
        for part in &self.gift_cards {
            add("gift card", part.id);
            add("pays", part.amount.minor);
        }
        add("shipping", self.shipping.minor);
        add(self.currency.code(), self.total.minor);
        hex::encode(hash.finalize())
    }

    /// Whether anything goes into a parcel.
    #[must_use]
    pub fn requires_shipping(&self) -> bool {
        self.lines.iter().any(|line| line.item.requires_shipping)
    }
}

/// Prices a cart; lines without a piece (their stock ran out) are left out.
///
/// # Errors
/// [`MoneyError`] when a sum does not fit or currencies differ.
pub fn price(input: &PricingInput) -> Result<Priced, MoneyError> {
    let zero = Money::zero(input.currency);
    let mut lines = Vec::with_capacity(input.items.len());
    let mut subtotal = zero;
    let items = input.items.iter().filter(|item| item.quantity > 0);
    let mut items: Vec<(usize, &Item)> = items.enumerate().collect();
    // Who gets a cent that is left over must not depend on what was put into the cart first.
    items.sort_by_key(|(_, item)| weight(item));
    for (_, item) in &items {
        let amount = item.unit_price.times(i64::from(item.quantity))?;
        subtotal = subtotal.plus(amount)?;
        lines.push(PricedLine {
            item: Item::clone(item),
            subtotal: amount,
            discount: zero,
            tax: zero,
            duty: None,
            total: amount,
            allocations: Vec::new(),
        });
    }
    let shipping = input.delivery.as_ref().map_or(zero, |chosen| chosen.price);
    // The whole price must fit before anything is taken off it.
    let total = subtotal.plus(shipping)?;
    let mut priced = Priced {
        currency: input.currency,
        lines,
        delivery: input.delivery.clone(),
        buyer: input.buyer.clone(),
        subtotal,
        discount: zero,
        shipping,
        tax: zero,
        shipping_tax: None,
        duty: None,
        tax_inclusive: false,
        total,
        applications: Vec::new(),
        shipping_allocations: Vec::new(),
        codes: Vec::new(),
        gift_cards: Vec::new(),
    };
    discount(&mut priced, input);
    levies::levy(&mut priced, &input.levies)?;
    pay_with_gift_cards(&mut priced, &input.offers.gift_cards);
    let places = items.iter().map(|(place, _)| *place);
    let mut lines: Vec<(usize, PricedLine)> = places.zip(priced.lines).collect();
    lines.sort_by_key(|(place, _)| *place);
    priced.lines = lines.into_iter().map(|(_, line)| line).collect();
    Ok(priced)
}

/// Equal for lines that no price can tell apart.
fn weight(item: &Item) -> (i64, i64, i32, bool, bool, bool) {
    (
        item.variant_id.value,
        item.unit_price.minor,
        item.quantity,
        item.requires_shipping,
        item.taxable,
        item.is_gift_card,
    )
}

/// Takes off what discounts take off.
fn discount(priced: &mut Priced, input: &PricingInput) {
    let discounts = &input.offers.discounts;
    let chosen = choice::choose(discounts, &priced.lines, &Conditions::of(input));
    let money = |minor| Money::new(minor, input.currency);
    for (place, member) in chosen.members.iter().enumerate() {
        let allocation = |minor: i64| Allocation {
            discount: place,
            amount: money(minor),
        };
        for (line, minor) in priced.lines.iter_mut().zip(&member.lines) {
            if *minor > 0 {
                line.allocations.push(allocation(*minor));
                line.discount.minor += minor;
                line.total.minor -= minor;
                priced.discount.minor += minor;
            }
        }
        if member.shipping > 0 {
            priced
                .shipping_allocations
                .push(allocation(member.shipping));
            priced.shipping.minor -= member.shipping;
        }
        let taken = member.lines.iter().sum::<i64>() + member.shipping;
        priced.applications.push(Application {
            id: member.discount.id,
            title: member.discount.title.clone(),
            code: member.discount.code.clone(),
            class: member.discount.class,
            value: member.discount.value.clone(),
            is_entitled: member.discount.gets.is_some(),
            amount: money(taken),
        });
    }
    priced.total = money(priced.subtotal.minor - priced.discount.minor + priced.shipping.minor);
    priced.codes = input
        .codes
        .iter()
        .map(|code| EnteredCode {
            code: code.clone(),
            obstacle: obstacle(code, discounts, &chosen),
        })
        .collect();
}

/// Why a code takes nothing off.
fn obstacle(code: &str, discounts: &[Discount], chosen: &choice::Chosen<'_>) -> Option<Obstacle> {
    let is_its = |discount: &&Discount| discount.code.as_deref() == Some(code);
    let Some(found) = discounts.iter().find(is_its) else {
        return Some(Obstacle::NotFound);
    };
    let others = chosen.others.iter();
    let mut others = others.filter(|(discount, _)| discount.code == found.code);
    others.next().map(|(_, obstacle)| *obstacle)
}

/// Lets gift cards pay, one after the other, until nothing is due.
fn pay_with_gift_cards(priced: &mut Priced, cards: &[GiftCard]) {
    let mut due = priced.total.minor;
    for card in cards {
        let pays = card.available.clamp(0, due);
        due -= pays;
        priced.gift_cards.push(GiftCardPart {
            id: card.id,
            last_characters: card.last_characters.clone(),
            available: Money::new(card.available.max(0), priced.currency),
            amount: Money::new(pays, priced.currency),
        });
    }
}

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
