-- What a level counts as committed is the sum of what is committed on it, and was neither sent nor canceled.
SELECT format('variant %s at %s: counts %s, committed %s', l.variant_id, l.location_id, l.committed, coalesce(sum(r.quantity - r.shipped - r.restocked - r.written_off), 0))
FROM inventory_levels l
LEFT JOIN inventory_reservations r ON (r.variant_id, r.location_id, r.state) = (l.variant_id, l.location_id, 'committed')
GROUP BY l.variant_id, l.location_id
HAVING l.committed <> coalesce(sum(r.quantity - r.shipped - r.restocked - r.written_off), 0)
