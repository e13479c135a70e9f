//! What a request asks for, looked at before it runs.
//!
//! async-graphql limits depth, complexity and directives itself. The limits here are those that it
//! lacks, or that have to hold before it parses or walks a document.

use std::collections::HashMap;

use async_graphql::parser::types::{
    ExecutableDocument, OperationDefinition, OperationType, Selection, SelectionSet,
};
use async_graphql::{ErrorExtensionValues, Name, Request, ServerError};

use crate::context::Place;
use crate::{cost, directives, errors};

/// What an operation does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It only reads.
    Query,
    /// It may write.
    Mutation,
    /// It listens; no schema here offers that.
    Subscription,
}

impl Kind {
    /// The keyword.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Query => "query",
            Self::Mutation => "mutation",
            Self::Subscription => "subscription",
        }
    }
}

/// The operation that a request selects.
#[derive(Clone, Debug)]
pub struct Operation {
    /// What it does.
    pub kind: Kind,
    /// Its name, if it has one.
    pub name: Option<String>,
    /// Where it is asked for.
    pub place: Place,
}

/// Parses the request, applies the limits to its document and finds its operation.
///
/// # Errors
/// A public error; the request must not be run.
pub fn inspect(request: &mut Request) -> Result<Operation, ServerError> {
    if request.query.len() > cost::MAX_DOCUMENT_BYTES {
        return Err(refusal(format!(
            "the document is longer than {} bytes",
            cost::MAX_DOCUMENT_BYTES
        )));
    }
    if nesting(&request.query) > cost::MAX_NESTING {
        return Err(refusal("the document is nested too deep"));
    }
    let name = request.operation_name.clone();
    let variables = request.variables.clone();
    let document = request.parsed_query()?;
    check_size(document)?;
    let (name, operation) = select(document, name.as_deref())?;
    let place = directives::place(operation, &variables).map_err(refusal)?;
    Ok(Operation {
        kind: match operation.ty {
            OperationType::Query => Kind::Query,
            OperationType::Mutation => Kind::Mutation,
            OperationType::Subscription => Kind::Subscription,
        },
        name: name.map(ToString::to_string),
        place,
    })
}

/// An error in what the caller sent.
fn refusal(what: impl Into<String>) -> ServerError {
    let mut error = ServerError::new(what, None);
    let mut extensions = ErrorExtensionValues::default();
    extensions.set("code", errors::INVALID);
    error.extensions = Some(extensions);
    error
}

fn select<'d>(
    document: &'d ExecutableDocument,
    wanted: Option<&str>,
) -> Result<(Option<&'d Name>, &'d OperationDefinition), ServerError> {
    let mut operations = document.operations.iter();
    let found = match wanted {
        Some(wanted) => operations.find(|(name, _)| name.is_some_and(|name| name == wanted)),
        None => match (operations.next(), operations.next()) {
            (Some(only), None) => Some(only),
            _ => {
                return Err(refusal(
                    "the document has several operations: give `operationName`",
                ));
            }
        },
    };
    found
        .map(|(name, operation)| (name, &operation.node))
        .ok_or_else(|| {
            refusal(format!(
                "the document has no operation `{}`",
                wanted.unwrap_or("")
            ))
        })
}

/// Sizes of a selection set with its fragments spread out.
#[derive(Clone, Copy, Debug, Default)]
struct Size {
    fields: usize,
    roots: usize,
    aliases: usize,
}

fn check_size(document: &ExecutableDocument) -> Result<(), ServerError> {
    let mut known = HashMap::new();
    for (_, operation) in document.operations.iter() {
        let size = measure(&operation.node.selection_set.node, document, &mut known);
        let limits = [
            (size.fields, cost::MAX_SELECTIONS, "selections"),
            (size.roots, cost::MAX_ROOT_FIELDS, "fields at its root"),
            (size.aliases, cost::MAX_ALIASES, "aliases"),
        ];
        for (is, limit, what) in limits {
            if is > limit {
                return Err(refusal(format!(
                    "the operation has more than {limit} {what}"
                )));
            }
        }
    }
    Ok(())
}

