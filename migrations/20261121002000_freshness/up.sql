-- Whoever keeps answers is told what changed: notices on the channel `cache`, given out by PostgreSQL at
-- commit, in the order of commits, and never after a rollback. commerce/src/cache reads them.

-- Notes tags such as `product:1` for the transaction's notices, and for the transaction itself in the
-- setting cartwright.touched. Too many to list are `*`, everything: a notice holds 8000 bytes at most.
CREATE FUNCTION touch_answers(tags text[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    list text := array_to_string(tags, ',');
    so_far text := coalesce(current_setting('cartwright.touched', true), '');
BEGIN
    IF list IS NULL OR list = '' THEN
        RETURN;
    END IF;
    IF octet_length(list) > 7000 THEN
        list := '*';
    END IF;
    PERFORM pg_notify('cache', pg_current_xact_id()::text || ' ' || list);
    IF so_far <> '*' THEN
        PERFORM set_config('cartwright.touched', CASE
            WHEN list = '*' OR length(so_far) + length(list) > 8000 THEN '*'
            WHEN so_far = '' THEN list
            ELSE so_far || ',' || list END, true);
    END IF;
END $$;

CREATE FUNCTION touch_everything() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM touch_answers(ARRAY['*']);
    RETURN NULL;
END $$;

-- The tag in the trigger's argument, whatever the rows.
CREATE FUNCTION touch_one() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    changed bool;
BEGIN
    IF TG_OP = 'INSERT' THEN
        changed := EXISTS (SELECT FROM new_rows);
    ELSIF TG_OP = 'DELETE' THEN
        changed := EXISTS (SELECT FROM old_rows);
    ELSE
        changed := EXISTS (TABLE new_rows EXCEPT TABLE old_rows);
    END IF;
    IF changed THEN
        PERFORM touch_answers(ARRAY[TG_ARGV[0]]);
    END IF;
    RETURN NULL;
END $$;

-- Rows that have an id and stand in lists: the tag of the list, and the tag of each row.
CREATE FUNCTION touch_rows() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    ids bigint[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(id) INTO ids FROM new_rows;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(id) INTO ids FROM old_rows;
    ELSE
        SELECT array_agg(n.id) INTO ids FROM new_rows n JOIN old_rows o ON o.id = n.id WHERE n IS DISTINCT FROM o;
    END IF;
    IF ids IS NOT NULL THEN
        PERFORM touch_answers(TG_ARGV[1] || ARRAY(SELECT TG_ARGV[0] || ':' || id FROM unnest(ids) id));
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION touch_products() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    ids bigint[];
    listed bool := true;
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(id) INTO ids FROM new_rows;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(id) INTO ids FROM old_rows;
    ELSE
        -- What the order `products` goes by; what it costs and how often it sold is `product:any`.
        SELECT array_agg(n.id), bool_or(
            (n.handle, n.title_key, n.vendor, n.product_type, n.tags, n.status, n.published_at, n.created_at)
            IS DISTINCT FROM
            (o.handle, o.title_key, o.vendor, o.product_type, o.tags, o.status, o.published_at, o.created_at))
        INTO ids, listed
        FROM new_rows n JOIN old_rows o ON o.id = n.id WHERE n IS DISTINCT FROM o;
    END IF;
    IF ids IS NOT NULL THEN
        PERFORM touch_answers('product:any'::text
            || CASE WHEN listed THEN ARRAY['products'] ELSE '{}' END
            || ARRAY(SELECT 'product:' || id FROM unnest(ids) id));
    END IF;
    RETURN NULL;
END $$;

-- Rows of a product; the trigger's arguments say what else they stand for.
CREATE FUNCTION touch_products_of_rows() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    ids bigint[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(DISTINCT product_id) INTO ids FROM new_rows;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(DISTINCT product_id) INTO ids FROM old_rows;
    ELSE
        SELECT array_agg(DISTINCT product_id) INTO ids FROM (
            (TABLE new_rows EXCEPT TABLE old_rows) UNION ALL (TABLE old_rows EXCEPT TABLE new_rows)) changed;
    END IF;
    IF ids IS NOT NULL THEN
        PERFORM touch_answers('product:any'::text || ARRAY(SELECT 'product:' || id FROM unnest(ids) id));
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION touch_collection_products() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    tags text[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(DISTINCT tag) INTO tags FROM new_rows,
            LATERAL (VALUES ('collection:' || collection_id), ('product:' || product_id)) AS t (tag);
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(DISTINCT tag) INTO tags FROM old_rows,
            LATERAL (VALUES ('collection:' || collection_id), ('product:' || product_id)) AS t (tag);
    ELSE
        SELECT array_agg(DISTINCT tag) INTO tags FROM (
            (TABLE new_rows EXCEPT TABLE old_rows) UNION ALL (TABLE old_rows EXCEPT TABLE new_rows)) changed,
            LATERAL (VALUES ('collection:' || collection_id), ('product:' || product_id)) AS t (tag);
    END IF;
    PERFORM touch_answers(tags);
    RETURN NULL;
END $$;

-- How many are left, and, where that changes, what can be bought. A variant is in stock by the sum over
-- its locations, which two transactions may change at once: of several nothing is concluded.
CREATE FUNCTION touch_stock() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    tags text[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(DISTINCT tag) INTO tags FROM new_rows n JOIN variants v ON v.id = n.variant_id,
            LATERAL (VALUES ('quantity:' || v.product_id), ('stock:' || v.product_id), ('stock:any')) AS t (tag);
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(DISTINCT tag) INTO tags FROM old_rows o JOIN variants v ON v.id = o.variant_id,
            LATERAL (VALUES ('quantity:' || v.product_id), ('stock:' || v.product_id), ('stock:any')) AS t (tag);
    ELSE
        WITH changed AS (
            SELECT n.variant_id, (o.available > 0) <> (n.available > 0) AS turned
            FROM new_rows n JOIN old_rows o ON o.variant_id = n.variant_id AND o.location_id = n.location_id
            WHERE o.available <> n.available
            UNION ALL
            -- Moved to another variant or place.
            SELECT n.variant_id, true FROM new_rows n WHERE NOT EXISTS (
                SELECT FROM old_rows o WHERE o.variant_id = n.variant_id AND o.location_id = n.location_id)
            UNION ALL
            SELECT o.variant_id, true FROM old_rows o WHERE NOT EXISTS (
                SELECT FROM new_rows n WHERE n.variant_id = o.variant_id AND n.location_id = o.location_id)),
        products AS (
            SELECT v.product_id, bool_or(c.turned
                OR (SELECT count(*) FROM inventory_levels l WHERE l.variant_id = v.id) > 1) AS turned
            FROM changed c JOIN variants v ON v.id = c.variant_id GROUP BY v.product_id)
        SELECT array_agg(DISTINCT tag) INTO tags FROM products p,
            LATERAL (VALUES ('quantity:' || product_id),
                (CASE WHEN turned THEN 'stock:' || product_id END),
                (CASE WHEN turned THEN 'stock:any' END)) AS t (tag)
        WHERE tag IS NOT NULL;
    END IF;
    PERFORM touch_answers(tags);
    RETURN NULL;
END $$;

-- A media row is linked after it was made, so only what it says of itself can change.
DO $$
DECLARE
    watched record;
BEGIN
    FOR watched IN SELECT * FROM (VALUES
        ('shops', 'touch_one(''shop'')'),
        ('shop_policies', 'touch_one(''shop'')'),
        ('delivery_zones', 'touch_one(''shop'')'),
        ('delivery_rates', 'touch_one(''shop'')'),
        ('menus', 'touch_one(''menus'')'),
        ('menu_items', 'touch_one(''menus'')'),
        ('media', 'touch_one(''media'')'),
        ('pages', 'touch_rows(''page'', ''pages'')'),
        ('collections', 'touch_rows(''collection'', ''collections'')'),
        ('products', 'touch_products()'),
        ('product_options', 'touch_products_of_rows()'),
        ('product_option_values', 'touch_products_of_rows()'),
        ('product_media', 'touch_products_of_rows()'),
        ('variants', 'touch_products_of_rows()'),
        ('collection_products', 'touch_collection_products()'),
        ('inventory_levels', 'touch_stock()')) AS w (name, call)
    LOOP
        IF watched.name <> 'media' THEN
            EXECUTE format('CREATE TRIGGER touch_on_insert AFTER INSERT ON %I '
                'REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION %s', watched.name, watched.call);
        END IF;
        EXECUTE format('CREATE TRIGGER touch_on_update AFTER UPDATE ON %I '
            'REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows '
            'FOR EACH STATEMENT EXECUTE FUNCTION %s', watched.name, watched.call);
        EXECUTE format('CREATE TRIGGER touch_on_delete AFTER DELETE ON %I '
            'REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION %s', watched.name, watched.call);
        EXECUTE format('CREATE TRIGGER touch_on_truncate AFTER TRUNCATE ON %I '
            'FOR EACH STATEMENT EXECUTE FUNCTION touch_everything()', watched.name);
    END LOOP;
END $$;

-- For the question, twice a second, when something is going to be published by the clock.
CREATE INDEX products_by_publication ON products (published_at) WHERE published_at IS NOT NULL;
CREATE INDEX collections_by_publication ON collections (published_at) WHERE published_at IS NOT NULL;
CREATE INDEX pages_by_publication ON pages (published_at) WHERE published_at IS NOT NULL;
