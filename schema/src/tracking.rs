//! `trackingParameters`: what a found thing's address is given, so that a visit can be traced back to the
//! search that led there.
//!
//! A thing does not know how it came into an answer. A search leaves its text under its key in the answer,
//! and the thing looks along its own path: directly below a search it was found by it.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use async_graphql::{Context, QueryPathSegment};

use crate::context::ContextExt;

/// The texts that a request searched for, by the keys of the searches in the answer.
#[derive(Default)]
pub struct Searches(Mutex<HashMap<String, (&'static str, String)>>);

/// Fields between a search and what it found: `nodes`, or `edges` and `node`, and the field itself.
const LONGEST: usize = 5;

/// Notes that the field that is being resolved searches for `text`; `name` tells searches apart.
pub fn note(ctx: &Context<'_>, name: &'static str, text: &str) {
    let key = ctx.field().alias().unwrap_or_else(|| ctx.field().name());
    let mut searches = ctx
        .session()
        .searches
        .0
        .lock()
        .unwrap_or_else(PoisonError::into_inner);
    searches.insert(key.to_owned(), (name, text.to_owned()));
}

/// The parameters of the thing that is being resolved; `None` when no search found it.
#[must_use]
pub fn parameters(ctx: &Context<'_>) -> Option<String> {
    let here = ctx.path_node.as_ref()?;
    let (mut key, mut place, mut length) = (None, None, 0);
    for node in std::iter::once(here).chain(here.parents()) {
        length += 1;
        match node.segment {
            QueryPathSegment::Name(name) => key = Some(name),
            QueryPathSegment::Index(index) if place.is_none() => place = Some(index + 1),
            QueryPathSegment::Index(_) => return None,
        }
    }
    let searches = ctx
        .session()
        .searches
        .0
        .lock()
        .unwrap_or_else(PoisonError::into_inner);
    let (name, text) = searches.get(key?)?;
    let place = place.filter(|_| length <= LONGEST)?;
    let mut parameters = url::form_urlencoded::Serializer::new(String::new());
    parameters.append_pair("_pos", &place.to_string());
    parameters.append_pair(name, text);
    Some(parameters.finish())
}
