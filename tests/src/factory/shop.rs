//! The shop itself.

use diesel_async::SimpleAsyncConnection;

use crate::TestApp;

/// Delivers to the United States for 5.00, or 15.00 in a hurry.
pub async fn delivery(app: &TestApp) {
    app.execute(
        "WITH us AS (INSERT INTO delivery_zones (name, countries) VALUES ('US', '{US}') RETURNING id) \
         INSERT INTO delivery_rates (zone_id, code, title, price_minor, currency, position) SELECT us.id, r.* FROM us, \
         (VALUES ('standard', 'Standard', 500, 'USD', 1), ('express', 'Express', 1500, 'USD', 2)) r",
    )
    .await;
}

/// The one row every other one refers to: a shop in the United States that sells in US dollars.
pub async fn shop(app: &TestApp) {
    app.conn()
        .await
        .batch_execute(
            "INSERT INTO shops (id, name, description, currency, country, primary_domain_url) VALUES \
             (1, 'Test Shop', 'Sells what tests need.', 'USD', 'US', 'https://shop.example') \
             ON CONFLICT DO NOTHING",
        )
        .await
        .expect("insert the shop");
}
