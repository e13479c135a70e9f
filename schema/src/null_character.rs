//! Where a request has the character U+0000, which PostgreSQL keeps in no text.

use async_graphql::parser::types::{ExecutableDocument, Selection, SelectionSet};
use async_graphql::{Request, Value};

/// The first variable, or argument of a field, whose value has it, as clients name it: `$input.note`, or
/// `handle` of `product`.
pub(crate) fn place(request: &mut Request) -> Option<String> {
    let mut variables = request.variables.iter();
    let found = variables.find_map(|(name, value)| in_value(value, &format!("${name}")));
    if let Some(place) = found {
        return Some(format!("`{place}`"));
    }
    if !is_possible(&request.query) {
        return None;
    }
    in_document(request.parsed_query().ok()?)
}

/// Whether a document with this text may have it in a string; the text of a document that is known already may be
/// left out.
fn is_possible(text: &str) -> bool {
    text.is_empty() || text.contains('\0') || text.contains("\\u0000")
}

fn in_document(document: &ExecutableDocument) -> Option<String> {
    let operations = document.operations.iter();
    let operations = operations.map(|(_, operation)| &operation.node.selection_set.node);
    let fragments = document.fragments.values();
    let fragments = fragments.map(|fragment| &fragment.node.selection_set.node);
    let mut left: Vec<&SelectionSet> = operations.chain(fragments).collect();
    while let Some(set) = left.pop() {
        for selection in &set.items {
            match &selection.node {
                Selection::Field(field) => {
                    let field = &field.node;
                    for (name, value) in &field.arguments {
                        // Variables are looked at by themselves.
                        let value = value.node.clone();
                        let value = value.into_const_with(|_| Ok::<_, ()>(Value::Null));
                        let value = value.unwrap_or_default();
                        if let Some(place) = in_value(&value, name.node.as_str()) {
                            return Some(format!("`{place}` of `{}`", field.name.node));
                        }
                    }
                    left.push(&field.selection_set.node);
                }
                Selection::InlineFragment(fragment) => left.push(&fragment.node.selection_set.node),
                Selection::FragmentSpread(_) => {}
            }
        }
    }
    None
}

fn in_value(value: &Value, at: &str) -> Option<String> {
    match value {
        Value::String(text) => text.contains('\0').then(|| at.to_owned()),
        Value::List(values) => (values.iter().enumerate())
            .find_map(|(index, value)| in_value(value, &format!("{at}.{index}"))),
        Value::Object(fields) => fields
            .iter()
            .find_map(|(name, value)| in_value(value, &format!("{at}.{name}"))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use async_graphql::{Variables, value};

    #[test]
    fn the_place_is_named_as_clients_name_it() {
        let of = |text: &str| place(&mut Request::new(text));
        assert_eq!(of("{ product(handle: \"a\") { id } }"), None);
        assert_eq!(
            of("{ product(handle: \"a\\u0000\") { id } }").as_deref(),
            Some("`handle` of `product`")
        );
        assert_eq!(
            of("{ ...a } fragment a on QueryRoot { x { y(b: [{ c: \"\"\"a\0\"\"\" }]) } }")
                .as_deref(),
            Some("`b.0.c` of `y`")
        );
        let variables =
            Variables::from_value(value!({ "a": "b", "input": { "tags": ["a", "\0"] } }));
        let found = place(&mut Request::new("{ x }").variables(variables));
        assert_eq!(found.as_deref(), Some("`$input.tags.1`"));
    }
}
