//! What a cart has from its customer's account goes with the account; what the buyer gave stays.

use serde_json::{Value, json};
use tests::TestApp;
use tests::people::Person;
use tests::sandbox::card;
use tests::till::{Till, text};

use super::{cart_with, mutate, read, variant};

/// Changes who buys; answers the e-mail address that the payload's cart shows.
async fn buyer(app: &TestApp, cart: &Value, buyer: Value) -> Value {
    let query = "mutation ($cart: ID!, $buyer: CartBuyerIdentityInput!) { \
        cartBuyerIdentityUpdate(cartId: $cart, buyerIdentity: $buyer) { cart { buyerIdentity { email } } \
            userErrors { code field } } }";
    let data = app
        .ask(query, json!({ "cart": cart["id"], "buyer": buyer }))
        .await;
    let payload = &data["cartBuyerIdentityUpdate"];
    assert_eq!(payload["userErrors"], json!([]));
    let shown = &payload["cart"]["buyerIdentity"]["email"];
    let stored = read(app, cart, "buyerIdentity { email }").await;
    assert_eq!(
        &stored.data()["cart"]["buyerIdentity"]["email"],
        shown,
        "what is answered is what is stored"
    );
    shown.clone()
}

fn signed_in(person: &Person) -> Value {
    json!({ "customerAccessToken": person.token })
}

fn guest() -> Value {
    json!({ "customerAccessToken": null })
}

#[tokio::test]
async fn an_e_mail_address_of_an_account_leaves_with_the_account() {
    let app = TestApp::new().await;
    let (ada, bob) = (app.person("ada").await, app.person("bob").await);
    let cart = cart_with(&app, json!([])).await;
    assert_eq!(
        buyer(&app, &cart, signed_in(&ada)).await,
        ada.email.as_str()
    );
    assert_eq!(
        buyer(&app, &cart, signed_in(&bob)).await,
        bob.email.as_str()
    );
    assert_eq!(buyer(&app, &cart, guest()).await, Value::Null);
    // A cart that is made by somebody who is signed in has it from the account as well.
    let input = json!({ "input": { "buyerIdentity": signed_in(&ada) } });
    let made = mutate(&app, "cartCreate", "$input: CartInput|input: $input", input).await;
    let made = &made["cart"];
    // A form that sends back what it was shown gives nothing of the buyer's own.
    let again = json!({ "email": ada.email });
    assert_eq!(buyer(&app, made, again).await, ada.email.as_str());
    assert_eq!(buyer(&app, made, signed_in(&bob)).await, bob.email.as_str());
    // An account that moves to another address takes its carts along.
    app.execute(
        "UPDATE customers SET email = 'robert@mail.example' WHERE email = 'bob@mail.example'",
    )
    .await;
    let moved = json!({ "countryCode": "DE" });
    assert_eq!(buyer(&app, made, moved).await, "robert@mail.example");
}

#[tokio::test]
async fn an_e_mail_address_that_the_buyer_gave_stays() {
    let app = TestApp::new().await;
    let (ada, bob) = (app.person("ada").await, app.person("bob").await);
    let cart = cart_with(&app, json!([])).await;
    let given = json!("gift@mail.example");
    assert_eq!(buyer(&app, &cart, json!({ "email": given })).await, given);
    for next in [signed_in(&ada), signed_in(&bob), guest()] {
        assert_eq!(buyer(&app, &cart, next).await, given);
    }
    // With somebody signed in, too; taken back, the account's counts again.
    let mut both = signed_in(&ada);
    both["email"] = json!("office@mail.example");
    both["phone"] = json!("+49301234567");
    assert_eq!(buyer(&app, &cart, both).await, "office@mail.example");
    assert_eq!(
        buyer(&app, &cart, signed_in(&bob)).await,
        "office@mail.example"
    );
    let stored = read(&app, &cart, "buyerIdentity { phone }").await;
    assert_eq!(
        stored.data()["cart"]["buyerIdentity"]["phone"],
        "+49301234567"
    );
    let forgotten = json!({ "email": null });
    assert_eq!(buyer(&app, &cart, forgotten).await, bob.email.as_str());
    assert_eq!(buyer(&app, &cart, guest()).await, Value::Null);
}

