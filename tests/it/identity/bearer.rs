//! Bearer tokens: what is believed, and what is not.

use std::collections::HashSet;
use std::sync::{Arc, Barrier};

use api::auth::Signing;
use api::config::EdgeConfig;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use chrono::TimeDelta;
use commerce::config::Profile;
use commerce::identity::keys::{KeyRing, generate_pem};
use hmac::{Hmac, Mac};
use ring::signature::Ed25519KeyPair;
use serde_json::{Value, json};
use sha2::Sha256;
use tests::{Scratch, TestApp};

const NAMES: &str = "{ customer(customerAccessToken: \"\") { id } }";

fn der(pem: &str) -> Vec<u8> {
    let body: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    STANDARD.decode(body).unwrap()
}

fn part(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

/// A token of this header and these claims, signed with an Ed25519 key.
fn signed(pem: &str, header: &Value, claims: &Value) -> String {
    let pair = Ed25519KeyPair::from_pkcs8_maybe_unchecked(&der(pem)).unwrap();
    let message = format!("{}.{}", part(header), part(claims));
    let signature = URL_SAFE_NO_PAD.encode(pair.sign(message.as_bytes()));
    format!("{message}.{signature}")
}

fn hs256(key: &[u8], header: &Value, claims: &Value) -> String {
    let message = format!("{}.{}", part(header), part(claims));
    let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
    mac.update(message.as_bytes());
    format!(
        "{message}.{}",
        URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes())
    )
}

/// The value with some fields put in the place of others; null takes one away.
fn with(value: &Value, fields: Value) -> Value {
    let mut changed = value.as_object().unwrap().clone();
    for (name, field) in fields.as_object().unwrap() {
        changed.remove(name);
        if !field.is_null() {
            changed.insert(name.clone(), field.clone());
        }
    }
    Value::Object(changed)
}

fn edge(pem: &str, previous: &str) -> EdgeConfig {
    let mut edge = EdgeConfig::of_profile(Profile::Development, "http://localhost:8080");
    edge.signing = Signing::Given(Arc::new(KeyRing::from_pem(pem, previous).unwrap()));
    edge
}

