//! How large a document may be, whatever it costs. `docs/limits.md` says why each is what it is.

use std::fmt;

/// The most of everything that a document is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the document; storefronts' documents stay under 20,000.
    pub document_bytes: usize,
    /// Names, numbers, texts and signs, counted before the document is parsed.
    pub tokens: usize,
    /// Brackets within brackets, counted before the document is parsed: the parser recurses that far.
    pub nesting: usize,
    /// Fields within fields; storefronts' deepest, a cart with its products' pictures, has 12.
    pub depth: usize,
    /// Selections, each fragment counted as often as it is spread.
    pub selections: usize,
    /// Fields at the root of an operation, fragments included.
    pub root_fields: usize,
    /// Aliases, fragments included.
    pub aliases: usize,
    /// Directives, fragments included.
    pub directives: usize,
    /// Fragments that a document defines.
    pub fragments: usize,
    /// Operations that a document defines.
    pub operations: usize,
    /// Rows that the pages of an operation may hold together if each of them is full.
    pub rows: usize,
    /// Points that an operation may cost if each of its pages is full.
    pub cost: usize,
    /// Fields that an operation may be answered.
    pub fields: usize,
    /// Bytes that an operation may be answered.
    pub response_bytes: usize,
    /// Whether a document may ask for the schema itself.
    pub introspection: bool,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            document_bytes: 100_000,
            tokens: 10_000,
            nesting: MAX_NESTING,
            depth: 25,
            selections: 10_000,
            root_fields: 50,
            aliases: 100,
            directives: 100,
            fragments: 200,
            operations: 50,
            rows: 650_000_000,
            cost: 200_000_000,
            fields: 250_000,
            response_bytes: 5_000_000,
            introspection: true,
        }
    }
}

/// What the parser and the engine can take, however the limits are set.
pub const MAX_NESTING: usize = 100;

/// Introspection lists within each other: types with their fields, but not those with the fields of
/// their types, which would unfold the schema as often as it has fields.
pub(crate) const INTROSPECTION: usize = 2;

/// The most ids that `nodes` takes.
pub const IDS: usize = 250;

/// A limit and what went over it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Excess {
    /// The limit's name, as the configuration has it.
    pub limit: &'static str,
    /// The limit.
    pub most: u64,
    /// What was counted.
    pub what: &'static str,
    /// What the caller can do.
    pub remedy: &'static str,
}

impl Excess {
    /// Refuses `is` when it is more than `most`.
    pub(crate) fn check(
        is: usize,
        most: usize,
        [limit, what, remedy]: [&'static str; 3],
    ) -> Result<(), Self> {
        if is <= most {
            return Ok(());
        }
        let most = u64::try_from(most).unwrap_or(u64::MAX);
        Err(Self {
            limit,
            most,
            what,
            remedy,
        })
    }
}

impl fmt::Display for Excess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            most, what, remedy, ..
        } = self;
        write!(f, "the document has more than {most} {what}; {remedy}")
    }
}
