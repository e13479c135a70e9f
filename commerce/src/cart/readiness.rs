//! What still keeps a cart from being bought. Pure.

use std::collections::HashMap;

use super::{Checkout, Line, Method};
use crate::kernel::postal::AddressFault;
use crate::kernel::{Address, Id, Money};
use crate::shipping;

/// One thing that is missing or wrong. Codes are spelled as the contract spells the errors of a
/// submission.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blocker {
    /// The contract's code, such as `BUYER_IDENTITY_EMAIL_REQUIRED`.
    pub code: &'static str,
    /// A sentence for people.
    pub message: String,
}

/// The code of a delivery option that was selected and is no longer offered.
pub const DELIVERY_GONE: &str = "NO_DELIVERY_GROUP_SELECTED";

fn blocker(code: &'static str, message: impl Into<String>) -> Blocker {
    Blocker {
        code,
        message: message.into(),
    }
}

/// Everything that keeps the cart from being bought; empty when it is ready.
#[must_use]
pub fn blockers(checkout: &Checkout) -> Vec<Blocker> {
    let mut found = Vec::new();
    goods(checkout, &mut found);
    if checkout.cart.email.is_none() {
        let message = "the buyer's e-mail address is missing";
        found.push(blocker("BUYER_IDENTITY_EMAIL_REQUIRED", message));
    }
    delivery(checkout, &mut found);
    payment(checkout, &mut found);
    found
}

fn goods(checkout: &Checkout, found: &mut Vec<Blocker>) {
    for gone in &checkout.cart.withdrawn {
        found.push(blocker(
            "MERCHANDISE_PRODUCT_NOT_PUBLISHED",
            format!(
                "`{}` is no longer for sale: remove its line from the cart",
                gone.title
            ),
        ));
    }
    if checkout.priced.lines.is_empty() && checkout.cart.withdrawn.is_empty() {
        found.push(blocker("ERROR", "the cart is empty"));
    }
    let mut wanted: HashMap<Id<_>, i64> = HashMap::new();
    for line in &checkout.cart.lines {
        let sum = wanted.entry(line.merchandise.variant_id).or_default();
        *sum += i64::from(line.quantity);
        let Line { merchandise, .. } = line;
        match merchandise.available {
            Some(left) if left <= 0 && *sum > 0 => found.push(blocker(
                "MERCHANDISE_OUT_OF_STOCK",
                format!("`{}` is sold out", merchandise.title),
            )),
            Some(left) if left < *sum => found.push(blocker(
                "MERCHANDISE_NOT_ENOUGH_STOCK_AVAILABLE",
                format!("only {left} of `{}` can be bought", merchandise.title),
            )),
            _ => {}
        }
        // The merchant may have changed the rule since the line was put in.
        let rule = &merchandise.quantities.rule;
        let over = rule.maximum.is_some_and(|most| *sum > i64::from(most));
        if line.quantity > 0 && (over || rule.at_most(line.quantity) != line.quantity) {
            found.push(blocker(
                "MERCHANDISE_NOT_APPLICABLE",
                format!("`{}` is not sold in this number", merchandise.title),
            ));
        }
    }
}

fn delivery(checkout: &Checkout, found: &mut Vec<Blocker>) {
    if !checkout.cart.requires_shipping() {
        return;
    }
    let Some(address) = &checkout.address else {
        let message = "no delivery address is selected";
        found.push(blocker("DELIVERY_ADDRESS_REQUIRED", message));
        return;
    };
    for field in address.missing() {
        let code = match field {
            "lastName" => "DELIVERY_LAST_NAME_REQUIRED",
            "address1" => "DELIVERY_ADDRESS1_REQUIRED",
            "city" => "DELIVERY_CITY_REQUIRED",
            _ => "DELIVERY_COUNTRY_REQUIRED",
        };
        found.push(blocker(
            code,
            format!("the delivery address has no `{field}`"),
        ));
    }
    if checkout.is_priced_elsewhere {
        let country = address.country.as_deref().unwrap_or_default();
        let message = format!(
            "the prices are those of another country: set `buyerIdentity.countryCode` to {country}"
        );
        found.push(blocker("MERCHANDISE_NOT_APPLICABLE", message));
    }
    if let Some(fault) = checkout.province_fault() {
        let code = match fault {
            AddressFault::Missing => "DELIVERY_ZONE_REQUIRED_FOR_COUNTRY",
            _ => "DELIVERY_ZONE_NOT_FOUND",
        };
        let message = "taxes or delivery depend on the province, and the delivery address names none that is known";
        found.push(blocker(code, message));
    }
    if checkout.options.is_empty() {
        let message = "no way of delivery takes this parcel to this address";
        found.push(blocker("DELIVERY_NO_DELIVERY_AVAILABLE", message));
    } else if let Some(code) = &checkout.cart.delivery_code
        && shipping::offered(&checkout.options, code).is_none()
    {
        let message = "The selected delivery option is no longer available.";
        found.push(blocker(DELIVERY_GONE, message));
    }
}

fn payment(checkout: &Checkout, found: &mut Vec<Blocker>) {
    let total = checkout.priced.due();
    let Some(payment) = &checkout.cart.payment else {
        let message = "no way to pay is chosen";
        found.push(blocker("PAYMENTS_METHOD_REQUIRED", message));
        return;
    };
    if payment.method == Method::Free && total.minor > 0 {
        let message = format!("{total} is due, so it cannot be bought for free");
        found.push(blocker("PAYMENTS_METHOD_UNAVAILABLE", message));
    } else if payment.amount != total {
        found.push(amount_differs(payment.amount, total));
    } else if total.minor > 0 && checkout.cart.is_priced_anew() {
        let message = format!(
            "prices of the lines have changed since the payment was chosen, though the total is still {total}: choose it again"
        );
        found.push(blocker("PAYMENTS_UNACCEPTABLE_PAYMENT_AMOUNT", message));
    }
    let country = checkout
        .cart
        .billing_address
        .as_ref()
        .and_then(|address: &Address| address.country.as_ref());
    if country.is_none() && total.minor > 0 {
        let message = "the billing address has no `country`";
        found.push(blocker("PAYMENTS_COUNTRY_REQUIRED", message));
    }
}

fn amount_differs(agreed: Money, total: Money) -> Blocker {
    blocker(
        "PAYMENTS_UNACCEPTABLE_PAYMENT_AMOUNT",
        format!("the total is {total}, but the payment is for {agreed}"),
    )
}
