//! Rows with sensible defaults.

pub mod shop;
