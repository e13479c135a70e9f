//! Dependencies by `deny.toml`, checked from `cargo metadata`: licences, sources and duplicate versions.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde::Deserialize;
use serde_json::Value;
use spdx::{Expression, LicenseReq, ParseMode};

/// A crate that the workspace depends on.
struct Package {
    name: String,
    version: String,
    license: String,
    source: String,
}

#[derive(Deserialize)]
struct Policy {
    graph: Graph,
    licenses: Licenses,
    bans: Bans,
}

#[derive(Deserialize)]
struct Graph {
    targets: Vec<String>,
}

#[derive(Deserialize)]
struct Licenses {
    allow: Vec<String>,
}

#[derive(Deserialize)]
struct Bans {
    deny: Vec<Named>,
    skip: Vec<Named>,
}

#[derive(Deserialize)]
struct Named {
    #[serde(rename = "crate")]
    name: String,
}

fn policy() -> Policy {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../deny.toml");
    toml::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// All crates of others, for every target that we build for.
fn packages(policy: &Policy) -> Vec<Package> {
    let mut command = Command::new(env!("CARGO"));
    command
        .args(["metadata", "--format-version", "1", "--locked"])
        .args([
            "--manifest-path",
            concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml"),
        ]);
    for target in &policy.graph.targets {
        command.args(["--filter-platform", target]);
    }
    let output = command.output().unwrap();
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{error}");
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let all = metadata["packages"].as_array().unwrap().iter();
    all.filter(|package| !package["source"].is_null())
        .map(|package| Package {
            name: text(&package["name"]),
            version: text(&package["version"]),
            license: text(&package["license"]),
            source: text(&package["source"]),
        })
        .collect()
}

/// Whether a licence expression can be met with what is allowed. An exception only permits more.
fn is_allowed(license: &str, allowed: &[String]) -> bool {
    let named = |requirement: &LicenseReq| {
        let id = requirement.license.id();
        id.is_some_and(|id| allowed.iter().any(|name| name == id.name))
    };
    Expression::parse_mode(license, ParseMode::LAX).is_ok_and(|parsed| parsed.evaluate(named))
}

#[test]
fn licences_are_judged_as_expressions() {
    let allowed = ["MIT".to_owned(), "Apache-2.0".to_owned()];
    for good in [
        "MIT",
        "GPL-3.0 OR MIT",
        "MIT/Apache-2.0",
        "(GPL-2.0 OR MIT) AND Apache-2.0",
        "Apache-2.0 WITH LLVM-exception",
    ] {
        assert!(is_allowed(good, &allowed), "{good}");
    }
    for bad in ["GPL-3.0", "MIT AND GPL-3.0", "", "no licence at all"] {
        assert!(!is_allowed(bad, &allowed), "{bad}");
    }
}

#[test]
fn every_licence_is_allowed() {
    let policy = policy();
    let refused: Vec<String> = packages(&policy)
        .into_iter()
        .filter(|package| !is_allowed(&package.license, &policy.licenses.allow))
        .map(|package| format!("{} {}: {}", package.name, package.version, package.license))
        .collect();
    assert_eq!(refused, Vec::<String>::new());
}

#[test]
fn every_crate_comes_from_the_registry_and_none_is_banned() {
    let policy = policy();
    for package in packages(&policy) {
        let name = &package.name;
        assert!(
            package.source.starts_with("registry+"),
            "{name} is from {}",
            package.source
        );
        let banned = policy.bans.deny.iter().any(|banned| banned.name == *name);
        assert!(!banned, "{name} is banned by deny.toml");
    }
}

#[test]
fn versions_are_duplicate_only_where_it_is_known() {
    let policy = policy();
    let mut versions = BTreeMap::<String, BTreeSet<String>>::new();
    for package in packages(&policy) {
        versions
            .entry(package.name)
            .or_default()
            .insert(package.version);
    }
    versions.retain(|_, versions| versions.len() > 1);
    let mut unused: BTreeSet<&str> = policy
        .bans
        .skip
        .iter()
        .map(|skip| skip.name.as_str())
        .collect();
    let mut unknown = Vec::new();
    for (name, versions) in versions {
        let mut kept = versions.len();
        for version in versions {
            let skipped = policy.bans.skip.iter().find(|skip| {
                skip.name.split_once('@').is_some_and(|(of, prefix)| {
                    of == name && version.starts_with(&format!("{prefix}."))
                })
            });
            if let Some(skip) = skipped {
                unused.remove(skip.name.as_str());
                kept -= 1;
            }
        }
        if kept > 1 {
            unknown.push(name);
        }
    }
    assert_eq!((unknown, unused), (Vec::<String>::new(), BTreeSet::new()));
}
