//! Every test of the workspace that needs a database.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod abuse;
mod after_sale;
mod audits;
mod blogs;
mod browser;
mod cache;
mod cart;
mod catalog;
mod checkout;
mod clients;
mod configuration;
mod contract;
mod corpus;
mod cost_examples;
mod crash;
mod currencies;
mod delivery_profiles;
mod discounts;
mod docs;
mod edge;
mod edge_limits;
mod gate;
mod gateway;
mod graphiql;
mod health;
mod hosted_checkout;
mod identity;
mod import;
mod jobs;
mod made_up;
mod mail;
mod market_prices;
mod migrations;
mod places;
mod quantities;
mod sandbox;
mod search;
mod storefront;
mod structure;
mod taxes;
mod telemetry;
mod tls;
mod translations;
mod words;
