//! Every test of the workspace that needs a database.

fn main() {}
