//! Which combinations of option values exist, as the compact trie that storefronts draw their
//! variant pickers from.
//!
//! Numbers are places of values within their option. `:` goes on to the next option, `,` ends what
//! shares a beginning, and among the values of the last option a space leaves a gap and `-` stands
//! for all between.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write;

use super::model::{ProductOption, Variant};

const VERSION: &str = "v1_";

/// The trie of the combinations that these variants have.
#[must_use]
pub fn encode<'a>(
    options: &[ProductOption],
    variants: impl IntoIterator<Item = &'a Variant>,
) -> String {
    let places = places(options);
    let mut root = Node::default();
    for variant in variants {
        let mut node = &mut root;
        for place in variant.values().filter_map(|value| places.get(&value)) {
            node = node.children.entry(*place).or_default();
        }
    }
    let mut text = VERSION.to_owned();
    root.write(&mut text);
    // Nothing follows the outermost level, so nothing has to end it.
    if text.ends_with(',') {
        text.pop();
    }
    text
}

fn places(options: &[ProductOption]) -> HashMap<i64, usize> {
    let values = |option: &ProductOption| {
        let ids = option.values.iter().map(|value| value.id.value);
        ids.enumerate()
            .map(|(place, id)| (id, place))
            .collect::<Vec<_>>()
    };
    options.iter().flat_map(values).collect()
}

#[derive(Default)]
struct Node {
    children: BTreeMap<usize, Node>,
}

impl Node {
    fn write(&self, text: &mut String) {
        let is_last = self
            .children
            .values()
            .all(|child| child.children.is_empty());
        if is_last {
            write_ranges(&self.children.keys().copied().collect::<Vec<_>>(), text);
        } else {
            for (place, child) in &self.children {
                let _infallible = write!(text, "{place}:");
                child.write(text);
            }
        }
        text.push(',');
    }
}

/// Writes ascending numbers, those without a gap as `first-last`.
fn write_ranges(places: &[usize], text: &mut String) {
    let runs = places.chunk_by(|a, b| a + 1 == *b);
    for (index, run) in runs.enumerate() {
        let gap = if index > 0 { " " } else { "" };
        let _infallible = match run {
            [first, .., last] => write!(text, "{gap}{first}-{last}"),
            [only] => write!(text, "{gap}{only}"),
            [] => Ok(()),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::super::selection::tests::{options, variant};
    use super::*;

    #[track_caller]
    fn encodes(sizes: &[usize], combinations: &[&[usize]], expected: &str) {
        let options = options(sizes);
        let variants: Vec<Variant> = combinations
            .iter()
            .enumerate()
            .map(|(index, places)| variant(&options, index, places))
            .collect();
        assert_eq!(encode(&options, &variants), expected);
    }

    #[test]
    fn one_option() {
        encodes(&[1], &[&[0]], "v1_0");
        encodes(&[3], &[&[0], &[1], &[2]], "v1_0-2");
        encodes(&[8], &[&[7], &[0], &[2], &[3], &[4]], "v1_0 2-4 7");
    }

    #[test]
    fn two_options() {
        encodes(
            &[2, 2],
            &[&[0, 0], &[0, 1], &[1, 0], &[1, 1]],
            "v1_0:0-1,1:0-1,",
        );
        encodes(&[3, 3], &[&[0, 2], &[2, 0], &[2, 2]], "v1_0:2,2:0 2,");
    }

    #[test]
    fn three_options() {
        let combinations: [&[usize]; 8] = [
            &[0, 0, 0],
            &[0, 1, 0],
            &[0, 1, 1],
            &[1, 0, 0],
            &[1, 0, 1],
            &[1, 1, 1],
            &[2, 0, 1],
            &[2, 1, 0],
        ];
        encodes(
            &[3, 2, 2],
            &combinations,
            "v1_0:0:0,1:0-1,,1:0:0-1,1:1,,2:0:1,1:0,,",
        );
    }

    #[test]
    fn nothing() {
        encodes(&[2, 2], &[], "v1_");
        encodes(&[], &[&[]], "v1_");
    }
}