#[test]
fn processes_that_start_together_keep_one_key() {
    let scratch = Scratch::new();
    let file = scratch.path().join("new/bearer.pem");
    let start = Barrier::new(16);
    let kids: HashSet<String> = std::thread::scope(|scope| {
        let process = || {
            start.wait();
            KeyRing::kept_in(&file).unwrap().kid().to_owned()
        };
        let all: Vec<_> = (0..16).map(|_| scope.spawn(process)).collect();
        all.into_iter().map(|one| one.join().unwrap()).collect()
    });
    assert_eq!(kids.len(), 1);
    let kept = std::fs::read_dir(scratch.path().join("new")).unwrap();
    assert_eq!(kept.count(), 1);
    assert!(kids.contains(KeyRing::kept_in(&file).unwrap().kid()));
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "one line for each forgery")]
async fn no_forged_token_is_believed() {
    let app = TestApp::new().await;
    let ada = app.person("ada").await;
    let ours = generate_pem().unwrap();
    let client = app.process(&edge(&ours, ""));
    let answer = async |token: &str| {
        let request = client
            .post("/graphql")
            .header("authorization", format!("Bearer {token}"));
        let response = request.body_json(&json!({ "query": NAMES })).send().await;
        let challenge = response.0.headers().get("www-authenticate").cloned();
        let status = response.0.status().as_u16();
        let body: Value = response.0.into_body().into_json().await.unwrap();
        assert_eq!(status == 401, challenge.is_some());
        (status, body["data"]["customer"]["id"].clone())
    };
    let body = json!({ "email": ada.email, "password": ada.password });
    let response = client.post("/auth/sign-in").body_json(&body).send().await;
    let body: Value = response.0.into_body().into_json().await.unwrap();
    let genuine = body["access_token"].as_str().unwrap().to_owned();
    assert_eq!(answer(&genuine).await, (200, json!(ada.id)));

    let parts: Vec<&str> = genuine.split('.').collect();
    let read = |part: &str| -> Value {
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
    };
    let (header, claims) = (read(parts[0]), read(parts[1]));
    let names: Vec<&String> = claims.as_object().unwrap().keys().collect();
    assert_eq!(
        names,
        ["aud", "exp", "iat", "iss", "jti", "nbf", "sid", "sub"]
    );
    assert_eq!(
        (&header["alg"], &header["typ"]),
        (&json!("EdDSA"), &json!("at+jwt"))
    );
    // Made like this, a token is good: what follows fails for what is changed alone.
    assert_eq!(answer(&signed(&ours, &header, &claims)).await.0, 200);

    let theirs = generate_pem().unwrap();
    let ring = KeyRing::from_pem(&theirs, "").unwrap();
    let public = KeyRing::from_pem(&ours, "").unwrap().jwks()["keys"][0]["x"].clone();
    let public = URL_SAFE_NO_PAD.decode(public.as_str().unwrap()).unwrap();
    let now = app.shop.clock.now().timestamp();
    let h = |fields: Value| with(&header, fields);
    let c = |fields: Value| with(&claims, fields);
    let tampered = part(&c(json!({ "sub": "2" })));
    let mut last = genuine.clone().into_bytes();
    let place = last.len() - 10;
    last[place] = if last[place] == b'A' { b'B' } else { b'A' };
    let jwk = ring.jwks()["keys"][0].clone();
    let forged = [
        ("nothing", String::new()),
        ("not a token", "nonsense".into()),
        ("no signature", format!("{}.{}.", parts[0], parts[1])),
        ("two parts", format!("{}.{}", parts[0], parts[1])),
        (
            "alg none",
            format!("{}.{}.", part(&h(json!({ "alg": "none" }))), parts[1]),
        ),
        (
            "alg None, old signature",
            format!(
                "{}.{}.{}",
                part(&h(json!({ "alg": "None" }))),
                parts[1],
                parts[2]
            ),
        ),
        (
            "HS256 with the public key",
            hs256(&public, &h(json!({ "alg": "HS256" })), &claims),
        ),
        (
            "HS256 with its DER",
            hs256(&der(&ours), &h(json!({ "alg": "HS256" })), &claims),
        ),
        (
            "HS256 with nothing",
            hs256(b"", &h(json!({ "alg": "HS256" })), &claims),
        ),
        (
            "RS256 named",
            signed(&ours, &h(json!({ "alg": "RS256" })), &claims),
        ),
        (
            "ES256 named",
            signed(&ours, &h(json!({ "alg": "ES256" })), &claims),
        ),
        (
            "another key under our name",
            signed(&theirs, &header, &claims),
        ),
        (
            "another key under its own",
            signed(&theirs, &h(json!({ "kid": ring.kid() })), &claims),
        ),
        (
            "an unknown kid",
            signed(&ours, &h(json!({ "kid": "x" })), &claims),
        ),
        ("no kid", signed(&ours, &h(json!({ "kid": null })), &claims)),
        (
            "a path as kid",
            signed(&ours, &h(json!({ "kid": "../../dev/null" })), &claims),
        ),
        (
            "its own jwk",
            signed(
                &theirs,
                &h(json!({ "jwk": jwk, "kid": ring.kid() })),
                &claims,
            ),
        ),
        (
            "our kid and its own jwk",
            signed(&theirs, &h(json!({ "jwk": jwk })), &claims),
        ),
        (
            "jwk beside our signature",
            signed(&ours, &h(json!({ "jwk": jwk })), &claims),
        ),
        (
            "jku",
            signed(
                &theirs,
                &h(json!({ "jku": "https://evil.example/jwks.json" })),
                &claims,
            ),
        ),
        (
            "jku beside our signature",
            signed(
                &ours,
                &h(json!({ "jku": "https://evil.example/" })),
                &claims,
            ),
        ),
        (
            "x5u",
            signed(
                &ours,
                &h(json!({ "x5u": "https://evil.example/" })),
                &claims,
            ),
        ),
        (
            "x5c",
            signed(&ours, &h(json!({ "x5c": ["MIIB"] })), &claims),
        ),
        (
            "crit",
            signed(&ours, &h(json!({ "crit": ["exp"] })), &claims),
        ),
        (
            "another kind of token",
            signed(&ours, &h(json!({ "typ": "JWT" })), &claims),
        ),
        (
            "an id token",
            signed(&ours, &h(json!({ "typ": null })), &claims),
        ),
        (
            "another issuer",
            signed(&ours, &header, &c(json!({ "iss": "https://evil.example" }))),
        ),
        (
            "no issuer",
            signed(&ours, &header, &c(json!({ "iss": null }))),
        ),
        (
            "another audience",
            signed(
                &ours,
                &header,
                &c(json!({ "aud": "http://localhost:8080" })),
            ),
        ),
        (
            "no audience",
            signed(&ours, &header, &c(json!({ "aud": null }))),
        ),
        (
            "several audiences",
            signed(&ours, &header, &c(json!({ "aud": [claims["aud"], "x"] }))),
        ),
        (
            "expired",
            signed(&ours, &header, &c(json!({ "exp": now - 1 }))),
        ),
        (
            "expired in a text",
            signed(&ours, &header, &c(json!({ "exp": "9999999999" }))),
        ),
        ("no end", signed(&ours, &header, &c(json!({ "exp": null })))),
        (
            "not yet",
            signed(&ours, &header, &c(json!({ "nbf": now + 60 }))),
        ),
        (
            "no beginning",
            signed(&ours, &header, &c(json!({ "nbf": null }))),
        ),
        (
            "made in the future",
            signed(&ours, &header, &c(json!({ "iat": now + 60 }))),
        ),
        (
            "no subject",
            signed(&ours, &header, &c(json!({ "sub": null }))),
        ),
        (
            "a subject of words",
            signed(&ours, &header, &c(json!({ "sub": "ada" }))),
        ),
        (
            "no session",
            signed(&ours, &header, &c(json!({ "sid": null }))),
        ),
        (
            "no name",
            signed(&ours, &header, &c(json!({ "jti": null }))),
        ),
        (
            "another subject, old signature",
            format!("{}.{tampered}.{}", parts[0], parts[2]),
        ),
        (
            "one letter of the signature",
            String::from_utf8(last).unwrap(),
        ),
        ("a very long one", format!("{genuine}{}", "A".repeat(5_000))),
        ("an access token of the contract", ada.token.clone()),
    ];
    for (what, token) in &forged {
        assert_eq!(answer(token).await, (401, json!(null)), "{what}");
    }
    // Our own signature on a session that is not the customer's opens nothing.
    for odd in [
        json!({ "sub": "2" }),
        json!({ "sid": "00000000-0000-0000-0000-000000000007" }),
    ] {
        let token = signed(&ours, &header, &c(odd));
        assert_eq!(answer(&token).await, (200, json!(null)));
    }
}

