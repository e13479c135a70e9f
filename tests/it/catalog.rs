//! Products and collections through the API.

mod cost;
mod lists;
mod plans;
mod product;
mod queries;
mod rules;
mod visibility;

use serde_json::Value;

/// The texts at a path of every node of a connection.
pub(crate) fn each(connection: &Value, field: &str) -> Vec<String> {
    let nodes = connection["nodes"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    let text = |node: &Value| match &node[field] {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    nodes.iter().map(text).collect()
}
