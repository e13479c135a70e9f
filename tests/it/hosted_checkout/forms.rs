//! Forms that are not right: what is wrong is named where it stands, and nothing that was typed is lost.

use serde_json::json;
use tests::browser::Seen;
use tests::factory::words::shop_file;
use tests::till::text;

use super::{HOME, Walk, filled_by, shop_with};

fn with(changes: &[(&'static str, &'static str)]) -> Vec<(&'static str, &'static str)> {
    let mut fields = HOME.to_vec();
    for (name, value) in changes {
        match fields.iter_mut().find(|(field, _)| field == name) {
            Some(field) => field.1 = value,
            None => fields.push((name, value)),
        }
    }
    fields
}

/// The fault of a field, bound to it.
#[track_caller]
fn assert_fault(page: &Seen, field: &str, words: &str) {
    assert_eq!(page.status, 422);
    let wrong = format!("<span class=\"wrong\" id=\"{field}-wrong\">{words}</span>");
    page.shows(&[&wrong, &format!("<a href=\"#{field}\">"), "role=\"alert\""]);
    let tag = page
        .body
        .split(&format!(" id=\"{field}\" name"))
        .nth(1)
        .unwrap();
    let tag = tag.split('>').next().unwrap();
    assert!(
        tag.contains("aria-invalid=\"true\"") && tag.contains("autofocus"),
        "{tag}"
    );
    assert!(tag.contains(&format!("{field}-wrong")), "{tag}");
}

#[tokio::test]
async fn each_fault_stands_at_its_field_and_nothing_typed_is_lost() {
    let (till, cup) = shop_with(5).await;
    let (walk, page) = Walk::begin(&till, &cup).await;
    for (field, typed, words) in [
        ("email", "", "Please fill this in"),
        ("email", "ada@", "Write it like name@example.com"),
        ("address1", "<b>", "Please use plain text only"),
        ("city", "see www.example.com", "Please use plain text only"),
        ("zip", "9720", "Write it like 12345"),
        ("zip", "", "Please fill this in"),
        ("provinceCode", "", "Please fill this in"),
        ("provinceCode", "ZZ", "This does not look right"),
        ("addressPhone", "call me", "This does not look right"),
        ("countryCode", "DE", "We do not deliver there"),
        ("countryCode", "", "We do not deliver there"),
    ] {
        let again = walk.send(&page, "", &with(&[(field, typed)])).await;
        assert_fault(&again, field, words);
        assert_eq!(again.value("firstName"), "Ada");
        if field != "provinceCode" && field != "countryCode" {
            assert_eq!(again.value(field), typed.trim().replace("<b>", "&lt;b&gt;"));
        }
    }
    let long = "x".repeat(256);
    let mut fields = HOME.to_vec();
    fields.push(("company", &long));
    let again = walk.send(&page, "", &fields).await;
    assert_fault(&again, "company", "This is too long");
    // Nothing of it reached the cart.
    let known = "SELECT count(*) FROM carts, cart_addresses WHERE email IS NOT NULL";
    assert_eq!(till.app.count(known).await, 0);
}

#[tokio::test]
async fn one_name_is_enough_and_what_is_typed_is_stored_in_one_form() {
    let (till, cup) = shop_with(5).await;
    let (walk, page) = Walk::begin(&till, &cup).await;
    let fields = with(&[
        ("lastName", " "),
        ("zip", "９７２０１"),
        ("addressPhone", "(503) 555-0100"),
        ("email", "ada@bücher.example"),
    ]);
    let page = walk.send(&page, "", &fields).await;
    assert_eq!(page.place(), format!("{}/delivery", walk.base));
    page.shows(&["Anytown OR 97201", "United States"]);
    let kept = "SELECT count(*) FROM carts c JOIN cart_addresses a ON a.cart_id = c.id \
        WHERE c.email = 'ada@xn--bcher-kva.example' AND a.address @> '{\"first_name\": \"Ada\", \"zip\": \"97201\", \
        \"phone\": \"+15035550100\"}' AND NOT a.address ? 'last_name'";
    assert_eq!(till.app.count(kept).await, 1);
    // A code of another state is not one of this.
    let page = walk.open("").await;
    let page = walk.send(&page, "", &with(&[("zip", "10001")])).await;
    assert_fault(&page, "zip", "This does not look right");
}

