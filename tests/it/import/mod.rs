//! `api import`: what a merchant's CSV becomes.

mod again;
mod content;
mod demo;
mod files;
mod shop;
mod shop_file;
mod stock;
mod support;
