//! Real processes and buyers that use them, for the benchmark, the storm and the crash tests.

pub mod buyer;
pub mod host;
pub mod http;
pub mod ledger;
pub mod process;
