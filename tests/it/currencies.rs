//! The buyer's currency: by the country's market, from the catalogue to the order, its mail and its refund.

use api::commands::orders::{self as command, Orders, RefundArgs};
use api::shop_file::ShopFile;
use commerce::flows::replay_pricing::replay_pricing;
use commerce::kernel::Currency;
use diesel_async::SimpleAsyncConnection;
use providers::mail::Mailbox;
use serde_json::{Value, json};
use tests::TestApp;
use tests::factory::catalog::collection;
use tests::factory::offers::{discounts, gift_card};
use tests::factory::words::shop_file;
use tests::sandbox::card;
use tests::till::Till;

use crate::cart::mutate;

/// Euros in the United States, where a Till delivers to, in steps of 5 cents; yen in Japan.
async fn abroad(app: &TestApp) {
    let file = json!({ "markets": [
        { "handle": "euro", "name": "Euro", "countries": ["US"], "currency": "EUR", "rate": "0.92", "rounding": "0.05" },
        { "handle": "japan", "name": "Japan", "countries": ["JP"], "currency": "JPY", "rate": "155", "rounding": "10" },
        { "handle": "world", "name": "World", "countries": ["*"] },
    ] });
    shop_file(app, &file).await;
}

fn euros(amount: &str) -> Value {
    json!({ "amount": amount, "currencyCode": "EUR" })
}

const PRICES: &str = "product(handle: \"cup\") { \
    priceRange { minVariantPrice { amount currencyCode } maxVariantPrice { amount currencyCode } } \
    variants(first: 1) { nodes { price { amount currencyCode } priceV2 { amount currencyCode } \
        compareAtPrice { amount currencyCode } compareAtPriceV2 { amount currencyCode } \
        quantityPriceBreaks(first: 1) { nodes { price { amount currencyCode } } } } } } \
    localization { country { currency { isoCode } } }";

async fn in_country(app: &TestApp, context: &str, fields: &str) -> Value {
    let answer = app
        .graphql(&format!("query {context} {{ {fields} }}"), json!({}))
        .await;
    answer.data().clone()
}

#[tokio::test]
async fn the_catalogue_is_shown_in_the_currency_of_the_country() {
    let till = Till::open().await;
    till.stock("cup", 9).await;
    let app = &till.app;
    abroad(app).await;
    app.execute(
        "UPDATE variants SET compare_at_minor = 1299; \
         INSERT INTO price_breaks (variant_id, minimum, price_minor, currency) SELECT id, 10, 750, 'USD' FROM variants",
    )
    .await;
    for (context, price, before, many, currency) in [
        ("", "10.0", "12.99", "7.5", "USD"),
        ("@inContext(country: FR)", "10.0", "12.99", "7.5", "USD"),
        ("@inContext(country: ZZ)", "10.0", "12.99", "7.5", "USD"),
        // 9.20, 11.9508 and 6.90 in steps of 0.05.
        ("@inContext(country: US)", "9.2", "11.95", "6.9", "EUR"),
        // 1,550, 2,013.45 and 1,162.5 in steps of 10; nothing is delivered there.
        (
            "@inContext(country: JP)",
            "1550.0",
            "2010.0",
            "1160.0",
            "JPY",
        ),
    ] {
        let found = in_country(app, context, PRICES).await;
        let product = &found["product"];
        let money = |amount: &str| json!({ "amount": amount, "currencyCode": currency });
        assert_eq!(
            product["priceRange"],
            json!({ "minVariantPrice": money(price), "maxVariantPrice": money(price) }),
            "{context}"
        );
        assert_eq!(
            product["variants"]["nodes"][0],
            json!({ "price": money(price), "priceV2": money(price), "compareAtPrice": money(before),
                "compareAtPriceV2": money(before), "quantityPriceBreaks": { "nodes": [{ "price": money(many) }] } }),
            "{context}"
        );
        let paid = &found["localization"]["country"]["currency"]["isoCode"];
        assert_eq!(paid, currency, "{context}");
    }
    let fields = "localization { country { currency { isoCode } } } shop { paymentSettings { currencyCode \
        enabledPresentmentCurrencies } }";
    let found = in_country(app, "@inContext(country: US)", fields).await;
    assert_eq!(
        found["localization"]["country"]["currency"]["isoCode"],
        "EUR"
    );
    assert_eq!(
        found["shop"]["paymentSettings"],
        json!({ "currencyCode": "USD", "enabledPresentmentCurrencies": ["USD", "EUR", "JPY"] })
    );
}

