//! Customers: their accounts, their addresses, and what proves that somebody is one.
//!
//! Owns `customers` and everything named after it. A password is never stored, a token only as its
//! hash. Whoever asks by e-mail address learns nothing of whether an account has it; what the contract
//! makes `customerCreate` tell is the one exception, and configuration takes it away. A changed
//! password ends every token, session and link that was made before: the tables see to it.

pub mod commands;
mod config;
mod links;
mod model;
mod notices;
pub mod person;
pub mod reads;
mod refusal;
mod rules;
mod sessions;
mod sheet;
mod store;
mod tokens;

pub use commands::{AccountEdit, ImportedCustomers, NewAccount};
pub use config::AccountConfig;
pub use links::{Link, LinkKind};
pub use model::{AccessToken, Customer, CustomerAddress, SessionTokens};
pub use notices::{Notice, NoticeKind};
pub use refusal::{Code, Refusal, Refusals};
pub use sessions::Refreshed;

use chrono::TimeDelta;

/// How long the contract's access tokens are good for, counted anew by each renewal.
pub const ACCESS_TOKEN_LIFETIME: TimeDelta = TimeDelta::days(30);
/// How long a session lasts, however often it is refreshed.
pub const SESSION_LIFETIME: TimeDelta = TimeDelta::days(90);
/// How long a session lasts without being refreshed.
pub const SESSION_PATIENCE: TimeDelta = TimeDelta::days(30);
/// The most addresses of one customer.
pub const MAX_ADDRESSES: i64 = 100;
