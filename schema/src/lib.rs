//! The GraphQL surface: types, resolvers, loaders and costs. Rules live in `commerce`.

#![recursion_limit = "512"]

pub mod caching;
pub mod codes;
pub mod connection;
pub mod context;
pub mod cost;
pub mod directives;
pub mod errors;
pub mod ids;
mod inputs;
pub mod limits;
pub mod loaders;
pub mod money;
mod null_character;
pub mod operation;
pub mod places;
pub mod scalars;
mod shape;
pub mod spending;
pub mod storefront;
pub mod tracking;
