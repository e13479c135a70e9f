//! One trace, from the caller through the request and its jobs to the provider.

use std::sync::{Arc, Mutex};

use commerce::kernel::Secret;
use commerce::payment::PaymentConfig;
use commerce::tables::jobs;
use diesel::QueryDsl;
use diesel_async::RunQueryDsl;
use poem::http::StatusCode;
use poem::listener::{Acceptor, Listener, TcpListener};
use poem::{Request, handler};
use serde_json::json;
use tests::sandbox::card;
use tests::till::Till;

const GIVEN: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";

/// The parts of a `traceparent`: trace, step, flags.
fn parts(header: &str) -> (String, String, String) {
    let parts: Vec<&str> = header.split('-').collect();
    assert_eq!((parts.len(), parts[0]), (4, "00"), "{header}");
    let [trace, step, flags] = [1, 2, 3].map(|n| parts[n].to_owned());
    (trace, step, flags)
}

#[tokio::test]
async fn a_request_its_jobs_and_the_provider_share_the_callers_trace() {
    let mut till = Till::open().await;
    let cup = till.stock("cup", 5).await;
    let cart = till.cart(&cup, 1, card::APPROVED).await;
    let (seen, url) = provider().await;
    let submit = json!({
        "query": "mutation ($cart: ID!) { cartSubmitForCompletion(cartId: $cart, attemptToken: \"press-1\") \
                  { result { __typename } userErrors { code } } }",
        "variables": { "cart": cart },
    });
    let request = till.app.client.post("/graphql").body_json(&submit);
    let answer = request.header("traceparent", GIVEN).send().await;
    answer.assert_status_is_ok();
    let kept = traces(&till).await;
    let [Some(settle)] = kept.as_slice() else {
        panic!("{kept:?}");
    };
    let (trace, request_step, flags) = parts(settle);
    assert_eq!((trace.as_str(), flags.as_str()), (TRACE, "01"));
    assert_ne!(
        request_step, "b7ad6b7169203331",
        "the caller's step is not ours"
    );

    // A provider that fails first: the job is tried again in the same trace.
    let sandbox = till.env.providers.payment.take();
    let broken = PaymentConfig::Sandbox {
        url,
        secret: Secret::new("secret"),
        timeout: std::time::Duration::from_secs(30),
    };
    till.env.providers.payment = providers::payment::connect(&broken).unwrap();
    till.drain().await;
    let calls = seen.lock().unwrap().clone();
    assert_eq!(
        calls.len(),
        2,
        "which card it is, and the charge: {calls:?}"
    );
    for call in &calls {
        let (trace, call_step, _) = parts(call);
        assert_eq!(trace, TRACE);
        assert_ne!(call_step, request_step);
    }

    till.env.providers.payment = sandbox;
    till.app.advance(chrono::TimeDelta::minutes(5)).await;
    till.drain().await;
    assert_eq!(till.counts().await[..3], [1, 1, 1]);
    let kept = traces(&till).await;
    assert_eq!(kept.len(), 2, "the charge and the mail");
    for header in kept {
        assert_eq!(parts(&header.unwrap()).0, TRACE);
    }
}

#[tokio::test]
async fn a_stranger_does_not_decide_whether_a_trace_is_sent() {
    let till = Till::open().await;
    let cup = till.stock("cup", 5).await;
    let cart = till.cart(&cup, 1, card::APPROVED).await;
    let submit = json!({
        "query": "mutation ($cart: ID!) { cartSubmitForCompletion(cartId: $cart, attemptToken: \"press-1\") \
                  { result { __typename } userErrors { code } } }",
        "variables": { "cart": cart },
    });
    let request = till.app.client.post("/graphql").body_json(&submit);
    let unsampled = GIVEN.replace("-01", "-00");
    let answer = request.header("traceparent", unsampled).send().await;
    answer.assert_status_is_ok();
    let kept = traces(&till).await;
    let [Some(settle)] = kept.as_slice() else {
        panic!("{kept:?}");
    };
    // All traces are sent, unless the operator says otherwise.
    let (trace, _, flags) = parts(settle);
    assert_eq!((trace.as_str(), flags.as_str()), (TRACE, "01"));
}

#[tokio::test]
async fn without_a_usable_header_each_request_begins_a_trace_of_its_own() {
    let till = Till::open().await;
    let cup = till.stock("cup", 5).await;
    let mut begun = Vec::new();
    for token in ["one", "two"] {
        let cart = till.cart(&cup, 1, card::APPROVED).await;
        till.accepted(&cart, token).await;
    }
    for header in traces(&till).await {
        begun.push(parts(&header.unwrap()).0);
    }
    assert_eq!(begun.len(), 2);
    assert_ne!(begun[0], begun[1]);
}

/// The `trace` of every job.
async fn traces(till: &Till) -> Vec<Option<String>> {
    let conn = &mut till.app.conn().await;
    let traces = jobs::table.order(jobs::id).select(jobs::trace).load(conn);
    traces.await.unwrap()
}

type Seen = Arc<Mutex<Vec<String>>>;

/// A provider that breaks at each call, and notes the `traceparent` that came with it.
async fn provider() -> (Seen, String) {
    #[handler]
    fn note(request: &Request, seen: poem::web::Data<&Seen>) -> StatusCode {
        let header = request.header("traceparent").unwrap_or("-");
        seen.lock().unwrap().push(header.to_owned());
        StatusCode::INTERNAL_SERVER_ERROR
    }
    use poem::EndpointExt;
    let seen = Seen::default();
    let acceptor = TcpListener::bind("127.0.0.1:0")
        .into_acceptor()
        .await
        .unwrap();
    let url = acceptor.local_addr()[0].to_string();
    let url = url.replace("socket://", "http://");
    let routes = note.data(Arc::clone(&seen));
    tokio::spawn(poem::Server::new_with_acceptor(acceptor).run(routes));
    (seen, url)
}
