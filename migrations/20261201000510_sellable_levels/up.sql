-- Stock at a location that is not active is not for sale: it is in no sum of what can be bought, and nobody can hold it.
-- What was held there before stays promised.

-- Who holds stock at a location that is being closed is told as if there were none; a location that is being closed
-- at this very moment may still be sold from.
CREATE FUNCTION location_sells() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM locations WHERE id = NEW.location_id AND active) THEN
        RAISE EXCEPTION 'location % is not active', NEW.location_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'no_oversell';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER location_sells BEFORE INSERT ON inventory_reservations
    FOR EACH ROW EXECUTE FUNCTION location_sells();

CREATE OR REPLACE FUNCTION refresh_product_offers(product bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    offer product_offers;
BEGIN
    -- Whoever sells the last one at another location at this moment has to be waited for, and seen.
    PERFORM FROM product_offers WHERE product_id = product FOR UPDATE;
    WITH choices AS MATERIALIZED (
        SELECT v.id, f.id AS facet FROM product_option_values v JOIN product_options o ON o.id = v.option_id
        JOIN facet_values f ON f.kind = 'option'
            AND f.name_key = left(lower(o.name), 400) AND f.label_key = left(lower(v.name), 400)
        WHERE v.product_id = product)
    SELECT product, coalesce(bool_or(x.sellable), false), coalesce(array_agg(x.price_minor), '{}'),
        coalesce(array_agg(x.sellable), '{}'), coalesce(array_agg(x.value1), '{}'),
        coalesce(array_agg(x.value2), '{}'), coalesce(array_agg(x.value3), '{}')
    INTO offer
    FROM (
        SELECT v.price_minor, NOT v.inventory_tracked OR v.inventory_policy = 'continue' OR coalesce(
                (SELECT sum(l.available) FROM inventory_levels l JOIN locations place ON place.id = l.location_id
                    WHERE l.variant_id = v.id AND place.active), 0) > 0 AS sellable,
            coalesce(c1.facet, 0) AS value1, coalesce(c2.facet, 0) AS value2, coalesce(c3.facet, 0) AS value3
        FROM variants v LEFT JOIN choices c1 ON c1.id = v.value1_id LEFT JOIN choices c2 ON c2.id = v.value2_id
        LEFT JOIN choices c3 ON c3.id = v.value3_id
        WHERE v.product_id = product AND v.deleted_at IS NULL ORDER BY v.position, v.id) x;
    INSERT INTO product_offers SELECT offer.* ON CONFLICT (product_id) DO UPDATE SET
        available = excluded.available, prices = excluded.prices, sellable = excluded.sellable,
        values1 = excluded.values1, values2 = excluded.values2, values3 = excluded.values3
    WHERE product_offers IS DISTINCT FROM excluded;
END $$;

CREATE OR REPLACE FUNCTION fill_collections(wanted bigint[], changed bigint[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    about_stock bool;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('fill_collections'));
    wanted := coalesce(wanted, ARRAY(SELECT id FROM collections WHERE by_rules));
    changed := coalesce(changed, ARRAY(SELECT id FROM products));
    about_stock := EXISTS (
        SELECT FROM collection_rules WHERE rule_column = 'variant_inventory' AND collection_id = ANY (wanted));
    WITH goods AS MATERIALIZED (
        SELECT p.id, p.title, p.product_type, p.vendor, p.tags FROM unnest(changed) AS x (id) JOIN products p ON p.id = x.id),
    offered AS MATERIALIZED (
        SELECT v.product_id, v.title, v.price_minor, v.compare_at_minor, v.grams, CASE WHEN about_stock AND v.inventory_tracked
            THEN coalesce((SELECT sum(l.available) FROM inventory_levels l JOIN locations place ON place.id = l.location_id
                WHERE l.variant_id = v.id AND place.active), 0)::bigint END AS units
        FROM unnest(changed) AS x (id) JOIN variants v ON v.product_id = x.id WHERE v.deleted_at IS NULL),
    -- A row for each rule that a product meets.
    met AS (
        SELECT r.collection_id, r.position, p.id AS product_id FROM collection_rules r CROSS JOIN goods p
        WHERE r.collection_id = ANY (wanted) AND CASE r.rule_column
            WHEN 'title' THEN text_meets(p.title, r.relation, r.text_value)
            WHEN 'type' THEN text_meets(p.product_type, r.relation, r.text_value)
            WHEN 'vendor' THEN text_meets(p.vendor, r.relation, r.text_value)
            WHEN 'tag' THEN (r.relation = 'equals') =
                EXISTS (SELECT FROM unnest(p.tags) AS t (tag) WHERE text_meets(t.tag, 'equals', r.text_value))
        END
        UNION
        SELECT r.collection_id, r.position, v.product_id FROM collection_rules r CROSS JOIN offered v
        WHERE r.collection_id = ANY (wanted) AND CASE r.rule_column
            WHEN 'variant_title' THEN text_meets(v.title, r.relation, r.text_value)
            WHEN 'variant_price' THEN number_meets(v.price_minor, r.relation, r.number_value)
            WHEN 'variant_compare_at_price' THEN number_meets(v.compare_at_minor, r.relation, r.number_value)
            WHEN 'variant_weight' THEN number_meets(v.grams, r.relation, r.number_value)
            WHEN 'variant_inventory' THEN number_meets(v.units, r.relation, r.number_value)
        END),
    meeting AS MATERIALIZED (
        SELECT m.collection_id, m.product_id
        FROM met m JOIN collections c ON c.id = m.collection_id
        GROUP BY m.collection_id, m.product_id, c.rules_match
        HAVING c.rules_match = 'any'
            OR count(*) = (SELECT count(*) FROM collection_rules r WHERE r.collection_id = m.collection_id)),
    gone AS (
        DELETE FROM collection_products cp
        WHERE cp.by_rules AND cp.collection_id = ANY (wanted) AND cp.product_id = ANY (changed)
            -- Hashed; as NOT EXISTS the planner, who expects few of them, would compare each with each.
            AND (cp.collection_id, cp.product_id) NOT IN (SELECT m.collection_id, m.product_id FROM meeting m))
    INSERT INTO collection_products (collection_id, product_id, position, by_rules)
    -- Where a collection says no order, the oldest product comes first.
    SELECT collection_id, product_id, product_id, true FROM meeting ORDER BY collection_id, product_id
    ON CONFLICT DO NOTHING;
END $$;

-- What one location owes is taken from what another has: where one is below zero, every change of another may turn what
-- can be bought.
CREATE OR REPLACE FUNCTION stock_turned() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND (OLD.available > 0) = (NEW.available > 0) AND least(OLD.available, NEW.available) >= 0
        AND NOT EXISTS (SELECT FROM inventory_levels l WHERE l.variant_id = NEW.variant_id AND l.available < 0) THEN
        RETURN NULL;
    END IF;
    PERFORM refresh_product_offers(v.product_id) FROM variants v
    WHERE v.id = CASE WHEN TG_OP = 'DELETE' THEN OLD.variant_id ELSE NEW.variant_id END;
    RETURN NULL;
END $$;
DROP TRIGGER stock_turned ON inventory_levels;
CREATE TRIGGER stock_turned AFTER UPDATE ON inventory_levels FOR EACH ROW
    WHEN (OLD.available <> NEW.available) EXECUTE FUNCTION stock_turned();

-- A location that opens or closes changes what can be bought of all that lies there.
CREATE FUNCTION location_turned() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    products bigint[];
BEGIN
    SELECT array_agg(DISTINCT v.product_id ORDER BY v.product_id) INTO products
    FROM inventory_levels l JOIN variants v ON v.id = l.variant_id WHERE l.location_id = NEW.id;
    PERFORM refresh_product_offers(product) FROM unnest(products) AS product;
    IF EXISTS (SELECT FROM collection_rules) THEN
        PERFORM note_changed_products(products);
    END IF;
    PERFORM touch_answers(ARRAY['*']);
    RETURN NULL;
END $$;
CREATE TRIGGER location_turned AFTER UPDATE OF active ON locations FOR EACH ROW
    WHEN (OLD.active IS DISTINCT FROM NEW.active) EXECUTE FUNCTION location_turned();

SELECT refresh_product_offers(x.product_id) FROM (
    SELECT DISTINCT v.product_id FROM inventory_levels l JOIN variants v ON v.id = l.variant_id
    JOIN locations place ON place.id = l.location_id WHERE NOT place.active OR l.available < 0 ORDER BY v.product_id) x;
