//! Support for the tests: a database each, the shop in process, and clients.
//!
//! `DATABASE_URL` names a server on which databases may be created, `REDIS_URL` a Redis;
//! `bin/test` starts both.

#![expect(
    clippy::expect_used,
    reason = "a test that cannot be set up has to stop"
)]

mod app;
pub mod browser;
pub mod caching;
pub mod catalogue;
pub mod cluster;
mod database;
pub mod factory;
pub mod impostor;
pub mod load;
pub mod people;
pub mod plans;
pub mod proxy;
pub mod sandbox;
pub mod sink;
pub mod till;
mod time;
mod work;

pub use app::{Answer, TestApp};
pub use database::TestDatabase;
pub use work::{Does, Scratch, does};
