//! The storefront API server and the operator's commands.

fn main() {}