#[tokio::test]
async fn a_gift_cards_code_is_never_kept_among_discounts() {
    let (till, cup) = shop_with(5).await;
    let (walk, _) = Walk::begin(&till, &cup).await;
    let page = walk.to_payment().await;
    let fields = [("code", "0000-1111-2222-3333")];
    let again = walk.send(&page, "/discount", &fields).await;
    again.shows(&["“…3333” cannot be used for this order."]);
    let kept = "SELECT count(*) FROM carts WHERE discount_codes <> '{}'";
    assert_eq!(till.app.count(kept).await, 0);
}

#[tokio::test]
async fn another_country_has_other_fields() {
    let (till, cup) = shop_with(5).await;
    till.app
        .execute("UPDATE delivery_zones SET countries = '{US,DE,IE}'")
        .await;
    let (walk, page) = Walk::begin(&till, &cup).await;
    assert_eq!(page.value("countryCode"), "US");
    page.shows(&["<option value=\"OR\"", "Germany", "Ireland"]);
    assert!(!page.body.contains("France"));
    let german = with(&[("countryCode", "DE"), ("update", "country"), ("zip", "")]);
    let page = walk.send(&page, "", &german).await;
    assert_eq!(
        (page.status, page.value("countryCode").as_str()),
        (200, "DE")
    );
    assert_eq!(page.value("city"), "Anytown");
    assert!(!page.body.contains("provinceCode"), "{}", page.body);
    let page = walk
        .send(&page, "", &with(&[("countryCode", "DE"), ("zip", "1011")]))
        .await;
    assert_fault(&page, "zip", "Write it like 12345");
    let page = walk
        .send(&page, "", &with(&[("countryCode", "DE"), ("zip", "10115")]))
        .await;
    assert_eq!(page.place(), format!("{}/delivery", walk.base));
    // The state that the form had before is no part of a German address.
    page.shows(&["10115 Anytown", "Germany", "<html lang=\"en\">"]);
    let kept =
        "SELECT count(*) FROM cart_addresses WHERE address ->> 'country' = 'DE' AND selected";
    assert_eq!(till.app.count(kept).await, 1);
}

#[tokio::test]
async fn only_countries_that_everything_goes_to_can_be_chosen_and_one_price_is_told() {
    let (till, cup) = shop_with(5).await;
    let chair = till.stock("chair", 5).await;
    till.app
        .execute("UPDATE delivery_zones SET countries = '{US,DE}'")
        .await;
    let rates = json!([{ "code": "freight", "title": "By freight", "price": "80.00" }]);
    let zones = json!([{ "name": "US", "countries": ["US", "FR"], "rates": rates }]);
    let freight = json!({ "name": "Freight", "products": ["chair"], "zones": zones });
    shop_file(&till.app, &json!({ "delivery_profiles": [freight] })).await;
    let lines = json!([{ "merchandiseId": cup }, { "merchandiseId": chair }]);
    let (cart, url) = filled_by(&till, "", json!({ "lines": lines })).await;
    let (walk, page) = Walk::enter(&till, cart, &url).await;
    page.shows(&["<option value=\"US\""]);
    for country in ["Germany", "France"] {
        assert!(!page.body.contains(country), "{country}");
    }
    let refused = walk.send(&page, "", &with(&[("countryCode", "DE")])).await;
    assert_fault(&refused, "countryCode", "We do not deliver there");
    let page = walk.send(&page, "", &HOME).await;
    page.shows(&["Standard", "$85.00", "Express", "$95.00"]);
    assert!(!page.body.contains("By freight"), "{}", page.body);
}

#[tokio::test]
async fn a_tax_of_a_province_is_due_where_a_free_text_names_its_code() {
    let (till, cup) = shop_with(5).await;
    till.app
        .execute("UPDATE delivery_zones SET countries = '{ES}'")
        .await;
    let taxes = json!([{ "country": "ES", "province": "ES-CN", "name": "IGIC", "rate": "7" }]);
    shop_file(&till.app, &json!({ "taxes": taxes })).await;
    let (walk, page) = Walk::begin(&till, &cup).await;
    // Nobody is kept from buying by a name that only people know.
    for (province, total) in [("", "$15.00"), ("Las Palmas", "$15.00"), ("CN", "$16.05")] {
        let fields = [
            ("countryCode", "ES"),
            ("zip", "35001"),
            ("provinceCode", province),
        ];
        let page = walk.send(&page, "", &with(&fields)).await;
        assert_eq!(page.place(), format!("{}/delivery", walk.base));
        page.shows(&[total]);
    }
}

