//! What discounts do to a cart.

use serde_json::json;
use tests::TestApp;
use tests::factory::catalog::{ProductSeed, VariantSeed};
use tests::factory::offers::{discounts, gift_card};
use tests::factory::shop::delivery;
use tests::till::Till;

use super::{enter, pay_with, prices};
use crate::cart::{cart_with, read, variant};

#[tokio::test]
async fn a_code_takes_off_the_order_whatever_its_case() {
    let app = TestApp::new().await;
    discounts(
        &app,
        "Title,Codes,Type,Value\nSummer,SUMMER,percentage,12.5\n",
    )
    .await;
    let cup = variant(&app, "cup", None).await;
    let cart = cart_with(&app, json!([{ "merchandiseId": cup, "quantity": 3 }])).await;
    assert_eq!(
        enter(&app, &cart, &["sumMer", "what"]).await,
        ["DISCOUNT_NOT_FOUND"]
    );
    assert_eq!(
        prices(&app, &cart).await,
        json!({
            "discountCodes": [{ "code": "sumMer", "applicable": true }, { "code": "what", "applicable": false }],
            "cost": { "subtotalAmount": { "amount": "30.0" }, "totalAmount": { "amount": "26.25" },
                "checkoutChargeAmount": { "amount": "26.25" } },
            "discountAllocations": [{ "__typename": "CartCodeDiscountAllocation", "code": "sumMer",
                "discountedAmount": { "amount": "3.75" }, "targetType": "LINE_ITEM",
                "discountApplication": { "allocationMethod": "ACROSS", "targetSelection": "ALL",
                    "targetType": "LINE_ITEM", "value": { "percentage": 12.5 } } }],
            "appliedGiftCards": [],
            "lines": { "nodes": [{ "cost": { "subtotalAmount": { "amount": "30.0" }, "totalAmount": { "amount": "30.0" } },
                "discountAllocations": [] }] },
        })
    );
    assert_eq!(enter(&app, &cart, &[]).await, [""; 0]);
    let bare = prices(&app, &cart).await;
    assert_eq!(bare["cost"]["totalAmount"]["amount"], "30.0");
    assert_eq!(
        (&bare["discountCodes"], &bare["discountAllocations"]),
        (&json!([]), &json!([]))
    );
}

#[tokio::test]
async fn a_discount_on_goods_stands_in_its_lines() {
    let app = TestApp::new().await;
    let (cup, mug) = (
        variant(&app, "cup", None).await,
        variant(&app, "mug", None).await,
    );
    discounts(
        &app,
        "Title,Type,Value,Each,Products\nCups for less,amount,2.50,true,cup\n",
    )
    .await;
    let lines = json!([{ "merchandiseId": cup, "quantity": 2 }, { "merchandiseId": mug }]);
    let cart = cart_with(&app, lines).await;
    let shown = prices(&app, &cart).await;
    assert_eq!(shown["cost"]["subtotalAmount"]["amount"], "25.0");
    assert_eq!(shown["cost"]["totalAmount"]["amount"], "25.0");
    assert_eq!(shown["discountAllocations"], json!([]));
    assert_eq!(
        shown["lines"]["nodes"],
        json!([
            { "cost": { "subtotalAmount": { "amount": "10.0" }, "totalAmount": { "amount": "10.0" } },
              "discountAllocations": [] },
            { "cost": { "subtotalAmount": { "amount": "20.0" }, "totalAmount": { "amount": "15.0" } },
              "discountAllocations": [{ "__typename": "CartAutomaticDiscountAllocation", "title": "Cups for less",
                "discountedAmount": { "amount": "5.0" }, "targetType": "LINE_ITEM",
                "discountApplication": { "allocationMethod": "EACH", "targetSelection": "ENTITLED",
                    "value": { "amount": "2.5" } } }] },
        ])
    );
}

