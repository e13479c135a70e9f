//! What a cart costs. Pure: the same input always has the same price.
//!
//! [`Priced`] is everything that an order needs. A checkout attempt freezes it as JSON, so fields are
//! only ever added, with a default, and no amount in it is computed again later.

use crate::kernel::id::{Product, ProductVariant};
use crate::kernel::money::MoneyError;
use crate::kernel::{Address, Currency, Id, Money};

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

/// Everything that a price depends on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PricingInput {
    /// The currency of every amount.
    pub currency: Currency,
    /// The lines in the cart's order.
    pub items: Vec<Item>,
    /// The chosen delivery, when something is shipped and an option is known.
    pub delivery: Option<Delivery>,
    /// Who buys.
    pub buyer: Buyer,
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
    /// Subtotal less discount; tax and delivery stand in the cart's sums.
    pub total: Money,
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
    /// What delivery costs; zero while none is chosen.
    pub shipping: Money,
    /// The sum of the lines' taxes.
    pub tax: Money,
    /// Whether prices contain the tax, so that the total does not add it.
    pub tax_inclusive: bool,
    /// What the buyer pays: subtotal less discount, plus shipping, plus tax unless inclusive.
    pub total: Money,
}

impl Priced {
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
    for item in input.items.iter().filter(|item| item.quantity > 0) {
        let amount = item.unit_price.times(i64::from(item.quantity))?;
        subtotal = subtotal.plus(amount)?;
        lines.push(PricedLine {
            item: item.clone(),
            subtotal: amount,
            discount: zero,
            tax: zero,
            total: amount,
        });
    }
    let shipping = input.delivery.as_ref().map_or(zero, |chosen| chosen.price);
    Ok(Priced {
        currency: input.currency,
        lines,
        delivery: input.delivery.clone(),
        buyer: input.buyer.clone(),
        subtotal,
        discount: zero,
        shipping,
        tax: zero,
        tax_inclusive: false,
        total: subtotal.plus(shipping)?,
    })
}

#[cfg(test)]
mod tests;
