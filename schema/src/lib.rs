//! The GraphQL surface: types, resolvers, loaders and costs. Rules live in `commerce`.
