-- Collections that rules fill: which products are in them follows from the products, and stands in the same table as the
-- products of those that are filled by hand, so that lists are read in the same way.

ALTER TABLE collections
    -- Whether a product has to meet all of the rules or any; null for a collection that is filled by hand.
    ADD COLUMN rules_match text CHECK (rules_match IN ('all', 'any')),
    ADD COLUMN by_rules bool NOT NULL GENERATED ALWAYS AS (rules_match IS NOT NULL) STORED,
    ADD UNIQUE (id, by_rules),
    DROP CONSTRAINT collections_sort_order_check,
    ADD CONSTRAINT collections_sort_order_check CHECK (sort_order IN ('manual', 'best_selling', 'title', 'title_descending',
        'price', 'price_descending', 'created', 'created_descending'));

-- What stands in a collection got there in the collection's way, and no other.
ALTER TABLE collection_products
    ADD COLUMN by_rules bool NOT NULL DEFAULT false,
    DROP CONSTRAINT collection_products_collection_id_fkey,
    ADD FOREIGN KEY (collection_id, by_rules) REFERENCES collections (id, by_rules) ON DELETE CASCADE;

CREATE TABLE collection_rules (
    collection_id bigint NOT NULL,
    position smallint NOT NULL CHECK (position BETWEEN 1 AND 60),
    -- What of a product, or of any of its variants, is looked at.
    rule_column text NOT NULL CHECK (rule_column IN ('tag', 'title', 'type', 'vendor', 'variant_title', 'variant_price',
        'variant_compare_at_price', 'variant_weight', 'variant_inventory')),
    relation text NOT NULL CHECK (relation IN ('equals', 'not_equals', 'contains', 'not_contains', 'starts_with',
        'ends_with', 'greater_than', 'less_than', 'is_set', 'is_not_set')),
    text_value text CHECK (length(text_value) BETWEEN 1 AND 255),
    -- Minor units, grams, or units on the shelf.
    number_value bigint,
    currency text REFERENCES shops (currency),
    by_rules bool NOT NULL DEFAULT true CHECK (by_rules),
    PRIMARY KEY (collection_id, position),
    FOREIGN KEY (collection_id, by_rules) REFERENCES collections (id, by_rules) ON DELETE CASCADE,
    CONSTRAINT relations_fit_their_columns CHECK (relation = ANY (CASE
        WHEN rule_column = 'tag' THEN ARRAY['equals', 'not_equals']
        WHEN rule_column IN ('title', 'type', 'vendor', 'variant_title')
            THEN ARRAY['equals', 'not_equals', 'contains', 'not_contains', 'starts_with', 'ends_with']
        WHEN rule_column = 'variant_compare_at_price'
            THEN ARRAY['equals', 'not_equals', 'greater_than', 'less_than', 'is_set', 'is_not_set']
        ELSE ARRAY['equals', 'not_equals', 'greater_than', 'less_than'] END)),
    CONSTRAINT values_fit_their_columns CHECK (CASE
        WHEN rule_column IN ('tag', 'title', 'type', 'vendor', 'variant_title')
            THEN text_value IS NOT NULL AND number_value IS NULL
        WHEN relation IN ('is_set', 'is_not_set') THEN text_value IS NULL AND number_value IS NULL
        ELSE text_value IS NULL AND number_value IS NOT NULL AND (number_value >= 0 OR rule_column = 'variant_inventory') END),
    CONSTRAINT amounts_have_currencies CHECK (
        (currency IS NOT NULL) = (number_value IS NOT NULL AND rule_column IN ('variant_price', 'variant_compare_at_price')))
);
CREATE INDEX collection_rules_about_stock ON collection_rules (collection_id) WHERE rule_column = 'variant_inventory';

-- Whoever is filled by rules has some. Asked at commit: the collection is there before its rules.
CREATE FUNCTION collection_has_rules() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    collection bigint := CASE WHEN TG_TABLE_NAME = 'collections' THEN (to_jsonb(NEW) ->> 'id')::bigint
        ELSE (to_jsonb(OLD) ->> 'collection_id')::bigint END;
