//! How many requests the storefront endpoint works on at once. Beyond it a request is sent away
//! at once: waiting in line would only make everybody's answer late.

use std::sync::Arc;
use std::time::Duration;

use metrics::counter;
use poem::http::StatusCode;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::errors::Problem;
use super::surface::Surface;

/// The places.
pub(super) struct Shed {
    places: Option<Arc<Semaphore>>,
}

/// A request's place, given back when it is dropped: also when the client goes away.
pub(super) struct Place {
    _permit: Option<OwnedSemaphorePermit>,
}

impl Shed {
    /// `limit` requests at once; 0 for any number.
    pub(super) fn new(limit: usize) -> Self {
        let limit = limit.min(Semaphore::MAX_PERMITS);
        Self {
            places: (limit > 0).then(|| Arc::new(Semaphore::new(limit))),
        }
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
