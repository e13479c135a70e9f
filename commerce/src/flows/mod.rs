//! Use cases that span slices; each opens exactly one write transaction at a time.
//!
//! One lock order everywhere: cart → attempt → payment → discounts → gift cards → stock levels (by
//! variant) → order. Row locks on carts and attempts are `FOR NO KEY UPDATE`, so that foreign-key checks do not wait.

pub mod admit_card;
pub mod arrange_shop;
pub mod ask_again;
pub mod cancel_order;
pub mod expire;
pub mod export_catalog;
pub mod fulfill_order;
pub mod import_catalog;
pub mod import_discounts;
pub mod import_inventory;
pub mod import_orders;
pub mod import_prices;
pub mod import_quantities;
pub mod issue_gift_card;
pub mod payment_errands;
pub mod place_order;
pub mod reconcile;
pub mod refund_order;
pub mod replay_pricing;
pub mod settle_currency;
pub mod settle_payment;
