-- How many of a variant can be bought at once, and what each costs when more of it are bought.
CREATE TABLE quantity_rules (
    variant_id bigint PRIMARY KEY REFERENCES variants (id) ON DELETE CASCADE,
    minimum int NOT NULL DEFAULT 1,
    maximum int,
    increment int NOT NULL DEFAULT 1 CHECK (increment >= 1),
    CONSTRAINT minimum_is_a_multiple CHECK (minimum >= 1 AND minimum % increment = 0),
    CONSTRAINT maximum_is_a_multiple CHECK (maximum >= minimum AND maximum % increment = 0)
);

CREATE TABLE price_breaks (
    variant_id bigint NOT NULL REFERENCES variants (id) ON DELETE CASCADE,
    -- From so many of the variant in a cart on; for one it is the variant's own price.
    minimum int NOT NULL CHECK (minimum > 1),
    price_minor bigint NOT NULL CHECK (price_minor >= 0),
    currency text NOT NULL REFERENCES shops (currency),
    PRIMARY KEY (variant_id, minimum)
);

-- Rows of a variant stand in answers about its product.
CREATE FUNCTION touch_products_of_variants() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    ids bigint[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(DISTINCT v.product_id) INTO ids FROM new_rows r JOIN variants v ON v.id = r.variant_id;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(DISTINCT v.product_id) INTO ids FROM old_rows r JOIN variants v ON v.id = r.variant_id;
    ELSE
        SELECT array_agg(DISTINCT v.product_id) INTO ids FROM (
            (TABLE new_rows EXCEPT TABLE old_rows) UNION ALL (TABLE old_rows EXCEPT TABLE new_rows)) r
            JOIN variants v ON v.id = r.variant_id;
    END IF;
    IF ids IS NOT NULL THEN
        PERFORM touch_answers('product:any'::text || ARRAY(SELECT 'product:' || id FROM unnest(ids) id));
    END IF;
    RETURN NULL;
END $$;

DO $$
DECLARE
    watched text;
BEGIN
    FOREACH watched IN ARRAY ARRAY['quantity_rules', 'price_breaks']
    LOOP
        EXECUTE format('CREATE TRIGGER touch_on_insert AFTER INSERT ON %I REFERENCING NEW TABLE AS new_rows '
            'FOR EACH STATEMENT EXECUTE FUNCTION touch_products_of_variants()', watched);
        EXECUTE format('CREATE TRIGGER touch_on_update AFTER UPDATE ON %I '
            'REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows '
            'FOR EACH STATEMENT EXECUTE FUNCTION touch_products_of_variants()', watched);
        EXECUTE format('CREATE TRIGGER touch_on_delete AFTER DELETE ON %I REFERENCING OLD TABLE AS old_rows '
            'FOR EACH STATEMENT EXECUTE FUNCTION touch_products_of_variants()', watched);
        EXECUTE format('CREATE TRIGGER touch_on_truncate AFTER TRUNCATE ON %I '
            'FOR EACH STATEMENT EXECUTE FUNCTION touch_everything()', watched);
    END LOOP;
END $$;
