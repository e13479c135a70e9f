//! Every test of the workspace that needs a database.

mod health;
mod migrations;
mod sandbox;
