//! One function per kind of job: shallow, and harmless when done twice. Rules live in `commerce`.

pub(crate) mod mail;
pub(crate) mod maintenance;
pub(crate) mod payment;
pub(crate) mod reconcile;
