//! `api import`: what a merchant's CSV becomes.

mod again;
mod content;
mod customers;
mod demo;
mod export;
mod fields;
mod files;
mod orders;
mod pictures;
mod profiles;
mod redirects;
mod shop;
mod shop_file;
mod stock;
pub(crate) mod support;
mod unit_prices;
