//! The order confirmation, from the job to the developer's mailbox.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use api::config::EdgeConfig;
use commerce::config::Profile;
use commerce::jobs::{self, Job, Verdict};
use commerce::notification::Mail;
use providers::mail::{MailError, MailTransport, Mailbox};
use tests::factory::order::order;
use tests::{Scratch, TestApp};

#[tokio::test]
async fn a_confirmation_is_written_once_however_often_it_is_sent() {
    let (app, scratch) = (TestApp::new().await, Scratch::new());
    let order_id = order(&app, "buyer@example.com").await;
    let job = Job::SendOrderConfirmation { order_id };
    for _ in 0..2 {
        jobs::enqueue(&mut app.conn().await, &job).await.unwrap();
        let drained = worker::drain(&app.env(&scratch)).await.unwrap();
        assert_eq!(drained[0].verdict, Verdict::Done);
    }
    let id = format!("order-confirmation-{order_id}@localhost");
    assert_eq!(scratch.files(), [format!("{id}.eml")]);
    let mailbox = Mailbox::new(scratch.path(), String::new());
    let mail = mailbox.read(&id).await.unwrap().unwrap();
    assert_eq!(mail.to, "buyer@example.com");
    assert_eq!(mail.subject, "Test Shop: order #1001 is confirmed");
    assert_eq!(
        mail.text.replace("\r\n", "\n").trim_end(),
        "Thank you for your order #1001 at Test Shop.\n\n2 x Mug (Blue)  $25.00\n\n\
         Subtotal: $25.00\nDelivery, Standard: $5.00\nTotal: $30.00\n\n\
         Delivery to:\nAda Byron\n12 <Main> St\nSpringfield\n\n\
         How it stands: http://localhost:8080/orders/1/order"
    );
}

#[tokio::test]
async fn a_confirmation_without_an_order_is_given_up() {
    let (app, scratch) = (TestApp::new().await, Scratch::new());
    let job = Job::SendOrderConfirmation { order_id: 404 };
    jobs::enqueue(&mut app.conn().await, &job).await.unwrap();
    let drained = worker::drain(&app.env(&scratch)).await.unwrap();
    assert_eq!(
        drained[0].verdict,
        Verdict::discard("the order does not exist")
    );
    assert_eq!(scratch.files(), [""; 0]);
}

/// Answers `Unavailable` once, then `Refused`.
struct Moody(AtomicU32);

#[async_trait::async_trait]
impl MailTransport for Moody {
    async fn send(&self, _: &Mail) -> Result<(), MailError> {
        Err(match self.0.fetch_add(1, Ordering::SeqCst) {
            0 => MailError::Unavailable("the server answered 451".to_owned()),
            _ => MailError::Refused("the server answered 550".to_owned()),
        })
    }
}

#[tokio::test]
async fn a_server_that_cannot_now_is_asked_again_and_one_that_will_not_is_not() {
    let (app, scratch) = (TestApp::new().await, Scratch::new());
    let order_id = order(&app, "buyer@example.com").await;
    let job = Job::SendOrderConfirmation { order_id };
    jobs::enqueue(&mut app.conn().await, &job).await.unwrap();
    let mut env = app.env(&scratch);
    env.providers.mail = Arc::new(Moody(AtomicU32::new(0)));
    let drained = worker::drain(&env).await.unwrap();
    assert_eq!(drained.len(), 1);
    assert_eq!(
        drained[0].verdict,
        Verdict::retry("the server answered 451")
    );
    app.advance(chrono::TimeDelta::minutes(1)).await;
    let drained = worker::drain(&env).await.unwrap();
    assert_eq!(
        drained[0].verdict,
        Verdict::discard("the server answered 550")
    );
}

#[tokio::test]
async fn developers_read_mail_at_an_address_that_runs_and_loads_nothing() {
    let (app, scratch) = (TestApp::new().await, Scratch::new());
    let order_id = order(&app, "buyer@example.com").await;
    let job = Job::SendOrderConfirmation { order_id };
    jobs::enqueue(&mut app.conn().await, &job).await.unwrap();
    worker::drain(&app.env(&scratch)).await.unwrap();
    let mut edge = EdgeConfig::of_profile(Profile::Development, "http://localhost:8080");
    edge.mailbox = Some(Mailbox::new(scratch.path(), String::new()));
    let client = app.process(&edge);
    let id = format!("order-confirmation-{order_id}@localhost");

    let list = client.get("/mailbox").send().await;
    list.assert_status_is_ok();
    let text = list.0.into_body().into_string().await.unwrap();
    assert!(
        text.contains(&format!(
            "<a href=\"/mailbox/{id}\">Test Shop: order #1001 is confirmed</a>"
        )),
        "{text}"
    );

    let view = client.get(format!("/mailbox/{id}")).send().await;
    view.assert_status_is_ok();
    let text = view.0.into_body().into_string().await.unwrap();
    assert!(text.contains("12 &lt;Main&gt; St"), "{text}");
    assert!(
        text.contains(&format!("src=\"/mailbox/{id}/html\"")),
        "{text}"
    );

    let html = client.get(format!("/mailbox/{id}/html")).send().await;
    html.assert_status_is_ok();
    html.assert_header(
        "content-security-policy",
        "sandbox allow-popups allow-popups-to-escape-sandbox; \
         default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; \
         form-action 'none'; frame-ancestors 'self'",
    );
    for missing in [
        "/mailbox/nothing",
        "/mailbox/..%2F..%2Fetc%2Fpasswd",
        "/mailbox/nothing/html",
    ] {
        let status = client.get(missing).send().await.0.status();
        assert_eq!(status.as_u16(), 404, "{missing}");
    }
}

#[tokio::test]
async fn elsewhere_than_in_development_there_is_no_mailbox() {
    let app = TestApp::new().await;
    let status = app.client.get("/mailbox").send().await.0.status();
    assert_eq!(status.as_u16(), 404);
}
