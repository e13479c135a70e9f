//! The one table of costs. `docs/limits.md` shows it to clients, with examples that a test computes.

/// An object costs this; scalars and enums cost nothing.
pub(super) const OBJECT: u64 = 1;

/// A mutation costs this, its payload included.
pub(super) const MUTATION: u64 = 10;

/// `__schema` costs this, whatever is asked of it: a list that is answered from memory.
pub(super) const SCHEMA: u64 = 1_000;

/// `__type` costs this.
pub(super) const TYPE: u64 = 50;

/// An operation costs this at least.
pub(super) const LEAST: u64 = 1;

/// The most rows of a page.
pub(super) const PAGE: u32 = 250;

/// How many things a list without a page size is taken to have. One that has more counts as so
/// many.
pub(super) const LIST: u32 = 10;

/// Lists that are known better, by their type and field.
pub(super) const LISTS: &[(&str, &str, u32)] = &[
    ("Localization", "availableCountries", 250),
    ("PaginatedSitemapResources", "items", 250),
    ("Product", "options", 3),
    ("ProductVariant", "selectedOptions", 3),
];

/// Fields that read all the things there are, however many are shown: what each costs over and above its
/// answer, by its type and name.
pub(super) const WHOLE: &[(&str, &str, u64)] = &[
    ("ProductConnection", "filters", 200),
    ("SearchResultItemConnection", "productFilters", 200),
    ("SearchResultItemConnection", "totalCount", 50),
    ("Sitemap", "pagesCount", 50),
    ("Sitemap", "resources", 50),
];

/// What a field costs over and above its answer.
pub(crate) fn whole(parent: &str, field: &str) -> u64 {
    let mut known = WHOLE.iter();
    let found = known.find(|(ty, name, _)| *name == field && *ty == parent);
    found.map_or(0, |(_, _, cost)| *cost)
}

/// A term of a query costs this, whatever it asks for: it is looked for in all the rows that there are.
pub(super) const TERM: u64 = 50;

/// A filter of a list of products costs this, for the same reason.
pub(super) const FILTER: u64 = 20;

/// Bytes that a scalar is taken to have.
pub(super) const LEAF: u64 = 100;

/// Bytes that a text of many paragraphs is taken to have.
pub(super) const TEXT: u64 = 10_000;

/// Scalars that are such texts, beside those of type `HTML`, by their type and name.
pub(super) const TEXTS: &[(&str, &str)] = &[
    ("Article", "content"),
    ("Collection", "description"),
    ("Product", "description"),
    ("ShopPolicy", "body"),
];

/// Arguments whose things are filters.
pub(super) const FILTERS: &[&str] = &["filters", "productFilters"];

/// An order other than the usual costs this: all that is listed is compared.
pub(super) const SORT: u64 = 20;

/// A thing of any other list that is given costs this.
pub(super) const ITEM: u64 = 1;

/// Lists that are as long as an argument of theirs.
pub(super) const BY_ARGUMENT: &[(&str, &str)] = &[("nodes", "ids"), ("metafields", "identifiers")];

/// How often the rows of a page count: all of them on the first level, and the deeper the pages
/// nest the fewer, because nested pages are rarely full. `rows` to the power of 2/(`level` + 1),
/// rounded up: 250, 40, 16, 10, 7 … for 250 rows.
pub(super) fn multiplier(rows: u32, level: u32) -> u64 {
    let square = u128::from(rows) * u128::from(rows);
    let enough = |count: u32| u128::from(count).saturating_pow(level + 1) >= square;
    let (mut low, mut high) = (0, rows);
    while low < high {
        let middle = low.midpoint(high);
        if enough(middle) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    u64::from(low)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_count_less_the_deeper_they_nest() {
        let of = |rows| [1, 2, 3, 4, 5, 25].map(|level| multiplier(rows, level));
        assert_eq!(of(250), [250, 40, 16, 10, 7, 2]);
        assert_eq!(of(20), [20, 8, 5, 4, 3, 2]);
        assert_eq!(of(5), [5, 3, 3, 2, 2, 2]);
        assert_eq!(of(1), [1; 6]);
        assert_eq!(of(0), [0; 6]);
    }

    #[test]
    fn a_longer_page_never_counts_less() {
        for level in 1..=12 {
            for rows in 1..=PAGE {
                assert!(multiplier(rows, level) >= multiplier(rows - 1, level));
                assert!(multiplier(rows, level) >= multiplier(rows, level + 1));
            }
        }
    }
}
