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

/// Whether a line reads a clock of the database other than `db_now()`.
fn reads_another_clock(line: &str) -> bool {
    let line = line.to_lowercase();
    let calls = line.match_indices("now()").any(|(at, _)| {
        let before = line[..at].chars().next_back();
        // `clock.now()`, `Instant::now()` and `db_now()` are others.
        !before.is_some_and(|before| before.is_alphanumeric() || "._:".contains(before))
            && !line[..at].ends_with("fn ")
    });
    let names = [
        "current_timestamp",
        "current_date",
        "localtimestamp",
        "clock_timestamp",
        "statement_timestamp",
        "transaction_timestamp",
        "timeofday()",
    ];
    calls || names.iter().any(|name| line.contains(name)) || line.contains("pg_catalog.now()")
}

#[test]
fn sql_reads_the_time_through_one_function() {
    let mut files = Vec::new();
    for folder in ["api", "commerce", "providers", "schema", "worker"] {
        sources(&root().join(folder), ".rs", &mut files);
        sources(&root().join(folder), ".sql", &mut files);
    }
    // What older ones say was redefined, see the migration `times_by_db_now`.
    let mut migrations = Vec::new();
    sources(&root().join("migrations"), "up.sql", &mut migrations);
    files.extend(migrations.into_iter().filter(|path| {
        let folder = path.parent().and_then(Path::file_name);
        folder.is_some_and(|name| name.to_string_lossy().as_ref() > "20261130000100_db_now")
    }));
    assert!(files.len() > 300, "the walk found {} files", files.len());
    let found: Vec<String> = files
        .iter()
        .flat_map(|path| {
            let text = fs::read_to_string(path).unwrap();
            let lines = text.lines().enumerate();
            let met = lines.filter(|(_, line)| reads_another_clock(line));
            met.map(|(number, line)| format!("{}:{}: {line}", path.display(), number + 1))
                .collect::<Vec<_>>()
        })
        .collect();
    assert!(found.is_empty(), "use db_now(): {found:#?}");
}
