//! The HTTP edge: the GraphQL endpoint, pages, health, and the operator's commands.
