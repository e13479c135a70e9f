-- Nothing is promised beyond what is there or was counted short, unless its variant is sold on when empty or is not counted.
SELECT format('variant %s at %s: %s available, %s acknowledged', l.variant_id, l.location_id,
              l.on_hand - l.unavailable - l.reserved - l.committed, l.deficit_ack)
FROM inventory_levels l
JOIN variants v ON v.id = l.variant_id
WHERE v.inventory_tracked AND v.inventory_policy = 'deny'
    AND l.on_hand - l.unavailable - l.reserved - l.committed < -l.deficit_ack
