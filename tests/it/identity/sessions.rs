//! Sessions: `/auth/sign-in`, `/auth/refresh`, `/auth/sign-out`.

use std::sync::Arc;

use chrono::TimeDelta;
use commerce::customer::{Refreshed, commands};
use commerce::kernel::Secret;
use serde_json::{Value, json};
use tests::TestApp;
use tests::people::{Person, signed_in};
use tokio::sync::Barrier;

async fn post(
    app: &TestApp,
    path: &str,
    headers: &[(&str, &str)],
    body: Value,
) -> poem::test::TestResponse {
    let mut request = app.client.post(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body_json(&body).send().await
}

fn credentials(person: &Person) -> Value {
    json!({ "email": person.email, "password": person.password })
}

#[tokio::test]
async fn a_session_goes_on_by_refreshing() {
    let app = TestApp::new().await;
    let ada = app.person("ada").await;
    let response = post(&app, "/auth/sign-in", &[], credentials(&ada)).await;
    response.assert_status_is_ok();
    response.assert_header("cache-control", "no-store");
    assert_eq!(response.0.headers().get("set-cookie"), None);
    let body: Value = response.0.into_body().into_json().await.unwrap();
    assert_eq!(
        (&body["token_type"], &body["expires_in"]),
        (&json!("Bearer"), &json!(900))
    );
    assert_eq!(body["refresh_expires_in"], json!(30 * 24 * 60 * 60));
    let first = body["access_token"].as_str().unwrap();
    assert_eq!(app.bearer_names(first).await, Ok(Some(ada.id.clone())));

    app.advance(TimeDelta::minutes(15)).await;
    assert_eq!(app.bearer_names(first).await, Err(401));
    let (status, next) = app.refresh(body["refresh_token"].as_str().unwrap()).await;
    assert_eq!(status, 200);
    let next = next.unwrap();
    assert_eq!(app.bearer_names(&next.access).await, Ok(Some(ada.id)));
    assert_eq!(
        app.count("SELECT count(*) FROM customer_refresh_tokens WHERE used_at IS NULL")
            .await,
        1
    );
    // Thirty days without refreshing end it.
    app.advance(TimeDelta::days(30)).await;
    assert_eq!(app.refresh(&next.refresh).await.0, 401);
}

#[tokio::test]
async fn a_session_ends_after_ninety_days_however_often_it_is_refreshed() {
    let app = TestApp::new().await;
    let ada = app.person("ada").await;
    let mut session = app.sign_in(&ada).await;
    for _ in 0..4 {
        app.advance(TimeDelta::days(22)).await;
        session = app.refresh(&session.refresh).await.1.expect("still alive");
    }
    app.advance(TimeDelta::days(2)).await;
    assert_eq!(app.refresh(&session.refresh).await.0, 401);
    commands::forget_ended(&app.shop, 100).await.unwrap();
    assert_eq!(
        app.count("SELECT count(*) FROM customer_refresh_tokens")
            .await,
        0
    );
}

#[tokio::test]
async fn a_refresh_token_that_comes_again_ends_its_session_and_no_other() {
    let app = TestApp::new().await;
    let ada = app.person("ada").await;
    let (stolen, other) = (app.sign_in(&ada).await, app.sign_in(&ada).await);
    let (_, owner) = app.refresh(&stolen.refresh).await;
    let owner = owner.unwrap();
    assert_eq!(
        app.bearer_names(&owner.access).await,
        Ok(Some(ada.id.clone()))
    );
    // The thief comes second: both lose the session.
    assert_eq!(app.refresh(&stolen.refresh).await.0, 401);
    assert_eq!(app.refresh(&owner.refresh).await.0, 401);
    for access in [&stolen.access, &owner.access] {
        assert_eq!(app.bearer_names(access).await, Ok(None));
    }
    let why = "SELECT count(*) FROM customer_sessions WHERE revoked_for = 'reuse'";
    assert_eq!(app.count(why).await, 1);
    assert_eq!(app.refresh(&other.refresh).await.0, 200);
    assert_eq!(app.token_names(&ada.token).await, Some(ada.id));
}

#[tokio::test]
async fn of_twenty_refreshes_at_once_one_branch_lives_at_most() {
    let app = TestApp::new().await;
    let ada = app.person("ada").await;
    for round in 0..10 {
        let token = app.sign_in(&ada).await.refresh;
        let barrier = Arc::new(Barrier::new(20));
        let tries = (0..20).map(|_| {
            let (shop, token) = (app.shop.clone(), Secret::new(token.clone()));
            let barrier = Arc::clone(&barrier);
            tokio::spawn(async move {
                barrier.wait().await;
                commands::refresh_session(&shop, &token).await
            })
        });
        let mut live = Vec::new();
        for refreshed in tries.collect::<Vec<_>>() {
            match refreshed.await.unwrap().unwrap() {
                Refreshed::Live(tokens) => live.push(tokens.refresh_token),
                Refreshed::Reused => {}
                Refreshed::Ended => panic!("the token was good"),
            }
        }
        assert_eq!(live.len(), 1, "round {round}");
        // The nineteen others were replays, so even that branch is dead.
        let after = commands::refresh_session(&app.shop, &live[0])
            .await
            .unwrap();
        assert!(
            matches!(after, Refreshed::Ended),
            "round {round}: {after:?}"
        );
    }
    let alive = "SELECT count(*) FROM customer_sessions WHERE revoked_at IS NULL";
    assert_eq!(app.count(alive).await, 0);
}

#[tokio::test]
async fn signing_out_ends_one_session_and_everywhere_all() {
    let app = TestApp::new().await;
    let ada = app.person("ada").await;
    let sessions = [
        app.sign_in(&ada).await,
        app.sign_in(&ada).await,
        app.sign_in(&ada).await,
        app.sign_in(&ada).await,
    ];
    let body = json!({ "refresh_token": sessions[0].refresh });
    let out = post(&app, "/auth/sign-out", &[], body.clone()).await;
    assert_eq!(out.0.status().as_u16(), 204);
    assert_eq!(app.bearer_names(&sessions[0].access).await, Ok(None));
    assert_eq!(app.refresh(&sessions[0].refresh).await.0, 401);
    // Again, or by nothing at all, it is no error.
    for again in [body, json!({}), json!({ "refresh_token": "nonsense" })] {
        assert_eq!(
            post(&app, "/auth/sign-out", &[], again)
                .await
                .0
                .status()
                .as_u16(),
            204
        );
    }
    let bearer = format!("Bearer {}", sessions[1].access);
    post(
        &app,
        "/auth/sign-out",
        &[("authorization", &bearer)],
        json!({}),
    )
    .await;
    assert_eq!(app.bearer_names(&sessions[1].access).await, Ok(None));
    assert_eq!(
        app.bearer_names(&sessions[2].access).await,
        Ok(Some(ada.id.clone()))
    );
    assert_eq!(app.token_names(&ada.token).await, Some(ada.id));
    let everywhere = json!({ "refresh_token": sessions[2].refresh, "everywhere": true });
    post(&app, "/auth/sign-out", &[], everywhere).await;
    for session in &sessions {
        assert_eq!(app.bearer_names(&session.access).await, Ok(None));
        assert_eq!(app.refresh(&session.refresh).await.0, 401);
    }
    assert_eq!(app.token_names(&ada.token).await, None);
}

#[tokio::test]
async fn what_ended_cannot_sign_out_everywhere() {
    let app = TestApp::new().await;
    let ada = app.person("ada").await;
    let kept = app.sign_in(&ada).await;
    let signed_out = app.sign_in(&ada).await;
    let own = json!({ "refresh_token": signed_out.refresh });
    post(&app, "/auth/sign-out", &[], own).await;
    let expired = app.sign_in(&ada).await;
    app.execute(&format!(
        "UPDATE customer_sessions SET expires_at = now() - interval '1 second'
         WHERE id = (SELECT session_id FROM customer_refresh_tokens WHERE token_hash = sha256('{}'))",
        expired.refresh
    ))
    .await;
    let idle = app.sign_in(&ada).await;
    app.execute(&format!(
        "UPDATE customer_refresh_tokens SET expires_at = now() - interval '1 second' WHERE token_hash = sha256('{}')",
        idle.refresh
    ))
    .await;
    let refreshed = app.sign_in(&ada).await;
    assert_eq!(app.refresh(&refreshed.refresh).await.0, 200);
    for ended in [&signed_out, &expired, &idle, &refreshed] {
        let everywhere = json!({ "refresh_token": ended.refresh, "everywhere": true });
        let out = post(&app, "/auth/sign-out", &[], everywhere).await;
        assert_eq!(out.0.status().as_u16(), 204);
    }
    // A bearer token outlives its session by minutes, and says as little.
    let bearer = format!("Bearer {}", signed_out.access);
    let bearer = [("authorization", bearer.as_str())];
    post(
        &app,
        "/auth/sign-out",
        &bearer,
        json!({ "everywhere": true }),
    )
    .await;
    assert_eq!(
        app.bearer_names(&kept.access).await,
        Ok(Some(ada.id.clone()))
    );
    assert_eq!(app.token_names(&ada.token).await, Some(ada.id.clone()));
    // A copy that was used before ends its own session.
    assert_eq!(app.bearer_names(&refreshed.access).await, Ok(None));
    let everywhere = json!({ "refresh_token": kept.refresh, "everywhere": true });
    post(&app, "/auth/sign-out", &[], everywhere).await;
    assert_eq!(app.bearer_names(&kept.access).await, Ok(None));
    assert_eq!(app.token_names(&ada.token).await, None);
}

#[tokio::test]
async fn a_browser_keeps_the_refresh_token_in_a_cookie_of_this_host() {
    let app = TestApp::new().await;
    let ada = app.person("ada").await;
    let mut body = credentials(&ada);
    body["cookie"] = json!(true);
    let own = [
        ("origin", "http://localhost:8080"),
        ("sec-fetch-site", "same-origin"),
    ];
    let response = post(&app, "/auth/sign-in", &own, body).await;
    response.assert_status_is_ok();
    let (cookie, tokens) = signed_in(response).await;
    assert_eq!(tokens.refresh, "");
    let cookie = cookie.unwrap();
    let (pair, attributes) = cookie.split_once("; ").unwrap();
    assert!(pair.starts_with("__Host-refresh="), "{cookie}");
    assert_eq!(
        attributes,
        "Max-Age=2592000; Path=/; Secure; HttpOnly; SameSite=Lax"
    );

    let next = post(&app, "/auth/refresh", &[("cookie", pair)], json!({})).await;
    next.assert_status_is_ok();
    let (renewed, tokens) = signed_in(next).await;
    assert_eq!(tokens.refresh, "");
    let renewed = renewed.unwrap();
    let renewed = renewed.split_once("; ").unwrap().0;
    assert_ne!(renewed, pair);
    // The old one was copied: the browser is told to forget.
    let stolen = post(&app, "/auth/refresh", &[("cookie", pair)], json!({})).await;
    assert_eq!(stolen.0.status().as_u16(), 401);
    let forgotten = "__Host-refresh=; Max-Age=0; Path=/; Secure; HttpOnly; SameSite=Lax";
    stolen.assert_header("set-cookie", forgotten);
    let out = post(&app, "/auth/sign-out", &[("cookie", renewed)], json!({})).await;
    out.assert_header("set-cookie", forgotten);
}

#[tokio::test]
async fn pages_of_other_sites_sign_nobody_in_or_out() {
    let app = TestApp::new().await;
    let ada = app.person("ada").await;
    let session = app.sign_in(&ada).await;
    let cookie = format!("__Host-refresh={}", session.refresh);
    for foreign in [
        ("origin", "https://evil.example"),
        ("sec-fetch-site", "cross-site"),
        ("origin", "null"),
    ] {
        for (path, body) in [
            ("/auth/sign-in", credentials(&ada)),
            ("/auth/refresh", json!({})),
            ("/auth/sign-out", json!({ "everywhere": true })),
        ] {
            let response = post(&app, path, &[foreign, ("cookie", &cookie)], body).await;
            assert_eq!(response.0.status().as_u16(), 403, "{path} {foreign:?}");
            assert_eq!(
                response.0.headers().get("access-control-allow-origin"),
                None
            );
        }
    }
    // What a form can send without asking first is not read.
    for kind in [
        "application/x-www-form-urlencoded",
        "text/plain",
        "multipart/form-data",
    ] {
        let request = app.client.post("/auth/sign-out").header("cookie", &cookie);
        let response = request
            .content_type(kind)
            .body("{\"everywhere\": true}")
            .send()
            .await;
        assert_eq!(response.0.status().as_u16(), 415, "{kind}");
    }
    assert_eq!(app.bearer_names(&session.access).await, Ok(Some(ada.id)));
    assert_eq!(app.refresh(&session.refresh).await.0, 200);
}

#[tokio::test]
async fn refusals_of_auth_have_codes_and_repeat_nothing() {
    let app = TestApp::new().await;
    let ada = app.person("ada").await;
    let answer = async |path: &str, body: &str| {
        let request = app.client.post(path).content_type("application/json");
        let response = request.body(body.to_owned()).send().await;
        let (status, headers) = (response.0.status().as_u16(), response.0.headers().clone());
        let body: Value = response.0.into_body().into_json().await.unwrap();
        assert!(!body.to_string().contains("hunter2"), "{body}");
        let error = &body["errors"][0];
        (
            status,
            error["extensions"]["code"].as_str().unwrap().to_owned(),
            headers.contains_key("retry-after"),
        )
    };
    let wrong = "{\"email\": \"ada@mail.example\", \"password\": \"hunter2\"}";
    let unknown = "{\"email\": \"nobody@mail.example\", \"password\": \"hunter2\"}";
    let refused = (401, "UNIDENTIFIED_CUSTOMER".to_owned(), false);
    assert_eq!(answer("/auth/sign-in", wrong).await, refused);
    assert_eq!(answer("/auth/sign-in", unknown).await, refused);
    for bad in [
        "",
        "hunter2",
        "{\"email\": \"hunter2\"}",
        "{\"email\": 1, \"password\": \"hunter2\"}",
        "{\"hunter2\": 1}",
    ] {
        assert_eq!(
            answer("/auth/sign-in", bad).await,
            (400, "BAD_REQUEST".to_owned(), false),
            "{bad}"
        );
    }
    let large = format!("{{\"email\": \"{}\"}}", "x".repeat(5_000));
    assert_eq!(answer("/auth/sign-in", &large).await.0, 413);
    assert_eq!(answer("/auth/refresh", "{}").await.0, 401);
    for _ in 0..4 {
        assert_eq!(answer("/auth/sign-in", wrong).await.0, 401);
    }
    assert_eq!(
        answer("/auth/sign-in", wrong).await,
        (429, "THROTTLED".to_owned(), true)
    );
    let right = credentials(&ada).to_string();
    assert_eq!(answer("/auth/sign-in", &right).await.0, 429);
}
