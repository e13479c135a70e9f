//! The shop itself.

use diesel_async::SimpleAsyncConnection;

use crate::TestApp;

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
