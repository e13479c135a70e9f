//! What operators do: CSVs in and out, gift cards, and proving recorded prices.

use api::commands::discounts::{self as discounts_command, Discounts};
use api::commands::gift_cards::{self as gift_cards_command, GiftCards};
use api::commands::replay_pricing::{self, ReplayArgs};
use commerce::flows::import_discounts::import_discounts;
use commerce::flows::replay_pricing::replay_pricing;
use tests::factory::offers::{discounts, gift_card};
use tests::till::Till;
use tests::{Scratch, TestApp};

use super::filled;
use crate::cart::variant;

async fn import(app: &TestApp, csv: &str) -> (u64, u64, Vec<String>) {
    let imported = import_discounts(&app.shop, csv.as_bytes()).await.unwrap();
    let refusals = imported.refusals.iter().map(ToString::to_string);
    (imported.created, imported.updated, refusals.collect())
}

#[tokio::test]
async fn what_is_exported_imports_as_the_same() {
    let app = TestApp::new().await;
    variant(&app, "cup", None).await;
    variant(&app, "mug", None).await;
    app.person("ada").await;
    let csv = "Title,Codes,Class,Type,Value,Each,Products,Buys,Buys Products,Gets,Uses Per Order,Minimum Subtotal,Customer Tags,Customers,Once Per Customer,Usage Limit,Combines With,Starts,Ends\n\
        Summer,SUMMER;Sun,order,percentage,12.5,,,,,,,20.00,vip,ADA@mail.example,true,100,product;shipping,2026-01-01,2026-09-01T08:30:00Z\n\
        \"Cups, for less\",,product,amount,0.33,true,cup,,,,,,,,,,,,\n\
        Two plus one,,product,buy_x_get_y,50,,mug,2,cup;mug,1,3,,,,,,,,\n\
        Free,FREE,shipping,free_shipping,9.99,,,,,,,,,,,,,,\n";
    let folder = Scratch::new();
    let path = folder.path().join("discounts.csv");
    std::fs::write(&path, csv).unwrap();
    let files = vec![path.clone()];
    let said = discounts_command::run(
        &app.shop,
        &Discounts::Import {
            files: files.clone(),
            dry_run: false,
        },
    )
    .await;
    assert!(
        said.unwrap()
            .ends_with("4 discounts created, 0 updated, 0 unchanged, 0 reasons against rows\n")
    );
    let exported = discounts_command::run(&app.shop, &Discounts::Export)
        .await
        .unwrap();
    std::fs::write(&path, &exported).unwrap();
    let said = discounts_command::run(
        &app.shop,
        &Discounts::Import {
            files,
            dry_run: false,
        },
    )
    .await;
    assert!(
        said.unwrap()
            .ends_with("0 discounts created, 0 updated, 4 unchanged, 0 reasons against rows\n")
    );
    let again = discounts_command::run(&app.shop, &Discounts::Export)
        .await
        .unwrap();
    assert_eq!(again, exported);
    let second = exported.lines().nth(1).unwrap();
    assert!(
        second.starts_with("Summer,SUMMER;Sun,order,percentage,12.5,")
            && second.contains(";shipping,true,2026-01-01,2026-09-01T08:30:00Z"),
        "{second}"
    );
    let listed = discounts_command::run(&app.shop, &Discounts::List)
        .await
        .unwrap();
    assert!(
        listed.contains("active  used 0 of 100") && listed.contains("Summer  (SUMMER, Sun)"),
        "{listed}"
    );
}

#[tokio::test]
async fn a_refused_row_changes_nothing_and_the_others_are_imported() {
    let app = TestApp::new().await;
    discounts(
        &app,
        "Title,Codes,Type,Value\nSummer,SUMMER,percentage,10\n",
    )
    .await;
    let csv = "Title,Codes,Type,Value,Products,Customers\n\
        Winter,summer,percentage,20,,\n\
        Cups,,percentage,20,no-such-cup,\n\
        Hers,,percentage,20,,ada@mail.example;bob@mail.example\n\
        summer,SUMMER,percentage,0,,\n\
        Spring,SPRING,percentage,30,,\n";
    let (created, updated, refusals) = import(&app, csv).await;
    assert_eq!((created, updated), (1, 0));
    assert_eq!(
        refusals,
        [
            "2: Codes: `SUMMER` leads to another discount",
            "3: Products: there is no `no-such-cup`",
            "4: Customers: the customer at place 1 has no account",
            "5: Value: `0` is not a percentage above 0 and up to 100, such as 12.5",
        ]
    );
    assert_eq!(app.count("SELECT count(*) FROM discounts").await, 2);
    assert_eq!(
        app.count("SELECT basis_points::bigint FROM discounts WHERE title = 'Summer'")
            .await,
        1_000
    );
    // A title is known in any case, and what the file has no column for stays.
    assert_eq!(
        import(&app, "Title,Type,Value\nSUMMER,amount,5\n").await,
        (0, 1, vec![])
    );
    let now = "SELECT amount_minor FROM discounts WHERE title = 'SUMMER' AND method = 'code' AND basis_points IS NULL";
    assert_eq!(app.count(now).await, 500);
    let nothing = import(&app, "Title,Kind\nx,y\n").await;
    assert_eq!(nothing.0, 0);
    assert_eq!(nothing.2.len(), 2, "{:?}", nothing.2);
    assert!(nothing.2[0].starts_with("1: Kind: is not one of the columns Title, Codes,"));
    assert_eq!(nothing.2[1], "1: Type: the column is missing");
    let bad = Discounts::Import {
        files: vec!["/nowhere/discounts.csv".into()],
        dry_run: false,
    };
    let error = discounts_command::run(&app.shop, &bad).await.unwrap_err();
    assert!(
        error.to_string().contains("the file cannot be opened"),
        "{error}"
    );
}