#[tokio::test]
async fn goods_are_named_by_product_collection_or_variant() {
    let app = TestApp::new().await;
    let mut shirt = ProductSeed::new("shirt");
    shirt.options = vec![("Size".into(), vec!["S".into(), "M".into()])];
    let sized = |size: &str, sku: &str| VariantSeed {
        sku: Some(sku.into()),
        ..VariantSeed::new(&[size], 2000)
    };
    shirt.variants = vec![sized("S", "SHIRT-S"), sized("M", "SHIRT-M")];
    shirt.create(&app).await;
    let (cup, mug) = (
        variant(&app, "cup", None).await,
        variant(&app, "mug", None).await,
    );
    app.execute(
        "INSERT INTO collections (handle, title, published_at) VALUES ('sale', 'Sale', now()); \
         INSERT INTO collection_products (collection_id, product_id, position) \
         SELECT c.id, p.id, 1 FROM collections c, products p WHERE p.handle = 'mug'",
    )
    .await;
    discounts(
        &app,
        "Title,Type,Value,Products,Collections,SKUs\nMixed,percentage,50,cup,sale,SHIRT-M\n",
    )
    .await;
    let data = app
        .graphql(
            "{ product(handle: \"shirt\") { variants(first: 2) { nodes { id } } } }",
            json!({}),
        )
        .await;
    let sizes = &data.data()["product"]["variants"]["nodes"];
    let ids = [&json!(cup), &json!(mug), &sizes[0]["id"], &sizes[1]["id"]];
    let lines: Vec<_> = ids
        .iter()
        .map(|id| json!({ "merchandiseId": id }))
        .collect();
    let shown = prices(&app, &cart_with(&app, json!(lines)).await).await;
    let totals: Vec<_> = shown["lines"]["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| line["cost"]["totalAmount"]["amount"].clone())
        .collect();
    assert_eq!(totals, ["10.0", "20.0", "5.0", "5.0"]);
    // What a discount was for is gone: it is for nothing, and not for everything.
    app.execute("DELETE FROM discount_targets").await;
    let shown = prices(&app, &cart_with(&app, json!(lines)).await).await;
    assert_eq!(shown["cost"]["totalAmount"]["amount"], "60.0");
}

#[tokio::test]
async fn delivery_becomes_free_and_discounts_combine() {
    let till = Till::open().await;
    let cup = till.stock("cup", 9).await;
    discounts(
        &till.app,
        "Title,Codes,Type,Value,Countries,Combines With\n\
         Free delivery,,free_shipping,,US;CA,order\nSpring,SPRING,amount,4.00,,shipping\nLarge,LARGE,amount,9.00,,\n",
    )
    .await;
    let cart = json!({ "id": till.cart(&cup, 1, tests::sandbox::card::APPROVED).await });
    // 15.00 off delivery and 4.00 off the order are more than 9.00 alone.
    let told = enter(&till.app, &cart, &["SPRING", "LARGE"]).await;
    assert_eq!(told, ["DISCOUNT_CODE_NOT_HONOURED"]);
    let shown = prices(&till.app, &cart).await;
    assert_eq!(shown["cost"]["totalAmount"]["amount"], "6.0");
    let allocations = shown["discountAllocations"].as_array().unwrap();
    let kinds: Vec<_> = allocations
        .iter()
        .map(|a| {
            (
                &a["targetType"],
                &a["discountedAmount"]["amount"],
                &a["title"],
                &a["code"],
            )
        })
        .collect();
    assert_eq!(
        kinds,
        [
            (
                &json!("SHIPPING_LINE"),
                &json!("15.0"),
                &json!("Free delivery"),
                &json!(null)
            ),
            (
                &json!("LINE_ITEM"),
                &json!("4.0"),
                &json!(null),
                &json!("SPRING")
            ),
        ]
    );
    assert_eq!(
        shown["discountCodes"],
        json!([{ "code": "SPRING", "applicable": true }, { "code": "LARGE", "applicable": false }])
    );
    // To another country it is not free.
    till.app
        .execute("UPDATE discounts SET countries = '{CA}' WHERE kind = 'free_shipping'")
        .await;
    let shown = prices(&till.app, &cart).await;
    assert_eq!(shown["cost"]["totalAmount"]["amount"], "16.0");
}

#[tokio::test]
async fn three_for_the_price_of_two() {
    let app = TestApp::new().await;
    let cup = variant(&app, "cup", None).await;
    discounts(
        &app,
        "Title,Type,Buys,Gets\nThree for two,buy_x_get_y,2,1\n",
    )
    .await;
    for (quantity, total) in [(2, "20.0"), (3, "20.0"), (4, "30.0"), (6, "40.0")] {
        let cart = cart_with(
            &app,
            json!([{ "merchandiseId": cup, "quantity": quantity }]),
        )
        .await;
        let shown = prices(&app, &cart).await;
        assert_eq!(shown["cost"]["totalAmount"]["amount"], total, "{quantity}");
    }
}

#[tokio::test]
async fn a_cart_with_all_of_it_costs_the_same_for_any_number_of_lines() {
    let app = TestApp::new().await;
    delivery(&app).await;
    let mut lines = Vec::new();
    for n in 0..40 {
        lines.push(json!({ "merchandiseId": variant(&app, &format!("p{n}"), None).await }));
    }
    discounts(
        &app,
        "Title,Codes,Type,Value,Products,Customer Tags,Once Per Customer\n\
         A,A,percentage,10,p0;p1;p2,,true\nB,,percentage,5,,,\nC,C,percentage,5,,vip,\n",
    )
    .await;
    let card = gift_card(&app, "3.00").await;
    let mut costs = Vec::new();
    for count in [1, 40] {
        let cart = cart_with(&app, json!(lines[..count])).await;
        enter(&app, &cart, &["A", "C"]).await;
        pay_with(&app, "cartGiftCardCodesAdd", &cart, &[&card]).await;
        let answer = read(&app, &cart, super::PRICES).await;
        assert!(answer.data()["cart"]["appliedGiftCards"][0]["amountUsed"]["amount"] == "3.0");
        costs.push(answer.statements);
    }
    // The cart, its lines, and what may make it cheaper.
    assert_eq!(costs, [3, 3]);
}

#[tokio::test]
async fn gift_cards_are_cheaper_only_where_they_are_named() {
    let app = TestApp::new().await;
    let (cup, card) = (
        variant(&app, "cup", None).await,
        variant(&app, "card", None).await,
    );
    app.execute("UPDATE products SET is_gift_card = true WHERE handle = 'card'")
        .await;
    discounts(
        &app,
        "Title,Codes,Type,Value,Products\nAll,ALL,percentage,50,\nCards,CARDS,percentage,10,card\n",
    )
    .await;
    let lines = json!([{ "merchandiseId": cup }, { "merchandiseId": card }]);
    let cart = cart_with(&app, lines).await;
    for (code, total) in [("ALL", "15.0"), ("CARDS", "19.0")] {
        assert_eq!(enter(&app, &cart, &[code]).await, [""; 0]);
        let shown = prices(&app, &cart).await;
        assert_eq!(shown["cost"]["totalAmount"]["amount"], total, "{code}");
    }
    let alone = cart_with(&app, json!([{ "merchandiseId": card }])).await;
    assert_eq!(
        enter(&app, &alone, &["ALL"]).await,
        ["DISCOUNT_NO_ENTITLED_LINE_ITEMS"]
    );
}

#[tokio::test]
async fn a_piece_for_nothing_is_not_what_is_got() {
    let app = TestApp::new().await;
    let cup = variant(&app, "cup", None).await;
    let sample = variant(&app, "sample", None).await;
    app.execute("UPDATE variants SET price_minor = 0 WHERE product_id = (SELECT id FROM products WHERE handle = 'sample')")
        .await;
    discounts(&app, "Title,Type,Buys,Gets\nTwo plus one,buy_x_get_y,2,1\n").await;
    let lines = json!([{ "merchandiseId": cup, "quantity": 3 }, { "merchandiseId": sample }]);
    let shown = prices(&app, &cart_with(&app, lines).await).await;
    assert_eq!(shown["cost"]["totalAmount"]["amount"], "20.0");
}
