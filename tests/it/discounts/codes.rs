//! Why a code takes nothing off: the buyer is told in the contract's words.

use chrono::TimeDelta;
use serde_json::json;
use tests::TestApp;
use tests::factory::offers::discounts;

use super::{enter, prices};
use crate::cart::{cart_with, mutate, variant};

#[tokio::test]
async fn every_obstacle_has_its_warning() {
    let app = TestApp::new().await;
    let cup = variant(&app, "cup", None).await;
    variant(&app, "mug", None).await;
    let ada = app.person("ada").await;
    discounts(
        &app,
        "Title,Codes,Type,Value,Products,Minimum Subtotal,Minimum Quantity,Customers,Starts,Ends,Active,Usage Limit\n\
         Off,OFF,percentage,10,,,,,,,false,\n\
         Later,LATER,percentage,10,,,,,2999-01-01,,,\n\
         Over,OVER,percentage,10,,,,,2020-01-01,2021-01-01,,\n\
         Mugs,MUGS,percentage,10,mug,,,,,,,\n\
         Much,MUCH,percentage,10,,20.01,,,,,,\n\
         Many,MANY,percentage,10,,,3,,,,,\n\
         Hers,HERS,percentage,10,,,,ada@mail.example,,,,\n\
         Small,SMALL;TINY,percentage,1,,,,,,,,\n\
         Good,GOOD,percentage,2,,,,,,,,\n",
    )
    .await;
    let cart = cart_with(&app, json!([{ "merchandiseId": cup, "quantity": 2 }])).await;
    for (code, warning) in [
        ("OFF", "DISCOUNT_CURRENTLY_INACTIVE"),
        ("LATER", "DISCOUNT_CURRENTLY_INACTIVE"),
        ("OVER", "DISCOUNT_CURRENTLY_INACTIVE"),
        ("MUGS", "DISCOUNT_NO_ENTITLED_LINE_ITEMS"),
        ("MUCH", "DISCOUNT_PURCHASE_NOT_IN_RANGE"),
        ("MANY", "DISCOUNT_QUANTITY_NOT_IN_RANGE"),
        ("HERS", "DISCOUNT_ELIGIBLE_CUSTOMER_MISSING"),
        ("SMALL", "DISCOUNT_CODE_NOT_HONOURED"),
        ("NONE", "DISCOUNT_NOT_FOUND"),
    ] {
        assert_eq!(
            enter(&app, &cart, &["GOOD", code]).await,
            [warning],
            "{code}"
        );
        let shown = prices(&app, &cart).await;
        assert_eq!(
            shown["discountCodes"][1],
            json!({ "code": code, "applicable": false })
        );
        assert_eq!(shown["cost"]["totalAmount"]["amount"], "19.6", "{code}");
    }
    // Of two codes for one discount the first counts.
    assert_eq!(
        enter(&app, &cart, &["TINY", "SMALL"]).await,
        ["DISCOUNT_CODE_NOT_HONOURED"]
    );
    let shown = prices(&app, &cart).await;
    assert_eq!(
        shown["discountCodes"],
        json!([{ "code": "TINY", "applicable": true }, { "code": "SMALL", "applicable": false }])
    );
    let bob = app.person("bob").await;
    for (person, told) in [(&bob, &["DISCOUNT_CUSTOMER_NOT_ELIGIBLE"][..]), (&ada, &[])] {
        let identity =
            "$cart: ID!, $t: String!|cartId: $cart, buyerIdentity: { customerAccessToken: $t }";
        let variables = json!({ "cart": cart["id"], "t": person.token });
        mutate(&app, "cartBuyerIdentityUpdate", identity, variables).await;
        assert_eq!(
            enter(&app, &cart, &["HERS"]).await,
            told,
            "{}",
            person.email
        );
    }
}

#[tokio::test]
async fn tags_make_customers_eligible_and_time_passes() {
    let app = TestApp::new().await;
    let cup = variant(&app, "cup", None).await;
    let ada = app.person("ada").await;
    app.execute("UPDATE customers SET tags = '{vip}'").await;
    let ends = (app.shop.clock.now() + TimeDelta::hours(1)).to_rfc3339();
    discounts(
        &app,
        &format!(
            "Title,Type,Value,Customer Tags,Ends\nFor friends,percentage,50,vip;staff,{ends}\n"
        ),
    )
    .await;
    let cart = cart_with(&app, json!([{ "merchandiseId": cup }])).await;
    assert_eq!(
        prices(&app, &cart).await["cost"]["totalAmount"]["amount"],
        "10.0"
    );
    let identity =
        "$cart: ID!, $t: String!|cartId: $cart, buyerIdentity: { customerAccessToken: $t }";
    let variables = json!({ "cart": cart["id"], "t": ada.token });
    mutate(&app, "cartBuyerIdentityUpdate", identity, variables).await;
    assert_eq!(
        prices(&app, &cart).await["cost"]["totalAmount"]["amount"],
        "5.0"
    );
    app.advance(TimeDelta::hours(1)).await;
    assert_eq!(
        prices(&app, &cart).await["cost"]["totalAmount"]["amount"],
        "10.0"
    );
}

#[tokio::test]
async fn a_new_cart_and_a_copy_are_told_the_same() {
    let app = TestApp::new().await;
    let cup = variant(&app, "cup", None).await;
    discounts(
        &app,
        "Title,Codes,Type,Value,Minimum Quantity\nMany,MANY,percentage,10,2\n",
    )
    .await;
    let input = json!({ "lines": [{ "merchandiseId": cup }], "discountCodes": ["many", "what"] });
    let made = mutate(
        &app,
        "cartCreate",
        "$input: CartInput|input: $input",
        json!({ "input": input }),
    )
    .await;
    let both = ["DISCOUNT_QUANTITY_NOT_IN_RANGE", "DISCOUNT_NOT_FOUND"];
    assert_eq!(super::warnings(&made), both);
    let variables = json!({ "cart": made["cart"]["id"] });
    let copy = mutate(&app, "cartClone", "$cart: ID!|cartId: $cart", variables).await;
    assert_eq!(super::warnings(&copy), both);
}
