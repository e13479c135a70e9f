//! Everything that talks to somebody else's servers.

pub mod http;
pub mod mail;
pub mod payment;
pub mod telemetry;
