//! What nobody sends who means well. Nothing of it may break anything: each request is answered in
//! JSON, never with a failure of ours, and what goes over a limit is told which one.

mod bodies;
mod documents;
mod slow;

use poem::Endpoint;
use poem::test::{TestClient, TestRequestBuilder};
use serde_json::{Value, json};

/// One answer.
struct Told {
    status: u16,
    body: Value,
}

impl Told {
    /// Sends a request; whatever it is, it is answered in JSON and not with a failure of ours.
    async fn of(name: &str, request: TestRequestBuilder<'_, impl Endpoint>) -> Self {
        let response = request.send().await.0;
        let status = response.status().as_u16();
        let text = response.into_body().into_string().await.unwrap();
        let body: Value = serde_json::from_str(&text)
            .unwrap_or_else(|error| panic!("{name}: {error}: {}", shortened(&text)));
        assert!(status < 500, "{name}: {status}: {}", shortened(&text));
        assert!(
            !text.contains("INTERNAL_SERVER_ERROR"),
            "{name}: {}",
            shortened(&text)
        );
        Self { status, body }
    }

    /// The limit that the first error names.
    fn limit(&self) -> (&str, &str) {
        let extensions = &self.body["errors"][0]["extensions"];
        let text = |name: &str| extensions[name].as_str().unwrap_or("-");
        (text("code"), text("limit"))
    }

    fn has_errors(&self) -> bool {
        self.body.get("errors").is_some()
    }
}

fn shortened(text: &str) -> String {
    text.chars().take(400).collect()
}

/// Sends a document.
async fn ask(client: &TestClient<impl Endpoint>, name: &str, document: &str) -> Told {
    let body = json!({ "query": document });
    Told::of(name, client.post("/graphql").body_json(&body)).await
}
