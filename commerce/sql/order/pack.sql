-- commerce::order::fulfillments::pack: a parcel with what is in it; lines, status and stock follow by trigger.
WITH parcel AS (
    INSERT INTO fulfillments (order_id, tracking_company, tracking_number, tracking_url, created_at, idempotency_key, actor)
    VALUES ($1, $2, $3, $4, $5, $8, $9)
    RETURNING id, order_id
), packed AS (
    INSERT INTO fulfillment_lines (fulfillment_id, order_line_id, order_id, quantity)
    SELECT parcel.id, line.id, parcel.order_id, line.quantity
    FROM parcel, unnest($6::bigint[], $7::int[]) AS line (id, quantity)
    ORDER BY line.id
)
SELECT id FROM parcel
