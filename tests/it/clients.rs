//! Storefront clients that others wrote, against the demo shop: `tests/clients`.

use std::path::Path;
use std::time::Duration;

use crate::browser::Shop;

/// How long all of them may take together on a machine that is busy with other things.
const VISIT: Duration = Duration::from_secs(600);

#[tokio::test]
async fn clients_of_others_read_and_buy() {
    let shop = Shop::open().await;
    let redirect = "INSERT INTO url_redirects (path, target, created_at) \
                    VALUES ('/old/teapot', '/products/afternoon-teapot', now())";
    shop.app.execute(redirect).await;
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let clients = shop
        .script("clients/run.mjs")
        .arg(here.join("../schema/storefront.graphql"))
        .output();
    let clients = tokio::time::timeout(VISIT, clients).await;
    let clients = clients
        .expect("the clients come to an end")
        .expect("Node is installed; bin/test does so");
    assert_eq!(
        String::from_utf8_lossy(&clients.stdout),
        "@shopify/storefront-api-client\n\
         @apollo/client\n\
         @urql/core\n\
         @shopify/hydrogen\n\
         @shopify/hydrogen-react: decoder\n\
         graphql-codegen, @shopify/hydrogen-react: types\n\
         @shopify/hydrogen-react: CartProvider\n",
        "{}\n── api\n{}",
        String::from_utf8_lossy(&clients.stderr),
        shop.log("serve"),
    );
    let bought = "SELECT count(*) FROM orders WHERE financial_status = 'PAID' AND email = 'lee@example.com' \
                  AND captured_minor = total_minor";
    assert_eq!(shop.app.count(bought).await, 1);
    assert_eq!(shop.app.count("SELECT count(*) FROM orders").await, 1);
    shop.app.assert_sound().await;
}
