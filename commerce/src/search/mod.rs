//! Finding things: the query language of `products(query:)` and its like, and the search of the shop.
//!
//! [`query`] reads the text and never refuses any; [`products`], [`articles`], [`orders`], [`redirects`] and [`titled`] turn what was read
//! into conditions on rows. What a buyer typed reaches SQL as a bind or not at all.
//!
//! `search` and `predictiveSearch` take a text as it is: [`wording`] finds out which of the shop's words are
//! meant, [`found`] and [`suggest`] what has them. [`narrowing`] and [`facets`] narrow lists of products down.

pub mod articles;
mod count;
pub mod facets;
pub mod found;
pub mod lexicon;
pub mod narrowing;
pub mod orders;
pub mod products;
pub mod query;
pub mod redirects;
pub mod spelling;
pub mod suggest;
pub mod terms;
pub mod titled;
pub mod wording;
