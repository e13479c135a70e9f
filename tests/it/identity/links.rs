//! Links of mails: through the contract's mutations, and through our own pages.

use chrono::TimeDelta;
use serde_json::json;
use tests::TestApp;
use tests::people::Person;

use super::refused;

async fn recovered(app: &TestApp, person: &Person) -> String {
    let recover =
        "mutation ($e: String!) { customerRecover(email: $e) { customerUserErrors { code } } }";
    app.ask(recover, json!({ "e": person.email })).await;
    let mut mails = app.mails().await;
    mails.retain(|(kind, ..)| kind == "recover");
    mails.remove(0).2.expect("a link")
}

/// The parts of `…/account/<kind>/<id>/<token>`.
fn parts(link: &str) -> (String, String) {
    let mut parts = link.rsplit('/');
    let token = parts.next().unwrap().to_owned();
    (
        format!("gid://shopify/Customer/{}", parts.next().unwrap()),
        token,
    )
}

const RESET: &str = "mutation ($id: ID!, $input: CustomerResetInput!) { customerReset(id: $id, input: $input) { \
    customer { id } customerAccessToken { accessToken } customerUserErrors { code field message } } }";

#[tokio::test]
async fn a_link_sets_one_password_once() {
    let app = TestApp::new().await;
    let (ada, bob) = (app.person("ada").await, app.person("bob").await);
    let link = recovered(&app, &ada).await;
    assert!(
        link.starts_with("http://localhost:8080/account/reset/1/"),
        "{link}"
    );
    let (id, token) = parts(&link);
    let reset = async |id: &str, token: &str, password: &str| {
        let input = json!({ "password": password, "resetToken": token });
        let answer = app
            .graphql(RESET, json!({ "id": id, "input": input }))
            .await;
        answer.data()["customerReset"].clone()
    };
    let short = reset(&id, &token, "short").await;
    assert_eq!(refused(&short), ["TOO_SHORT input.password"]);
    for (id, token) in [
        (bob.id.as_str(), token.as_str()),
        (&id, "nonsense"),
        ("gid://shopify/Order/1", &token),
    ] {
        assert_eq!(
            refused(&reset(id, token, "battery staple").await),
            ["TOKEN_INVALID -"]
        );
    }
    let done = reset(&id, &token, "battery staple").await;
    assert_eq!(refused(&done), [""; 0]);
    let fresh = done["customerAccessToken"]["accessToken"].as_str().unwrap();
    assert_eq!(app.token_names(fresh).await, Some(ada.id.clone()));
    assert_eq!(app.token_names(&ada.token).await, None);
    assert_eq!(
        refused(&reset(&id, &token, "once again please").await),
        ["TOKEN_INVALID -"]
    );
    let told: Vec<_> = app
        .mails()
        .await
        .into_iter()
        .map(|(kind, to, _)| (kind, to))
        .collect();
    assert_eq!(told, [("password_changed".to_owned(), ada.email.clone())]);
    assert_eq!(app.token_names(&bob.token).await, Some(bob.id));
    let stored = "SELECT count(*) FROM customer_link_tokens WHERE customer_id IS NOT NULL";
    assert_eq!(app.count(stored).await, 0);
}

#[tokio::test]
async fn a_link_is_good_for_two_hours_and_of_two_the_unused_one_ends_with_the_other() {
    let app = TestApp::new().await;
    let ada = app.person("ada").await;
    let old = recovered(&app, &ada).await;
    app.advance(TimeDelta::hours(2)).await;
    let page = |link: &str| {
        link.strip_prefix("http://localhost:8080")
            .unwrap()
            .to_owned()
    };
    let status = async |link: &str| app.client.get(page(link)).send().await.0.status().as_u16();
    assert_eq!(status(&old).await, 410);
    let (one, two) = (recovered(&app, &ada).await, recovered(&app, &ada).await);
    assert_eq!((status(&one).await, status(&two).await), (200, 200));
    let reset = "mutation ($u: URL!) { customerResetByUrl(resetUrl: $u, password: \"battery staple\") { \
                 customerUserErrors { code field message } } }";
    let answer = app.graphql(reset, json!({ "u": one })).await;
    assert_eq!(refused(&answer.data()["customerResetByUrl"]), [""; 0]);
    assert_eq!((status(&one).await, status(&two).await), (410, 410));
    for url in [
        "https://shop.example/account/activate/1/x",
        "https://shop.example/",
    ] {
        let answer = app.graphql(reset, json!({ "u": url })).await;
        assert_eq!(
            refused(&answer.data()["customerResetByUrl"]),
            ["TOKEN_INVALID -"]
        );
    }
}

