//! Columns of merchants' CSVs that hold fields which they added, in and out.

use std::collections::HashMap;

use serde::Deserialize;

use super::store::{FieldCell, FieldKind};
use super::values::{Given, ValueType};
use crate::kernel::FieldHeading;
use crate::kernel::text::excerpt;

/// A column, and the type of its values.
#[derive(Clone, Debug)]
pub struct FieldColumn {
    /// What its heading says.
    pub heading: FieldHeading,
    /// None where nobody settled it.
    kind: Option<(String, ValueType)>,
}

/// A field as it is kept.
#[derive(Clone, Debug, Deserialize)]
pub struct KeptField {
    /// Its namespace.
    pub namespace: String,
    /// Its key.
    pub key: String,
    /// The type of its value.
    pub kind: String,
    /// Its value.
    pub value: String,
}

impl FieldColumn {
    /// A column that is read: texts, unless their type is defined, or things have it already.
    #[must_use]
    pub fn read_by(heading: FieldHeading, known: &[FieldKind]) -> Self {
        let known = known
            .iter()
            .find(|known| known.namespace == heading.namespace && known.key == heading.key);
        let kind = known.and_then(|known| {
            let name = known.kind.clone()?;
            let kind = ValueType::parse(&name)?;
            (known.is_defined || !kind.is_text()).then_some((name, kind))
        });
        Self { heading, kind }
    }

    /// Reads a cell; nothing from a blank one.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn read(&self, text: &str) -> Result<Option<Given>, String> {
        let text = text.trim_ascii();
        match &self.kind {
            _ if text.is_empty() => Ok(None),
            None => Ok(Some(Given::Text(text.to_owned()))),
            Some((name, kind)) => kind
                .read_cell(text)
                .map(Some)
                .map_err(|reason| format!("`{}` {reason}: the type is {name}", excerpt(text))),
        }
    }

    /// What the cell says of one thing.
    #[must_use]
    pub fn cell(&self, owner: i64, value: Option<Given>) -> FieldCell {
        FieldCell {
            owner,
            namespace: self.heading.namespace.clone(),
            key: self.heading.key.clone(),
            kind: self.kind.as_ref().map(|(name, _)| name.clone()),
            value,
        }
    }

    /// Writes the cell of a thing with these fields; `names` has those of ids.
    #[must_use]
    pub fn write(&self, fields: &[KeptField], names: &HashMap<String, String>) -> String {
        let heading = &self.heading;
        let field = fields
            .iter()
            .find(|field| field.namespace == heading.namespace && field.key == heading.key);
        match (field, &self.kind) {
            (None, _) => String::new(),
            (Some(field), None) => field.value.clone(),
            (Some(field), Some((_, kind))) => kind.write_cell(&field.value, names),
        }
    }
}

/// The columns to write for things of this kind, in the order of their headings. A field that no heading could name is
/// left out.
#[must_use]
pub fn written(owner: &'static str, known: Vec<FieldKind>) -> Vec<FieldColumn> {
    let column = |known: FieldKind| {
        let heading = FieldHeading {
            label: known.name.unwrap_or_else(|| known.key.clone()),
            owner,
            namespace: known.namespace,
            key: known.key,
        };
        let read = FieldHeading::parse(&heading.to_string(), owner)?;
        let is_exact = read.namespace == heading.namespace && read.key == heading.key;
        let kind = known.kind.and_then(|name| {
            let kind = ValueType::parse(&name)?;
            Some((name, kind))
        });
        is_exact.then_some(FieldColumn {
            heading: read,
            kind,
        })
    };
    let mut columns: Vec<FieldColumn> = known.into_iter().filter_map(column).collect();
    columns.sort_by_key(|column| column.heading.to_string().to_lowercase());
    columns
}

/// The ids that these fields lead to, and other parts of their values.
pub fn references<'a>(
    fields: impl Iterator<Item = &'a KeptField>,
) -> impl Iterator<Item = &'a str> {
    let leading = fields.filter(|field| field.kind.ends_with("_reference"));
    // Of a list, too: it is JSON, whose strings stand between quotes.
    leading.flat_map(|field| field.value.split('"'))
}
