//! Rows with sensible defaults.

pub mod catalog;
pub mod shop;
pub mod words;
