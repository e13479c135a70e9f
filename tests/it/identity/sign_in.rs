//! Signing in by the contract, and the brake on guessing.

use chrono::TimeDelta;
use commerce::identity::{Guard, GuardConfig};
use commerce::kernel::Secret;
use commerce::kv::Kv;
use serde_json::{Value, json};
use tests::TestApp;
use tests::till::text;

use super::{mutate, refused};

async fn by_token(app: &TestApp, field: &str, selection: &str, token: &str) -> Value {
    let arguments = "$t: String!|customerAccessToken: $t";
    mutate(app, field, arguments, selection, json!({ "t": token })).await
}

#[tokio::test]
async fn a_token_lives_thirty_days_and_is_renewed_and_deleted() {
    let app = TestApp::new().await;
    let ada = app.person("ada").await;
    let payload = app.token(&ada.email.to_uppercase(), &ada.password).await;
    let token = text(&payload["customerAccessToken"]["accessToken"]);
    let expires: chrono::DateTime<chrono::Utc> = text(&payload["customerAccessToken"]["expiresAt"])
        .parse()
        .unwrap();
    let left = expires - app.shop.clock.now();
    assert!(
        left > TimeDelta::days(29) && left <= TimeDelta::days(30),
        "{left}"
    );
    let stored = "SELECT count(*) FROM customer_access_tokens WHERE length(token_hash) = 32";
    assert_eq!(app.count(stored).await, 2);

    app.advance(TimeDelta::days(29)).await;
    let renew = "customerAccessToken { accessToken expiresAt } userErrors { field message }";
    let renewed = by_token(&app, "customerAccessTokenRenew", renew, &token).await;
    assert_eq!(renewed["customerAccessToken"]["accessToken"], json!(token));
    app.advance(TimeDelta::days(29)).await;
    assert_eq!(app.token_names(&token).await, Some(ada.id.clone()));
    assert_eq!(app.token_names(&ada.token).await, None);
    let late = by_token(&app, "customerAccessTokenRenew", renew, &ada.token).await;
    assert_eq!(late["customerAccessToken"], json!(null));
    assert_eq!(
        late["userErrors"][0]["field"],
        json!(["customerAccessToken"])
    );

    let delete = "deletedAccessToken deletedCustomerAccessTokenId userErrors { message }";
    let deleted = by_token(&app, "customerAccessTokenDelete", delete, &token).await;
    assert_eq!(deleted["deletedAccessToken"], json!(token));
    assert_eq!(deleted["userErrors"], json!([]));
    assert_eq!(app.token_names(&token).await, None);
    let again = by_token(&app, "customerAccessTokenDelete", delete, &token).await;
    assert_eq!(again["deletedAccessToken"], json!(null));
    assert_eq!(again["userErrors"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn unknown_and_known_addresses_look_alike() {
    let app = TestApp::new().await;
    let ada = app.person("ada").await;
    app.execute("INSERT INTO customers (email, state, created_at, updated_at) VALUES ('eve@mail.example', 'invited', now(), now())")
        .await;
    let sign_in = async |email: &str| {
        let query = "mutation ($i: CustomerAccessTokenCreateInput!) { customerAccessTokenCreate(input: $i) { \
            customerAccessToken { accessToken } customerUserErrors { code field message } } }";
        let input = json!({ "email": email, "password": "not the password" });
        let answer = app.graphql(query, json!({ "i": input })).await;
        (answer.body.clone(), answer.statements)
    };
    let known = sign_in(&ada.email).await;
    assert_eq!(
        known.0["data"]["customerAccessTokenCreate"]["customerUserErrors"][0]["code"],
        "UNIDENTIFIED_CUSTOMER"
    );
    assert_eq!(known, sign_in("nobody@mail.example").await);
    assert_eq!(known, sign_in("eve@mail.example").await);

    let recover = async |email: &str| {
        let query = "mutation ($e: String!) { customerRecover(email: $e) { customerUserErrors { code } userErrors { message } } }";
        let answer = app.graphql(query, json!({ "e": email })).await;
        (answer.body.clone(), answer.statements)
    };
    app.mails().await;
    let known = recover(&ada.email).await;
    assert_eq!(
        known.0["data"]["customerRecover"]["customerUserErrors"],
        json!([])
    );
    assert_eq!(known, recover("nobody@mail.example").await);
    assert_eq!(
        app.count("SELECT count(*) FROM jobs WHERE state = 'available'")
            .await,
        2
    );
    let to: Vec<_> = app
        .mails()
        .await
        .into_iter()
        .map(|(kind, to, _)| (kind, to))
        .collect();
    assert_eq!(to, [("recover".to_owned(), ada.email)]);
}

#[tokio::test]
async fn a_disabled_account_is_told_to_its_owner_alone() {
    let app = TestApp::new().await;
    let ada = app.person("ada").await;
    let session = app.sign_in(&ada).await;
    app.execute("UPDATE customers SET state = 'disabled'").await;
    assert_eq!(
        refused(&app.token(&ada.email, "wrong password").await),
        ["UNIDENTIFIED_CUSTOMER -"]
    );
    assert_eq!(
        refused(&app.token(&ada.email, &ada.password).await),
        ["CUSTOMER_DISABLED -"]
    );
    assert_eq!(app.token_names(&ada.token).await, None);
    assert_eq!(app.bearer_names(&session.access).await, Ok(None));
    assert_eq!(app.refresh(&session.refresh).await.0, 401);
}

#[tokio::test]
async fn a_weaker_hash_is_made_anew_when_its_owner_signs_in() {
    let app = TestApp::new().await;
    let ada = app.person("ada").await;
    // Argon2id of `the password of ada`, at 8 MiB and one pass.
    let weak = {
        use argon2::password_hash::phc::PasswordHash;
        use argon2::{Algorithm, Argon2, Params, PasswordHasher, Version};
        let params = Params::new(8 * 1024, 1, 1, None).unwrap();
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let hash: PasswordHash = argon2
            .hash_password_with_salt(ada.password.as_bytes(), b"0123456789abcdef")
            .unwrap();
        hash.to_string()
    };
    app.execute(&format!("UPDATE customers SET password_hash = '{weak}'"))
        .await;
    let strong = "SELECT count(*) FROM customers WHERE password_hash LIKE '%m=19456,t=2,p=1%'";
    app.token(&ada.email, "wrong password").await;
    assert_eq!(app.count(strong).await, 0);
    assert_eq!(
        refused(&app.token(&ada.email, &ada.password).await),
        [""; 0]
    );
    assert_eq!(app.count(strong).await, 1);
    assert_eq!(
        refused(&app.token(&ada.email, &ada.password).await),
        [""; 0]
    );
    // The password is the same: nothing that was signed in has ended.
    assert_eq!(app.token_names(&ada.token).await, Some(ada.id));
}

#[tokio::test]
async fn guessing_is_slowed_down_and_the_right_password_waits_with_it() {
    let app = TestApp::new().await;
    let ada = app.person("ada").await;
    let mut wrong = 0;
    let stopped = loop {
        let answer = refused(&app.token(&ada.email, "guess after guess").await);
        if answer == ["- -"] {
            break refused(&app.token(&ada.email, &ada.password).await);
        }
        assert_eq!(answer, ["UNIDENTIFIED_CUSTOMER -"]);
        wrong += 1;
    };
    assert_eq!((wrong, stopped), (5, vec!["- -".to_owned()]));
    // Somebody else is not held up, and after the pause the owner is not either.
    let bob = app.person("bob").await;
    assert_eq!(app.token_names(&bob.token).await, Some(bob.id));
    app.advance(TimeDelta::seconds(30)).await;
    assert_eq!(
        refused(&app.token(&ada.email, &ada.password).await),
        [""; 0]
    );
    // A right password forgets the wrong ones before it.
    for _ in 0..5 {
        assert_eq!(
            refused(&app.token(&ada.email, "guess").await),
            ["UNIDENTIFIED_CUSTOMER -"]
        );
    }
    assert_eq!(refused(&app.token(&ada.email, "guess").await), ["- -"]);
}

#[tokio::test]
async fn pauses_grow_to_a_quarter_of_an_hour_and_a_mail_ends_them() {
    let app = TestApp::new().await;
    let ada = app.person("ada").await;
    app.mails().await;
    let mut waited = 0;
    for _ in 0..24 {
        while refused(&app.token(&ada.email, "guess").await) == ["- -"] {
            app.advance(TimeDelta::seconds(30)).await;
            waited += 30;
        }
    }
    // 30 + 60 + … + 480 seconds, and a quarter of an hour each of the fourteen times after that.
    assert!((13_500..=14_000).contains(&waited), "{waited}");
    assert_eq!(
        refused(&app.token(&ada.email, &ada.password).await),
        ["- -"]
    );
    let recover =
        "mutation { customerRecover(email: \"ada@mail.example\") { customerUserErrors { code } } }";
    app.ask(recover, json!({})).await;
    let link = app.mails().await.remove(0).2.unwrap();
    let reset = "mutation ($u: URL!) { customerResetByUrl(resetUrl: $u, password: \"a new beginning\") \
                 { customerUserErrors { code } } }";
    app.ask(reset, json!({ "u": link })).await;
    assert_eq!(
        refused(&app.token(&ada.email, "a new beginning").await),
        [""; 0]
    );
}

#[tokio::test]
async fn strangers_elsewhere_hold_nobody_up_at_home() {
    let app = TestApp::new().await;
    let guard = &app.shop.guard;
    let (home, now) = ("203.0.113.7".parse().unwrap(), app.shop.clock.now());
    let tried = guard
        .admit_sign_in("ada@mail.example", home, now)
        .await
        .unwrap();
    guard.succeeded(&tried, now).await;
    // Ten guesses from ten networks, and the account is slowed down for every other network.
    for n in 1..=10 {
        let network = format!("198.51.100.{n}").parse().unwrap();
        guard
            .admit_sign_in("ada@mail.example", network, now)
            .await
            .unwrap();
    }
    let eleventh = "198.51.100.11".parse().unwrap();
    let stop = guard
        .admit_sign_in("ADA@mail.example ", eleventh, now)
        .await
        .unwrap_err();
    assert_eq!(stop.wait.as_secs(), 30);
    assert!(
        guard
            .admit_sign_in("ada@mail.example", home, now)
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn spraying_from_one_network_is_throttled_also_without_redis() {
    let app = TestApp::new().await;
    let redis = commerce::config::Reader::from_environment()
        .optional("REDIS_URL")
        .unwrap();
    for (url, millis) in [(redis.as_str(), 60_000), ("redis://127.0.0.1:1", 50)] {
        let patience = std::time::Duration::from_millis(millis);
        let config = GuardConfig {
            tries_per_network: 20,
            patience,
        };
        let kv = Kv::connect_within(&Secret::new(url), patience).unwrap();
        let prefix = format!("{}:{}", app.database.url, url.len());
        let guard = Guard::new(kv, &prefix, config);
        let (network, now) = ("203.0.113.7".parse().unwrap(), app.shop.clock.now());
        let mut allowed = 0;
        for n in 0..200 {
            let email = format!("person-{n}@mail.example");
            allowed += usize::from(guard.admit_sign_in(&email, network, now).await.is_ok());
        }
        assert_eq!(allowed, 20, "{url}");
        // Tries that turn out right do not count.
        let later = now + TimeDelta::minutes(10);
        for n in 0..200 {
            let email = format!("person-{n}@mail.example");
            let tried = guard.admit_sign_in(&email, network, later).await.unwrap();
            guard.succeeded(&tried, later).await;
        }
    }
}

#[tokio::test]
async fn guesses_at_the_same_moment_count_one_by_one() {
    let app = TestApp::new().await;
    let barrier = std::sync::Arc::new(tokio::sync::Barrier::new(20));
    let tries = (0..20).map(|_| {
        let (guard, now) = (std::sync::Arc::clone(&app.shop.guard), app.shop.clock.now());
        let barrier = std::sync::Arc::clone(&barrier);
        tokio::spawn(async move {
            barrier.wait().await;
            let network = "203.0.113.7".parse().unwrap();
            guard
                .admit_sign_in("ada@mail.example", network, now)
                .await
                .is_ok()
        })
    });
    let mut admitted = 0;
    for tried in tries.collect::<Vec<_>>() {
        admitted += usize::from(tried.await.unwrap());
    }
    assert_eq!(admitted, 5);
}

#[tokio::test]
async fn mails_on_request_are_few_and_nobody_can_tell() {
    let app = TestApp::new().await;
    let ada = app.person("ada").await;
    app.mails().await;
    let recover = "mutation ($e: String!) { customerRecover(email: $e) { customerUserErrors { code field } } }";
    for _ in 0..12 {
        let answer = app.graphql(recover, json!({ "e": ada.email })).await;
        assert_eq!(
            answer.data()["customerRecover"]["customerUserErrors"],
            json!([])
        );
    }
    // The welcome was the first of five.
    assert_eq!(app.mails().await.len(), 4);
    for (email, wanted) in [("", "BLANK email"), ("ada", "INVALID email")] {
        let arguments = "$e: String!|email: $e";
        let errors = super::ERRORS;
        let payload = mutate(
            &app,
            "customerRecover",
            arguments,
            errors,
            json!({ "e": email }),
        )
        .await;
        assert_eq!(refused(&payload), [wanted]);
    }
}

#[tokio::test]
async fn multipass_is_refused_by_its_own_code() {
    let app = TestApp::new().await;
    let selection = "customerAccessToken { accessToken } customerUserErrors { code field message }";
    let arguments = "$t: String!|multipassToken: $t";
    let field = "customerAccessTokenCreateWithMultipass";
    let payload = mutate(&app, field, arguments, selection, json!({ "t": "x" })).await;
    assert_eq!(
        refused(&payload),
        ["INVALID_MULTIPASS_REQUEST multipassToken"]
    );
    assert_eq!(payload["customerAccessToken"], json!(null));
}
