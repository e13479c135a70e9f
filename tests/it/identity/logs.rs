//! What is logged of people: nothing that names or opens anything.

use serde_json::{Value, json};
use tests::sandbox::card;

use crate::crash::stage::{PATIENCE, Role, Stage, World};

/// The page that the mail about a forgotten password leads to.
fn link(stage: &Stage) -> String {
    let mails = stage.mails().into_iter();
    let texts = mails.map(|file| std::fs::read_to_string(file).unwrap());
    // Long lines are broken by a `=` at their end (quoted-printable: RFC 2045, section 6.7).
    let texts: Vec<String> = texts
        .map(|text| text.replace("=\r\n", "").replace("=\n", ""))
        .collect();
    let mut words = texts.iter().flat_map(|text| text.split_whitespace());
    let link = words.find(|word| word.contains("/account/reset/"));
    link.unwrap_or_else(|| panic!("no link in {texts:?}"))
        .to_owned()
}

#[tokio::test]
#[expect(
    clippy::too_many_lines,
    reason = "one account, from its making to a database that broke"
)]
async fn neither_addresses_nor_passwords_nor_tokens_are_logged() {
    let mut stage = Stage::open(card::APPROVED, World::default()).await;
    stage.stop(Role::Api).await;
    // Processes of their own: what one logs is not mixed with what other tests do.
    let loud = [("LOG", "trace"), ("LOG_FORMAT", "json")];
    stage.start(Role::Api, &loud).await;
    stage.start(Role::Worker, &loud).await;
    stage.ready(Role::Api).await;
    let http = providers::http::client(PATIENCE).unwrap();
    let at = format!("http://{}", stage.address(Role::Api));
    let post = async |path: &str, bearer: &str, body: Value| {
        let request = http.post(format!("{at}{path}")).json(&body);
        let request = match bearer {
            "" => request,
            bearer => request.bearer_auth(bearer),
        };
        let answer = request.send().await.unwrap();
        let status = answer.status().as_u16();
        let body = answer.text().await.unwrap();
        let body: Value = serde_json::from_str(&body).unwrap_or_default();
        (status, body)
    };
    let (email, password) = ("ada@mail.example", "the password of ada");
    let create = json!({
        "query": "mutation ($e: String!, $p: String!) { customerCreate(input: { email: $e, password: $p, firstName: \"Adalgisa\" }) \
                  { customer { id } customerUserErrors { code } } }",
        "variables": { "e": email, "p": password },
    });
    let (_, body) = post("/graphql", "", create).await;
    assert!(body["data"]["customerCreate"]["customer"]["id"].is_string());
    let token = |password: &str| {
        json!({
            "query": "mutation ($e: String!, $p: String!) { customerAccessTokenCreate(input: { email: $e, password: $p }) \
                      { customerAccessToken { accessToken } customerUserErrors { code } } }",
            "variables": { "e": email, "p": password },
        })
    };
    let (_, body) = post("/graphql", "", token(password)).await;
    let opaque = &body["data"]["customerAccessTokenCreate"]["customerAccessToken"]["accessToken"];
    let opaque = opaque.as_str().unwrap().to_owned();
    let (_, body) = post("/graphql", "", token("not the password")).await;
    let refused = &body["data"]["customerAccessTokenCreate"]["customerUserErrors"][0]["code"];
    assert_eq!(refused, "UNIDENTIFIED_CUSTOMER");

    let sign_in = json!({ "email": email, "password": password });
    let (status, session) = post("/auth/sign-in", "", sign_in).await;
    assert_eq!(status, 200);
    let [access, refresh] = ["access_token", "refresh_token"].map(|name| {
        let token = session[name].as_str();
        token.unwrap().to_owned()
    });
    let renew = json!({ "refresh_token": refresh });
    let whoever = json!({ "query": "{ customer(customerAccessToken: \"\") { email } }" });
    let (_, body) = post("/graphql", &access, whoever.clone()).await;
    assert_eq!(body["data"]["customer"]["email"], email);
    let forged = post("/graphql", "forged.bearer.token", whoever).await;
    assert_eq!(forged.0, 401);
    // A token that is used twice ends its session, which is worth a line.
    for expected in [200, 401] {
        assert_eq!(post("/auth/refresh", "", renew.clone()).await.0, expected);
    }

    let recover = json!({
        "query": "mutation Recover($e: String!) { customerRecover(email: $e) { customerUserErrors { code } } }",
        "variables": { "e": email },
    });
    let (_, body) = post("/graphql", "", recover.clone()).await;
    assert_eq!(body["errors"], json!(null));
    let unsent = "SELECT count(*) FROM jobs WHERE queue = 'mail' AND state <> 'completed'";
    stage.until(0, unsent).await;
    let link = link(&stage);
    let page = http.get(&link).send().await.unwrap();
    assert_eq!(page.status().as_u16(), 200);
    let form = http.post(&link).body("password=qz7x");
    let form = form.header("content-type", "application/x-www-form-urlencoded");
    let page = form.send().await.unwrap();
    assert_eq!(page.status().as_u16(), 422);

    // A broken database is when most is written.
    stage
        .app
        .execute("ALTER TABLE customers RENAME TO gone")
        .await;
    let (_, body) = post("/graphql", "", recover).await;
    let code = &body["errors"][0]["extensions"]["code"];
    assert_eq!(code, "INTERNAL_SERVER_ERROR");
    stage
        .app
        .execute("ALTER TABLE gone RENAME TO customers")
        .await;
    stage.stop(Role::Worker).await;
    stage.stop(Role::Api).await;

    let log = stage.logs();
    for said in [
        "Recover",
        "/auth/",
        "/account/",
        "used twice",
        "send_account_notice",
    ] {
        assert!(log.contains(said), "nothing of `{said}` was logged:\n{log}");
    }
    let secrets = [
        "ada@mail",
        "Adalgisa",
        password,
        "not the password",
        "qz7x",
        "forged.bearer",
        &opaque,
        &access,
        &refresh,
        link.rsplit('/').next().unwrap(),
    ];
    for secret in secrets {
        let line = log.lines().find(|line| line.contains(secret));
        assert_eq!(line, None, "`{secret}` was logged");
    }
}
