//! The rules of the shop and everything that touches its data.
//!
//! Tiers, imports only downwards: `kernel` (pure) → `db`, `kv`, `cache`, `identity`, `jobs`, `events` → slices
//! → `flows`.
//! Nothing here knows GraphQL, HTTP or a payment provider's wire format.

#![recursion_limit = "256"]

pub mod access;
pub mod cache;
pub mod cart;
pub mod catalog;
pub mod checkout;
pub mod config;
pub mod content;
pub mod customer;
pub mod db;
pub mod discount;
pub mod events;
pub mod flows;
pub mod gift_card;
pub mod identity;
pub mod invariants;
pub mod inventory;
pub mod jobs;
pub mod kernel;
pub mod kv;
pub mod market;
pub mod meter;
pub mod notification;
pub mod order;
pub mod payment;
pub mod pricing;
pub mod retention;
pub mod search;
pub mod shipping;
mod shop;
pub mod signals;
pub mod staff;
pub mod tables;
pub mod telemetry;
pub mod trace;
pub mod watchdog;

pub use shop::{Settings, Shop};
