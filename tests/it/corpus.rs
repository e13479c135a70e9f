//! A corpus of operations, written from the contract: each field of the two roots, each list forwards and
//! backwards, each value of each enum that can be given. What each costs in SQL statements, and what mutations are refused for, stands in
//! `corpus/queries.txt` and `corpus/mutations.txt`; a change that saves or costs some is written there by `UPDATE=1 bin/test corpus`.

mod world;

use std::collections::{BTreeMap, BTreeSet};

use async_graphql::parser::parse_query;
use async_graphql::parser::types::{BaseType, DocumentOperations, Type};
use serde_json::{Map, Value, json};
use tests::Answer;

use self::world::World;
use crate::contract::committed;

const QUERIES: &str = include_str!("corpus/queries.graphql");
const MUTATIONS: &str = include_str!("corpus/mutations.graphql");
/// What each costs, in `queries.txt` and `mutations.txt`.
const COSTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/it/corpus");

/// Lists that have nothing in them in the shop under test; docs/contract.md says of most why.
const EMPTY: &[&str] = &[
    "OrderDiscounts",
    "ProductSellingPlans",
    "VariantComponents",
    "VariantGroupedBy",
    "VariantPriceBreaks",
    "VariantSellingPlans",
];

/// Lists that have one entry: a cart is one parcel, and what was bought here is one line.
const SINGLE: &[&str] = &["CartDeliveryGroups", "OrderLines"];

/// Lists of things of which there are none: parcels on their way, and ways of selling.
const UNREACHED: &[&str] = &["fulfillmentLineItems", "sellingPlans"];

/// What a list is asked for with.
const WINDOW: [&str; 4] = ["first", "after", "last", "before"];

struct Operation {
    name: String,
    text: String,
    /// Its variables with the names of their types.
    variables: BTreeMap<String, String>,
}

/// The operations of a file: blocks with empty lines between them.
fn operations(file: &str) -> Vec<Operation> {
    let blocks = file.split("\n\n").filter(|block| !block.starts_with('#'));
    blocks.map(|block| operation(block.trim())).collect()
}

fn operation(text: &str) -> Operation {
    let document = parse_query(text).unwrap_or_else(|error| panic!("{text}: {error}"));
    let DocumentOperations::Multiple(named) = document.operations else {
        panic!("{text} has no name");
    };
    assert_eq!(named.len(), 1, "{text}");
    let (name, operation) = named.into_iter().next().unwrap();
    let variables = operation.node.variable_definitions.iter();
    Operation {
        name: name.to_string(),
        text: text.to_owned(),
        variables: variables
            .map(|variable| {
                let kind = base(&variable.node.var_type.node);
                (variable.node.name.node.to_string(), kind)
            })
            .collect(),
    }
}

fn base(kind: &Type) -> String {
    match &kind.base {
        BaseType::Named(name) => name.to_string(),
        BaseType::List(inner) => base(inner),
    }
}

/// The schema as introspection tells it.
struct Schema {
    types: BTreeMap<String, Value>,
}

const INTROSPECTION: &str = "{ __schema { types { kind name enumValues(includeDeprecated: true) { name } \
    inputFields { name type { ...T } } fields(includeDeprecated: true) { name type { ...T } args { name type { ...T } } } } \
    directives { args { name type { ...T } } } } } \
    fragment T on __Type { name ofType { name ofType { name ofType { name ofType { name } } } } }";

impl Schema {
    async fn read() -> Self {
        let answer = schema::storefront::build().execute(INTROSPECTION).await;
        assert_eq!(answer.errors, []);
        let told = answer.data.into_json().unwrap();
        let types = told["__schema"]["types"].as_array().unwrap().iter();
        let types = types.filter(|kind| !text(&kind["name"]).starts_with("__"));
        Self {
            types: types
                .map(|kind| (text(&kind["name"]), kind.clone()))
                .collect(),
        }
    }

    /// The values of an enum, none for any other type.
    fn values(&self, kind: &str) -> Vec<String> {
        let values = self.types.get(kind).map(|kind| &kind["enumValues"]);
        let values = values.and_then(Value::as_array).into_iter().flatten();
        values.map(|value| text(&value["name"])).collect()
    }

