-- Nothing is promised beyond what is there, may be back-ordered, or was counted short.
SELECT format('variant %s at %s: %s available', variant_id, location_id, available)
FROM inventory_levels
WHERE available::bigint < -(backorder_limit::bigint + deficit_ack)