/// Measures a selection set. Each fragment is measured once, so that fragments spreading each other
/// many times cost nothing; one that spreads itself counts as empty and is refused by validation.
fn measure<'d>(
    set: &'d SelectionSet,
    document: &'d ExecutableDocument,
    known: &mut HashMap<&'d Name, Size>,
) -> Size {
    let mut sum = Size::default();
    for selection in &set.items {
        let part = match &selection.node {
            Selection::Field(field) => {
                let inner = measure(&field.node.selection_set.node, document, known);
                Size {
                    fields: inner.fields.saturating_add(1),
                    roots: 1,
                    aliases: inner
                        .aliases
                        .saturating_add(usize::from(field.node.alias.is_some())),
                }
            }
            Selection::InlineFragment(fragment) => {
                measure(&fragment.node.selection_set.node, document, known)
            }
            Selection::FragmentSpread(spread) => {
                let name = &spread.node.fragment_name.node;
                match (known.get(name), document.fragments.get_key_value(name)) {
                    (Some(size), _) => *size,
                    (None, Some((name, fragment))) => {
                        known.insert(name, Size::default());
                        let size = measure(&fragment.node.selection_set.node, document, known);
                        known.insert(name, size);
                        size
                    }
                    (None, None) => Size::default(),
                }
            }
        };
        sum.fields = sum.fields.saturating_add(part.fields);
        sum.roots = sum.roots.saturating_add(part.roots);
        sum.aliases = sum.aliases.saturating_add(part.aliases);
    }
    sum
}

/// The deepest nesting of brackets outside texts and comments; the parser recurses that far.
fn nesting(text: &str) -> usize {
    let (mut depth, mut deepest) = (0usize, 0usize);
    let mut rest = text.as_bytes();
    while let [byte, after @ ..] = rest {
        rest = after;
        match byte {
            b'{' | b'[' | b'(' => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b'}' | b']' | b')' => depth = depth.saturating_sub(1),
            b'#' => rest = past(rest, b"\n"),
            b'"' => {
                rest = match rest {
                    [b'"', b'"', block @ ..] => past(block, b"\"\"\""),
                    _ => past(rest, b"\""),
                }
            }
            _ => {}
        }
    }
    deepest
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
    use crate::codes::{CountryCode, LanguageCode};
    use async_graphql::{Variables, value};

    #[test]
    fn the_place_is_read_from_literals_variables_and_defaults() {
        let text = "query A($c: CountryCode = FR, $l: LanguageCode) \
                    @inContext(country: $c, language: $l) { shop { name } }";
        let variables = Variables::from_value(value!({ "l": "DE" }));
        let operation = inspect(&mut Request::new(text).variables(variables)).unwrap();
        assert_eq!(operation.name.as_deref(), Some("A"));
        assert_eq!(operation.place.country, Some(CountryCode::Fr));
        assert_eq!(operation.place.language, Some(LanguageCode::De));
        let unknown = "mutation @inContext(country: ZZ) { a }";
        let operation = inspect(&mut Request::new(unknown)).unwrap();
        assert_eq!(
            (operation.kind, operation.place),
            (Kind::Mutation, Place::default())
        );
        let bad = inspect(&mut Request::new("query @inContext(country: QQ) { a }")).unwrap_err();
        assert_eq!(bad.message, "`QQ` is not a country code of the schema");
    }

    #[test]
    fn nesting_is_that_of_the_document_not_of_its_texts() {
        assert_eq!(nesting("{a(b:[1]){c}}"), 3);
        assert_eq!(nesting(r#"{a(b:"{{{\"{{",c:"""{{"{{""") # {{{ "#), 2);
        let deep = "{a".repeat(50_000);
        assert_eq!(
            inspect(&mut Request::new(&deep[..99_000]))
                .unwrap_err()
                .message,
            "the document is nested too deep"
        );
    }

    #[test]
    fn bombs_are_measured_without_exploding() {
        let mut bomb = String::from("{...f0}");
        for i in 0..60 {
            bomb.push_str(&format!(
                "fragment f{i} on QueryRoot{{...f{0} ...f{0}}}",
                i + 1
            ));
        }
        bomb.push_str("fragment f60 on QueryRoot{__typename}");
        let refused = inspect(&mut Request::new(bomb)).unwrap_err();
        assert_eq!(
            refused.message,
            "the operation has more than 10000 selections"
        );
        let aliases: String = (0..101).map(|i| format!("a{i}: name ")).collect();
        let refused = inspect(&mut Request::new(format!("{{shop{{{aliases}}}}}"))).unwrap_err();
        assert_eq!(refused.message, "the operation has more than 100 aliases");
        let circle = "{...a} fragment a on QueryRoot{...b} fragment b on QueryRoot{...a}";
        assert!(
            inspect(&mut Request::new(circle)).is_ok(),
            "validation refuses it"
        );
    }
}
