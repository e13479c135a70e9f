//! What a reviewer would forget: who may know whom, how long a file may get, what is documented.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// A crate and what it must never depend on; see docs/architecture.md.
const FORBIDDEN: &[(&str, &[&str])] = &[
    (
        "commerce",
        &[
            "async-graphql",
            "poem",
            "apalis",
            "apalis-core",
            "reqwest",
            "lettre",
            "schema",
            "providers",
        ],
    ),
    (
        "schema",
        &[
            "poem",
            "apalis",
            "apalis-core",
            "providers",
            "diesel",
            "diesel-async",
            "reqwest",
        ],
    ),
    (
        "providers",
        &[
            "schema",
            "poem",
            "apalis",
            "apalis-core",
            "diesel",
            "diesel-async",
        ],
    ),
    ("api", &["apalis", "apalis-core", "diesel", "diesel-async"]),
    (
        "worker",
        &["schema", "poem", "async-graphql", "diesel", "diesel-async"],
    ),
];

const LONGEST_FILE: usize = 600;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn sources(folder: &Path, ending: &str, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        let name = entry.file_name().into_string().unwrap();
        if path.is_dir() && name != "target" && name != "node_modules" && !name.starts_with('.') {
            sources(&path, ending, found);
        } else if name.ends_with(ending) {
            found.push(path);
        }
    }
}

fn rust_files() -> Vec<PathBuf> {
    let mut found = Vec::new();
    sources(&root(), ".rs", &mut found);
    assert!(
        found.len() > 20,
        "the walk found {} files only",
        found.len()
    );
    found
}

#[test]
fn no_crate_knows_what_it_must_not() {
    for (name, forbidden) in FORBIDDEN {
        let manifest = fs::read_to_string(root().join(name).join("Cargo.toml")).unwrap();
        let known: BTreeSet<&str> = manifest
            .lines()
            .filter_map(|line| line.split(['.', ' ', '=']).next())
            .collect();
        let met: Vec<&&str> = forbidden.iter().filter(|f| known.contains(**f)).collect();
        assert!(met.is_empty(), "{name} depends on {met:?}");
    }
}

#[test]
fn nothing_of_ours_depends_on_the_tests() {
    for (name, _) in FORBIDDEN {
        let manifest = fs::read_to_string(root().join(name).join("Cargo.toml")).unwrap();
        assert!(
            !manifest.lines().any(|line| line.starts_with("tests")),
            "{name} knows the tests"
        );
    }
}

#[test]
fn no_file_has_grown_too_long() {
    let long: Vec<String> = rust_files()
        .into_iter()
        .filter_map(|path| {
            let lines = fs::read_to_string(&path).unwrap().lines().count();
            (lines > LONGEST_FILE).then(|| format!("{}: {lines}", path.display()))
        })
        .collect();
    assert!(
        long.is_empty(),
        "longer than {LONGEST_FILE} lines, split them: {long:#?}"
    );
}
