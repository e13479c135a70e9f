//! What one request may take; `docs/limits.md` says why each is what it is.

use std::collections::BTreeMap;
use std::str::FromStr;
use std::time::Duration;

use schema::limits::{Limits as DocumentLimits, MAX_NESTING};

/// What one request may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a body.
    pub body: usize,
    /// Operations in one body.
    pub batch: usize,
    /// Headers of a request.
    pub headers: usize,
    /// Bytes of their names and values.
    pub header_bytes: usize,
    /// Brackets within brackets in a body or in variables.
    pub json_depth: usize,
    /// Brackets and commas in a body or in variables, about as many as values.
    pub json_values: usize,
    /// Time for a body to arrive.
    pub body_time: Duration,
    /// Time to answer.
    pub time: Duration,
    /// What each document may be made of.
    pub document: DocumentLimits,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body: 1_000_000,
            batch: 10,
            headers: 64,
            header_bytes: 16_384,
            json_depth: 64,
            json_values: 20_000,
            body_time: Duration::from_secs(10),
            time: Duration::from_secs(15),
            document: DocumentLimits::default(),
        }
    }
}

/// The deepest JSON that its parser takes.
const JSON_DEPTH: usize = 120;

impl Limits {
    /// Changes limits by their names, like `depth=30,aliases=200`.
    ///
    /// # Errors
    /// A sentence about the first part that cannot be read.
    pub fn change(&mut self, text: &str) -> Result<(), String> {
        for part in text
            .split(',')
            .map(str::trim)
            .filter(|part| !part.is_empty())
        {
            let pair = part
                .split_once('=')
                .map(|(name, value)| (name.trim(), value.trim()));
            let (name, value) = pair.ok_or_else(|| format!("`{part}` is not like depth=25"))?;
            let number = || format!("`{value}` is not a number for {name}");
            let most = match name {
                "nesting" => MAX_NESTING,
                "json_depth" => JSON_DEPTH,
                _ => usize::MAX,
            };
            let value = usize::from_str(value).map_err(|_| number())?;
            if !(1..=most).contains(&value) {
                return Err(format!("{name} must be at least 1, and {most} at most"));
            }
            let mut named = self.named().into_iter();
            let found = named.find(|(known, _)| *known == name);
            let (_, limit) = found.ok_or_else(|| format!("`{name}` is not a limit"))?;
            *limit = value;
        }
        Ok(())
    }

    /// The limits by their names.
    #[must_use]
    pub fn all(mut self) -> BTreeMap<&'static str, usize> {
        let named = self.named();
        named.map(|(name, limit)| (name, *limit)).into()
    }

    fn named(&mut self) -> [(&'static str, &mut usize); 20] {
        let document = &mut self.document;
        [
            ("body_bytes", &mut self.body),
            ("batch", &mut self.batch),
            ("headers", &mut self.headers),
            ("header_bytes", &mut self.header_bytes),
            ("json_depth", &mut self.json_depth),
            ("json_values", &mut self.json_values),
            ("document_bytes", &mut document.document_bytes),
            ("tokens", &mut document.tokens),
            ("nesting", &mut document.nesting),
            ("operations", &mut document.operations),
            ("fragments", &mut document.fragments),
            ("selections", &mut document.selections),
            ("depth", &mut document.depth),
            ("root_fields", &mut document.root_fields),
            ("aliases", &mut document.aliases),
            ("directives", &mut document.directives),
            ("rows", &mut document.rows),
            ("cost", &mut document.cost),
            ("fields", &mut document.fields),
            ("response_bytes", &mut document.response_bytes),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_changed_by_name() {
        let mut limits = Limits::default();
        limits.change("depth=30, body_bytes=5 ,").unwrap();
        assert_eq!((limits.document.depth, limits.body), (30, 5));
        let mut refused = |text: &str| limits.change(text).unwrap_err();
        assert_eq!(refused("depth"), "`depth` is not like depth=25");
        assert_eq!(refused("depth=x"), "`x` is not a number for depth");
        assert_eq!(refused("width=1"), "`width` is not a limit");
        assert_eq!(
            refused("nesting=101"),
            "nesting must be at least 1, and 100 at most"
        );
    }
}