    fn fields<'s>(&'s self, of: &str) -> impl Iterator<Item = &'s Value> {
        self.types[of]["fields"].as_array().into_iter().flatten()
    }

    /// Enums that an argument or a field of an input has.
    fn given_enums(&self) -> BTreeSet<String> {
        let outputs = self.types.values();
        let arguments = outputs
            .flat_map(|kind| kind["fields"].as_array().into_iter().flatten())
            .flat_map(|field| field["args"].as_array().into_iter().flatten());
        let inputs = self
            .types
            .values()
            .flat_map(|kind| kind["inputFields"].as_array().into_iter().flatten());
        let named = arguments
            .chain(inputs)
            .map(|given| innermost(&given["type"]));
        named.filter(|kind| !self.values(kind).is_empty()).collect()
    }

    /// Fields that are lists with cursors.
    fn lists(&self) -> BTreeSet<String> {
        let walked = |field: &&Value| {
            let arguments = field["args"].as_array().into_iter().flatten();
            arguments.filter(|given| given["name"] == "before").count() == 1
        };
        let types = self
            .types
            .iter()
            .filter(|(_, kind)| kind["kind"] == "OBJECT");
        types
            .flat_map(|(_, kind)| kind["fields"].as_array().into_iter().flatten())
            .filter(walked)
            .map(|field| text(&field["name"]))
            .collect()
    }
}

