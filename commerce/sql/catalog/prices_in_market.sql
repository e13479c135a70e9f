-- commerce::catalog::prices::of_products: what the variants of these products cost in a market, with the shop's price and the
-- one to compare with for those that the market has no price for. Products of which it has none at all are left out.
SELECT v.product_id, v.currency, f.market_id IS NOT NULL,
       coalesce(f.price_minor, v.price_minor),
       CASE WHEN f.market_id IS NULL THEN v.compare_at_minor ELSE f.compare_at_minor END
FROM variants v
LEFT JOIN market_prices f ON f.market_id = $1 AND f.currency = $2 AND f.minimum = 1 AND f.variant_id = v.id
WHERE v.deleted_at IS NULL AND v.product_id = ANY(ARRAY(
    SELECT w.product_id FROM variants w
    JOIN market_prices g ON g.market_id = $1 AND g.currency = $2 AND g.minimum = 1 AND g.variant_id = w.id
    WHERE w.product_id = ANY($3) AND w.deleted_at IS NULL))
