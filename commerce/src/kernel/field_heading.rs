//! Headings of columns that hold a field which the merchant added: `Length (product.metafields.custom.length)`.

use std::fmt;

/// Characters in a namespace or a key.
const LONGEST: usize = 255;

/// What such a heading says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldHeading {
    /// What the field is called; may be empty.
    pub label: String,
    /// What kind of thing has it, as the column `owner_kind` spells it.
    pub owner: &'static str,
    /// Its namespace.
    pub namespace: String,
    /// Its key.
    pub key: String,
}

impl FieldHeading {
    /// Reads a heading; `None` when it is none of a field of an `owner`.
    #[must_use]
    pub fn parse(heading: &str, owner: &'static str) -> Option<Self> {
        let (label, named) = heading.trim().strip_suffix(')')?.rsplit_once('(')?;
        let mut parts = named.splitn(4, '.');
        let (kind, fields) = (parts.next()?, parts.next()?);
        let (namespace, key) = (parts.next()?, parts.next()?);
        let is_name = |name: &str| {
            let is_plain = !name.contains(|c: char| c.is_whitespace() || c == ')' || c == '\0');
            !name.is_empty() && is_plain && name.chars().count() <= LONGEST
        };
        let is_field =
            kind.eq_ignore_ascii_case(owner) && fields.eq_ignore_ascii_case("metafields");
        (is_field && is_name(namespace) && is_name(key)).then(|| Self {
            label: label.trim().to_owned(),
            owner,
            namespace: namespace.to_owned(),
            key: key.to_owned(),
        })
    }
}

impl fmt::Display for FieldHeading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let space = if self.label.is_empty() { "" } else { " " };
        let (label, owner) = (&self.label, self.owner);
        let (namespace, key) = (&self.namespace, &self.key);
        write!(f, "{label}{space}({owner}.metafields.{namespace}.{key})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_heading_names_a_field() {
        for heading in [
            "Google: Custom Product (product.metafields.mm-google-shopping.custom_product)",
            "Length (cm) (product.metafields.custom.length)",
            "(product.metafields.a.b)",
            "Dots (product.metafields.a.b.c)",
        ] {
            let read = FieldHeading::parse(heading, "product").expect(heading);
            assert_eq!(read.to_string(), heading);
        }
        let read = FieldHeading::parse(" Length(Product.Metafields.A.b) ", "product").unwrap();
        assert_eq!(read.to_string(), "Length (product.metafields.A.b)");
        assert_eq!((&*read.namespace, &*read.key), ("A", "b"));
    }

    #[test]
    fn other_headings_do_not() {
        for heading in [
            "Length",
            "Length (product.metafields.custom)",
            "Length (product.metafields.custom.)",
            "Length (product.metafields..length)",
            "Length (product.metafields.cus tom.length)",
            "Length (customer.metafields.custom.length)",
            "Length (product.metafields.custom.length) in cm",
        ] {
            assert_eq!(FieldHeading::parse(heading, "product"), None, "{heading}");
        }
    }
}
