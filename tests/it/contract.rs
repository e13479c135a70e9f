//! Our storefront schema against the contract's introspection, which `@shopify/hydrogen-react` carries.
//!
//! Nothing may differ, and nothing may be missing.

use std::collections::{BTreeMap, BTreeSet};

use commerce::config::Reader;
use serde_json::{Value, json};
use tests::TestApp;

const CONTRACT: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/contract/node_modules/@shopify/hydrogen-react/storefront.schema.json"
);
const SDL: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../schema/storefront.graphql");

const INTROSPECTION: &str = "{ __schema {
    queryType { name } mutationType { name }
    directives { name locations args { ...Input } }
    types { kind name interfaces { name } possibleTypes { name } inputFields { ...Input }
        enumValues(includeDeprecated: true) { name isDeprecated }
        fields(includeDeprecated: true) { name isDeprecated type { ...Type } args { ...Input } } } } }
fragment Input on __InputValue { name defaultValue type { ...Type } }
fragment Type on __Type { kind name ofType { kind name ofType { kind name ofType { kind name \
    ofType { kind name ofType { kind name } } } } } }";

/// A schema as one line for each thing in it: its path, and what it is.
type Lines = BTreeMap<String, String>;

#[tokio::test]
async fn nothing_differs_from_the_contract() {
    let contract = std::fs::read_to_string(CONTRACT).expect("npm ci in tests/contract brings it");
    let contract: Value = serde_json::from_str(&contract).unwrap();
    let app = TestApp::new().await;
    let answer = app.graphql(INTROSPECTION, json!({})).await;
    let ours = lines(&answer.data()["__schema"]);
    let theirs = lines(
        contract
            .pointer("/data/__schema")
            .unwrap_or(&contract["__schema"]),
    );

    let different: Vec<String> = ours
        .iter()
        .filter_map(|(path, is)| match theirs.get(path) {
            Some(wanted) if wanted == is => None,
            Some(wanted) => Some(format!("{path}: {is}, not {wanted}")),
            None => Some(format!("{path}: {is}, which the contract does not have")),
        })
        .collect();
    assert!(
        different.is_empty(),
        "{} differ:\n{}",
        different.len(),
        different.join("\n")
    );

    assert_eq!(missing(&ours, &theirs), [""; 0]);
}

#[test]
fn the_schema_is_the_committed_one() {
    committed(SDL, &schema::storefront::sdl());
}

/// What the contract has and we do not; a missing type stands for everything in it.
fn missing(ours: &Lines, theirs: &Lines) -> Vec<String> {
    let mut missing: Vec<String> = Vec::new();
    for path in theirs.keys().filter(|path| !ours.contains_key(*path)) {
        let inside = missing.last().is_some_and(|last| {
            path.strip_prefix(last.as_str())
                .is_some_and(|rest| rest.starts_with(['.', '(', ' ']))
        });
        if !inside {
            missing.push(path.clone());
        }
    }
    missing
}

fn lines(schema: &Value) -> Lines {
    let mut lines = Lines::new();
    for root in ["queryType", "mutationType"] {
        if let Some(name) = schema[root]["name"].as_str() {
            lines.insert(root.to_owned(), name.to_owned());
        }
    }
    for directive in list(&schema["directives"]) {
        let name = format!("@{}", text(&directive["name"]));
        let places: BTreeSet<String> = list(&directive["locations"]).iter().map(text).collect();
        for input in list(&directive["args"]) {
            lines.insert(
                format!("{name}({})", text(&input["name"])),
                input_line(input),
            );
        }
        lines.insert(name, format!("{places:?}"));
    }
    for kind in list(&schema["types"]) {
        let name = text(&kind["name"]);
        if !name.starts_with("__") {
            type_lines(&name, kind, &mut lines);
        }
    }
    lines
}

fn type_lines(name: &str, kind: &Value, lines: &mut Lines) {
    for field in list(&kind["fields"]) {
        let path = format!("{name}.{}", text(&field["name"]));
        for input in list(&field["args"]) {
            lines.insert(
                format!("{path}({})", text(&input["name"])),
                input_line(input),
            );
        }
        let line = format!("{}{}", type_name(&field["type"]), deprecated(field));
        lines.insert(path, line);
    }
    for input in list(&kind["inputFields"]) {
        lines.insert(
            format!("{name}.{}", text(&input["name"])),
            input_line(input),
        );
    }
    for value in list(&kind["enumValues"]) {
        lines.insert(
            format!("{name}.{}", text(&value["name"])),
            format!("a value{}", deprecated(value)),
        );
    }
    for interface in list(&kind["interfaces"]) {
        lines.insert(
            format!("{name} implements {}", text(&interface["name"])),
            "yes".to_owned(),
        );
    }
    // An interface's possible types are said by the types themselves.
    if kind["kind"] == "UNION" {
        for possible in list(&kind["possibleTypes"]) {
            lines.insert(
                format!("{name} is {}", text(&possible["name"])),
                "yes".to_owned(),
            );
        }
    }
    lines.insert(name.to_owned(), text(&kind["kind"]));
}

fn input_line(input: &Value) -> String {
    // `= null` says nothing that an absent value does not.
    match input["defaultValue"]
        .as_str()
        .filter(|value| *value != "null")
    {
        // A whole number may be written either way.
        Some(value) => {
            let value = value.strip_suffix(".0").unwrap_or(value);
            format!("{} = {value}", type_name(&input["type"]))
        }
        None => type_name(&input["type"]),
    }
}

fn deprecated(thing: &Value) -> &'static str {
    if thing["isDeprecated"] == true {
        ", deprecated"
    } else {
        ""
    }
}

fn type_name(kind: &Value) -> String {
    match kind["kind"].as_str() {
        Some("NON_NULL") => format!("{}!", type_name(&kind["ofType"])),
        Some("LIST") => format!("[{}]", type_name(&kind["ofType"])),
        _ => text(&kind["name"]),
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// Compares a generated text with the committed file, or writes it when `UPDATE` is set.
pub(crate) fn committed(path: &str, is: &str) {
    if Reader::from_environment().optional("UPDATE").is_some() {
        std::fs::write(path, is).expect("the generated file can be written");
        return;
    }
    let was = std::fs::read_to_string(path).unwrap_or_default();
    let (was, now): (BTreeSet<&str>, BTreeSet<&str>) =
        (was.lines().collect(), is.lines().collect());
    let gone: Vec<_> = was.difference(&now).collect();
    let new: Vec<_> = now.difference(&was).collect();
    assert!(
        gone.is_empty() && new.is_empty(),
        "{path} is out of date: UPDATE=1 bin/test contract\nno longer: {gone:#?}\nnew: {new:#?}"
    );
}
