//! The shape of a document: counted before it is parsed, and again before it is walked.

use std::collections::HashMap;

use async_graphql::Name;
use async_graphql::parser::types::{ExecutableDocument, Selection, SelectionSet};

use crate::limits::{Excess, INTROSPECTION, Limits};

const SPLIT: &str = "split it into several operations";

/// Refuses a text that must not be parsed.
pub(crate) fn check_text(text: &str, limits: &Limits) -> Result<(), Excess> {
    let bytes = ["document_bytes", "bytes", "shorten it or split it"];
    Excess::check(text.len(), limits.document_bytes, bytes)?;
    let marks = Marks::of(text);
    Excess::check(marks.tokens, limits.tokens, ["tokens", "tokens", SPLIT])?;
    let deep = "brackets within each other";
    let flatten = "ask for less depth at once";
    Excess::check(marks.nesting, limits.nesting, ["nesting", deep, flatten])
}

/// Refuses a document that must not be walked.
pub(crate) fn check_document(document: &ExecutableDocument, limits: &Limits) -> Result<(), Fault> {
    let operations = document.operations.iter().count();
    let fragments = document.fragments.len();
    let send = "send those that belong together";
    let merge = "merge some of them";
    Excess::check(
        operations,
        limits.operations,
        ["operations", "operations", send],
    )?;
    Excess::check(
        fragments,
        limits.fragments,
        ["fragments", "fragments", merge],
    )?;
    let mut measure = Measure {
        document,
        known: HashMap::new(),
    };
    for (_, operation) in document.operations.iter() {
        let size = measure.set(&operation.node.selection_set.node)?;
        if size.introspects && !limits.introspection {
            return Err(Fault::Introspection);
        }
        let directives = size
            .directives
            .saturating_add(operation.node.directives.len());
        let introspect = "ask for one type after the other with `__type`";
        for (is, most, words) in [
            (
                size.selections,
                limits.selections,
                ["selections", "selections", SPLIT],
            ),
            (
                size.roots,
                limits.root_fields,
                ["root_fields", "fields at its root", SPLIT],
            ),
            (size.aliases, limits.aliases, ["aliases", "aliases", SPLIT]),
            (
                directives,
                limits.directives,
                ["directives", "directives", "use fewer of them"],
            ),
            (
                size.depth,
                limits.depth,
                ["depth", "levels of fields", "ask for less depth at once"],
            ),
            (
                size.introspection,
                INTROSPECTION,
                [
                    "introspection",
                    "lists of introspection within each other",
                    introspect,
                ],
            ),
        ] {
            Excess::check(is, most, words)?;
        }
    }
    Ok(())
}

/// Why a document is not walked.
#[derive(Debug)]
pub(crate) enum Fault {
    /// It is too large.
    Excess(Excess),
    /// It asks for the schema, which is not told here.
    Introspection,
    /// This fragment spreads itself.
    Circle(Name),
}

impl From<Excess> for Fault {
    fn from(excess: Excess) -> Self {
        Self::Excess(excess)
    }
}

/// Sizes of a selection set with its fragments spread out.
#[derive(Clone, Copy, Debug, Default)]
struct Size {
    selections: usize,
    roots: usize,
    aliases: usize,
    directives: usize,
    depth: usize,
    introspection: usize,
    introspects: bool,
    /// Lists within each other that would be introspection's below `__schema` or `__type`.
    lists: usize,
}

impl Size {
    /// A field with this inside.
    fn field(self, name: &str, aliased: bool, directives: usize) -> Self {
        let is_list = matches!(
            name,
            "types" | "fields" | "inputFields" | "interfaces" | "possibleTypes"
        );
        let is_root = matches!(name, "__schema" | "__type");
        Self {
            selections: self.selections.saturating_add(1),
            roots: 1,
            aliases: self.aliases.saturating_add(usize::from(aliased)),
            directives: self.directives.saturating_add(directives),
            depth: self.depth + 1,
            introspection: if is_root {
                self.lists
            } else {
                self.introspection
            },
            introspects: self.introspects || is_root,
            lists: self.lists + usize::from(is_list),
        }
    }

    fn and(self, other: Self) -> Self {
        Self {
            selections: self.selections.saturating_add(other.selections),
            roots: self.roots.saturating_add(other.roots),
            aliases: self.aliases.saturating_add(other.aliases),
            directives: self.directives.saturating_add(other.directives),
            depth: self.depth.max(other.depth),
            introspection: self.introspection.max(other.introspection),
            introspects: self.introspects || other.introspects,
            lists: self.lists.max(other.lists),
        }
    }
}

