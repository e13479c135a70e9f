//! Every variable that the programs read is documented and in the example, and no others are.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

const CALLS: [&str; 4] = [".optional(", ".required(", ".parsed(", ".address("];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The variables named in calls of the configuration reader, in all crates but this one.
fn read_variables() -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for package in ["api", "commerce", "providers", "schema", "worker"] {
        visit(&root().join(package).join("src"), &mut |source| {
            for call in CALLS {
                for after in source.split(call).skip(1) {
                    let Some(argument) = after.trim_start().strip_prefix('"') else {
                        continue;
                    };
                    let name: String = argument.chars().take_while(|c| *c != '"').collect();
                    if is_variable(&name) {
                        names.insert(name);
                    }
                }
            }
        });
    }
    names
}

fn visit(directory: &Path, on_source: &mut impl FnMut(&str)) {
    for entry in fs::read_dir(directory).expect("a source directory") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            visit(&path, on_source);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            on_source(&fs::read_to_string(&path).expect("a source file"));
        }
    }
}

fn is_variable(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c == '_' || c.is_ascii_uppercase())
}

/// The names that begin a line of `file` after `prefix` and end at `end`.
fn listed_in(file: &str, prefix: &str, end: char) -> BTreeSet<String> {
    let text = fs::read_to_string(root().join(file)).expect("the file");
    let names = text.lines().filter_map(|line| {
        let (name, _) = line.strip_prefix(prefix)?.split_once(end)?;
        is_variable(name).then(|| name.to_owned())
    });
    names.collect()
}

#[test]
fn every_variable_is_documented() {
    let documented = listed_in("docs/configuration.md", "| `", '`');
    assert_eq!(documented, read_variables());
}

#[test]
fn the_example_has_every_variable() {
    let documented = listed_in("docs/configuration.md", "| `", '`');
    assert_eq!(listed_in(".env.example", "", '='), documented);
}
