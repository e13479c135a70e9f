//! Ids as clients write them.

use async_graphql::ID;
use commerce::kernel::Id;
use commerce::kernel::id::Kind;

/// The outside form of an id.
#[must_use]
pub fn id<K: Kind>(id: Id<K>) -> ID {
    ID(id.gid())
}

/// Reads an id of this kind; `None` for any other text, which names nothing.
#[must_use]
pub fn read<K: Kind>(text: &ID) -> Option<Id<K>> {
    Id::parse(text)
}
