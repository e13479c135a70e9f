//! Mails about accounts in the language of the request.

use providers::mail::Mailbox;
use serde_json::json;
use tests::{Scratch, TestApp};

/// The subject of the only mail, and the address of the link in it.
async fn mail(app: &TestApp) -> (String, String) {
    let scratch = Scratch::new();
    worker::drain(&app.env(&scratch)).await.unwrap();
    let mailbox = Mailbox::new(scratch.path(), String::new());
    let mails = mailbox.list().await.unwrap();
    assert_eq!(mails.len(), 1);
    let words = mails[0].text.split_whitespace();
    let link = words.into_iter().find(|word| word.contains("/account/"));
    (
        mails[0].subject.clone(),
        link.unwrap_or_default().to_owned(),
    )
}

#[tokio::test]
async fn mails_speak_the_language_of_the_request_and_what_follows_does_too() {
    for (place, asked, changed) in [
        (
            "@inContext(language: DE)",
            "Test Shop: wähle ein neues Passwort",
            "Test Shop: dein Passwort wurde geändert",
        ),
        (
            "@inContext(country: FR)",
            "Test Shop\u{a0}: choisissez un nouveau mot de passe",
            "Test Shop\u{a0}: votre mot de passe a été modifié",
        ),
        (
            "",
            "Test Shop: choose a new password",
            "Test Shop: your password was changed",
        ),
    ] {
        let app = TestApp::new().await;
        let ada = app.person("ada").await;
        assert_eq!(mail(&app).await.0, "Test Shop: welcome");
        let recover = format!(
            "mutation ($e: String!) {place} {{ customerRecover(email: $e) {{ customerUserErrors {{ code }} }} }}"
        );
        app.graphql(&recover, json!({ "e": ada.email })).await;
        let (subject, link) = mail(&app).await;
        assert_eq!(subject, asked);
        // The page behind the link does not say which language it is.
        let reset = "mutation ($u: URL!) { customerResetByUrl(resetUrl: $u, password: \"another horse\") { \
            customer { id } customerUserErrors { message } } }";
        let answer = app.graphql(reset, json!({ "u": link })).await;
        let payload = &answer.data()["customerResetByUrl"];
        assert_eq!(payload["customerUserErrors"], json!([]));
        assert_eq!(mail(&app).await.0, changed);
    }
}
