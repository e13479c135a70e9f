//! Support for the tests: a database each, the shop in process, and clients.