#[tokio::test]
async fn only_one_bearer_of_the_right_scheme_counts() {
    let app = TestApp::new().await;
    let ada = app.person("ada").await;
    let access = app.sign_in(&ada).await.access;
    let ask = async |values: &[String]| {
        let mut request = app.client.post("/graphql");
        for value in values {
            request = request.header("authorization", value);
        }
        let response = request.body_json(&json!({ "query": NAMES })).send().await;
        let status = response.0.status().as_u16();
        let body: Value = response.0.into_body().into_json().await.unwrap();
        (status, body["data"]["customer"]["id"].clone())
    };
    assert_eq!(
        ask(&[format!("bearer {access}")]).await,
        (200, json!(ada.id))
    );
    assert_eq!(ask(&["Basic eDp5".to_owned()]).await, (200, json!(null)));
    assert_eq!(ask(&["Bearer".to_owned()]).await.0, 401);
    assert_eq!(ask(&["Bearer ".to_owned()]).await.0, 401);
    let twice = [format!("Bearer {access}"), "Bearer x".to_owned()];
    assert_eq!(ask(&twice).await.0, 401);
}

#[tokio::test]
async fn keys_are_changed_with_an_overlap() {
    let app = TestApp::new().await;
    let ada = app.person("ada").await;
    let (old, new) = (generate_pem().unwrap(), generate_pem().unwrap());
    let (before, between, after) = (
        app.process(&edge(&old, "")),
        app.process(&edge(&new, &old)),
        app.process(&edge(&new, "")),
    );
    let body = json!({ "email": ada.email, "password": ada.password });
    let response = before.post("/auth/sign-in").body_json(&body).send().await;
    let body: Value = response.0.into_body().into_json().await.unwrap();
    let bearer = format!("Bearer {}", body["access_token"].as_str().unwrap());
    for (client, status) in [(&before, 200), (&between, 200), (&after, 401)] {
        let request = client.post("/graphql").header("authorization", &bearer);
        let response = request.body_json(&json!({ "query": NAMES })).send().await;
        assert_eq!(response.0.status().as_u16(), status);
    }
    // The session is in the database: it goes on under the new key.
    let refresh = json!({ "refresh_token": body["refresh_token"] });
    let response = after.post("/auth/refresh").body_json(&refresh).send().await;
    response.assert_status_is_ok();
    let jwks = between.get("/.well-known/jwks.json").send().await;
    jwks.assert_header("cache-control", "public, max-age=300");
    jwks.assert_header("content-type", "application/jwk-set+json");
    let jwks: Value = jwks.0.into_body().into_json().await.unwrap();
    let keys = jwks["keys"].as_array().unwrap();
    assert_eq!(keys.len(), 2);
    for key in keys {
        let names: Vec<&String> = key.as_object().unwrap().keys().collect();
        assert_eq!(names, ["alg", "crv", "kid", "kty", "use", "x"]);
    }
}

