//! Every test of the workspace that needs a database.

mod contract;
mod gateway;
mod graphiql;
mod health;
mod migrations;
mod sandbox;
