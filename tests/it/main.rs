//! Every test of the workspace that needs a database.

mod contract;
mod gateway;
mod health;
mod migrations;
mod sandbox;