#[tokio::test]
async fn where_a_province_is_missing_the_form_asks_for_it() {
    let (till, cup) = shop_with(5).await;
    let taxes = json!([{ "country": "US", "province": "US-OR", "name": "Tax", "rate": "10" }]);
    shop_file(&till.app, &json!({ "taxes": taxes })).await;
    let address = json!({ "firstName": "Ada", "lastName": "Byron", "address1": "1 Main St", "city": "Anytown",
        "zip": "97201", "countryCode": "US" });
    let input = json!({ "lines": [{ "merchandiseId": cup }], "buyerIdentity": { "email": "ada@mail.example" },
        "delivery": { "addresses": [{ "address": { "deliveryAddress": address }, "selected": true }] } });
    let (cart, url) = filled_by(&till, "", input).await;
    let (walk, page) = Walk::enter(&till, cart, &url).await;
    assert_eq!(page.place(), walk.base);
    assert_fault(&page, "provinceCode", "Please fill this in");
    let page = walk.send(&page, "", &HOME).await;
    assert_eq!(page.place(), format!("{}/delivery", walk.base));
    page.shows(&["$16.50"]);
}

#[tokio::test]
async fn an_unknown_delivery_option_is_not_chosen() {
    let (till, cup) = shop_with(5).await;
    let (walk, page) = Walk::begin(&till, &cup).await;
    let page = walk.send(&page, "", &HOME).await;
    for option in [&[][..], &[("option", "nonsense")]] {
        let again = walk.send(&page, "/delivery", option).await;
        assert_eq!(again.status, 422);
        again.shows(&["<a href=\"#option\">", "Please choose"]);
    }
    // Whoever goes back finds what was said, and may say it differently.
    let page = walk.open("").await;
    assert_eq!(page.value("city"), "Anytown");
    let page = walk.send(&page, "", &with(&[("city", "Elsewhere")])).await;
    page.shows(&["Elsewhere"]);
    assert_eq!(
        till.app.count("SELECT count(*) FROM cart_addresses").await,
        1
    );
}

#[tokio::test]
async fn a_code_that_is_not_good_is_said_and_not_kept() {
    let (till, cup) = shop_with(5).await;
    let (walk, _) = Walk::begin(&till, &cup).await;
    let page = walk.to_payment().await;
    let fields = [("code", "<NONE>")];
    let again = walk.send(&page, "/discount", &fields).await;
    assert_eq!(again.place(), format!("{}/payment", walk.base));
    again.shows(&[
        "“&lt;NONE&gt;” cannot be used for this order.",
        "aria-describedby=\"code-wrong\"",
    ]);
    assert_eq!(
        till.app
            .count("SELECT count(*) FROM carts WHERE discount_codes <> '{}'")
            .await,
        0
    );
}

#[tokio::test]
async fn a_link_shows_no_address_of_an_account() {
    let (till, cup) = shop_with(5).await;
    let person = till.app.person("ada").await;
    let create = "mutation ($t: String!, $a: MailingAddressInput!) { customerAddressCreate(customerAccessToken: $t, \
                  address: $a) { customerAddress { id } customerUserErrors { message } } }";
    let address = json!({ "firstName": "Ada", "lastName": "Byron", "address1": "7 Home Rd", "city": "Salem",
        "province": "OR", "country": "US", "zip": "97301" });
    let data = till
        .ask(create, json!({ "t": person.token, "a": address }))
        .await;
    let id = text(&data["customerAddressCreate"]["customerAddress"]["id"]);
    let set = "mutation ($t: String!, $id: ID!) { customerDefaultAddressUpdate(customerAccessToken: $t, addressId: $id) \
               { customerUserErrors { message } } }";
    till.ask(set, json!({ "t": person.token, "id": id })).await;
    let input = json!({ "lines": [{ "merchandiseId": cup, "quantity": 1 }],
        "buyerIdentity": { "customerAccessToken": person.token } });
    let (cart, url) = filled_by(&till, "", input).await;
    let (walk, page) = Walk::enter(&till, cart.clone(), &format!("{url}&logged_in=true")).await;
    assert_eq!(page.path, walk.base);
    assert_eq!(page.value("email"), person.email);
    assert_eq!(page.value("address1"), "");
    // Nor for whoever adds the word where the page is.
    let page = walk.open("?logged_in=true").await;
    assert_eq!(page.status, 200);
    for private in ["7 Home Rd", "Salem", "97301", "Byron"] {
        assert!(!page.body.contains(private), "{private}");
    }
}