/// Measures selection sets. Each fragment is measured once, so that fragments spreading each other
/// many times cost nothing.
struct Measure<'d> {
    document: &'d ExecutableDocument,
    /// The sizes of fragments; `None` while one is being measured.
    known: HashMap<&'d Name, Option<Size>>,
}

impl<'d> Measure<'d> {
    fn set(&mut self, set: &'d SelectionSet) -> Result<Size, Fault> {
        let mut sum = Size::default();
        for selection in &set.items {
            let part = match &selection.node {
                Selection::Field(field) => {
                    let field = &field.node;
                    let inner = self.set(&field.selection_set.node)?;
                    inner.field(
                        &field.name.node,
                        field.alias.is_some(),
                        field.directives.len(),
                    )
                }
                Selection::InlineFragment(fragment) => {
                    let mut size = self.set(&fragment.node.selection_set.node)?;
                    size.directives = size
                        .directives
                        .saturating_add(fragment.node.directives.len());
                    size
                }
                Selection::FragmentSpread(spread) => {
                    let mut size = self.fragment(&spread.node.fragment_name.node)?;
                    size.directives = size.directives.saturating_add(spread.node.directives.len());
                    size
                }
            };
            sum = sum.and(part);
        }
        Ok(sum)
    }

    fn fragment(&mut self, name: &Name) -> Result<Size, Fault> {
        let document = self.document;
        let Some((name, fragment)) = document.fragments.get_key_value(name) else {
            return Ok(Size::default());
        };
        match self.known.get(name) {
            Some(Some(size)) => return Ok(*size),
            Some(None) => return Err(Fault::Circle(name.clone())),
            None => {}
        }
        self.known.insert(name, None);
        let size = self.set(&fragment.node.selection_set.node)?;
        self.known.insert(name, Some(size));
        Ok(size)
    }
}

/// What a text has in it, outside of comments.
#[derive(Debug, Default, PartialEq, Eq)]
struct Marks {
    tokens: usize,
    nesting: usize,
}

impl Marks {
    fn of(text: &str) -> Self {
        let mut marks = Self::default();
        let mut open = 0usize;
        let mut rest = text.as_bytes();
        while let [byte, after @ ..] = rest {
            rest = after;
            match byte {
                b' ' | b'\t' | b'\n' | b'\r' | b',' => continue,
                b'#' => {
                    rest = past_line(rest);
                    continue;
                }
                b'{' | b'[' | b'(' => {
                    open += 1;
                    marks.nesting = marks.nesting.max(open);
                }
                b'}' | b']' | b')' => open = open.saturating_sub(1),
                b'"' => {
                    rest = match rest {
                        [b'"', b'"', block @ ..] => past(block, b"\"\"\""),
                        _ => past(rest, b"\""),
                    };
                }
                _ if is_word(*byte) => {
                    let end = rest.iter().position(|byte| !is_word(*byte));
                    rest = &rest[end.unwrap_or(rest.len())..];
                }
                _ => {}
            }
            marks.tokens += 1;
        }
        marks
    }
}

/// Parts of a name or a number.
fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'+' | b'.') || !byte.is_ascii()
}

fn past_line(rest: &[u8]) -> &[u8] {
    let end = rest.iter().position(|byte| matches!(byte, b'\n' | b'\r'));
    &rest[end.unwrap_or(rest.len())..]
}

/// What follows the first unescaped `end`.
fn past<'t>(mut rest: &'t [u8], end: &[u8]) -> &'t [u8] {
    loop {
        rest = match rest {
            [b'\\', _, after @ ..] => after,
            _ if rest.starts_with(end) => return &rest[end.len()..],
            [_, after @ ..] => after,
            [] => return rest,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nesting_is_that_of_the_document_not_of_its_texts() {
        assert_eq!(Marks::of("{a(b:[1]){c}}").nesting, 3);
        let texts = Marks::of(r#"{a(b:"{{{\"{{",c:"""{{"{{""") # {{{ "#);
        assert_eq!(texts.nesting, 2);
        assert_eq!(Marks::of("# {\r{{").nesting, 2);
    }

    #[test]
    fn tokens_are_words_texts_and_signs() {
        assert_eq!(
            Marks::of("query Q($a: Int = -1) { b(c: \"d e\") }").tokens,
            18
        );
        assert_eq!(Marks::of(" ,, # nothing\n").tokens, 0);
    }
}
