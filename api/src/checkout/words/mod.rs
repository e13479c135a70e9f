//! What the pages say, in the languages that they speak. A language is one value of [`Words`], so that none
//! can lack a text that another has; `{}` in a text stands for what is put in.

mod de;
mod en;
mod es;
mod format;
mod fr;

use commerce::kernel::address::AddressFault;
use commerce::kernel::{Tongue, country};

pub(super) use commerce::kernel::tongue::fill;
pub(super) use format::{date, money};

macro_rules! words {
    ($($name:ident),* $(,)?) => {
        /// All texts of one language.
        #[derive(Debug)]
        pub(super) struct Words {
            /// The language.
            pub(super) tongue: Tongue,
            /// The order of a date: `{d}`, `{m}`, `{y}`.
            pub(super) date: &'static str,
            /// The months.
            pub(super) months: [&'static str; 12],
            $(pub(super) $name: &'static str,)*
        }
    };
}

words!(
    // The frame.
    progress,
    step_information,
    step_delivery,
    step_payment,
    step_review,
    back_to_shop,
    // The summary.
    summary,
    quantity,
    subtotal,
    discount,
    delivery,
    delivery_later,
    tax,
    tax_included,
    duties,
    duties_included,
    total,
    free,
    sold_out,
    discount_code,
    apply,
    remove,
    code_unknown,
    code_idle,
    gift_card,
    gift_cards,
    due,
    // Forms.
    optional,
    choose,
    error_title,
    missing,
    too_long,
    plain_only,
    malformed,
    email_bad,
    zip_bad,
    no_delivery_there,
    contact,
    email,
    email_hint,
    delivery_address,
    billing_address,
    country,
    change_country,
    first_name,
    last_name,
    company,
    address1,
    address2,
    city,
    region,
    zip,
    phone,
    phone_hint,
    to_delivery,
    to_payment,
    to_review,
    save,
    // Steps.
    delivery_option,
    no_delivery,
    no_payment,
    nothing_due,
    card_note,
    card_details,
    card_refused,
    same_as_delivery,
    another_billing,
    review,
    change,
    paid_by,
    card,
    pay,
    pay_nothing,
    pay_once,
    // Refusals.
    price_changed,
    cart_changed,
    too_often,
    busy,
    stock_title,
    stock_none,
    stock_withdrawn,
    stock_some,
    stock_accept,
    empty_title,
    empty_text,
    expired_title,
    expired_text,
    closed_title,
    closed_text,
    forged_title,
    forged_text,
    to_checkout,
    // A payment.
    processing_title,
    processing_text,
    look_again,
    bank_title,
    bank_text,
    bank_link,
    failed_title,
    nothing_charged,
    card_declined,
    insufficient_funds,
    call_issuer,
    invalid_payment_method,
    payment_canceled,
    payment_error,
    try_again,
    late_title,
    late_text,
    refund_text,
    wrong_amount_text,
    released_text,
    // An order.
    order,
    thanks_title,
    thanks_text,
    thanks_link,
    placed_on,
    payment_state,
    delivery_state,
    canceled,
    going_to,
    parcel_sent,
    follow_parcel,
    given_back,
    refunded_on,
    keep_link,
    paid,
    payment_pending,
    partially_paid,
    refunded,
    partially_refunded,
    voided,
    unfulfilled,
    fulfilled,
    partially_fulfilled,
    // Anything.
    not_found_title,
    not_found_text,
    unavailable_title,
    unavailable_text,
);

/// Every language, the one for everybody else first.
pub(super) const ALL: [&Words; 4] = [&en::WORDS, &de::WORDS, &fr::WORDS, &es::WORDS];

impl Words {
    /// The language of a cart; for a language that we do not speak, that of the country.
    pub(super) fn of(language: Option<&str>, country: Option<&str>) -> &'static Self {
        let tongue = Tongue::of(language, country);
        let words = ALL.into_iter().find(|words| words.tongue == tongue);
        words.unwrap_or(ALL[0])
    }

    /// All countries, by name.
    pub(super) fn all_countries(&self) -> Vec<(&'static str, &'static str)> {
        country::all(Some(self.tongue.lang())).to_vec()
    }

    /// What is wrong with a field of an address.
    pub(super) fn address_fault(&self, fault: AddressFault) -> &'static str {
        match fault {
            AddressFault::Missing => self.missing,
            AddressFault::TooLong => self.too_long,
            AddressFault::Html | AddressFault::Url | AddressFault::Emoji => self.plain_only,
            AddressFault::Malformed
            | AddressFault::UnknownCountry
            | AddressFault::UnknownProvince
            | AddressFault::ZipOfNoPlace
            | AddressFault::ZipOfAnotherProvince => self.malformed,
        }
    }

    /// Why a payment failed.
    pub(super) fn decline(&self, code: Option<&str>) -> &'static str {
        match code {
            Some("card_declined") => self.card_declined,
            Some("insufficient_funds") => self.insufficient_funds,
            Some("call_issuer") => self.call_issuer,
            Some("invalid_payment_method") => self.invalid_payment_method,
            Some("canceled") => self.payment_canceled,
            Some("too_many_attempts") => self.too_often,
            _ => self.payment_error,
        }
    }

    /// How an order stands, by the contract's word for it.
    pub(super) fn status(&self, word: &str) -> &'static str {
        match word {
            "PAID" => self.paid,
            "PARTIALLY_PAID" => self.partially_paid,
            "REFUNDED" => self.refunded,
            "PARTIALLY_REFUNDED" => self.partially_refunded,
            "VOIDED" | "EXPIRED" => self.voided,
            "FULFILLED" => self.fulfilled,
            "PARTIALLY_FULFILLED" | "IN_PROGRESS" => self.partially_fulfilled,
            "UNFULFILLED"
            | "OPEN"
            | "SCHEDULED"
            | "ON_HOLD"
            | "RESTOCKED"
            | "PENDING_FULFILLMENT" => self.unfulfilled,
            _ => self.payment_pending,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_has_words() {
        assert_eq!(ALL.map(|words| words.tongue), Tongue::ALL);
        assert_eq!(Words::of(Some("FR"), Some("DE")).tongue, Tongue::French);
    }
}