BEGIN
    IF EXISTS (SELECT FROM collections c WHERE c.id = collection AND c.by_rules
            AND NOT EXISTS (SELECT FROM collection_rules r WHERE r.collection_id = c.id)) THEN
        RAISE EXCEPTION 'collection % is filled by rules and has none', collection USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER collection_has_rules AFTER INSERT OR UPDATE ON collections
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.rules_match IS NOT NULL) EXECUTE FUNCTION collection_has_rules();
CREATE CONSTRAINT TRIGGER collection_has_rules AFTER DELETE ON collection_rules
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION collection_has_rules();

-- Texts are compared regardless of case. The collation is named because columns differ in theirs. Both are single
-- expressions, which the planner puts in place of the call.
CREATE FUNCTION text_meets(given text, relation text, wanted text) RETURNS bool LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE relation
        WHEN 'equals' THEN lower(given COLLATE "default") = lower(wanted)
        WHEN 'not_equals' THEN lower(given COLLATE "default") <> lower(wanted)
        WHEN 'contains' THEN strpos(lower(given COLLATE "default"), lower(wanted)) > 0
        WHEN 'not_contains' THEN strpos(lower(given COLLATE "default"), lower(wanted)) = 0
        WHEN 'starts_with' THEN starts_with(lower(given COLLATE "default"), lower(wanted))
        WHEN 'ends_with' THEN right(lower(given COLLATE "default"), length(lower(wanted))) = lower(wanted)
    END
$$;

CREATE FUNCTION number_meets(given bigint, relation text, wanted bigint) RETURNS bool LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE relation
        WHEN 'equals' THEN given = wanted
        WHEN 'not_equals' THEN given <> wanted
        WHEN 'greater_than' THEN given > wanted
        WHEN 'less_than' THEN given < wanted
        WHEN 'is_set' THEN given IS NOT NULL
        WHEN 'is_not_set' THEN given IS NULL
    END
$$;

-- Puts into the wanted collections those of the changed products that meet their rules, and takes the others out;
-- null is all of either. A rule about variants is met by a product of which one variant meets it, one about stock only
-- where stock is counted. One at a time: of two who read what is true and write it, the earlier must not write last.
CREATE FUNCTION fill_collections(wanted bigint[], changed bigint[]) RETURNS void LANGUAGE plpgsql AS $$
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
            THEN coalesce((SELECT sum(l.available) FROM inventory_levels l WHERE l.variant_id = v.id), 0)::bigint END AS units
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

-- Products that may belong elsewhere now, until the job fill_collections has looked at them. A list that is only
-- ever added to, without keys: two who sell variants of the same product do not wait for each other.
CREATE TABLE changed_products (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    product_id bigint NOT NULL
);
CREATE INDEX changed_products_by_product ON changed_products (product_id);

-- Looks at the products of so many entries, and takes their other entries off the list, too; answers how many entries there
-- were. Nothing while somebody else fills: the schedule comes again.
CREATE FUNCTION fill_from_changes(at_most int) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    ids bigint[];
BEGIN
    IF NOT pg_try_advisory_xact_lock(hashtext('fill_collections')) THEN
        RETURN 0;
    END IF;
    WITH taken AS (
        DELETE FROM changed_products WHERE product_id IN (
            SELECT product_id FROM changed_products ORDER BY id LIMIT at_most)
        RETURNING product_id)
    SELECT array_agg(product_id) INTO ids FROM taken;
    IF ids IS NOT NULL THEN
        PERFORM fill_collections(NULL, ARRAY(SELECT DISTINCT unnest(ids)));
    END IF;
    RETURN coalesce(cardinality(ids), 0);
END $$;

