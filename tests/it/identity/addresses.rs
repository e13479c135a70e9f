//! The address book.

use serde_json::{Value, json};
use tests::TestApp;
use tests::people::Person;
use tests::till::text;

use super::{ERRORS, mutate, refused};

async fn add(app: &TestApp, token: &str, address: Value) -> Value {
    let selection =
        format!("customerAddress {{ id address1 city country zip formatted }} {ERRORS}");
    let arguments = "$a: MailingAddressInput!, $t: String!|address: $a, customerAccessToken: $t";
    mutate(
        app,
        "customerAddressCreate",
        arguments,
        &selection,
        json!({ "a": address, "t": token }),
    )
    .await
}

async fn edit(app: &TestApp, token: &str, id: &str, address: Value) -> Value {
    let selection = format!("customerAddress {{ id address1 city country zip }} {ERRORS}");
    let arguments = "$a: MailingAddressInput!, $t: String!, $id: ID!|address: $a, customerAccessToken: $t, id: $id";
    let variables = json!({ "a": address, "t": token, "id": id });
    mutate(
        app,
        "customerAddressUpdate",
        arguments,
        &selection,
        variables,
    )
    .await
}

async fn book(app: &TestApp, person: &Person, page: &str) -> Value {
    let query = format!(
        "query ($t: String!) {{ customer(customerAccessToken: $t) {{ defaultAddress {{ address1 }} \
         addresses({page}) {{ nodes {{ address1 }} pageInfo {{ hasNextPage hasPreviousPage endCursor startCursor }} }} }} }}"
    );
    app.graphql(&query, json!({ "t": person.token }))
        .await
        .data()["customer"]
        .clone()
}

fn streets(book: &Value) -> Vec<String> {
    let nodes = book["addresses"]["nodes"].as_array().expect("nodes").iter();
    nodes.map(|node| text(&node["address1"])).collect()
}

#[tokio::test]
async fn a_book_is_kept_page_by_page() {
    let app = TestApp::new().await;
    let ada = app.person("ada").await;
    let mut ids = Vec::new();
    for n in 1..=5 {
        let address = json!({ "address1": format!("{n} Main St"), "city": " London ", "country": "united kingdom", "zip": "N1" });
        let payload = add(&app, &ada.token, address).await;
        assert_eq!(refused(&payload), [""; 0]);
        let added = &payload["customerAddress"];
        assert_eq!(
            (&added["city"], &added["country"]),
            (&json!("London"), &json!("United Kingdom"))
        );
        ids.push(text(&added["id"]));
    }
    assert_eq!(
        ids[0],
        "gid://shopify/MailingAddress/1?model_name=CustomerAddress"
    );
    let all = book(&app, &ada, "first: 10").await;
    assert_eq!(
        streets(&all),
        [
            "1 Main St",
            "2 Main St",
            "3 Main St",
            "4 Main St",
            "5 Main St"
        ]
    );
    assert_eq!(all["defaultAddress"]["address1"], "1 Main St");
    let first = book(&app, &ada, "first: 2, reverse: true").await;
    assert_eq!(streets(&first), ["5 Main St", "4 Main St"]);
    let page = &first["addresses"]["pageInfo"];
    assert_eq!(
        (&page["hasNextPage"], &page["hasPreviousPage"]),
        (&json!(true), &json!(false))
    );
    let after = text(&page["endCursor"]);
    let next = book(
        &app,
        &ada,
        &format!("first: 2, reverse: true, after: \"{after}\""),
    )
    .await;
    assert_eq!(streets(&next), ["3 Main St", "2 Main St"]);
    let last = book(&app, &ada, "last: 2").await;
    assert_eq!(streets(&last), ["4 Main St", "5 Main St"]);
}

