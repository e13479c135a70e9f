-- commerce::flows::settle_payment and place_order: an attempt becomes an order, in one statement so that the locks are
-- short. What is bought comes from the frozen snapshot; the sums of the order follow the payment by trigger.
WITH attempt AS MATERIALIZED (
    SELECT id, cart_id, customer_id, currency, amount_minor, snapshot, snapshot -> 'cart' AS cart FROM checkout_attempts WHERE id = $1
), cards AS MATERIALIZED (
    SELECT card.id
    FROM gift_card_holds held
    JOIN gift_cards card ON card.id = held.gift_card_id
    WHERE held.attempt_id = $1 AND held.state = 'held'
    ORDER BY card.id
    FOR NO KEY UPDATE OF card
), levels AS MATERIALIZED (
    SELECT level.variant_id
    FROM inventory_reservations held
    JOIN inventory_levels level USING (variant_id, location_id)
    -- Counted so that cards are locked before levels, as everywhere.
    WHERE held.attempt_id = $1 AND held.state = 'held' AND (SELECT count(*) FROM cards) >= 0
    ORDER BY level.variant_id, level.location_id
    FOR NO KEY UPDATE OF level
), placed AS (
    INSERT INTO orders
        (attempt_id, cart_id, secret_hash, email, phone, currency,
         subtotal_minor, discount_minor, shipping_minor, tax_minor, tax_inclusive, total_minor,
         shipping_tax_minor, duty_minor, discounts, shipping_allocations, gift_card_minor,
         shipping_address, billing_address, delivery_title, note, attributes, processed_at, customer_id)
    SELECT id, cart_id, sha256(convert_to(snapshot ->> 'key', 'UTF8')),
           cart #>> '{buyer,email}', cart #>> '{buyer,phone}', currency,
           (cart #>> '{subtotal,minor}')::bigint, (cart #>> '{discount,minor}')::bigint,
           (cart #>> '{shipping,minor}')::bigint, (cart #>> '{tax,minor}')::bigint,
           (cart ->> 'tax_inclusive')::bool, (cart #>> '{total,minor}')::bigint,
           coalesce((cart #>> '{shipping_tax,minor}')::bigint, 0), (cart #>> '{duty,minor}')::bigint,
           coalesce(cart -> 'applications', '[]'), coalesce(cart -> 'shipping_allocations', '[]'),
           sum_of_amounts(coalesce(cart -> 'gift_cards', '[]')),
           nullif(cart #> '{buyer,shipping_address}', 'null'), nullif(cart #> '{buyer,billing_address}', 'null'),
           cart #>> '{delivery,title}', cart #>> '{buyer,note}', cart #> '{buyer,attributes}', $2, customer_id
    FROM attempt
    RETURNING id, number
), lines AS (
    INSERT INTO order_lines
        (order_id, variant_id, title, variant_title, sku, image_url, unit_price_minor, quantity,
         discount_minor, tax_minor, duty_minor, requires_shipping, attributes, allocations)
    SELECT placed.id, (line ->> 'variant_id')::bigint, line ->> 'title', line ->> 'variant_title', line ->> 'sku',
           line ->> 'image_url', (line #>> '{unit_price,minor}')::bigint, (line ->> 'quantity')::int,
           (line #>> '{discount,minor}')::bigint, (line #>> '{tax,minor}')::bigint,
           coalesce((line #>> '{duty,minor}')::bigint, 0),
           (line ->> 'requires_shipping')::bool, line -> 'attributes', coalesce(line -> 'allocations', '[]')
    FROM placed, attempt, jsonb_array_elements(attempt.cart -> 'lines') WITH ORDINALITY AS bought (line, place)
    ORDER BY place
), committed AS (
    UPDATE inventory_reservations SET state = 'committed'
    WHERE attempt_id = $1 AND state = 'held' AND (SELECT count(*) FROM levels) > 0
), redeemed AS (
    -- A use counts since it was held, so that no discount is locked.
    UPDATE discount_uses SET state = 'redeemed' WHERE attempt_id = $1 AND state = 'held'
), debited AS (
    UPDATE gift_card_holds SET state = 'debited'
    WHERE attempt_id = $1 AND state = 'held' AND (SELECT count(*) FROM levels) >= 0
), cart AS (
    UPDATE carts SET state = 'completed', version = version + 1, updated_at = $2
    FROM attempt WHERE carts.id = attempt.cart_id
), done AS (
    UPDATE checkout_attempts SET state = 'completed', order_id = placed.id, updated_at = $2,
        failure_code = NULL, failure_message = NULL, action_url = NULL
    FROM placed WHERE checkout_attempts.id = $1
), operations AS (
    UPDATE payment_operations SET state = 'succeeded', updated_at = $2
    FROM payments WHERE payments.attempt_id = $1 AND payment_operations.payment_id = payments.id
        AND payment_operations.kind IN ('charge', 'cancel') AND payment_operations.state IN ('requested', 'unknown')
), event AS (
    INSERT INTO events (topic, subject_id, payload, occurred_at)
    SELECT 'orders/create', placed.id::text, jsonb_build_object('order_id', placed.id, 'number', placed.number), $2
    FROM placed
)
SELECT id, number FROM placed
