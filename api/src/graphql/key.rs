//! What names an answer that everybody gets.

use async_graphql::parser::types::OperationDefinition;
use async_graphql::{Value, Variables};
use sha2::{Digest, Sha256};

/// The document, its operation and the variables that the operation declares. Where the buyer is, is
/// said by `@inContext`, and so by these; nothing else of a request shows in a public answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Key([u8; 32]);

impl Key {
    /// The key of an operation of `document`.
    pub(super) fn of(
        document: &str,
        name: Option<&str>,
        operation: &OperationDefinition,
        variables: &Variables,
    ) -> Self {
        let mut hash = Sha256::new();
        text(&mut hash, document);
        match name {
            Some(name) => text(&mut hash, name),
            None => hash.update([0]),
        }
        // In the order of their declaration, which the document fixes.
        for definition in &operation.variable_definitions {
            match variables.get(&definition.node.name.node) {
                Some(given) => value(&mut hash, given),
                // Not given is not the same as null: there may be a default.
                None => hash.update([0]),
            }
        }
        Self(hash.finalize().into())
    }

    /// In hexadecimal digits.
    pub(super) fn hex(&self) -> String {
        hex::encode(self.0)
    }
}

/// A mark for each kind, and the length before whatever has one, so that no two values are written alike.
fn value(hash: &mut Sha256, given: &Value) {
    match given {
        Value::Null => hash.update([1]),
        Value::Boolean(is) => hash.update([2, u8::from(*is)]),
        Value::Number(number) => {
            hash.update([3]);
            text(hash, &number.to_string());
        }
        Value::String(given) => {
            hash.update([4]);
            text(hash, given);
        }
        Value::Enum(name) => {
            hash.update([5]);
            text(hash, name);
        }
        Value::Binary(bytes) => {
            hash.update([6]);
            hash.update(bytes.len().to_be_bytes());
            hash.update(bytes);
        }
        Value::List(items) => {
            hash.update([7]);
            hash.update(items.len().to_be_bytes());
            items.iter().for_each(|item| value(hash, item));
        }
        Value::Object(fields) => {
            hash.update([8]);
            hash.update(fields.len().to_be_bytes());
            // The order of fields means nothing.
            let mut fields: Vec<_> = fields.iter().collect();
            fields.sort_unstable_by_key(|(name, _)| name.as_str());
            for (name, field) in fields {
                text(hash, name);
                value(hash, field);
            }
        }
    }
}

fn text(hash: &mut Sha256, text: &str) {
    hash.update([9]);
    hash.update(text.len().to_be_bytes());
    hash.update(text);
}

#[cfg(test)]
mod tests {
    use super::*;
    use async_graphql::parser::parse_query;
    use serde_json::{Value as Json, json};

    fn key(document: &str, name: Option<&str>, variables: Json) -> Key {
        let parsed = parse_query(document).unwrap();
        let (_, operation) = parsed.operations.iter().next().unwrap();
        Key::of(
            document,
            name,
            &operation.node,
            &Variables::from_json(variables),
        )
    }

    #[test]
    fn what_means_the_same_has_the_same_key() {
        let first = json!({ "a": 1, "b": [{ "x": 1, "y": "z" }] });
        let same = json!({ "b": [{ "y": "z", "x": 1 }], "undeclared": 7, "a": 1 });
        let of = |variables| {
            let document = "query A($a: Int, $b: [X]) { a }";
            key(document, Some("A"), variables)
        };
        assert_eq!(of(first), of(same));
    }

    #[test]
    fn what_means_something_else_has_another_key() {
        let document = "query A($a: Int, $b: [X]) { a }";
        let keys = [
            key(document, None, json!({})),
            key(document, Some("A"), json!({})),
            key(document, None, json!({ "a": null })),
            key(document, None, json!({ "a": 1 })),
            key(document, None, json!({ "a": "1" })),
            key(document, None, json!({ "b": 1 })),
            key(document, None, json!({ "b": [1] })),
            key(document, None, json!({ "b": [[1]] })),
            key(document, None, json!({ "b": [1, 1] })),
            key(document, None, json!({ "b": { "x": 1 } })),
            key(document, None, json!({ "b": { "x": { "y": 1 } } })),
            key("query A($a: Int, $b: [X]) { b }", None, json!({})),
        ];
        for (place, key) in keys.iter().enumerate() {
            assert!(!keys[..place].contains(key), "{place}");
        }
    }
}
