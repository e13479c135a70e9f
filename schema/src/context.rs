//! What one request carries: the shop, the loaders, and the place it is made for.

use std::sync::Arc;

use async_graphql::Context;
use commerce::Shop;
use commerce::cache::Tag;
use commerce::db::Pooled;
use commerce::identity::Caller;
use commerce::kernel::{Fault, Tongue};

use crate::caching::Notes;
use crate::codes::{CountryCode, LanguageCode};
use crate::errors::SharedFault;
use crate::loaders::{Batch, Loaders, Reads};
use crate::operation::Operation;
use crate::spending::Spending;
use crate::tracking::Searches;

/// The country and language that `@inContext` names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The buyer's country; `None` for the shop's own.
    pub country: Option<CountryCode>,
    /// The language to answer in; `None` for the shop's own.
    pub language: Option<LanguageCode>,
}

impl Place {
    /// How our own mails speak to the buyer; none when nothing is said of it.
    fn tongue(self) -> Option<Tongue> {
        let (country, language) = (self.country, self.language);
        let is_said = country.is_some() || language.is_some();
        is_said.then(|| {
            let language = language.map(LanguageCode::code);
            Tongue::of(language, country.map(CountryCode::code))
        })
    }
}

/// One request.
pub struct Session {
    /// The shop.
    pub shop: Shop,
    /// Whoever sends it.
    pub caller: Caller,
    /// The country and language of `@inContext`.
    pub place: Place,
    /// Names the request in logs and masked errors.
    pub request_id: String,
    /// Where is read.
    pub reads: Reads,
    /// Batched reads.
    pub loaders: Loaders,
    /// What was searched for.
    pub searches: Searches,
}

impl Session {
    /// A request for `operation`.
    #[must_use]
    pub fn new(shop: Shop, mut caller: Caller, request_id: String, operation: &Operation) -> Self {
        caller.tongue = operation.place.tongue();
        let reads = Reads {
            shop: shop.clone(),
            replica: None,
            notes: None,
            spending: None,
        };
        Self {
            shop,
            caller,
            place: operation.place,
            request_id,
            loaders: Loaders::new(reads.clone()),
            reads,
            searches: Searches::default(),
        }
    }

    /// The same request, which notes what its answer is made of.
    #[must_use]
    pub fn noting(mut self, notes: Notes) -> Self {
        self.reads.notes = Some(notes);
        self.loaders = Loaders::new(self.reads.clone());
        self
    }

    /// The same request, whose reads are counted.
    #[must_use]
    pub fn counted(mut self, spending: &Arc<Spending>) -> Self {
        self.reads.spending = Some(Arc::clone(spending));
        self.loaders = Loaders::new(self.reads.clone());
        self
    }

    /// The same request, which may read the replica ([`crate::caching::is_catalogue`]).
    #[must_use]
    pub fn on_replica(mut self) -> Self {
        self.reads.replica = Some(Arc::default());
        self.loaders = Loaders::new(self.reads.clone());
        self
    }
}

/// What resolvers ask the context for.
pub trait ContextExt {
    /// The request.
    fn session(&self) -> &Session;

    /// The shop.
    fn shop(&self) -> &Shop {
        &self.session().shop
    }

    /// A connection for one statement.
    fn conn(&self) -> impl Future<Output = Result<Pooled<'_>, Fault>> + Send {
        self.session().reads.conn()
    }

    /// Notes that the answer is made of these, so that it is made anew when they change.
    fn note(&self, tags: impl IntoIterator<Item = Tag>) {
        self.session().reads.note(tags);
    }

    /// The value of one key, read together with what other resolvers ask for.
    fn load<K: Batch>(
        &self,
        key: K,
    ) -> impl Future<Output = Result<Option<K::Value>, SharedFault>> + Send {
        self.session().loaders.load(key)
    }
}

impl ContextExt for Context<'_> {
    fn session(&self) -> &Session {
        self.data_unchecked::<Session>()
    }
}
