//! Where a field fails, it is null if it may be, and otherwise the nearest thing around it that may be (GraphQL 6.4.4).

use std::collections::HashMap;

use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{
    BaseType, FieldDefinition, Type, TypeKind, TypeSystemDefinition,
};
use serde_json::{Value, json};
use tests::factory::catalog::ProductSeed;
use tests::{Answer, TestApp};

const SDL: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../schema/storefront.graphql");
const CART: &str = "gid://shopify/Cart/00000000-0000-0000-0000-000000000001?key=a";
const ATTEMPT: &str = "00000000000000000000000000000001-a";

/// Some of the fields at the root that need the database; others may be answered, or refused in words, without it.
const NEED_DATABASE: [&str; 16] = [
    "article",
    "cart",
    "collection",
    "collections",
    "customer",
    "menu",
    "metaobject",
    "node",
    "nodes",
    "pages",
    "product",
    "products",
    "search",
    "cartCreate",
    "cartLinesAdd",
    "customerRecover",
];

/// The kinds of types by their names.
struct Kinds(HashMap<String, TypeKind>);

impl Kinds {
    fn read() -> Self {
        let text = std::fs::read_to_string(SDL).unwrap();
        let definitions = parse_schema(&text).unwrap().definitions.into_iter();
        Self(
            definitions
                .filter_map(|definition| match definition {
                    TypeSystemDefinition::Type(kind) => {
                        Some((kind.node.name.node.to_string(), kind.node.kind))
                    }
                    _ => None,
                })
                .collect(),
        )
    }

    fn fields(&self, name: &str) -> Vec<&FieldDefinition> {
        match &self.0[name] {
            TypeKind::Object(object) => object.fields.iter().map(|field| &field.node).collect(),
            other => panic!("{name} is {other:?}"),
        }
    }

    /// A field with the arguments that it needs, and the selection that every type has.
    fn ask(&self, field: &FieldDefinition) -> String {
        let kind = &field.ty.node;
        let arguments = field.arguments.iter().map(|argument| &argument.node);
        let arguments: Vec<String> = arguments
            .filter(|argument| {
                let name = argument.name.node.as_str();
                let needed = !argument.ty.node.nullable && argument.default_value.is_none();
                needed || matches!(name, "first" | "id")
            })
            .map(|argument| {
                let name = argument.name.node.as_str();
                let id = if name == "id" { named(kind) } else { "" };
                format!("{name}: {}", self.value(&argument.ty.node, name, id))
            })
            .collect();
        let arguments = match arguments.is_empty() {
            true => String::new(),
            false => format!("({})", arguments.join(", ")),
        };
        let selection = match self.0.get(named(kind)) {
            Some(TypeKind::Object(_) | TypeKind::Interface(_) | TypeKind::Union(_)) => {
                "{ __typename }"
            }
            _ => "",
        };
        format!("{}{arguments} {selection}", field.name.node)
    }

    /// Something that an argument of this name takes; of ids one of the type `of`.
    fn value(&self, kind: &Type, name: &str, of: &str) -> String {
        let base = match &kind.base {
            BaseType::List(inner) => return format!("[{}]", self.value(inner, name, of)),
            BaseType::Named(base) => base.as_str(),
        };
        match self.0.get(base) {
            Some(TypeKind::Enum(kind)) => return kind.values[0].node.value.node.to_string(),
            Some(TypeKind::InputObject(input)) => {
                let fields = input.fields.iter().map(|field| &field.node);
                let needed = fields.filter(|field| !field.ty.node.nullable);
                let fields: Vec<String> = needed
                    .map(|field| {
                        let name = field.name.node.as_str();
                        format!("{name}: {}", self.value(&field.ty.node, name, ""))
                    })
                    .collect();
                return format!("{{ {} }}", fields.join(", "));
            }
            _ => {}
        }
        let text = match (base, name) {
            ("Int" | "Float", _) => return "1".to_owned(),
            ("Boolean", _) => return "true".to_owned(),
            ("Decimal", _) => "1.0",
            ("URL", _) => "https://shop.example/a/1/b",
            ("ID", "cartId" | "sourceCartId" | "ownerId") => CART,
            ("ID", "id") if of == "Cart" => CART,
            ("ID", _) if of == "Node" || of.is_empty() => "gid://shopify/Product/1",
            ("ID", _) => return format!("\"gid://shopify/{of}/1\""),
            (_, "attemptId") => ATTEMPT,
            (_, "email") => "ada@mail.example",
            (_, "password") => "long enough",
            _ => "a",
        };
        format!("\"{text}\"")
    }
}

fn named(kind: &Type) -> &str {
    match &kind.base {
        BaseType::List(inner) => named(inner),
        BaseType::Named(name) => name,
    }
}

/// An application whose every statement fails from here on.
async fn broken() -> TestApp {
    let app = TestApp::new().await;
    assert!(app.graphql("{ shop { name } }", json!({})).await.data()["shop"]["name"].is_string());
    app.execute("ALTER SCHEMA public RENAME TO elsewhere").await;
    app
}

fn paths(answer: &Answer) -> Vec<&Value> {
    let errors = answer.body["errors"].as_array().into_iter().flatten();
    errors.map(|error| &error["path"]).collect()
}

