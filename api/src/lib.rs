//! The HTTP edge: the GraphQL endpoint, pages, health, and the operator's commands.

mod address_limit;
pub mod auth;
mod checkout;
pub mod commands;
pub mod config;
pub mod connections;
pub mod demo;
mod graphiql;
pub mod graphql;
pub mod health;
mod mailbox;
pub mod middleware;
mod pages;
pub mod sandbox;
pub mod server;
pub mod shop_file;
mod webhooks;