#[tokio::test]
async fn lists_are_narrowed_down_by_the_prices_that_are_shown() {
    let till = Till::open().await;
    till.stock("cup", 9).await;
    let app = &till.app;
    collection(app, "all", "manual", &[1]).await;
    abroad(app).await;
    let found = async |context: &str, range: &str| {
        let fields = format!(
            "collection(handle: \"all\") {{ products(first: 5, filters: [{{ price: {{ {range} }} }}]) {{ nodes {{ handle }} }} }}"
        );
        let data = in_country(app, context, &fields).await;
        data["collection"]["products"]["nodes"]
            .as_array()
            .unwrap()
            .len()
    };
    let euro = "@inContext(country: US)";
    assert_eq!(found(euro, "min: 9.2, max: 9.2").await, 1);
    assert_eq!(found(euro, "min: 9.21").await, 0);
    assert_eq!(found(euro, "max: 9.19").await, 0);
    assert_eq!(found("", "min: 9.21, max: 10").await, 1);
    let fields =
        "collection(handle: \"all\") { products(first: 1) { filters { id values { input } } } }";
    let data = in_country(app, euro, fields).await;
    let filters = data["collection"]["products"]["filters"]
        .as_array()
        .unwrap();
    let price = filters.iter().find(|it| it["id"] == "filter.v.price");
    assert_eq!(
        price.unwrap()["values"][0]["input"],
        "{\"price\":{\"min\":9.2,\"max\":9.2}}"
    );
}

const CART: &str = "query ($id: ID!) { cart(id: $id) { \
    cost { subtotalAmount { amount currencyCode } totalAmount { amount currencyCode } } \
    lines(first: 1) { nodes { cost { amountPerQuantity { amount currencyCode } } \
        merchandise { ... on ProductVariant { price { amount currencyCode } } } } } \
    deliveryGroups(first: 1) { nodes { deliveryOptions { estimatedCost { amount currencyCode } } } } } }";

/// Pays so many euros for the cart and has the order made.
async fn buy(till: &Till, cart: &str, amount: &str) {
    let session = till.sandbox.session(card::APPROVED).await;
    till.pay_in("EUR", cart, &session, amount).await;
    till.accepted(cart, "press-1").await;
    till.drain().await;
    till.assert_sound().await;
    let mut different = Vec::new();
    let mut told = |replayed: commerce::flows::replay_pricing::Replayed| {
        different.extend(replayed.differences)
    };
    replay_pricing(&till.app.shop, None, &mut told)
        .await
        .unwrap();
    assert_eq!(different, Vec::<String>::new());
}

