//! Stock: what lies where, and what of it is promised.
//!
//! Owns `locations`, `inventory_levels` and `inventory_reservations`. Whether stock suffices is the
//! database's decision (the constraint `no_oversell`), never arithmetic here; `reserved` and
//! `committed` are moved by the reservations' trigger alone.

pub mod draft;
pub mod levels;
pub mod locations;
pub mod model;
pub mod reservations;
pub mod store;
