DROP INDEX orders_by_carried_name;
DROP FUNCTION merge_carried(jsonb, jsonb, text[]);
UPDATE products SET status = 'draft' WHERE status = 'unlisted';
ALTER TABLE products
    DROP CONSTRAINT products_status_check,
    ADD CONSTRAINT products_status_check CHECK (status IN ('draft', 'active', 'archived'));