#[tokio::test]
async fn entries_are_changed_chosen_and_deleted() {
    let app = TestApp::new().await;
    let ada = app.person("ada").await;
    let mut ids = Vec::new();
    for n in 1..=3 {
        let address = json!({ "address1": format!("{n} Main St"), "city": "London", "zip": "N1" });
        let payload = add(&app, &ada.token, address).await;
        ids.push(text(&payload["customerAddress"]["id"]));
    }
    let payload = edit(
        &app,
        &ada.token,
        &ids[1],
        json!({ "address1": "22 Main St", "zip": "" }),
    )
    .await;
    let edited = &payload["customerAddress"];
    assert_eq!(
        (&edited["address1"], &edited["city"], &edited["zip"]),
        (&json!("22 Main St"), &json!("London"), &json!(null))
    );
    let choose = "mutation ($t: String!, $id: ID!) { customerDefaultAddressUpdate(customerAccessToken: $t, addressId: $id) \
                  { customer { defaultAddress { address1 } } customerUserErrors { code field message } } }";
    let answer = app
        .graphql(choose, json!({ "t": ada.token, "id": ids[1] }))
        .await;
    let payload = &answer.data()["customerDefaultAddressUpdate"];
    assert_eq!(
        payload["customer"]["defaultAddress"]["address1"],
        "22 Main St"
    );
    let delete = "mutation ($t: String!, $id: ID!) { customerAddressDelete(customerAccessToken: $t, id: $id) \
                  { deletedCustomerAddressId customerUserErrors { code field message } } }";
    let answer = app
        .graphql(delete, json!({ "t": ada.token, "id": ids[1] }))
        .await;
    assert_eq!(
        answer.data()["customerAddressDelete"]["deletedCustomerAddressId"],
        json!(ids[1])
    );
    let answer = app
        .graphql(delete, json!({ "t": ada.token, "id": ids[1] }))
        .await;
    assert_eq!(
        refused(&answer.data()["customerAddressDelete"]),
        ["NOT_FOUND id"]
    );
    let left = book(&app, &ada, "first: 10").await;
    assert_eq!(streets(&left), ["1 Main St", "3 Main St"]);
    assert_eq!(left["defaultAddress"], json!(null));
}

#[tokio::test]
async fn addresses_are_refused_field_by_field_and_beyond_a_hundred() {
    let app = TestApp::new().await;
    let ada = app.person("ada").await;
    let wrong = json!({ "address1": "<b>", "city": "see https://x.example", "country": "Atlantis", "phone": "call", "lastName": "x".repeat(256) });
    let each = [
        "TOO_LONG address.lastName",
        "CONTAINS_HTML_TAGS address.address1",
        "CONTAINS_URL address.city",
        "INVALID address.country",
        "INVALID address.phone",
    ];
    assert_eq!(refused(&add(&app, &ada.token, wrong).await), each);
    assert_eq!(
        refused(&add(&app, &ada.token, json!({ "city": " " })).await),
        ["BLANK address"]
    );
    for token in ["", "nonsense"] {
        let payload = add(&app, token, json!({ "city": "London" })).await;
        assert_eq!(
            refused(&payload),
            ["UNIDENTIFIED_CUSTOMER customerAccessToken"]
        );
    }
    for id in [
        "gid://shopify/MailingAddress/404?model_name=CustomerAddress",
        "nonsense",
    ] {
        let payload = edit(&app, &ada.token, id, json!({ "city": "London" })).await;
        assert_eq!(refused(&payload), ["NOT_FOUND id"]);
    }
    app.execute(
        "INSERT INTO customer_addresses (customer_id, address, created_at, updated_at) \
         SELECT 1, '{\"city\": \"London\"}', now(), now() FROM generate_series(1, 100)",
    )
    .await;
    assert_eq!(
        refused(&add(&app, &ada.token, json!({ "city": "London" })).await),
        ["INVALID address"]
    );
    assert_eq!(
        app.count("SELECT count(*) FROM customer_addresses").await,
        100
    );
}

