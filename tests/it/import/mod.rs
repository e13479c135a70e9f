//! `api import`: what a merchant's CSV becomes.

mod again;
mod content;
mod customers;
mod demo;
mod export;
mod fields;
mod files;
mod inventory;
mod merchants;
mod orders;
mod partial;
mod pictures;
mod profiles;
mod redirects;
mod runs;
mod shop;
mod shop_file;
mod stock;
pub(crate) mod support;
mod unit_prices;
