//! The query language of `products(query:)` and its like.
//!
//! [`query`] reads the text and never refuses any; [`products`], [`articles`], [`orders`], [`redirects`] and [`titled`] turn what was read
//! into conditions on rows. What a buyer typed reaches SQL as a bind or not at all.

pub mod articles;
pub mod orders;
pub mod products;
pub mod query;
pub mod redirects;
pub mod terms;
pub mod titled;
