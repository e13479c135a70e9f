//! How many requests the storefront endpoint works on at once. Beyond it a request is sent away
//! at once: waiting in line would only make everybody's answer late.

use std::sync::Arc;
use std::time::Duration;

use metrics::counter;
use poem::http::StatusCode;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::client_ip::ClientIp;
use super::errors::Problem;
use super::surface::Surface;
use crate::address_limit::{AddressLimit, Held};

/// The places.
pub(super) struct Shed {
    places: Option<Arc<Semaphore>>,
    per_address: Option<AddressLimit>,
}

/// Counts requests of addresses that have too many at once.
const TOO_MANY_OF_ONE: &str = "cartwright_http_requests_per_address_refused_total";

/// A request's place, given back when it is dropped: also when the client goes away.
pub(super) struct Place {
    _permit: Option<OwnedSemaphorePermit>,
}

impl Shed {
    /// `limit` requests at once, and `per_address` of one client; 0 for any number.
    pub(super) fn new(limit: usize, per_address: usize) -> Self {
        counter!(TOO_MANY_OF_ONE).increment(0);
        let limit = limit.min(Semaphore::MAX_PERMITS);
        Self {
            places: (limit > 0).then(|| Arc::new(Semaphore::new(limit))),
            per_address: AddressLimit::new(per_address),
        }
    }

    /// Takes a place among those of the client's address, or answers 429.
    pub(super) fn enter_own(
        &self,
        surface: Surface,
        client: ClientIp,
    ) -> Result<Option<Held>, Problem> {
        let Some(limit) = self
            .per_address
            .as_ref()
            .filter(|_| surface != Surface::Health)
        else {
            return Ok(None);
        };
        if let Some(held) = limit.enter(client.network()) {
            return Ok(Some(held));
        }
        counter!(TOO_MANY_OF_ONE).increment(1);
        let message = format!(
            "one address may have {} requests at work at once; try again in a second",
            limit.most()
        );
        let (status, second) = (StatusCode::TOO_MANY_REQUESTS, Duration::from_secs(1));
        Err(Problem::passing(status, "THROTTLED", message, second))
    }

    /// Takes a place, or answers 503.
    pub(super) fn enter(&self, surface: Surface) -> Result<Place, Problem> {
        let Some(places) = self
            .places
            .as_ref()
            .filter(|_| surface == Surface::Storefront)
        else {
            return Ok(Place { _permit: None });
        };
        if let Ok(permit) = Arc::clone(places).try_acquire_owned() {
            return Ok(Place {
                _permit: Some(permit),
            });
        }
        counter!("cartwright_http_requests_shed_total").increment(1);
        let message = "the server is busy; try again in a second".to_owned();
        let status = StatusCode::SERVICE_UNAVAILABLE;
        Err(Problem::passing(
            status,
            "OVERLOADED",
            message,
            Duration::from_secs(1),
        ))
    }
}