#[tokio::test]
async fn a_confirmation_goes_to_whoever_buys() {
    let till = Till::open().await;
    let app = &till.app;
    let (grace, bob) = (app.person("grace").await, app.person("bob").await);
    let cup = till.stock("cup", 2).await;
    let cart = json!({ "id": till.cart(&cup, 1, card::APPROVED).await });
    let mut first = signed_in(&grace);
    first["email"] = Value::Null;
    assert_eq!(buyer(app, &cart, first).await, grace.email.as_str());
    assert_eq!(buyer(app, &cart, signed_in(&bob)).await, bob.email.as_str());
    till.accepted(&text(&cart["id"]), "press-1").await;
    till.drain().await;
    let of_bob = "SELECT count(*) FROM orders WHERE email = 'bob@mail.example'";
    assert_eq!(app.count(of_bob).await, 1);
    till.assert_sound().await;
}

/// The streets of a cart's delivery addresses, and whether each is selected.
async fn streets(app: &TestApp, cart: &Value) -> Vec<(String, bool)> {
    let fields =
        "delivery { addresses { selected address { ... on CartDeliveryAddress { address1 } } } }";
    let answer = read(app, cart, fields).await;
    let addresses = answer.data()["cart"]["delivery"]["addresses"].clone();
    let addresses = addresses.as_array().expect("addresses").iter();
    addresses
        .map(|one| (text(&one["address"]["address1"]), one["selected"] == true))
        .collect()
}

async fn add_addresses(app: &TestApp, token: &str, cart: &Value, addresses: Value) {
    let query = "mutation ($cart: ID!, $a: [CartSelectableAddressInput!]!) { \
        cartDeliveryAddressesAdd(cartId: $cart, addresses: $a) { userErrors { code field message } } }";
    let variables = json!({ "cart": cart["id"], "a": addresses });
    let answer = app.graphql_as(token, query, variables).await;
    let payload = &answer.data()["cartDeliveryAddressesAdd"];
    assert_eq!(payload["userErrors"], json!([]));
}

#[tokio::test]
async fn addresses_of_an_account_leave_with_the_account() {
    let app = TestApp::new().await;
    let (ada, bob) = (app.person("ada").await, app.person("bob").await);
    let bearer = app.sign_in(&ada).await.access;
    let create = "mutation ($t: String!, $a: MailingAddressInput!) { customerAddressCreate(customerAccessToken: $t, address: $a) { \
        customerAddress { id } customerUserErrors { code field message } } }";
    let home = json!({ "firstName": "Ada", "lastName": "Byron", "address1": "1 Main St", "city": "Anytown",
        "country": "US", "province": "CA", "zip": "94107" });
    let data = app.ask(create, json!({ "t": ada.token, "a": home })).await;
    let home = data["customerAddressCreate"]["customerAddress"]["id"].clone();
    let cup = variant(&app, "cup", None).await;
    let cart = cart_with(&app, json!([{ "merchandiseId": cup }])).await;
    buyer(&app, &cart, signed_in(&ada)).await;
    let office = json!({ "firstName": "Ada", "lastName": "Byron", "address1": "2 Work St", "city": "Anytown",
        "countryCode": "US", "provinceCode": "CA", "zip": "94107" });
    let addresses = json!([
        { "selected": true, "address": { "copyFromCustomerAddressId": home } },
        { "address": { "deliveryAddress": office } }
    ]);
    add_addresses(&app, &bearer, &cart, addresses).await;
    let both = vec![
        ("1 Main St".to_owned(), true),
        ("2 Work St".to_owned(), false),
    ];
    assert_eq!(streets(&app, &cart).await, both);
    // The invoice goes where the parcel goes, as the hosted checkout stores it.
    app.execute(
        "UPDATE carts SET billing_address = (SELECT address FROM cart_addresses WHERE selected AND cart_id = carts.id)",
    )
    .await;
    // Whose it is anyway changes nothing.
    buyer(&app, &cart, signed_in(&ada)).await;
    assert_eq!(streets(&app, &cart).await, both);
    buyer(&app, &cart, signed_in(&bob)).await;
    let given = vec![("2 Work St".to_owned(), false)];
    assert_eq!(streets(&app, &cart).await, given);
    let invoices = "SELECT count(*) FROM carts WHERE billing_address IS NOT NULL";
    assert_eq!(app.count(invoices).await, 0);
    buyer(&app, &cart, guest()).await;
    assert_eq!(streets(&app, &cart).await, given);
    let seen = read(&app, &cart, "deliveryGroups(first: 5) { nodes { id } }").await;
    assert_eq!(seen.data()["cart"]["deliveryGroups"]["nodes"], json!([]));
}