#[tokio::test]
async fn a_cart_is_bought_in_the_currency_of_its_country() {
    let till = Till::open().await;
    let cup = till.stock("cup", 9).await;
    abroad(&till.app).await;
    let csv = "Title,Codes,Type,Value\nThree,THREE,amount,3.00\n";
    discounts(&till.app, csv).await;
    let cart = till.filled_cart(&cup, 2).await;
    let data = till.ask(CART, json!({ "id": cart })).await;
    let shown = &data["cart"];
    // Two cups for 9.20 each, and 15.00 USD of delivery.
    assert_eq!(shown["cost"]["subtotalAmount"], euros("18.4"));
    assert_eq!(shown["cost"]["totalAmount"], euros("32.2"));
    let line = &shown["lines"]["nodes"][0];
    assert_eq!(line["cost"]["amountPerQuantity"], euros("9.2"));
    assert_eq!(line["merchandise"]["price"], euros("9.2"));
    let options = &shown["deliveryGroups"]["nodes"][0]["deliveryOptions"];
    assert_eq!(options[0]["estimatedCost"], euros("4.6"));

    let codes = "$cart: ID!, $codes: [String!]|cartId: $cart, discountCodes: $codes";
    let variables = json!({ "cart": cart, "codes": ["THREE"] });
    mutate(&till.app, "cartDiscountCodesUpdate", codes, variables).await;
    // 3.00 USD are 2.76 EUR, in steps 2.75.
    buy(&till, &cart, "29.45").await;
    let row = "SELECT total_minor FROM orders WHERE currency = 'EUR' AND discount_minor = 275 AND shipping_minor = 1380 \
               AND financial_status = 'PAID'";
    assert_eq!(till.app.count(row).await, 2_945);
    let taken = till.sandbox.captured().await;
    assert_eq!(
        taken[0]["amount"],
        json!({ "minor": 2945, "currency": "EUR" })
    );
    let mails = Mailbox::new(till.mailbox.path(), String::new());
    let text = mails.list().await.unwrap()[0].text.replace("\r\n", "\n");
    assert!(text.contains("Total: €29.45"), "{text}");

    let refund = Orders::Refund(RefundArgs {
        number: 1001,
        amount: Some("9.45".to_owned()),
        ..RefundArgs::default()
    });
    let said = command::run(&till.app.shop, &refund).await.unwrap();
    assert!(said.contains("9.45 EUR is asked"), "{said}");
    till.drain().await;
    till.assert_sound().await;
    let back = "SELECT refunded_minor FROM orders";
    assert_eq!(till.app.count(back).await, 945);
}

#[tokio::test]
async fn another_country_prices_the_cart_anew_and_forgets_what_was_agreed_to() {
    let till = Till::open().await;
    let cup = till.stock("cup", 9).await;
    let cart = till.cart(&cup, 2, card::APPROVED).await;
    let of = async || {
        let query = "query ($id: ID!) { cart(id: $id) { cost { subtotalAmount { amount currencyCode } } } }";
        till.ask(query, json!({ "id": cart })).await["cart"]["cost"]["subtotalAmount"].clone()
    };
    assert_eq!(
        of().await,
        json!({ "amount": "20.0", "currencyCode": "USD" })
    );
    // The merchant sells in euros from now on: what was agreed to in dollars does not count.
    abroad(&till.app).await;
    assert_eq!(of().await, euros("18.4"));
    let result = till.submit(&cart, "press-0").await;
    assert_eq!(result["__typename"], "SubmitFailed", "{result}");
    let move_to = async |country: &str| {
        let arguments =
            "$cart: ID!, $c: CountryCode|cartId: $cart, buyerIdentity: { countryCode: $c }";
        let variables = json!({ "cart": cart, "c": country });
        mutate(&till.app, "cartBuyerIdentityUpdate", arguments, variables).await
    };
    move_to("JP").await;
    assert_eq!(
        of().await,
        json!({ "amount": "3100.0", "currencyCode": "JPY" })
    );
    let agreed = "SELECT count(*) FROM carts WHERE payment_method IS NOT NULL OR payment_amount_minor IS NOT NULL";
    assert_eq!(till.app.count(agreed).await, 0);
    move_to("US").await;
    buy(&till, &cart, "32.20").await;
    assert_eq!(
        till.app.count("SELECT total_minor FROM orders").await,
        3_220
    );
}

#[tokio::test]
async fn an_agreement_counts_in_the_currency_that_it_was_made_in_only() {
    let till = Till::open().await;
    let cup = till.stock("cup", 9).await;
    till.filled_cart(&cup, 2).await;
    let agree = |currency: &str| {
        format!(
            "UPDATE carts SET payment_method = 'free', payment_session = NULL, payment_amount_minor = 0, currency = '{currency}'"
        )
    };
    till.app.execute(&agree("USD")).await;
    let agreed =
        "SELECT count(*) FROM carts WHERE payment_method = 'free' AND payment_amount_minor = 0";
    assert_eq!(till.app.count(agreed).await, 1);
    abroad(&till.app).await;
    // Made again in euros, though with the same values, it counts.
    till.app.execute(&agree("EUR")).await;
    assert_eq!(till.app.count(agreed).await, 1);
    // Made in dollars while the market changed, it does not.
    till.app.execute(&agree("USD")).await;
    assert_eq!(till.app.count(agreed).await, 0);
    let euros = "SELECT count(*) FROM carts WHERE currency = 'EUR'";
    assert_eq!(till.app.count(euros).await, 1);
}

