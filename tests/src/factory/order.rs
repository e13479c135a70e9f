//! A paid order, placed without the checkout.

use commerce::kernel::id::ordered_uuid;
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Text};
use diesel_async::RunQueryDsl;

use crate::TestApp;

#[derive(QueryableByName)]
struct Placed {
    #[diesel(sql_type = BigInt)]
    id: i64,
}

const PLACE: &str = r#"
    WITH product AS (
      INSERT INTO products (handle, title) VALUES ('mug-' || $1, 'Mug') RETURNING id),
    variant AS (
      INSERT INTO variants (product_id, position, title, price_minor, currency)
      SELECT id, 1, 'Blue', 1250, 'USD' FROM product RETURNING id),
    cart AS (
      INSERT INTO carts (id, secret_hash, currency, created_at, updated_at, expires_at)
      VALUES ($1::uuid, sha256('cart'), 'USD', now(), now(), now() + interval '1 day') RETURNING id),
    attempt AS (
      INSERT INTO checkout_attempts
        (id, cart_id, cart_version, token, snapshot, amount_minor, currency, state, expires_at, created_at, updated_at)
      SELECT id, id, 1, 'token', '{"key": "order"}', 3000, 'USD', 'processing', now(), now(), now() FROM cart RETURNING id),
    payment AS (
      INSERT INTO payments (id, attempt_id, provider, amount_minor, currency, created_at)
      SELECT id, id, 'sandbox', 3000, 'USD', now() FROM attempt RETURNING id)
    SELECT variant.id FROM variant, payment"#;

const ORDER: &str = r#"
    WITH placed AS (
      INSERT INTO orders (attempt_id, cart_id, secret_hash, email, currency, subtotal_minor, shipping_minor,
        tax_minor, total_minor, delivery_title, shipping_address, processed_at)
      VALUES ($1::uuid, $1::uuid, sha256('order'), $3, 'USD', 2500, 500, 0, 3000, 'Standard',
        '{"first_name": "Ada", "last_name": "Byron", "address1": "12 <Main> St", "city": "Springfield"}', now())
      RETURNING id)
    INSERT INTO order_lines (order_id, variant_id, title, variant_title, unit_price_minor, quantity, requires_shipping)
    SELECT id, $2, 'Mug', 'Blue', 1250, 2, true FROM placed RETURNING order_id AS id"#;

/// An order of two mugs for 30.00 USD; answers its id.
pub async fn order(app: &TestApp, email: &str) -> i64 {
    let conn = &mut app.conn().await;
    let name = ordered_uuid().to_string();
    let variant: Placed = diesel::sql_query(PLACE)
        .bind::<Text, _>(&name)
        .get_result(conn)
        .await
        .expect("insert the payment");
    let order: Placed = diesel::sql_query(ORDER)
        .bind::<Text, _>(&name)
        .bind::<BigInt, _>(variant.id)
        .bind::<Text, _>(email)
        .get_result(conn)
        .await
        .expect("insert the order");
    order.id
}
