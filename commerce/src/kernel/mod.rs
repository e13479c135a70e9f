//! Pure building blocks: no connection, no clock, no randomness that a caller did not ask for.

pub mod address;
pub mod clock;
pub mod country;
pub mod currency;
pub mod exchange;
pub mod failpoint;
pub mod failure;
pub mod field_heading;
pub mod id;
pub mod money;
pub mod page;
pub mod phone;
pub mod postal;
pub mod secret;
pub mod sheet;
pub mod text;
pub mod time_zone;
pub mod tongue;

pub use address::Address;
pub use clock::{Clock, WRONG_CLOCK};
pub use currency::Currency;
pub use exchange::Exchange;
pub use failure::{Failure, Fault, Outcome};
pub use field_heading::FieldHeading;
pub use id::{Gid, Id};
pub use money::Money;
pub use secret::Secret;
pub use time_zone::TimeZone;
pub use tongue::Tongue;