#[tokio::test]
async fn a_field_at_the_root_that_fails_takes_nobody_along_but_by_its_type() {
    let app = broken().await;
    let kinds = Kinds::read();
    let mut failed = Vec::new();
    for (root, keyword) in [("QueryRoot", "query"), ("Mutation", "mutation")] {
        for field in kinds.fields(root) {
            let name = field.name.node.as_str();
            let document = format!("{keyword} {{ failed: {} __typename }}", kinds.ask(field));
            let answer = app.graphql(&document, json!({})).await;
            if answer.body.get("errors").is_none() {
                continue;
            }
            let body = &answer.body;
            let code = &body["errors"][0]["extensions"]["code"];
            // Some need one of several arguments, and are refused in words without it.
            let is_refused = code == "INVALID_ARGUMENT";
            assert!(
                is_refused || code == "INTERNAL_SERVER_ERROR",
                "{document}: {body}"
            );
            let things = match &field.ty.node.base {
                BaseType::List(thing) => thing.nullable,
                BaseType::Named(_) => false,
            };
            let data = match (field.ty.node.nullable, things) {
                // Each thing failed by itself.
                (_, true) => json!({ "failed": [null], "__typename": root }),
                (true, false) => json!({ "failed": null, "__typename": root }),
                (false, false) => Value::Null,
            };
            assert_eq!(body["data"], data, "{document}: {body}");
            let paths = paths(&answer);
            assert_eq!(paths.len(), 1, "{document}: {body}");
            assert_eq!(paths[0][0], "failed", "{document}: {body}");
            if !is_refused {
                failed.push(name.to_owned());
            }
        }
    }
    for name in NEED_DATABASE {
        assert!(failed.iter().any(|failed| failed == name), "{name}");
    }
}

#[tokio::test]
async fn a_mutation_that_fails_leaves_the_others_theirs() {
    let app = TestApp::new().await;
    app.execute(
        "ALTER TABLE customer_access_tokens RENAME TO elsewhere; ALTER TABLE customer_sessions RENAME TO nowhere",
    )
    .await;
    let document = "mutation { \
        a: customerAccessTokenDelete(customerAccessToken: \"a\") { deletedAccessToken } \
        b: cartCreate(input: { note: \"kept\" }) { cart { note } } \
        c: customerAccessTokenDelete(customerAccessToken: \"c\") { deletedAccessToken } }";
    let answer = app.graphql(document, json!({})).await;
    let data = json!({ "a": null, "b": { "cart": { "note": "kept" } }, "c": null });
    assert_eq!((answer.status, &answer.body["data"]), (200, &data));
    assert_eq!(paths(&answer), [&json!(["a"]), &json!(["c"])]);
}

#[tokio::test]
async fn what_may_be_null_is_null_in_its_place_however_deep() {
    let app = TestApp::new().await;
    let lamp = ProductSeed::new("lamp").create(&app).await;
    app.execute(
        "ALTER TABLE metafields RENAME TO elsewhere; ALTER TABLE collections RENAME TO nowhere",
    )
    .await;
    let id = format!("gid://shopify/Product/{lamp}");

    // A field that may be null, in a list of things that may not.
    let document = "{ products(first: 1) { nodes { handle metafield(key: \"a\") { value } } } \
        product(handle: \"lamp\") { handle metafield(key: \"a\") { value } } }";
    let answer = app.graphql(document, json!({})).await;
    let shown = json!({ "handle": "lamp", "metafield": null });
    let data = json!({ "products": { "nodes": [shown] }, "product": shown });
    assert_eq!(answer.body["data"], data);
    let found = paths(&answer);
    assert_eq!(found.len(), 2);
    assert!(found.contains(&&json!(["products", "nodes", 0, "metafield"])));
    assert!(found.contains(&&json!(["product", "metafield"])));

    // Things of a list that may be null.
    let document = "query ($ids: [ID!]!) { nodes(ids: $ids) { id } shop { id } }";
    let ids = json!({ "ids": [id, "gid://shopify/Collection/1"] });
    let answer = app.graphql(document, ids).await;
    assert_eq!(answer.body["data"]["nodes"], json!([{ "id": id }, null]));
    assert!(answer.body["data"]["shop"]["id"].is_string());
    assert_eq!(paths(&answer), [&json!(["nodes", 1])]);
    let document = "{ product(handle: \"lamp\") { handle metafields(identifiers: [{ key: \"a\" }, \
        { key: \"b\" }]) { value } } }";
    let answer = app.graphql(document, json!({})).await;
    let data = json!({ "product": { "handle": "lamp", "metafields": [null, null] } });
    assert_eq!(answer.body["data"], data);
    assert_eq!(paths(&answer).len(), 2);

    // A field that may not be null takes along what is around it, up to what may be.
    let document = "{ product(handle: \"lamp\") { handle collections(first: 1) { nodes { id } } } \
        other: product(handle: \"lamp\") { handle } }";
    let answer = app.graphql(document, json!({})).await;
    let data = json!({ "product": null, "other": { "handle": "lamp" } });
    assert_eq!(answer.body["data"], data);
    assert_eq!(paths(&answer), [&json!(["product", "collections"])]);
}

#[tokio::test]
async fn an_argument_that_is_refused_nulls_its_field() {
    let app = TestApp::new().await;
    let document = "{ product(id: \"odd\") { id } shop { __typename } }";
    let answer = app.graphql(document, json!({})).await;
    let data = json!({ "product": null, "shop": { "__typename": "Shop" } });
    assert_eq!(answer.body["data"], data);
    let answer = app.graphql(
        "{ node(id: \"odd\") { id } shop { __typename } }",
        json!({}),
    );
    let answer = answer.await;
    assert_eq!(answer.body["data"]["node"], Value::Null);
    assert_eq!(answer.body["data"]["shop"], json!({ "__typename": "Shop" }));
    let code = &answer.body["errors"][0]["extensions"]["code"];
    assert_eq!(code, "INVALID_ARGUMENT");
}
