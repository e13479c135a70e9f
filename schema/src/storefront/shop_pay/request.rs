//! What Shop Pay would answer with; nothing of it ever is.

use async_graphql::{Enum, SimpleObject};

use crate::codes::CurrencyCode;
use crate::money::MoneyV2;
use crate::scalars::{Iso8601DateTime, Url};

/// What is to be paid by Shop Pay.
#[derive(SimpleObject)]
pub struct ShopPayPaymentRequest {
    /// How it can be delivered.
    pub delivery_methods: Vec<ShopPayPaymentRequestDeliveryMethod>,
    /// The discount codes.
    pub discount_codes: Vec<String>,
    /// The discounts.
    pub discounts: Option<Vec<ShopPayPaymentRequestDiscount>>,
    /// What is bought.
    pub line_items: Vec<ShopPayPaymentRequestLineItem>,
    /// The buyer's language.
    pub locale: String,
    /// What it is paid in.
    pub presentment_currency: CurrencyCode,
    /// How it is delivered.
    pub selected_delivery_method_type: ShopPayPaymentRequestDeliveryMethodType,
    /// Where it goes.
    pub shipping_address: Option<ShopPayPaymentRequestContactField>,
    /// What delivery costs, one by one.
    pub shipping_lines: Vec<ShopPayPaymentRequestShippingLine>,
    /// The sum of what is bought.
    pub subtotal: MoneyV2,
    /// What is to be paid.
    pub total: MoneyV2,
    /// What delivery costs together.
    pub total_shipping_price: Option<ShopPayPaymentRequestTotalShippingPrice>,
    /// The taxes together.
    pub total_tax: Option<MoneyV2>,
}

/// Whom a purchase goes to.
#[derive(SimpleObject)]
pub struct ShopPayPaymentRequestContactField {
    /// Street and number.
    pub address1: String,
    /// Apartment, floor or building.
    pub address2: Option<String>,
    /// City, town or village.
    pub city: String,
    /// The company.
    pub company_name: Option<String>,
    /// The country.
    pub country_code: String,
    /// The e-mail address.
    pub email: Option<String>,
    /// The person's first name.
    pub first_name: String,
    /// The person's last name.
    pub last_name: String,
    /// The telephone number.
    pub phone: Option<String>,
    /// The postal code.
    pub postal_code: Option<String>,
    /// State, province or region.
    pub province_code: Option<String>,
}

/// A way of delivering.
#[derive(SimpleObject)]
pub struct ShopPayPaymentRequestDeliveryMethod {
    /// How much.
    pub amount: MoneyV2,
    /// Names it.
    pub code: String,
    /// When it may arrive, in words.
    pub delivery_expectation_label: Option<String>,
    /// More about it.
    pub detail: Option<String>,
    /// What it is called.
    pub label: String,
    /// When it arrives at the latest.
    pub max_delivery_date: Option<Iso8601DateTime>,
    /// When it arrives at the earliest.
    pub min_delivery_date: Option<Iso8601DateTime>,
}

/// A discount.
#[derive(SimpleObject)]
pub struct ShopPayPaymentRequestDiscount {
    /// How much.
    pub amount: MoneyV2,
    /// What it is called.
    pub label: String,
}

/// A picture of what is bought.
#[derive(SimpleObject)]
pub struct ShopPayPaymentRequestImage {
    /// What it shows, in words.
    pub alt: Option<String>,
    /// Where it is.
    pub url: String,
}

/// Something that is bought.
#[derive(SimpleObject)]
pub struct ShopPayPaymentRequestLineItem {
    /// The price of one, discounted.
    pub final_item_price: MoneyV2,
    /// The price of all, discounted.
    pub final_line_price: MoneyV2,
    /// A picture.
    pub image: Option<ShopPayPaymentRequestImage>,
    /// The discounts of each.
    pub item_discounts: Option<Vec<ShopPayPaymentRequestDiscount>>,
    /// What it is called.
    pub label: String,
    /// The discounts of all together.
    pub line_discounts: Option<Vec<ShopPayPaymentRequestDiscount>>,
    /// The price of one.
    pub original_item_price: Option<MoneyV2>,
    /// The price of all.
    pub original_line_price: Option<MoneyV2>,
    /// How many.
    pub quantity: i32,
    /// Whether it has to be delivered.
    pub requires_shipping: Option<bool>,
    /// The merchant's own number.
    pub sku: Option<String>,
}

/// That something was paid.
#[derive(SimpleObject)]
pub struct ShopPayPaymentRequestReceipt {
    /// What is to be paid.
    pub payment_request: ShopPayPaymentRequest,
    /// How far it has come.
    pub processing_status_type: String,
    /// Names it.
    pub token: String,
}

/// A payment that was begun.
#[derive(SimpleObject)]
pub struct ShopPayPaymentRequestSession {
    /// Where the buyer pays.
    pub checkout_url: Url,
    /// What is to be paid.
    pub payment_request: ShopPayPaymentRequest,
    /// Names the order to the storefront.
    pub source_identifier: String,
    /// Names it.
    pub token: String,
}

/// What one delivery costs.
#[derive(SimpleObject)]
pub struct ShopPayPaymentRequestShippingLine {
    /// How much.
    pub amount: MoneyV2,
    /// Names it.
    pub code: String,
    /// What it is called.
    pub label: String,
}

/// What delivery costs together.
#[derive(SimpleObject)]
pub struct ShopPayPaymentRequestTotalShippingPrice {
    /// The discounts.
    pub discounts: Vec<ShopPayPaymentRequestDiscount>,
    /// The price, discounted.
    pub final_total: MoneyV2,
    /// The price.
    pub original_total: Option<MoneyV2>,
}

/// How a purchase is delivered.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShopPayPaymentRequestDeliveryMethodType {
    /// The buyer comes for it.
    Pickup,
    /// It is sent.
    Shipping,
}