#[tokio::test]
async fn a_discount_is_known_again_whatever_letters_it_has_and_a_customer_may_be_named_twice() {
    let app = TestApp::new().await;
    app.person("ada").await;
    let csv = "Title,Codes,Type,Value,Customers\nÉté,ÉTÉ,percentage,10,ada@mail.example;ADA@mail.example\n";
    assert_eq!(import(&app, csv).await, (1, 0, vec![]));
    assert_eq!(import(&app, csv).await, (0, 0, vec![]));
    assert_eq!(
        import(&app, "Title,Codes,Type,Value\nHiver,ÉTÉ,percentage,10\n").await,
        (
            0,
            0,
            vec!["2: Codes: `ÉTÉ` leads to another discount".to_owned()]
        )
    );
}

#[tokio::test]
async fn a_discount_may_move_to_any_time_and_never_ends_before_it_begins() {
    let app = TestApp::new().await;
    let header = "Title,Type,Value,Starts,Ends";
    let over = format!(
        "{header}\nOld,percentage,10,,2020-01-01\nNew,percentage,10,2026-12-01,2026-12-31\n"
    );
    let told = "2: Ends: is not after the start".to_owned();
    assert_eq!(import(&app, &over).await, (1, 0, vec![told.clone()]));
    let earlier = format!("{header}\nNew,percentage,10,2026-01-01,2026-02-01\n");
    assert_eq!(import(&app, &earlier).await, (0, 1, vec![]));
    let without = format!("{header}\nNew,percentage,10,,2025-12-31\n");
    assert_eq!(import(&app, &without).await, (0, 0, vec![told]));
    let kept =
        "SELECT count(*) FROM discounts WHERE starts_at = '2026-01-01' AND ends_at = '2026-02-02'";
    assert_eq!(app.count(kept).await, 1);
}

#[tokio::test]
async fn gift_cards_are_issued_listed_disabled_and_enabled() {
    let app = TestApp::new().await;
    let issue = |amount: &str, currency: Option<&str>, expires_on: Option<&str>| GiftCards::Issue {
        amount: amount.to_owned(),
        currency: currency.map(|code| code.parse().unwrap()),
        expires_on: expires_on.map(str::to_owned),
        note: " for Ada ".to_owned(),
        idempotency_key: None,
    };
    let run = async |command: GiftCards| gift_cards_command::run(&app.shop, &command).await;
    for (command, words) in [
        (issue("0", None, None), "above 0"),
        (issue("1.234", None, None), "is not an amount in USD"),
        (issue("5", Some("EUR"), None), "the shop sells in USD"),
        (issue("5", None, Some("2020-01-01")), "not in the future"),
        (issue("5", None, Some("soon")), "must be a day"),
    ] {
        let error = run(command).await.unwrap_err().to_string();
        assert!(error.contains(words), "{error}");
    }
    assert_eq!(app.count("SELECT count(*) FROM gift_cards").await, 0);
    let said = run(issue("25.00", Some("USD"), Some("2999-01-01")))
        .await
        .unwrap();
    let code = said.lines().nth(1).unwrap();
    let listed = run(GiftCards::List { limit: 9 }).await.unwrap();
    assert!(
        listed.contains("25.00 USD of 25.00 USD, 0.00 USD held  until 2999-01-01  for Ada"),
        "{listed}"
    );
    assert!(
        listed.contains(&code[15..]) && !listed.contains(code),
        "{listed}"
    );
    assert_eq!(
        run(GiftCards::Disable { id: 1 }).await.unwrap(),
        "gift card 1 is disabled\n"
    );
    let error = run(GiftCards::Disable { id: 1 })
        .await
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("no gift card 1 that could be disabled"),
        "{error}"
    );
    assert_eq!(
        run(GiftCards::Enable { id: 1 }).await.unwrap(),
        "gift card 1 is enabled\n"
    );
    app.assert_sound().await;
}

