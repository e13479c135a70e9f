//! What strangers and the owner send to each field.

use serde_json::{Value, json};

use super::World;

/// All of them.
pub(super) fn cases(w: &World) -> Vec<Case> {
    let mut cases = completions(w);
    cases.extend(carts(w));
    cases.extend(links(w));
    cases.extend(accounts(w));
    cases
}

/// One field.
pub(super) struct Case {
    pub(super) field: &'static str,
    pub(super) query: String,
    /// What the owner sends.
    pub(super) own: Value,
    /// What strangers send.
    pub(super) foreign: Vec<Value>,
}

const CART: &str = "cart { id note email: buyerIdentity { email phone customer { id email orders(first: 1) { nodes { id } } } } \
    lines(first: 5) { nodes { id } } delivery { addresses { id address { ... on CartDeliveryAddress { address1 } } } } } \
    userErrors { code message }";
const ERRORS: &str = "customerUserErrors { code message }";
pub(super) const WHO: &str = "id email firstName phone tags numberOfOrders defaultAddress { address1 } \
    addresses(first: 5) { nodes { id address1 } } orders(first: 5) { nodes { id name shippingAddress { address1 } statusUrl } }";

/// A mutation of a cart: `arguments` beside the cart's id, with values of the owner's.
fn of_cart(w: &World, field: &'static str, declared: &str, arguments: &str, values: Value) -> Case {
    let query =
        format!("mutation ($c: ID!{declared}) {{ {field}(cartId: $c{arguments}) {{ {CART} }} }}");
    let with = |cart: &str| {
        let mut all = values.clone();
        all["c"] = json!(cart);
        all
    };
    let mut foreign: Vec<Value> = w.guesses.iter().map(|guess| with(guess)).collect();
    if values != json!({}) {
        // Their own cart, with the owner's lines and addresses in it.
        foreign.push(with(&w.bobs_cart));
    }
    Case {
        field,
        query,
        own: with(&w.cart),
        foreign,
    }
}

#[expect(clippy::too_many_lines, reason = "one row for each field")]
fn carts(w: &World) -> Vec<Case> {
    let address = json!({ "deliveryAddress": { "address1": "9 New St", "countryCode": "US" } });
    let each = |field, declared, arguments, values| of_cart(w, field, declared, arguments, values);
    let mut cases = vec![
        each("cartAttributesUpdate", "", ", attributes: []", json!({})),
        each(
            "cartBillingAddressUpdate",
            "",
            ", billingAddress: { city: \"X\", country: \"US\" }",
            json!({}),
        ),
        each(
            "cartBuyerIdentityUpdate",
            "",
            ", buyerIdentity: { countryCode: US }",
            json!({}),
        ),
        each("cartClone", "", "", json!({})),
        each(
            "cartDeliveryAddressesAdd",
            ", $a: [CartSelectableAddressInput!]!",
            ", addresses: $a",
            json!({ "a": [{ "address": address }] }),
        ),
        each(
            "cartDeliveryAddressesReplace",
            ", $a: [CartSelectableAddressInput!]!",
            ", addresses: $a",
            json!({ "a": [{ "address": address }] }),
        ),
        each(
            "cartDiscountCodesUpdate",
            "",
            ", discountCodes: []",
            json!({}),
        ),
        each("cartGiftCardCodesAdd", "", ", giftCardCodes: []", json!({})),
        each(
            "cartGiftCardCodesRemove",
            "",
            ", appliedGiftCardIds: [\"gid://shopify/AppliedGiftCard/1\"]",
            json!({}),
        ),
        each(
            "cartGiftCardCodesUpdate",
            "",
            ", giftCardCodes: []",
            json!({}),
        ),
        each("cartLinesAdd", "", ", lines: []", json!({})),
        each(
            "cartLinesUpdate",
            ", $l: ID!",
            ", lines: [{ id: $l, quantity: 3 }]",
            json!({ "l": w.line }),
        ),
        each(
            "cartNoteUpdate",
            "",
            ", note: \"note-of-ada, again\"",
            json!({}),
        ),
        each(
            "cartPaymentUpdate",
            "",
            ", payment: { amount: { amount: \"1.0\", currencyCode: USD }, \
            directPaymentMethod: { sessionId: \"s\", billingAddress: { country: \"US\" } } }",
            json!({}),
        ),
        each(
            "cartSelectedDeliveryOptionsUpdate",
            ", $g: ID!",
            ", selectedDeliveryOptions: [{ deliveryGroupId: $g, deliveryOptionHandle: \"x\" }]",
            json!({ "g": w.group }),
        ),
    ];
    // The address is a new one after it was replaced: take the one that is there.
    cases.push(each(
        "cartDeliveryAddressesUpdate",
        ", $a: ID!",
        ", addresses: [{ id: $a, selected: true }]",
        json!({ "a": w.address }),
    ));
    cases.push(each(
        "cartDeliveryAddressesRemove",
        ", $a: ID!",
        ", addressIds: [$a]",
        json!({ "a": w.address }),
    ));
    cases.push(each(
        "cartLinesRemove",
        ", $l: ID!",
        ", lineIds: [$l]",
        json!({ "l": w.line }),
    ));
    cases.push(each("cartRemovePersonalData", "", "", json!({})));
    cases
}

