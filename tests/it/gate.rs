//! The gate: what operations cost, whose bucket pays, and what callers are told.

mod buckets;
mod corpus;
mod nulls;
mod stops;
mod tokens;
mod work;

use api::config::EdgeConfig;
use api::graphql::{Budget, TokenRule};
use commerce::config::Profile;
use commerce::kernel::id::ordered_uuid;
use poem::Endpoint;
use poem::test::{TestClient, TestResponse};
use serde_json::{Value, json};
use std::time::Duration;

/// An edge with a bucket of `bucket` points for everybody, which fills up so slowly that no test
/// sees it.
fn edge(bucket: u32) -> EdgeConfig {
    let mut edge = EdgeConfig::of_profile(Profile::Development, "http://localhost:8080");
    let budget = Budget {
        bucket,
        per_second: 1,
        maximum: bucket,
    };
    edge.budgets.rule = TokenRule::Optional;
    edge.budgets.token = budget;
    edge.budgets.tokenless = budget;
    edge.key_prefix = format!("test-{}", ordered_uuid());
    edge.patience = Duration::from_secs(60);
    edge
}

/// One answer of a gated endpoint.
struct Told {
    status: u16,
    body: Value,
    headers: Vec<(String, String)>,
}

impl Told {
    async fn of(response: TestResponse) -> Self {
        let headers = response.0.headers().iter();
        let headers =
            headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()));
        Self {
            status: response.0.status().as_u16(),
            headers: headers.collect(),
            body: response.0.into_body().into_json().await.unwrap(),
        }
    }

    fn code(&self) -> &Value {
        &self.body["errors"][0]["extensions"]["code"]
    }

    /// Requested and actual cost, and what is left.
    fn cost(&self) -> [Option<u64>; 3] {
        let cost = &self.body["extensions"]["cost"];
        [
            &cost["requestedQueryCost"],
            &cost["actualQueryCost"],
            &cost["throttleStatus"]["currentlyAvailable"],
        ]
        .map(Value::as_u64)
    }

    fn header(&self, name: &str) -> Vec<&str> {
        let found = self.headers.iter().filter(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str()).collect()
    }
}

async fn ask(
    client: &TestClient<impl Endpoint>,
    document: &str,
    headers: &[(&'static str, &str)],
) -> Told {
    let mut request = client
        .post("/graphql")
        .body_json(&json!({ "query": document }));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    Told::of(request.send().await).await
}

/// Costs ten points and nothing else; its answer has one version.
const TEN: &str = "{ publicApiVersions { handle } }";
