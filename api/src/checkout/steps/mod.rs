//! The steps of the checkout, one page each.

pub(super) mod billing;
pub(super) mod delivery;
pub(super) mod discount;
pub(super) mod information;
pub(super) mod payment;
pub(super) mod review;
pub(super) mod stock;