fn innermost(kind: &Value) -> String {
    let mut kind = kind;
    while !kind["ofType"].is_null() {
        kind = &kind["ofType"];
    }
    text(&kind["name"])
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn the_corpus_leaves_nothing_out() {
    let schema = Schema::read().await;
    for (file, root) in [(QUERIES, "QueryRoot"), (MUTATIONS, "Mutation")] {
        let asked: BTreeSet<String> = operations(file).iter().flat_map(roots).collect();
        let fields = schema.fields(root).map(|field| text(&field["name"]));
        let left: Vec<String> = fields.filter(|field| !asked.contains(field)).collect();
        assert!(left.is_empty(), "{root} has more fields: {left:?}");
    }
    let all: Vec<Operation> = [QUERIES, MUTATIONS]
        .map(operations)
        .into_iter()
        .flatten()
        .collect();
    let given: BTreeSet<&String> = all.iter().flat_map(|o| o.variables.values()).collect();
    let left: Vec<String> = schema
        .given_enums()
        .into_iter()
        .filter(|e| !given.contains(e))
        .collect();
    assert!(left.is_empty(), "enums whose values nobody gives: {left:?}");
    let walked: Vec<&Operation> = all.iter().filter(|o| is_walked(o)).collect();
    let is_asked = |list: &String| {
        let asked = format!(" {list}(");
        let window = "first: $first, after: $after, last: $last, before: $before";
        let mut lists = walked.iter().filter(|operation| {
            let (_, after) = operation.text.split_once(&asked).unwrap_or_default();
            after
                .split(')')
                .next()
                .is_some_and(|given| given.contains(window))
        });
        lists.next().is_some()
    };
    let left = schema.lists().into_iter().filter(|list| !is_asked(list));
    let left: Vec<String> = left
        .filter(|list| !UNREACHED.contains(&list.as_str()))
        .collect();
    assert!(
        left.is_empty(),
        "lists that are not walked through: {left:?}"
    );
}

/// The fields of the root that an operation asks for.
fn roots(operation: &Operation) -> Vec<String> {
    let document = parse_query(&operation.text).unwrap();
    let operations = document.operations.iter();
    let items = operations.flat_map(|(_, operation)| &operation.node.selection_set.node.items);
    let fields = items.filter_map(|item| match &item.node {
        async_graphql::parser::types::Selection::Field(field) => Some(field),
        _ => None,
    });
    fields
        .map(|field| field.node.name.node.to_string())
        .collect()
}

fn is_walked(operation: &Operation) -> bool {
    WINDOW
        .iter()
        .all(|name| operation.variables.contains_key(*name))
}

#[tokio::test]
async fn every_query_answers_forwards_backwards_and_with_every_value() {
    let (world, schema) = (World::new().await, Schema::read().await);
    let mut costs = String::new();
    for operation in operations(QUERIES) {
        let given = world.variables(&operation.variables).await;
        let mut most = 0;
        if is_walked(&operation) {
            most = walk(&world, &operation, &given).await;
        } else {
            most = most.max(ask(&world, &operation, given.clone()).await.statements);
        }
        most = most.max(every_value(&world, &schema, &operation, &given).await);
        costs.push_str(&format!("{}: {most}\n", operation.name));
    }
    committed(&format!("{COSTS}/queries.txt"), &costs);
}

#[tokio::test]
async fn every_mutation_answers_with_every_value() {
    let (world, schema) = (World::new().await, Schema::read().await);
    let mut costs = String::new();
    for operation in operations(MUTATIONS) {
        let given = world.variables(&operation.variables).await;
        let first = ask(&world, &operation, given.clone()).await;
        every_value(&world, &schema, &operation, &given).await;
        let (name, cost) = (&operation.name, first.statements);
        costs.push_str(&format!("{name}: {cost}{}\n", refused(first.data())));
    }
    committed(&format!("{COSTS}/mutations.txt"), &costs);
}

/// What a mutation was refused for, such as ` (TOKEN_INVALID)`.
fn refused(data: &Value) -> String {
    let payloads = data.as_object().into_iter().flat_map(|data| data.values());
    let lists =
        payloads.flat_map(|payload| [&payload["userErrors"], &payload["customerUserErrors"]]);
    let errors = lists.filter_map(Value::as_array).flatten();
    let told = errors.filter_map(|error| error["code"].as_str().or(error["message"].as_str()));
    let told: BTreeSet<&str> = told.collect();
    match told.is_empty() {
        true => String::new(),
        false => format!(" ({})", Vec::from_iter(told).join(", ")),
    }
}

async fn ask(world: &World, operation: &Operation, given: Map<String, Value>) -> Answer {
    let answer = world.app().graphql(&operation.text, json!(given)).await;
    assert_eq!(answer.status, 200, "{}", operation.name);
    let errors = &answer.body["errors"];
    assert!(
        errors.is_null(),
        "{}: {errors} for {given:?}",
        operation.name
    );
    answer
}

/// Asks with each value of each enum among the variables; answers the most statements that one took.
async fn every_value(
    world: &World,
    schema: &Schema,
    operation: &Operation,
    given: &Map<String, Value>,
) -> u64 {
    let mut most = 0;
    for (variable, kind) in &operation.variables {
        for value in schema.values(kind) {
            let mut given = given.clone();
            given.insert(variable.clone(), json!(value));
            if is_walked(operation) {
                given.insert("first".to_owned(), json!(2));
            }
            most = most.max(ask(world, operation, given).await.statements);
        }
    }
    most
}

/// Walks through a list entry by entry, to its end and back; answers the most statements of one step.
async fn walk(world: &World, operation: &Operation, given: &Map<String, Value>) -> u64 {
    let name = &operation.name;
    let mut ways = Vec::new();
    let mut most = 0;
    for [size, from, end, more, fewer] in [
        [
            "first",
            "after",
            "endCursor",
            "hasNextPage",
            "hasPreviousPage",
        ],
        [
            "last",
            "before",
            "startCursor",
            "hasPreviousPage",
            "hasNextPage",
        ],
    ] {
        let (mut seen, mut cursor) = (Vec::new(), Value::Null);
        loop {
            let mut given = given.clone();
            given.insert(size.to_owned(), json!(1));
            given.insert(from.to_owned(), cursor.clone());
            let answer = ask(world, operation, given).await;
            most = most.max(answer.statements);
            let list = list_in(answer.data()).unwrap_or_else(|| panic!("{name}: {}", answer.body));
            let page = &list["pageInfo"];
            assert_eq!(
                page[fewer],
                !seen.is_empty(),
                "{name}: {fewer} after {seen:?}"
            );
            let edges = list["edges"].as_array().unwrap();
            assert!(edges.len() <= 1, "{name}: {edges:?}");
            seen.extend(edges.iter().map(|edge| edge["node"].to_string()));
            if page[more] == false {
                break;
            }
            cursor = page[end].clone();
            assert!(cursor.is_string() && seen.len() < 100, "{name}: {page}");
        }
        ways.push(seen);
    }
    let mut there = ways.remove(0);
    there.reverse();
    assert_eq!(there, ways[0], "{name} is the same both ways");
    let entries = there.iter().collect::<BTreeSet<_>>().len();
    assert_eq!(entries, there.len(), "{name} shows nothing twice");
    match (
        EMPTY.contains(&name.as_str()),
        SINGLE.contains(&name.as_str()),
    ) {
        (true, _) => assert_eq!(entries, 0, "{name}"),
        (_, true) => assert_eq!(entries, 1, "{name}"),
        _ => assert!(entries >= 2, "{name} has {entries}"),
    }
    most
}

/// The first list in an answer that says whether there is more.
fn list_in(value: &Value) -> Option<&Value> {
    match value {
        Value::Object(fields) if fields.contains_key("edges") => Some(value),
        Value::Object(fields) => fields.values().find_map(list_in),
        Value::Array(entries) => entries.iter().find_map(list_in),
        _ => None,
    }
}