#[tokio::test]
async fn gift_cards_pay_in_their_own_currency_only() {
    let till = Till::open().await;
    let cup = till.stock("cup", 9).await;
    let code = gift_card(&till.app, "50.00").await;
    let cart = till.filled_cart(&cup, 2).await;
    let codes = "$cart: ID!, $codes: [String!]!|cartId: $cart, giftCardCodes: $codes";
    let variables = json!({ "cart": cart, "codes": [code] });
    mutate(
        &till.app,
        "cartGiftCardCodesUpdate",
        codes,
        variables.clone(),
    )
    .await;
    let attached = "SELECT count(*) FROM cart_gift_cards";
    assert_eq!(till.app.count(attached).await, 1);
    abroad(&till.app).await;
    // Entered again it stays, for when the shop's currency counts.
    let payload = mutate(&till.app, "cartGiftCardCodesUpdate", codes, variables).await;
    assert_eq!(
        payload["warnings"][0]["code"],
        "PAYMENTS_GIFT_CARDS_UNAVAILABLE"
    );
    assert_eq!(till.app.count(attached).await, 1);
    buy(&till, &cart, "32.20").await;
    let held = "SELECT count(*) FROM gift_card_holds";
    assert_eq!(till.app.count(held).await, 0);
    let by_hand = "INSERT INTO gift_card_holds (gift_card_id, attempt_id, amount_minor) SELECT 1, id, 1 FROM checkout_attempts";
    let other = "UPDATE payments SET currency = 'USD'";
    for (statement, words) in [
        (by_hand, "the gift card is in another currency"),
        (other, "payment_in_its_attempts_currency"),
        (
            "UPDATE orders SET currency = 'USD'",
            "order_in_its_attempts_currency",
        ),
        (
            "UPDATE shops SET currency = 'GBP'",
            "violates foreign key constraint",
        ),
        (
            "UPDATE markets SET rate_micros = NULL WHERE handle = 'euro'",
            "a_currency_has_a_rate",
        ),
    ] {
        let mut conn = till.app.conn().await;
        let refused = conn.batch_execute(statement).await.unwrap_err().to_string();
        assert!(refused.contains(words), "{statement}: {refused}");
    }
}

#[test]
fn mistakes_about_currencies_are_named() {
    let file = json!({ "markets": [
        { "handle": "a", "name": "A", "countries": ["*"], "rate": "1" },
        { "handle": "b", "name": "B", "countries": ["BE"], "currency": "euro", "rate": "1" },
        { "handle": "c", "name": "C", "countries": ["CY"], "currency": "EUR" },
        { "handle": "d", "name": "D", "countries": ["DE"], "currency": "EUR", "rate": "0" },
        { "handle": "e", "name": "E", "countries": ["EE"], "currency": "EUR", "rate": "0.9", "rounding": "0" },
        { "handle": "f", "name": "F", "countries": ["FR"], "currency": "JPY", "rate": "155", "rounding": "0.5" },
    ] });
    let read = ShopFile::read(&file.to_string()).unwrap();
    let error = read
        .arrangement(Some(Currency::USD))
        .unwrap_err()
        .to_string();
    let mistakes: Vec<&str> = error.lines().skip(1).collect();
    assert_eq!(
        mistakes,
        [
            "markets[0].rate: needs a `currency`",
            "markets[1].currency: `euro` is not a currency code of three letters, such as USD",
            "markets[2].rate: is missing: say how much of the currency one of the shop's is",
            "markets[3].rate: `0` is not a rate above 0 with at most 6 decimal places, such as \"0.92\"",
            "markets[4].rounding: must be above 0",
            "markets[5].rounding: `0.5` is not an amount in JPY: write digits with at most 0 decimal places, such as 1999",
        ]
    );
}