-- The job is added as Job::FillCollections says, unless one waits. One that is claimed before this transaction commits
-- does not see its changes; the next one does, which a schedule brings within a minute.
CREATE FUNCTION note_changed_products(ids bigint[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF ids IS NULL OR ids = '{}' THEN
        RETURN;
    END IF;
    INSERT INTO changed_products (product_id) SELECT unnest(ids);
    INSERT INTO jobs (kind, queue, args, priority, max_attempts)
    SELECT 'fill_collections', 'maintenance', '{}', 10, 3
    WHERE NOT EXISTS (SELECT FROM jobs WHERE queue = 'maintenance' AND priority = 10 AND state = 'available'
        AND kind = 'fill_collections');
END $$;

-- For when all products may belong elsewhere: rules are new to whoever writes while they are made.
CREATE FUNCTION note_all_products() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM collection_rules) THEN
        PERFORM note_changed_products(ARRAY(SELECT id FROM products ORDER BY id));
    END IF;
END $$;

CREATE FUNCTION products_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    ids bigint[];
BEGIN
    IF NOT EXISTS (SELECT FROM collection_rules) THEN
        RETURN NULL;
    ELSIF TG_OP = 'INSERT' THEN
        SELECT array_agg(id) INTO ids FROM new_rows;
    ELSE
        SELECT array_agg(n.id) INTO ids FROM new_rows n JOIN old_rows o ON o.id = n.id
        WHERE (n.title, n.product_type, n.vendor, n.tags) IS DISTINCT FROM (o.title, o.product_type, o.vendor, o.tags);
    END IF;
    PERFORM note_changed_products(ids);
    RETURN NULL;
END $$;
CREATE TRIGGER changed_on_insert AFTER INSERT ON products
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION products_changed();
CREATE TRIGGER changed_on_update AFTER UPDATE ON products
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION products_changed();

CREATE FUNCTION variants_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    ids bigint[];
BEGIN
    IF NOT EXISTS (SELECT FROM collection_rules) THEN
        RETURN NULL;
    ELSIF TG_OP = 'INSERT' THEN
        SELECT array_agg(DISTINCT product_id) INTO ids FROM new_rows;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(DISTINCT product_id) INTO ids FROM old_rows;
    ELSE
        SELECT array_agg(DISTINCT n.product_id) INTO ids FROM new_rows n JOIN old_rows o ON o.id = n.id
        WHERE (n.title, n.price_minor, n.compare_at_minor, n.grams, n.inventory_tracked, n.deleted_at)
            IS DISTINCT FROM (o.title, o.price_minor, o.compare_at_minor, o.grams, o.inventory_tracked, o.deleted_at);
    END IF;
    PERFORM note_changed_products(ids);
    RETURN NULL;
END $$;
CREATE TRIGGER changed_on_insert AFTER INSERT ON variants
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION variants_changed();
CREATE TRIGGER changed_on_update AFTER UPDATE ON variants
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION variants_changed();
CREATE TRIGGER changed_on_delete AFTER DELETE ON variants
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION variants_changed();

-- Orders change stock all the time, and few shops have rules about it.
CREATE FUNCTION stock_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    ids bigint[];
BEGIN
    IF NOT EXISTS (SELECT FROM collection_rules WHERE rule_column = 'variant_inventory') THEN
        RETURN NULL;
    ELSIF TG_OP = 'INSERT' THEN
        SELECT array_agg(DISTINCT v.product_id) INTO ids FROM new_rows n JOIN variants v ON v.id = n.variant_id;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(DISTINCT v.product_id) INTO ids FROM old_rows o JOIN variants v ON v.id = o.variant_id;
    ELSE
        SELECT array_agg(DISTINCT v.product_id) INTO ids
        FROM new_rows n JOIN old_rows o ON o.variant_id = n.variant_id AND o.location_id = n.location_id
        JOIN variants v ON v.id = n.variant_id
        WHERE n.available <> o.available;
    END IF;
    PERFORM note_changed_products(ids);
    RETURN NULL;
END $$;
CREATE TRIGGER changed_on_insert AFTER INSERT ON inventory_levels
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stock_changed();
CREATE TRIGGER changed_on_update AFTER UPDATE ON inventory_levels
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stock_changed();
CREATE TRIGGER changed_on_delete AFTER DELETE ON inventory_levels
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stock_changed();
