//! What storefronts ask Shop Pay for.

use async_graphql::InputObject;

use super::request::ShopPayPaymentRequestDeliveryMethodType;
use crate::codes::CurrencyCode;
use crate::money::MoneyInput;
use crate::scalars::Iso8601DateTime;

/// A way of delivering.
#[derive(InputObject)]
pub struct ShopPayPaymentRequestDeliveryMethodInput {
    /// How much.
    pub amount: Option<MoneyInput>,
    /// Names it.
    pub code: Option<String>,
    /// When it may arrive, in words.
    pub delivery_expectation_label: Option<String>,
    /// More about it.
    pub detail: Option<String>,
    /// What it is called.
    pub label: Option<String>,
    /// When it arrives at the latest.
    pub max_delivery_date: Option<Iso8601DateTime>,
    /// When it arrives at the earliest.
    pub min_delivery_date: Option<Iso8601DateTime>,
}

/// A discount.
#[derive(InputObject)]
pub struct ShopPayPaymentRequestDiscountInput {
    /// How much.
    pub amount: Option<MoneyInput>,
    /// What it is called.
    pub label: Option<String>,
}

/// A picture of what is bought.
#[derive(InputObject)]
pub struct ShopPayPaymentRequestImageInput {
    /// What it shows, in words.
    pub alt: Option<String>,
    /// Where it is.
    pub url: String,
}

/// What is to be paid by Shop Pay.
#[derive(InputObject)]
pub struct ShopPayPaymentRequestInput {
    /// How it can be delivered.
    pub delivery_methods: Option<Vec<ShopPayPaymentRequestDeliveryMethodInput>>,
    /// The discount codes.
    pub discount_codes: Option<Vec<String>>,
    /// The discounts.
    pub discounts: Option<Vec<ShopPayPaymentRequestDiscountInput>>,
    /// What is bought.
    pub line_items: Option<Vec<ShopPayPaymentRequestLineItemInput>>,
    /// The buyer's language.
    pub locale: String,
    /// How it is paid, encrypted.
    pub payment_method: Option<String>,
    /// What it is paid in.
    pub presentment_currency: CurrencyCode,
    /// How it is delivered.
    pub selected_delivery_method_type: Option<ShopPayPaymentRequestDeliveryMethodType>,
    /// What delivery costs, one by one.
    pub shipping_lines: Option<Vec<ShopPayPaymentRequestShippingLineInput>>,
    /// The sum of what is bought.
    pub subtotal: MoneyInput,
    /// What is to be paid.
    pub total: MoneyInput,
    /// What delivery costs together.
    pub total_shipping_price: Option<ShopPayPaymentRequestTotalShippingPriceInput>,
    /// The taxes together.
    pub total_tax: Option<MoneyInput>,
}

/// Something that is bought.
#[derive(InputObject)]
pub struct ShopPayPaymentRequestLineItemInput {
    /// The price of one, discounted.
    pub final_item_price: Option<MoneyInput>,
    /// The price of all, discounted.
    pub final_line_price: Option<MoneyInput>,
    /// A picture.
    pub image: Option<ShopPayPaymentRequestImageInput>,
    /// The discounts of each.
    pub item_discounts: Option<Vec<ShopPayPaymentRequestDiscountInput>>,
    /// What it is called.
    pub label: Option<String>,
    /// The discounts of all together.
    pub line_discounts: Option<Vec<ShopPayPaymentRequestDiscountInput>>,
    /// The price of one.
    pub original_item_price: Option<MoneyInput>,
    /// The price of all.
    pub original_line_price: Option<MoneyInput>,
    /// How many.
    pub quantity: i32,
    /// Whether it has to be delivered.
    pub requires_shipping: Option<bool>,
    /// The merchant's own number.
    pub sku: Option<String>,
}

/// What one delivery costs.
#[derive(InputObject)]
pub struct ShopPayPaymentRequestShippingLineInput {
    /// How much.
    pub amount: Option<MoneyInput>,
    /// Names it.
    pub code: Option<String>,
    /// What it is called.
    pub label: Option<String>,
}

/// What delivery costs together.
#[derive(InputObject)]
pub struct ShopPayPaymentRequestTotalShippingPriceInput {
    /// The discounts.
    pub discounts: Option<Vec<ShopPayPaymentRequestDiscountInput>>,
    /// The price, discounted.
    pub final_total: Option<MoneyInput>,
    /// The price.
    pub original_total: Option<MoneyInput>,
}
