//! Answers that are kept: they are never stale, never a stranger's, and cost nothing.

mod documents;
mod eviction;
mod http;
mod invalidation;
mod persisted;
mod processes;
mod races;
mod redis;
mod tables;
