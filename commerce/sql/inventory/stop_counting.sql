-- Called by inventory::store::stop_counting: forgets the stock of variants that are not tracked any
-- more. $1 their ids. A level that reservations point at stays; nothing reads it while the variant
-- says that it is not tracked.
DELETE FROM inventory_levels l
WHERE l.variant_id = ANY ($1)
    AND NOT EXISTS (SELECT FROM inventory_reservations r
        WHERE r.variant_id = l.variant_id AND r.location_id = l.location_id)
