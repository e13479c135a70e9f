//! Rows with sensible defaults.

pub mod catalog;
pub mod offers;
pub mod order;
pub mod shop;
pub mod words;
