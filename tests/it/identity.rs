//! Customers: their accounts, what proves that somebody is one, and who sees what.

mod accounts;
mod addresses;
mod bearer;
mod erasure;
mod fields;
mod links;
mod logs;
mod mail_limits;
mod matrix;
mod orders;
mod plans;
mod sessions;
mod sign_in;
mod spoken;
mod staff;

use serde_json::{Value, json};
use tests::TestApp;

/// Runs one mutation; `arguments` is `declarations|arguments`. Answers its payload.
pub(crate) async fn mutate(
    app: &TestApp,
    field: &str,
    arguments: &str,
    selection: &str,
    variables: Value,
) -> Value {
    let (declared, arguments) = arguments.split_once('|').expect("declarations|arguments");
    let query = format!("mutation ({declared}) {{ {field}({arguments}) {{ {selection} }} }}");
    app.graphql(&query, variables).await.data()[field].clone()
}

/// The codes and fields of the refusals of a payload; `-` for what is null.
pub(crate) fn refused(payload: &Value) -> Vec<String> {
    let errors = payload["customerUserErrors"].as_array().expect("errors");
    let one = |error: &Value| {
        let code = error["code"].as_str().unwrap_or("-");
        let field = error["field"].as_array().map(|parts| {
            let parts = parts.iter().map(|part| part.as_str().unwrap_or("?"));
            parts.collect::<Vec<_>>().join(".")
        });
        assert_ne!(error["message"], json!(""));
        format!("{code} {}", field.unwrap_or_else(|| "-".to_owned()))
    };
    errors.iter().map(one).collect()
}

/// What most selections need to know of refusals.
pub(crate) const ERRORS: &str = "customerUserErrors { code field message }";