#[tokio::test]
async fn both_kinds_of_token_name_the_same_customer() {
    let app = TestApp::new().await;
    let (ada, bob) = (app.person("ada").await, app.person("bob").await);
    let access = app.sign_in(&ada).await.access;
    let query = "query ($t: String!) { customer(customerAccessToken: $t) { id email } }";
    let by_token = app.graphql(query, json!({ "t": ada.token })).await;
    for given in ["", access.as_str()] {
        let by_bearer = app.graphql_as(&access, query, json!({ "t": given })).await;
        assert_eq!(by_bearer.body, by_token.body);
        assert_eq!((by_bearer.statements, by_token.statements), (1, 1));
    }
    // A token that is given counts, good or bad; without a bearer an empty one names nobody.
    let other = app
        .graphql_as(&access, query, json!({ "t": bob.token }))
        .await;
    assert_eq!(other.data()["customer"]["id"], json!(bob.id));
    let wrong = app
        .graphql_as(&access, query, json!({ "t": "nonsense" }))
        .await;
    assert_eq!(wrong.data()["customer"], json!(null));
    let nobody = app.graphql(query, json!({ "t": "" })).await;
    assert_eq!(
        (&nobody.data()["customer"], nobody.statements),
        (&json!(null), 0)
    );
    let update = "mutation { customerUpdate(customerAccessToken: \"\", customer: { firstName: \"Ada\" }) { \
                  customer { firstName } customerUserErrors { code } } }";
    let updated = app.graphql_as(&access, update, json!({})).await;
    assert_eq!(
        updated.data()["customerUpdate"]["customer"]["firstName"],
        "Ada"
    );
    app.advance(TimeDelta::minutes(16)).await;
    assert_eq!(
        app.graphql_as(&access, "{ shop { name } }", json!({}))
            .await
            .status,
        401
    );
}
