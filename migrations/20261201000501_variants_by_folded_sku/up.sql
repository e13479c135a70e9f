-- SKUs regardless of case, in the order of bytes, which finds beginnings, too. `products(query: "sku:…")` looks them up, and
-- compared those of every product's variants before. Built beside writers.
CREATE INDEX CONCURRENTLY variants_by_folded_sku ON variants ((lower(sku)) COLLATE "C", product_id) WHERE deleted_at IS NULL