#[tokio::test]
async fn an_address_of_the_book_is_put_into_the_cart_of_its_owner() {
    let app = TestApp::new().await;
    let (ada, bo) = (app.person("ada").await, app.person("bo").await);
    let street = |name: &str| json!({ "address1": name, "city": "Rome", "country": "IT", "lastName": "B", "zip": "00100" });
    let of_ada = add(&app, &ada.token, street("1 Via Ada")).await["customerAddress"]["id"].clone();
    let of_bo = add(&app, &bo.token, street("2 Via Bo")).await["customerAddress"]["id"].clone();
    let shown = "cart { id delivery { addresses { id address { ... on CartDeliveryAddress { address1 countryCode } } } } } \
                 userErrors { code field message }";
    let create =
        format!("mutation ($input: CartInput) {{ cartCreate(input: $input) {{ {shown} }} }}");
    let copied = |id: &Value| json!({ "address": { "copyFromCustomerAddressId": id } });
    let with = |token: &str, id: &Value| {
        json!({ "input": { "buyerIdentity": { "customerAccessToken": token },
            "delivery": { "addresses": [copied(id)] } } })
    };
    let made = app.graphql(&create, with(&ada.token, &of_ada)).await;
    let cart = &made.data()["cartCreate"]["cart"];
    let address = &cart["delivery"]["addresses"][0];
    assert_eq!(
        address["address"],
        json!({ "address1": "1 Via Ada", "countryCode": "IT" })
    );
    let add_to = format!(
        "mutation ($c: ID!, $a: [CartSelectableAddressInput!]!) {{ cartDeliveryAddressesAdd(cartId: $c, addresses: $a) {{ {shown} }} }}"
    );
    let change = format!(
        "mutation ($c: ID!, $a: [CartSelectableAddressUpdateInput!]!) {{ cartDeliveryAddressesUpdate(cartId: $c, addresses: $a) {{ {shown} }} }}"
    );
    let field = |last: &str| json!(["addresses", "0", "address", last]);
    let key = "copyFromCustomerAddressId";
    // Somebody else's, one of nothing, and one of no kind.
    let others = [
        of_bo.clone(),
        json!("gid://shopify/MailingAddress/99"),
        json!("Rome"),
    ];
    for id in &others {
        let refused = app
            .graphql(&add_to, json!({ "c": cart["id"], "a": [copied(id)] }))
            .await;
        let errors = &refused.data()["cartDeliveryAddressesAdd"]["userErrors"];
        assert_eq!(
            errors,
            &json!([{ "code": "INVALID_DELIVERY_ADDRESS_ID", "field": field(key),
                "message": "the customer of the cart has no address with this id" }])
        );
        let mut edit = copied(id);
        edit["id"] = address["id"].clone();
        let refused = app
            .graphql(&change, json!({ "c": cart["id"], "a": [edit] }))
            .await;
        let errors = &refused.data()["cartDeliveryAddressesUpdate"]["userErrors"];
        assert_eq!(errors[0]["field"], field(key));
        let refused = app.graphql(&create, with(&ada.token, id)).await;
        let errors = &refused.data()["cartCreate"]["userErrors"];
        assert_eq!(errors[0]["code"], "INVALID_DELIVERY_ADDRESS_ID");
    }
    // Whoever holds her cart is not told where she lives, unless it is herself.
    let more = add(&app, &ada.token, street("3 Via Ada")).await["customerAddress"]["id"].clone();
    let variables = json!({ "c": cart["id"], "a": [copied(&more)] });
    let other = app.sign_in(&bo).await.access;
    for answer in [
        app.graphql(&add_to, variables.clone()).await,
        app.graphql_as(&other, &add_to, variables.clone()).await,
    ] {
        let errors = &answer.data()["cartDeliveryAddressesAdd"]["userErrors"];
        assert_eq!(errors[0]["code"], "INVALID_DELIVERY_ADDRESS_ID");
    }
    let herself = app.sign_in(&ada).await.access;
    let done = app.graphql_as(&herself, &add_to, variables).await;
    let added = &done.data()["cartDeliveryAddressesAdd"]["cart"]["delivery"]["addresses"];
    assert_eq!(added[1]["address"]["address1"], "3 Via Ada");
    let nothing = json!({ "c": cart["id"], "a": [{ "address": {} }] });
    let refused = app.graphql(&add_to, nothing).await;
    let errors = &refused.data()["cartDeliveryAddressesAdd"]["userErrors"];
    assert_eq!(errors[0]["code"], "INVALID");
    // A cart of nobody has no book.
    let input = json!({ "input": { "delivery": { "addresses": [copied(&of_ada)] } } });
    let refused = app.graphql(&create, input).await;
    assert_eq!(refused.data()["cartCreate"]["cart"], json!(null));
}
