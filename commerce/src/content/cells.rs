//! Values in the cells of merchants' CSVs: as they are kept, but for lists, whose entries are parted by `; `, and for
//! references, which are written by the names of what they lead to.
//!
//! What such a cell could not say without doubt, such as a list of texts with semicolons, is written as JSON.

use std::collections::HashMap;

use serde_json::Value;

use super::values::{Given, ValueType};

/// What parts the entries of a list.
const BETWEEN: &str = "; ";

impl ValueType {
    /// Reads a cell that is not blank. Names of what references lead to may also be ids.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn read_cell(self, text: &str) -> Result<Given, String> {
        let text = text.trim_ascii();
        if self.is_list() {
            return self.read(&Value::Array(entries(text)));
        }
        if self.is_boolean() {
            return self.read(&Value::String(text.to_ascii_lowercase()));
        }
        self.read(&Value::String(text.to_owned()))
    }

    /// Writes a value that is kept, so that reading the cell answers the same; `names` has those of ids.
    #[must_use]
    pub fn write_cell(self, value: &str, names: &HashMap<String, String>) -> String {
        let named = |id: &str| names.get(id).map_or_else(|| id.to_owned(), String::clone);
        if !self.is_list() {
            return if self.is_reference() {
                named(value)
            } else {
                value.to_owned()
            };
        }
        let Ok(Value::Array(kept)) = serde_json::from_str(value) else {
            return value.to_owned();
        };
        let entry = |entry: &Value| match entry {
            Value::String(text) if self.is_reference() => named(text),
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let texts: Vec<String> = kept.iter().map(entry).collect();
        let plain = texts.join(BETWEEN);
        let exact = if self.is_reference() {
            serde_json::to_string(&texts).unwrap_or_else(|_| value.to_owned())
        } else {
            value.to_owned()
        };
        let is_same = match self.read_cell(&plain) {
            Ok(Given::Text(read)) => read == value,
            Ok(Given::Many(_, read)) => read == texts,
            _ => false,
        };
        if is_same && !plain.is_empty() {
            plain
        } else {
            exact
        }
    }
}

/// The entries of a list: those of a JSON array, or what semicolons part.
fn entries(text: &str) -> Vec<Value> {
    if text.starts_with('[')
        && let Ok(entries) = serde_json::from_str(text)
    {
        return entries;
    }
    let entries = text.split(';').map(str::trim_ascii);
    let entries = entries.filter(|entry| !entry.is_empty());
    entries
        .map(|entry| Value::String(entry.to_owned()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(name: &str) -> ValueType {
        ValueType::parse(name).unwrap()
    }

    fn names() -> HashMap<String, String> {
        let name = |(id, name): (&str, &str)| (format!("gid://shopify/{id}"), name.to_owned());
        [
            ("Product/1", "mug"),
            ("Product/2", "cup"),
            ("ProductVariant/1", "M;1"),
        ]
        .map(name)
        .into()
    }

    #[test]
    fn a_value_is_read_back_from_its_cell() {
        for (name, value, cell) in [
            ("single_line_text_field", "a; b", "a; b"),
            ("multi_line_text_field", "a\nb", "a\nb"),
            ("boolean", "true", "true"),
            ("json", "{\"a\":[1]}", "{\"a\":[1]}"),
            ("list.single_line_text_field", "[\"a\",\"b c\"]", "a; b c"),
            (
                "list.single_line_text_field",
                "[\"a;b\",\"c\"]",
                "[\"a;b\",\"c\"]",
            ),
            ("list.single_line_text_field", "[\"[1]\"]", "[\"[1]\"]"),
            ("list.single_line_text_field", "[\" a\"]", "[\" a\"]"),
            ("list.single_line_text_field", "[]", "[]"),
            ("list.number_integer", "[1,2]", "1; 2"),
            ("list.number_decimal", "[\"1.5\"]", "1.5"),
            (
                "list.color",
                "[\"#00ff00\",\"#ff0000\"]",
                "#00ff00; #ff0000",
            ),
        ] {
            let kind = kind(name);
            assert_eq!(kind.write_cell(value, &HashMap::new()), cell, "{name}");
            assert_eq!(kind.read_cell(cell), Ok(Given::Text(value.to_owned())));
        }
    }

    #[test]
    fn references_are_written_by_name() {
        let written = |name: &str, value: &str| kind(name).write_cell(value, &names());
        let mug = "gid://shopify/Product/1";
        assert_eq!(written("product_reference", mug), "mug");
        let gone = "gid://shopify/Product/9";
        assert_eq!(written("product_reference", gone), gone);
        let both = "[\"gid://shopify/Product/1\",\"gid://shopify/Product/2\"]";
        assert_eq!(written("list.product_reference", both), "mug; cup");
        let odd = "[\"gid://shopify/ProductVariant/1\"]";
        assert_eq!(written("list.variant_reference", odd), "[\"M;1\"]");
        let read = kind("list.product_reference").read_cell(" mug;cup ;");
        let target = crate::content::values::Target::Product;
        assert_eq!(
            read,
            Ok(Given::Many(target, vec!["mug".into(), "cup".into()]))
        );
    }

    #[test]
    fn spreadsheets_write_truth_in_capitals() {
        let read = kind("boolean").read_cell("TRUE ");
        assert_eq!(read, Ok(Given::Text("true".to_owned())));
        let reason = Err("is neither true nor false".to_owned());
        assert_eq!(kind("boolean").read_cell("yes"), reason);
    }
}
