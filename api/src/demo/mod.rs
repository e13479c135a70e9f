//! The demo shop, carried in the binary: its files (described in `api/demo/README.md`), the command
//! that loads it, and the route that serves its pictures.

mod pictures;
mod seed;

pub(crate) use pictures::picture;
pub use seed::{NotTheDemo, seed};