#[expect(clippy::too_many_lines, reason = "one row for each field")]
fn completions(w: &World) -> Vec<Case> {
    let mut cases = Vec::new();
    let mut push = |field, query: &str, own: Value, foreign: Vec<Value>| {
        cases.push(Case {
            field,
            query: query.to_owned(),
            own,
            foreign,
        });
    };
    let carts: Vec<Value> = w
        .guesses
        .iter()
        .map(|guess| json!({ "c": guess }))
        .collect();
    let own = json!({ "c": w.cart });
    push(
        "cartPrepareForCompletion",
        "mutation ($c: ID!) { cartPrepareForCompletion(cartId: $c) { \
        result { ... on CartStatusReady { cart { id note } } ... on CartStatusNotReady { cart { id note } } } userErrors { message } } }",
        own.clone(),
        carts.clone(),
    );
    push(
        "cartSubmitForCompletion",
        "mutation ($c: ID!) { cartSubmitForCompletion(cartId: $c, attemptToken: \"press-9\") { \
        result { __typename ... on SubmitFailed { errors { code message } } } userErrors { message } } }",
        own.clone(),
        carts.clone(),
    );
    push(
        "cart",
        "query ($c: ID!) { cart(id: $c) { id note buyerIdentity { email } } }",
        own.clone(),
        carts.clone(),
    );
    let (id, _) = w.attempt.split_once('-').unwrap();
    let key = w.bobs_cart.split("key=").nth(1).unwrap();
    push(
        "cartCompletionAttempt",
        "query ($a: String!) { cartCompletionAttempt(attemptId: $a) { __typename ... on CartCompletionSuccess { orderId orderUrl } } }",
        json!({ "a": w.attempt }),
        vec![
            json!({ "a": id }),
            json!({ "a": format!("{id}-") }),
            json!({ "a": format!("{id}-{key}") }),
        ],
    );
    for (field, query) in [
        (
            "cartMetafieldsSet",
            "mutation ($c: ID!) { cartMetafieldsSet(metafields: [{ ownerId: $c, key: \"x\", type: \"boolean\", value: \"true\" }]) { metafields { id } userErrors { code message } } }",
        ),
        (
            "cartMetafieldDelete",
            "mutation ($c: ID!) { cartMetafieldDelete(input: { ownerId: $c, key: \"x\" }) { deletedId userErrors { code message } } }",
        ),
    ] {
        push(field, query, own.clone(), carts.clone());
    }
    push(
        "cartCreate",
        "mutation ($t: String) { cartCreate(input: { buyerIdentity: { customerAccessToken: $t } }) { cart { buyerIdentity { email customer { id email } } } userErrors { message } } }",
        json!({ "t": w.ada.token }),
        vec![json!({ "t": w.ada.id }), json!({ "t": "x" })],
    );
    let mut things: Vec<Value> = carts.iter().map(|c| json!({ "id": c["c"] })).collect();
    things.extend([&w.order, &w.entry, &w.ada.id].map(|id| json!({ "id": id })));
    let node = "id ... on Cart { note } ... on Order { name email statusUrl } ... on MailingAddress { address1 }";
    push(
        "node",
        &format!("query ($id: ID!) {{ node(id: $id) {{ {node} }} }}"),
        json!({ "id": w.order }),
        things.clone(),
    );
    push(
        "nodes",
        &format!("query ($id: ID!) {{ nodes(ids: [$id]) {{ {node} }} }}"),
        json!({ "id": w.entry }),
        things,
    );
    cases
}

