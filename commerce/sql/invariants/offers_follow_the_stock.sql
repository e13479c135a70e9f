-- What lists say can be bought is what there is at active locations.
SELECT format('product %s: variant %s, %s', o.product_id, v.id, CASE WHEN o.sellable[v.place] THEN 'sellable' ELSE 'not sellable' END)
FROM product_offers o
JOIN LATERAL (
    SELECT x.id, row_number() OVER (ORDER BY x.position, x.id) AS place,
           NOT x.inventory_tracked OR x.inventory_policy = 'continue' OR coalesce(
               (SELECT sum(l.available) FROM inventory_levels l JOIN locations place ON place.id = l.location_id
                WHERE l.variant_id = x.id AND place.active), 0) > 0 AS sellable
    FROM variants x WHERE x.product_id = o.product_id AND x.deleted_at IS NULL) v ON true
WHERE o.sellable[v.place] IS DISTINCT FROM v.sellable