#[tokio::test]
async fn a_key_issues_one_gift_card_however_often_it_is_sent() {
    let app = TestApp::new().await;
    let issue = |key: &str, amount: &str| GiftCards::Issue {
        amount: amount.to_owned(),
        currency: None,
        expires_on: None,
        note: String::new(),
        idempotency_key: Some(key.to_owned()),
    };
    let run = async |command: GiftCards| gift_cards_command::run(&app.shop, &command).await;
    let together = (0..8).map(|_| run(issue("thanks-1", "25.00")));
    let said = futures_util::future::join_all(together).await;
    let said: Vec<String> = said.into_iter().map(Result::unwrap).collect();
    let new = said
        .iter()
        .filter(|said| said.contains("is not shown again"));
    assert_eq!(new.count(), 1, "{said:?}");
    let again =
        "gift card 1 was issued with this idempotency key before; its code was shown then\n";
    assert_eq!(run(issue("thanks-1", "25.00")).await.unwrap(), again);
    let cards = "SELECT count(*) FROM gift_cards";
    assert_eq!(app.count(cards).await, 1);
    for (key, amount, words) in [
        ("thanks-1", "26.00", "was used for another request"),
        ("", "25.00", "must have 1 to 255 characters"),
        ("a\0", "25.00", "must have 1 to 255 characters"),
    ] {
        let error = run(issue(key, amount)).await.unwrap_err().to_string();
        assert!(error.contains(words), "{error}");
    }
    assert_eq!(app.count(cards).await, 1);
    run(issue("thanks-2", "25.00")).await.unwrap();
    let all = "SELECT sum(balance_minor)::bigint FROM gift_cards";
    assert_eq!(app.count(all).await, 5_000);
    app.assert_sound().await;
}

async fn replay(till: &Till, order: Option<i64>) -> Result<String, String> {
    let args = ReplayArgs {
        order,
        all: order.is_none(),
    };
    let said = replay_pricing::run(&till.app.shop, &args).await;
    said.map_err(|error| error.to_string())
}

/// Everything that comes out otherwise.
async fn differences(till: &Till) -> Vec<String> {
    let mut found = Vec::new();
    let mut told =
        |replayed: commerce::flows::replay_pricing::Replayed| found.extend(replayed.differences);
    replay_pricing(&till.app.shop, None, &mut told)
        .await
        .unwrap();
    found
}

#[tokio::test]
async fn recorded_orders_come_out_the_same_and_tampered_ones_do_not() {
    let till = Till::open().await;
    let cup = till.stock("cup", 9).await;
    let plain = till.cart(&cup, 1, tests::sandbox::card::APPROVED).await;
    till.accepted(&plain, "press-1").await;
    till.drain().await;
    discounts(
        &till.app,
        "Title,Codes,Type,Value,Products,Combines With\nThird,THIRD,percentage,33.33,,product\nCups,,amount,0.50,cup,order\n",
    )
    .await;
    let code = gift_card(&till.app, "4.00").await;
    let (cart, _) = filled(&till, &cup, 3, &["third"], &[&code]).await;
    till.accepted(&cart, "press-1").await;
    till.drain().await;
    // What counts is what was frozen, whatever has become of it since.
    till.app
        .execute("UPDATE variants SET price_minor = 1; UPDATE discounts SET active = false")
        .await;
    let all = "2 orders computed again; all come out as they were recorded\n";
    assert_eq!(replay(&till, None).await.unwrap(), all);
    assert!(replay(&till, Some(1001)).await.is_ok());
    assert_eq!(
        replay(&till, Some(9)).await.unwrap_err(),
        "there is no order #9"
    );

    // An attempt of before there were discounts kept less.
    till.app.rewrite(
        "UPDATE checkout_attempts SET snapshot = (snapshot - 'pricing') #- '{cart,applications}' #- '{cart,gift_cards}' \
         #- '{cart,codes}' #- '{cart,shipping_allocations}' #- '{cart,lines,0,allocations}' \
         WHERE id = (SELECT attempt_id FROM orders WHERE number = 1001)",
    ).await;
    assert_eq!(replay(&till, None).await.unwrap(), all);

    for (tampering, expected) in [
        (
            "UPDATE checkout_attempts SET snapshot = jsonb_set(snapshot, '{cart,lines,0,total,minor}', '1') \
             WHERE id = (SELECT attempt_id FROM orders WHERE number = 1002)",
            "snapshot.lines.0.total.minor is 1, but comes out as ",
        ),
        (
            "UPDATE order_lines SET unit_price_minor = 999 WHERE order_id = (SELECT id FROM orders WHERE number = 1001)",
            "order.lines.0.unit_price is 999, but comes out as 1000",
        ),
        (
            "UPDATE checkout_attempts SET snapshot = jsonb_set(snapshot, '{pricing,rules}', '9') WHERE snapshot ? 'pricing'",
            "its rules 9 are not known",
        ),
    ] {
        till.app.rewrite(tampering).await;
        let found = differences(&till).await;
        assert!(
            found.iter().any(|line| line.starts_with(expected)),
            "{found:?}"
        );
    }
    let error = replay(&till, None).await.unwrap_err();
    assert_eq!(
        error,
        "2 of 2 orders come out otherwise than they were recorded"
    );
    assert!(replay(&till, Some(1002)).await.is_err());
}
