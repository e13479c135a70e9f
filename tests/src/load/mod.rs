//! Load on real processes, for the benchmark and the storm.

pub mod buyer;
pub mod http;
pub mod process;
