-- What search reads: words without accents, the values that lists are narrowed down by, what each variant
-- costs and whether it can be bought, and all words of the shop for finding those that were mistyped.

-- Words in lower case without accents and apostrophes, a space between them: what merchants wrote and what
-- buyers type are made alike by this alone.
CREATE FUNCTION plain(written text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT btrim(regexp_replace(replace(replace(replace(translate(lower(
        regexp_replace(normalize(written, NFKD), '[\u0300-\u036f''’]', '', 'g')),
        'øłđħı', 'oldhi'), 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), '[^[:alnum:]]+', ' ', 'g'))
$$;

CREATE FUNCTION without_markup(html text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT regexp_replace(left(html, 100000), '<[^>]*>|&[a-z]+;|&#[0-9]+;', ' ', 'gi')
$$;

-- What grammar makes of a word, in English: "shoes" and "shoe" are alike.
CREATE FUNCTION stem_of(word text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT coalesce((ts_lexize('english_stem', word))[1], word)
$$;

-- The beginning of a word with letters left out: one, and two of long words. Words that differ in one (two)
-- letters left out, put in, changed or swapped have one of these in common. Numbers are never mistyped.
CREATE FUNCTION misspelt(word text) RETURNS text[] LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    letters text := left(word, 8);
    once text;
    spellings text[] := ARRAY[letters];
BEGIN
    IF length(word) < 3 OR word ~ '[0-9]' THEN
        RETURN '{}';
    END IF;
    FOR at IN 1 .. length(letters) LOOP
        once := left(letters, at - 1) || substr(letters, at + 1);
        spellings := array_append(spellings, once);
        IF length(word) > 6 THEN
            FOR also IN at .. length(once) LOOP
                spellings := array_append(spellings, left(once, also - 1) || substr(once, also + 1));
            END LOOP;
        END IF;
    END LOOP;
    RETURN ARRAY(SELECT DISTINCT unnest(spellings));
END $$;

-- The words of the shop. None is taken away when the last product with it goes; a job does that, and
-- counts how many things have each.
CREATE TABLE lexicon (
    word text COLLATE "C" PRIMARY KEY,
    stem text COLLATE "C" NOT NULL,
    spellings text[] NOT NULL,
    -- Whether it is in a title, a vendor, a type, a tag or an option's value, and so may be suggested.
    named bool NOT NULL,
    things int NOT NULL DEFAULT 1
);
CREATE INDEX lexicon_by_stem ON lexicon (stem);
CREATE INDEX lexicon_by_spelling ON lexicon USING gin (spellings) WITH (fastupdate = off);

CREATE FUNCTION learn_words(names tsvector, others tsvector) RETURNS void LANGUAGE sql AS $$
    INSERT INTO lexicon (word, stem, spellings, named)
    SELECT w.word, stem_of(w.word), misspelt(w.word), bool_or(w.named)
    FROM (SELECT unnest(tsvector_to_array(names)), true
        UNION ALL SELECT unnest(tsvector_to_array(others)), false) AS w (word, named)
    WHERE w.word !~ '[0-9]' AND length(w.word) BETWEEN 2 AND 40
        AND NOT EXISTS (SELECT FROM lexicon l WHERE l.word = w.word AND (l.named OR NOT w.named))
    -- In one order, so that two transactions with the same new words wait for each other in one direction.
    GROUP BY w.word ORDER BY w.word
    ON CONFLICT (word) DO UPDATE SET named = true WHERE excluded.named AND NOT lexicon.named
$$;

-- The values that lists are narrowed down by: vendors, types, tags, options' values, metafields' values.
CREATE TABLE facet_values (
    id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind text COLLATE "C" NOT NULL
        CHECK (kind IN ('vendor', 'product_type', 'tag', 'option', 'product_metafield', 'variant_metafield')),
    -- The option's or metafield's name; empty for the others.
    name text NOT NULL,
    label text NOT NULL,
    -- The color that an option's value was last shown as.
    swatch_color text,
    -- What makes two of them the same: bounded, because an index holds them.
    name_key text COLLATE "C" NOT NULL GENERATED ALWAYS AS (left(lower(name), 400)) STORED,
    label_key text COLLATE "C" NOT NULL GENERATED ALWAYS AS (left(lower(label), 400)) STORED,
    UNIQUE (kind, name_key, label_key)
);

-- The ids of values, which are made as they are needed; the arrays run in parallel.
CREATE FUNCTION facet_ids(kinds text[], names text[], labels text[]) RETURNS int[] LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO facet_values (kind, name, label)
    SELECT DISTINCT ON (g.kind, left(lower(g.name), 400), left(lower(g.label), 400)) g.kind, g.name, g.label
    FROM unnest(kinds, names, labels) AS g (kind, name, label)
    WHERE NOT EXISTS (SELECT FROM facet_values f WHERE f.kind = g.kind
        AND f.name_key = left(lower(g.name), 400) AND f.label_key = left(lower(g.label), 400))
    ORDER BY g.kind, left(lower(g.name), 400), left(lower(g.label), 400)
    ON CONFLICT DO NOTHING;
    RETURN ARRAY(
        SELECT DISTINCT f.id FROM unnest(kinds, names, labels) AS g (kind, name, label)
        JOIN facet_values f ON f.kind = g.kind
            AND f.name_key = left(lower(g.name), 400) AND f.label_key = left(lower(g.label), 400)
        ORDER BY f.id);
END $$;

-- The values of a metafield that lists can be narrowed down by: short texts, numbers, yes and no, and lists of
-- these. What cannot be read as its kind says has none.
CREATE FUNCTION short_values(kind text, value text) RETURNS text[] LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
    IF kind IN ('single_line_text_field', 'number_integer', 'number_decimal', 'boolean', 'color') THEN
        RETURN ARRAY[value];
    ELSIF kind IN ('list.single_line_text_field', 'list.number_integer', 'list.number_decimal', 'list.color') THEN
        RETURN ARRAY(SELECT jsonb_array_elements_text(value::jsonb));
    END IF;
    RETURN '{}';
EXCEPTION WHEN data_exception THEN
    RETURN '{}';
END $$;

-- What a product's words and values are, written with the product whenever one of them may have changed;
-- refresh_product_summary writes option_names for this reason, too. A product that was just added has no
-- variants yet: its summary comes after them.
DROP INDEX products_search;
ALTER TABLE products DROP COLUMN search;
ALTER TABLE products
    -- All words: of the title (A), vendor and type (B), tags, options and codes (C), description (D).
    ADD COLUMN search tsvector NOT NULL DEFAULT '',
    -- The words that say what it is, small enough to rank thousands: title (A), vendor and type (B),
    -- options' values (C), tags (D).
    ADD COLUMN names tsvector NOT NULL DEFAULT '',
    ADD COLUMN facets int[] NOT NULL DEFAULT '{}';
CREATE INDEX products_search ON products USING gin (search) WITH (fastupdate = off);

CREATE FUNCTION index_product() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    choices text;
    codes text;
    kinds text[];
    facet_names text[];
    labels text[];
    fields record;
BEGIN
    SELECT coalesce(plain(string_agg(v.name, ' ')), ''),
        array_agg('option'::text), array_agg(o.name), array_agg(v.name)
    INTO choices, kinds, facet_names, labels
    FROM product_option_values v JOIN product_options o ON o.id = v.option_id
    WHERE v.product_id = NEW.id AND NOT (o.name = 'Title' AND v.name = 'Default Title')
        AND EXISTS (SELECT FROM variants x WHERE x.product_id = NEW.id AND x.deleted_at IS NULL
            AND v.id IN (x.value1_id, x.value2_id, x.value3_id));
    SELECT coalesce(plain(left(string_agg(concat_ws(' ', sku, barcode), ' '), 50000)), '') INTO codes
    FROM variants WHERE product_id = NEW.id AND deleted_at IS NULL;

    NEW.names := setweight(to_tsvector('simple', plain(NEW.title)), 'A')
        || setweight(to_tsvector('simple', plain(NEW.vendor || ' ' || NEW.product_type)), 'B')
        || setweight(to_tsvector('simple', left(choices, 10000)), 'C')
        || setweight(to_tsvector('simple', plain(words_of(NEW.tags))), 'D');
    NEW.search := setweight(to_tsvector('simple', plain(NEW.title)), 'A')
        || setweight(to_tsvector('simple', plain(NEW.vendor || ' ' || NEW.product_type)), 'B')
        || setweight(to_tsvector('simple', plain(words_of(NEW.tags)) || ' ' || left(choices, 50000) || ' ' || codes), 'C')
        || setweight(to_tsvector('simple', plain(left(NEW.description, 100000))), 'D');
    SELECT array_agg(f.kind) AS kinds, array_agg(f.namespace || '.' || f.key) AS names, array_agg(value) AS labels
    INTO fields
    FROM (
        SELECT 'product_metafield'::text AS kind, namespace, key, short_values(kind, value) AS short
        FROM metafields WHERE product_id = NEW.id
        UNION ALL
        SELECT 'variant_metafield', m.namespace, m.key, short_values(m.kind, m.value)
        FROM variants v JOIN metafields m ON m.variant_id = v.id
        WHERE v.product_id = NEW.id AND v.deleted_at IS NULL) f, unnest(f.short) AS value;
    NEW.facets := facet_ids(
        kinds || fields.kinds || array_fill('tag'::text, ARRAY[cardinality(NEW.tags)])
            || CASE WHEN NEW.vendor <> '' THEN ARRAY['vendor'] END
            || CASE WHEN NEW.product_type <> '' THEN ARRAY['product_type'] END,
        facet_names || fields.names || array_fill(''::text, ARRAY[cardinality(NEW.tags)])
            || CASE WHEN NEW.vendor <> '' THEN ARRAY[''] END
            || CASE WHEN NEW.product_type <> '' THEN ARRAY[''] END,
        labels || fields.labels || NEW.tags
            || CASE WHEN NEW.vendor <> '' THEN ARRAY[NEW.vendor] END
            || CASE WHEN NEW.product_type <> '' THEN ARRAY[NEW.product_type] END);
    UPDATE facet_values f SET swatch_color = v.swatch_color
    FROM product_option_values v JOIN product_options o ON o.id = v.option_id
    WHERE v.product_id = NEW.id AND v.swatch_color IS NOT NULL AND f.kind = 'option'
        AND f.name_key = left(lower(o.name), 400) AND f.label_key = left(lower(v.name), 400)
        AND f.swatch_color IS DISTINCT FROM v.swatch_color;
    PERFORM learn_words(NEW.names, NEW.search);
    RETURN NEW;
END $$;
CREATE TRIGGER products_index
    BEFORE UPDATE OF title, vendor, product_type, tags, description, option_names ON products
    FOR EACH ROW EXECUTE FUNCTION index_product();

-- A metafield is a value of its product; writing option_names is what has a product indexed.
CREATE FUNCTION index_products_of_metafields() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        UPDATE products SET option_names = option_names WHERE id IN (
            SELECT product_id FROM old_rows
            UNION SELECT v.product_id FROM old_rows o JOIN variants v ON v.id = o.variant_id);
    ELSE
        UPDATE products SET option_names = option_names WHERE id IN (
            SELECT product_id FROM new_rows
            UNION SELECT v.product_id FROM new_rows n JOIN variants v ON v.id = n.variant_id);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER index_products_on_insert AFTER INSERT ON metafields
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION index_products_of_metafields();
CREATE TRIGGER index_products_on_update AFTER UPDATE ON metafields
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION index_products_of_metafields();
CREATE TRIGGER index_products_on_delete AFTER DELETE ON metafields
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION index_products_of_metafields();

-- What a product's variants cost and whether they can be bought, where lists are narrowed down by it. The
-- arrays run in parallel, a variant each; valuesN are facet_values of the option in position N. Written by
-- refresh_product_offers alone.
CREATE TABLE product_offers (
    product_id bigint PRIMARY KEY REFERENCES products ON DELETE CASCADE,
    available bool NOT NULL,
    prices bigint[] NOT NULL,
    sellable bool[] NOT NULL,
    values1 int[] NOT NULL,
    values2 int[] NOT NULL,
    values3 int[] NOT NULL
) WITH (fillfactor = 80);

CREATE FUNCTION refresh_product_offers(product bigint) RETURNS void LANGUAGE plpgsql AS $$
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
                (SELECT sum(l.available) FROM inventory_levels l WHERE l.variant_id = v.id), 0) > 0 AS sellable,
            coalesce(c1.facet, 0) AS value1, coalesce(c2.facet, 0) AS value2, coalesce(c3.facet, 0) AS value3
        FROM variants v LEFT JOIN choices c1 ON c1.id = v.value1_id LEFT JOIN choices c2 ON c2.id = v.value2_id
        LEFT JOIN choices c3 ON c3.id = v.value3_id
        WHERE v.product_id = product AND v.deleted_at IS NULL ORDER BY v.position, v.id) x;
    INSERT INTO product_offers SELECT offer.* ON CONFLICT (product_id) DO UPDATE SET
        available = excluded.available, prices = excluded.prices, sellable = excluded.sellable,
        values1 = excluded.values1, values2 = excluded.values2, values3 = excluded.values3
    WHERE product_offers IS DISTINCT FROM excluded;
END $$;

-- Stock that comes or goes changes what can be bought; stock that only becomes less does not. Two who sell
-- the last ones of the same products crosswise may deadlock: one of them is tried again.
CREATE FUNCTION stock_turned() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM refresh_product_offers(v.product_id) FROM variants v
    WHERE v.id = CASE WHEN TG_OP = 'DELETE' THEN OLD.variant_id ELSE NEW.variant_id END;
    RETURN NULL;
END $$;
CREATE FUNCTION stock_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM refresh_product_offers(x.product_id) FROM (
        SELECT DISTINCT v.product_id FROM new_rows n JOIN variants v ON v.id = n.variant_id ORDER BY v.product_id) x;
    RETURN NULL;
END $$;
CREATE TRIGGER stock_added AFTER INSERT ON inventory_levels
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stock_added();
CREATE TRIGGER stock_turned AFTER UPDATE ON inventory_levels FOR EACH ROW
    WHEN ((OLD.available > 0) IS DISTINCT FROM (NEW.available > 0)
        OR (OLD.available <> NEW.available AND least(OLD.available, NEW.available) < 0))
    EXECUTE FUNCTION stock_turned();
CREATE TRIGGER stock_gone AFTER DELETE ON inventory_levels FOR EACH ROW EXECUTE FUNCTION stock_turned();

CREATE OR REPLACE FUNCTION refresh_product_summary(wanted bigint[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    product bigint;
BEGIN
    FOREACH product IN ARRAY wanted LOOP
        UPDATE variants v SET option_values = s.names
        FROM (
            SELECT v.id, array_remove(ARRAY[
                (SELECT name FROM product_option_values WHERE id = v.value1_id),
                (SELECT name FROM product_option_values WHERE id = v.value2_id),
                (SELECT name FROM product_option_values WHERE id = v.value3_id)], NULL) AS names
            FROM variants v WHERE v.product_id = product) s
        WHERE v.id = s.id AND v.product_id = product AND v.option_values <> s.names;

        UPDATE products p SET
            price_min_minor = s.price_min, price_max_minor = s.price_max,
            compare_at_min_minor = s.compare_min, compare_at_max_minor = s.compare_max,
            option_names = ARRAY(SELECT name FROM product_options WHERE product_id = product ORDER BY position),
            featured_media_id = (
                SELECT pm.media_id FROM product_media pm JOIN media m ON m.id = pm.media_id
                WHERE pm.product_id = product AND m.kind = 'image' ORDER BY pm.position LIMIT 1)
        FROM (
            SELECT coalesce(min(v.price_minor), 0) AS price_min, coalesce(max(v.price_minor), 0) AS price_max,
                   min(v.compare_at_minor) AS compare_min, max(v.compare_at_minor) AS compare_max
            FROM variants v WHERE v.product_id = product AND v.deleted_at IS NULL) s
        WHERE p.id = product;

        -- Levels are locked in this order everywhere, and before offers, as when they are sold.
        PERFORM FROM inventory_levels l JOIN variants v ON v.id = l.variant_id
        WHERE v.product_id = product ORDER BY l.variant_id, l.location_id FOR NO KEY UPDATE OF l;
        PERFORM refresh_product_offers(product);
    END LOOP;
END $$;

-- Facets stand in answers that are kept.
DO $$
DECLARE
    watched record;
BEGIN
    FOR watched IN SELECT * FROM (VALUES ('facet_values', 'product:any'), ('product_offers', 'stock:any')) AS w (name, tag) LOOP
        EXECUTE format('CREATE TRIGGER touch_on_insert AFTER INSERT ON %I REFERENCING NEW TABLE AS new_rows '
            'FOR EACH STATEMENT EXECUTE FUNCTION touch_one(%L)', watched.name, watched.tag);
        EXECUTE format('CREATE TRIGGER touch_on_update AFTER UPDATE ON %I '
            'REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows '
            'FOR EACH STATEMENT EXECUTE FUNCTION touch_one(%L)', watched.name, watched.tag);
        EXECUTE format('CREATE TRIGGER touch_on_delete AFTER DELETE ON %I REFERENCING OLD TABLE AS old_rows '
            'FOR EACH STATEMENT EXECUTE FUNCTION touch_one(%L)', watched.name, watched.tag);
        EXECUTE format('CREATE TRIGGER touch_on_truncate AFTER TRUNCATE ON %I '
            'FOR EACH STATEMENT EXECUTE FUNCTION touch_everything()', watched.name);
    END LOOP;
END $$;

-- Collections, pages and articles are found by their words, too.
ALTER TABLE collections ADD COLUMN search tsvector NOT NULL GENERATED ALWAYS AS (
    setweight(to_tsvector('simple', plain(title)), 'A')
    || setweight(to_tsvector('simple', plain(left(description, 100000))), 'D')) STORED;
ALTER TABLE pages ADD COLUMN search tsvector NOT NULL GENERATED ALWAYS AS (
    setweight(to_tsvector('simple', plain(title)), 'A')
    || setweight(to_tsvector('simple', plain(without_markup(body_html))), 'D')) STORED;
ALTER TABLE articles DROP COLUMN search;
ALTER TABLE articles ADD COLUMN search tsvector NOT NULL GENERATED ALWAYS AS (
    setweight(to_tsvector('simple', plain(title)), 'A')
    || setweight(to_tsvector('simple', plain(words_of(tags))), 'C')
    || setweight(to_tsvector('simple', plain(left(coalesce(excerpt, '') || ' ' || content, 100000))), 'D')) STORED;
CREATE INDEX articles_search ON articles USING gin (search);
CREATE INDEX collections_search ON collections USING gin (search);
CREATE INDEX pages_search ON pages USING gin (search);

CREATE FUNCTION learn_of_row() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM learn_words(ts_filter(NEW.search, '{a}'), NEW.search);
    RETURN NULL;
END $$;
CREATE TRIGGER learn_words AFTER INSERT OR UPDATE OF title, description ON collections
    FOR EACH ROW EXECUTE FUNCTION learn_of_row();
CREATE TRIGGER learn_words AFTER INSERT OR UPDATE OF title, body_html ON pages
    FOR EACH ROW EXECUTE FUNCTION learn_of_row();
CREATE TRIGGER learn_words AFTER INSERT OR UPDATE OF title, tags, excerpt, content ON articles
    FOR EACH ROW EXECUTE FUNCTION learn_of_row();

SELECT refresh_product_summary(ARRAY(SELECT id FROM products));
SELECT learn_words(ts_filter(search, '{a}'), search) FROM collections;
SELECT learn_words(ts_filter(search, '{a}'), search) FROM pages;
SELECT learn_words(ts_filter(search, '{a}'), search) FROM articles;