fn accounts(w: &World) -> Vec<Case> {
    let guesses = ["x".to_owned(), w.ada.id.clone(), "0".repeat(22)];
    let mut cases = Vec::new();
    let mut push = |field, query: String, values: Value| {
        let with = |token: &str| {
            let mut all = values.clone();
            all["t"] = json!(token);
            all
        };
        let mut foreign: Vec<Value> = guesses.iter().map(|guess| with(guess)).collect();
        if values != json!({}) {
            // The stranger's own token, with the owner's address.
            foreign.push(with(&w.bob.token));
        }
        cases.push(Case {
            field,
            query,
            own: with(&w.ada.token),
            foreign,
        });
    };
    push(
        "customer",
        format!("query ($t: String!) {{ customer(customerAccessToken: $t) {{ {WHO} }} }}"),
        json!({}),
    );
    push(
        "customerUpdate",
        format!(
            "mutation ($t: String!) {{ customerUpdate(customerAccessToken: $t, customer: {{ lastName: \"Byron\" }}) {{ customer {{ {WHO} }} {ERRORS} }} }}"
        ),
        json!({}),
    );
    push(
        "customerAddressCreate",
        format!(
            "mutation ($t: String!) {{ customerAddressCreate(customerAccessToken: $t, address: {{ city: \"X\" }}) {{ customerAddress {{ id }} {ERRORS} }} }}"
        ),
        json!({}),
    );
    let entry = json!({ "a": w.entry });
    push(
        "customerAddressUpdate",
        format!(
            "mutation ($t: String!, $a: ID!) {{ customerAddressUpdate(customerAccessToken: $t, id: $a, address: {{ city: \"X\" }}) {{ customerAddress {{ id address1 }} {ERRORS} }} }}"
        ),
        entry.clone(),
    );
    push(
        "customerDefaultAddressUpdate",
        format!(
            "mutation ($t: String!, $a: ID!) {{ customerDefaultAddressUpdate(customerAccessToken: $t, addressId: $a) {{ customer {{ {WHO} }} {ERRORS} }} }}"
        ),
        entry.clone(),
    );
    push(
        "customerAddressDelete",
        format!(
            "mutation ($t: String!, $a: ID!) {{ customerAddressDelete(customerAccessToken: $t, id: $a) {{ deletedCustomerAddressId {ERRORS} }} }}"
        ),
        entry,
    );
    push("customerAccessTokenRenew", "mutation ($t: String!) { customerAccessTokenRenew(customerAccessToken: $t) { customerAccessToken { accessToken } userErrors { message } } }".into(), json!({}));
    push("customerAccessTokenDelete", "mutation ($t: String!) { customerAccessTokenDelete(customerAccessToken: $t) { deletedAccessToken userErrors { message } } }".into(), json!({}));
    cases
}

/// Links of mails; the owner's way is tested where links are.
fn links(w: &World) -> Vec<Case> {
    let done = format!("customer {{ {WHO} }} customerAccessToken {{ accessToken }} {ERRORS}");
    let mut cases = Vec::new();
    let number = w.ada.id.rsplit('/').next().unwrap();
    for (field, input, token) in [
        (
            "customerActivate",
            "CustomerActivateInput",
            "activationToken",
        ),
        ("customerReset", "CustomerResetInput", "resetToken"),
    ] {
        let guess = |text: &str| {
            let mut input = json!({ "password": "taken over by now" });
            input[token] = json!(text);
            json!({ "id": w.ada.id, "i": input })
        };
        cases.push(Case {
            field,
            query: format!(
                "mutation ($id: ID!, $i: {input}!) {{ {field}(id: $id, input: $i) {{ {done} }} }}"
            ),
            own: json!(null),
            foreign: vec![guess(""), guess("x"), guess(&w.bob.token)],
        });
    }
    for (field, argument, word) in [
        ("customerActivateByUrl", "activationUrl", "activate"),
        ("customerResetByUrl", "resetUrl", "reset"),
    ] {
        let url = |token: &str| json!({ "u": format!("http://localhost:8080/account/{word}/{number}/{token}") });
        cases.push(Case {
            field,
            query: format!("mutation ($u: URL!) {{ {field}({argument}: $u, password: \"taken over by now\") {{ {done} }} }}"),
            own: json!(null),
            foreign: vec![url(""), url("x"), url(&w.bob.token)],
        });
    }
    cases.push(Case {
        field: "customerAccessTokenCreateWithMultipass",
        query: format!("mutation ($t: String!) {{ customerAccessTokenCreateWithMultipass(multipassToken: $t) {{ customerAccessToken {{ accessToken }} {ERRORS} }} }}"),
        own: json!(null),
        foreign: vec![json!({ "t": w.ada.id })],
    });
    cases
}