#[tokio::test]
async fn an_invited_customer_takes_the_account_into_use() {
    let app = TestApp::new().await;
    app.execute("INSERT INTO customers (email, state, created_at, updated_at) VALUES ('eve@mail.example', 'invited', now(), now())")
        .await;
    let recover =
        "mutation { customerRecover(email: \"eve@mail.example\") { customerUserErrors { code } } }";
    app.ask(recover, json!({})).await;
    let (kind, _, link) = app.mails().await.remove(0);
    assert_eq!(kind, "activate");
    let (id, token) = parts(&link.unwrap());
    let activate = "mutation ($id: ID!, $input: CustomerActivateInput!) { customerActivate(id: $id, input: $input) { \
        customer { id email } customerAccessToken { accessToken } customerUserErrors { code field message } userErrors { message } } }";
    let reset = json!({ "password": "battery staple", "resetToken": token });
    let answer = app
        .graphql(RESET, json!({ "id": id, "input": reset }))
        .await;
    assert_eq!(
        refused(&answer.data()["customerReset"]),
        ["TOKEN_INVALID -"]
    );
    let input = json!({ "password": "battery staple", "activationToken": token });
    let answer = app
        .graphql(activate, json!({ "id": id, "input": input }))
        .await;
    let payload = &answer.data()["customerActivate"];
    assert_eq!(refused(payload), [""; 0]);
    assert_eq!(payload["customer"]["email"], "eve@mail.example");
    assert_eq!(
        refused(&app.token("eve@mail.example", "battery staple").await),
        [""; 0]
    );
    assert_eq!(app.mails().await[0].0, "welcome");
}

#[tokio::test]
async fn a_browser_follows_the_link_without_scripts() {
    let app = TestApp::new().await;
    let ada = app.person("ada").await;
    let link = recovered(&app, &ada).await;
    let path = link
        .strip_prefix("http://localhost:8080")
        .unwrap()
        .to_owned();
    for _ in 0..2 {
        // Looking at it does not use it up.
        let page = app.client.get(&path).send().await;
        page.assert_status_is_ok();
        let headers = page.0.headers().clone();
        let policy = headers["content-security-policy"].to_str().unwrap();
        assert!(
            policy.contains("default-src 'none'") && policy.contains("form-action 'self'"),
            "{policy}"
        );
        assert!(
            policy.contains("frame-ancestors 'none'") && !policy.contains("script"),
            "{policy}"
        );
        assert_eq!(headers["referrer-policy"], "no-referrer");
        assert_eq!(headers["cache-control"], "no-store");
        let html = page.0.into_body().into_string().await.unwrap();
        assert!(
            html.contains("<form method=\"post\">") && html.contains("type=\"password\""),
            "{html}"
        );
        assert!(!html.contains("<script"), "{html}");
    }
    let post = async |path: &str, password: &str| {
        let form = app
            .client
            .post(path)
            .content_type("application/x-www-form-urlencoded");
        let answer = form.body(format!("password={password}")).send().await;
        (
            answer.0.status().as_u16(),
            answer.0.into_body().into_string().await.unwrap(),
        )
    };
    let (status, html) = post(&path, "short").await;
    assert_eq!(status, 422);
    assert!(
        html.contains("at least 8 characters") && html.contains("<form"),
        "{html}"
    );
    assert_eq!(
        refused(&app.token(&ada.email, &ada.password).await),
        [""; 0]
    );
    let (status, html) = post(&path, "battery+staple").await;
    assert_eq!(status, 200);
    assert!(html.contains("Your password is changed"), "{html}");
    assert_eq!(
        refused(&app.token(&ada.email, "battery staple").await),
        [""; 0]
    );
    assert_eq!(post(&path, "once+again+please").await.0, 410);
    for nowhere in ["/account/reset/1/nonsense", "/account/reset/2/x"] {
        assert_eq!(
            app.client.get(nowhere).send().await.0.status().as_u16(),
            410
        );
    }
    for nowhere in ["/account/delete/1/x", "/account/reset/x/y"] {
        assert_eq!(
            app.client.get(nowhere).send().await.0.status().as_u16(),
            404
        );
    }
}

#[tokio::test]
async fn two_who_use_one_link_at_once_are_one() {
    let app = TestApp::new().await;
    let ada = app.person("ada").await;
    let link = commerce::customer::Link::parse(
        commerce::customer::LinkKind::Reset,
        &recovered(&app, &ada).await,
    )
    .unwrap();
    let barrier = std::sync::Arc::new(tokio::sync::Barrier::new(4));
    let uses = (0..4).map(|n| {
        let (shop, link) = (app.shop.clone(), link.clone());
        let barrier = std::sync::Arc::clone(&barrier);
        tokio::spawn(async move {
            let caller = commerce::identity::Caller::local();
            let password = format!("battery staple {n}");
            barrier.wait().await;
            let field = ["password"];
            commerce::customer::commands::set_by_link(&shop, &caller, &link, &password, &field)
                .await
                .is_ok()
        })
    });
    let mut set = 0;
    for used in uses.collect::<Vec<_>>() {
        set += usize::from(used.await.unwrap());
    }
    assert_eq!(set, 1);
    assert_eq!(
        app.count("SELECT password_version::bigint FROM customers")
            .await,
        2
    );
}
