//! What a document may cost. Coarse for now: one point a field, times the page size where a
//! connection says so; the limits refuse bombs, not storefronts.

/// The deepest selection; storefronts' deepest, a cart with its products' pictures, has 12.
pub const MAX_DEPTH: usize = 25;

/// The most points of one document: the largest storefront cart (100 lines, each product with 250
/// variants and 20 pictures) costs some 600,000.
pub const MAX_COMPLEXITY: usize = 2_000_000;

/// The deepest nesting that the parser follows.
pub const MAX_RECURSION: usize = 64;

/// The most directives on one field.
pub const MAX_DIRECTIVES: usize = 10;

/// The most aliases in one document.
pub const MAX_ALIASES: usize = 100;

/// The most fields at the root of one operation, fragments included.
pub const MAX_ROOT_FIELDS: usize = 50;

/// The longest document, in bytes; storefronts' documents stay under 20,000.
pub const MAX_DOCUMENT_BYTES: usize = 100_000;

/// The deepest nesting of brackets that a document is parsed with at all.
pub const MAX_NESTING: usize = 100;

/// The most selections of one document, each fragment counted as often as it is spread.
pub const MAX_SELECTIONS: usize = 10_000;

/// The most ids that `nodes` takes.
pub const MAX_NODES: usize = 250;

/// The cost of a connection: itself, and its rows as often as it may have them.
#[must_use]
pub fn page(first: Option<i32>, last: Option<i32>, child: usize) -> usize {
    let rows = first.or(last).unwrap_or(0).clamp(0, 250);
    1 + usize::try_from(rows).unwrap_or(0) * child
}
