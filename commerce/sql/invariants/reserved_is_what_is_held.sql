-- What a level counts as reserved is the sum of what is held on it.
SELECT format('variant %s at %s: reserved %s, held %s', l.variant_id, l.location_id, l.reserved, coalesce(sum(r.quantity), 0))
FROM inventory_levels l
LEFT JOIN inventory_reservations r ON (r.variant_id, r.location_id, r.state) = (l.variant_id, l.location_id, 'held')
GROUP BY l.variant_id, l.location_id
HAVING l.reserved <> coalesce(sum(r.quantity), 0)
