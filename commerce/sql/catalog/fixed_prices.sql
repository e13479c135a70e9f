-- commerce::catalog::prices::of_variants: what those of these variants cost that the market has prices of its own for.
SELECT f.variant_id, f.price_minor, f.compare_at_minor,
       ARRAY(SELECT b.minimum FROM market_prices b
             WHERE b.market_id = f.market_id AND b.variant_id = f.variant_id AND b.minimum > 1 ORDER BY b.minimum),
       ARRAY(SELECT b.price_minor FROM market_prices b
             WHERE b.market_id = f.market_id AND b.variant_id = f.variant_id AND b.minimum > 1 ORDER BY b.minimum)
FROM market_prices f
WHERE f.market_id = $1 AND f.currency = $2 AND f.minimum = 1 AND f.variant_id = ANY($3)
