-- How far a level may be sold beyond its stock is what the policy of its variant says.
SELECT format('variant %s at %s: limit %s, %s and %s', l.variant_id, l.location_id, l.backorder_limit,
              CASE WHEN v.inventory_tracked THEN 'tracked' ELSE 'not tracked' END, v.inventory_policy)
FROM inventory_levels l
JOIN variants v ON v.id = l.variant_id
WHERE l.backorder_limit <> backorder_limit_of(v.inventory_tracked, v.inventory_policy)
