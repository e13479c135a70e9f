//! Which answers may be kept for everybody, and what they are made of.
//!
//! Kept is what a query answers whose root fields are all public ([`is_public`]); whatever reads on
//! its way notes what it read ([`Notes`]). A read that notes nothing would leave answers stale, so
//! notes are made where rows come in: in the batches, and in the resolvers that read by themselves.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use async_graphql::parser::types::{
    ExecutableDocument, OperationDefinition, OperationType, Selection, SelectionSet,
};
use commerce::cache::Tag;
use commerce::catalog::model;

/// The fields of the query root whose answers are the same for everybody, and made of noted things
/// and the process's settings alone. `node` and `nodes` lead to carts, too.
pub const PUBLIC: [&str; 28] = [
    "__typename",
    "article",
    "articles",
    "blog",
    "blogByHandle",
    "blogs",
    "collection",
    "collectionByHandle",
    "collections",
    "localization",
    "locations",
    "menu",
    "metaobject",
    "metaobjects",
    "page",
    "pageByHandle",
    "pages",
    "paymentSettings",
    "product",
    "productByHandle",
    "productRecommendations",
    "productTags",
    "productTypes",
    "products",
    "publicApiVersions",
    "shop",
    "sitemap",
    "urlRedirects",
];

/// The fields of the query root that read the catalogue, and nothing that belongs to somebody. All others, and what
/// stands beside them in a query, are read from the primary.
fn is_of_catalogue(field: &str) -> bool {
    PUBLIC.contains(&field) || ["search", "predictiveSearch"].contains(&field)
}

/// What an answer is made of, gathered while it is made; cheap to clone.
#[derive(Clone, Default)]
pub struct Notes(Arc<Mutex<HashSet<Tag>>>);

impl Notes {
    /// Adds tags.
    pub fn add(&self, tags: impl IntoIterator<Item = Tag>) {
        let mut noted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        noted.extend(tags);
    }

    /// The tags, in order. Prices have the shop's currency and addresses its domain, so its own is
    /// always among them.
    #[must_use]
    pub fn tags(&self) -> Vec<Tag> {
        let noted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut tags: Vec<Tag> = noted.iter().copied().chain([Tag::Shop]).collect();
        tags.sort_unstable();
        tags.dedup();
        tags
    }
}

/// The tags of products that are shown with their first picture.
pub fn of_products<'p>(
    products: impl IntoIterator<Item = &'p model::Product>,
) -> impl Iterator<Item = Tag> {
    let products = products.into_iter();
    let products = products.map(|product| Tag::Product(product.id.value));
    products.chain([Tag::Media])
}

/// Whether the operation's answer is the same for everybody who asks in the same place.
#[must_use]
pub fn is_public(document: &ExecutableDocument, operation: &OperationDefinition) -> bool {
    is_of(document, operation, &|field| PUBLIC.contains(&field))
}

/// Whether the operation reads the catalogue and nothing else, so that a replica may answer it.
#[must_use]
pub fn is_catalogue(document: &ExecutableDocument, operation: &OperationDefinition) -> bool {
    is_of(document, operation, &is_of_catalogue)
}

/// Whether it is a query in a place that has only such roots.
fn is_of(
    document: &ExecutableDocument,
    operation: &OperationDefinition,
    has: &dyn Fn(&str) -> bool,
) -> bool {
    operation.ty == OperationType::Query
        && operation.directives.iter().all(|directive| {
            let mut arguments = directive.node.arguments.iter();
            directive.node.name.node == "inContext"
                && arguments.all(|(name, _)| name.node == "country" || name.node == "language")
        })
        && has_only_roots(document, &operation.selection_set.node, has, 0)
}

/// Fragments within fragments that are looked into; nobody nests roots deeper.
const DEEPEST: usize = 8;

fn has_only_roots(
    document: &ExecutableDocument,
    set: &SelectionSet,
    has: &dyn Fn(&str) -> bool,
    depth: usize,
) -> bool {
    depth < DEEPEST
        && set.items.iter().all(|selection| match &selection.node {
            Selection::Field(field) => has(field.node.name.node.as_str()),
            Selection::InlineFragment(fragment) => {
                has_only_roots(document, &fragment.node.selection_set.node, has, depth + 1)
            }
            Selection::FragmentSpread(spread) => {
                let fragment = document.fragments.get(&spread.node.fragment_name.node);
                fragment.is_some_and(|fragment| {
                    has_only_roots(document, &fragment.node.selection_set.node, has, depth + 1)
                })
            }
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use async_graphql::parser::parse_query;

    fn public(text: &str) -> bool {
        let document = parse_query(text).unwrap();
        let (_, operation) = document.operations.iter().next().unwrap();
        is_public(&document, &operation.node)
    }

    #[test]
    fn a_query_that_searches_is_of_the_catalogue_unless_it_reads_a_cart_too() {
        let is = |text: &str| {
            let document = parse_query(text).unwrap();
            let (_, operation) = document.operations.iter().next().unwrap();
            is_catalogue(&document, &operation.node)
        };
        let search = "search(query: \"a\", first: 1) { totalCount }";
        assert!(is(&format!("{{ shop {{ name }} {search} }}")));
        assert!(!public(&format!("{{ {search} }}")));
        assert!(!is(&format!("{{ {search} cart(id: \"1\") {{ id }} }}")));
        assert!(!is("{ node(id: \"1\") { id } }"));
        assert!(!is("mutation { shop { name } }"));
    }

    #[test]
    fn only_queries_of_public_things_are() {
        for yes in [
            "{ shop { name } }",
            "query A($c: CountryCode) @inContext(country: $c, language: DE) { products(first: 1) { nodes { id } } }",
            "{ a: product(handle: \"a\") { ...p } ... on QueryRoot { menu(handle: \"m\") { id } } ...q } \
             fragment p on Product { id } fragment q on QueryRoot { shop { id } }",
        ] {
            assert!(public(yes), "{yes}");
        }
        for no in [
            "{ cart(id: \"1\") { id } }",
            "{ shop: cart(id: \"1\") { id } }",
            "{ shop { name } node(id: \"1\") { id } }",
            "{ ...q } fragment q on QueryRoot { shop { id } cart(id: \"1\") { id } }",
            "{ ...q } fragment q on QueryRoot { ...q }",
            "{ ...missing }",
            "mutation { shop { name } }",
            "{ __schema { types { name } } }",
            "query @inContext(buyer: {customerAccessToken: \"t\"}) { shop { name } }",
            "query @inContext(country: DE, preferredLocationId: \"1\") { shop { name } }",
            "query @other { shop { name } }",
        ] {
            assert!(!public(no), "{no}");
        }
    }
}
