-- What stands for the values of options: a colour, a picture, or both. By the names of option and value, so that
-- a swatch counts for every product, and for those that are imported later. What makes two names the same is
-- what makes two facets the same.
CREATE TABLE swatches (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    option_name text NOT NULL,
    value_name text NOT NULL,
    color text CHECK (color ~ '^#[0-9a-f]{6}$'),
    media_id bigint REFERENCES media,
    option_key text COLLATE "C" NOT NULL GENERATED ALWAYS AS (left(lower(option_name), 400)) STORED,
    value_key text COLLATE "C" NOT NULL GENERATED ALWAYS AS (left(lower(value_name), 400)) STORED,
    UNIQUE (option_key, value_key),
    CHECK (num_nonnulls(color, media_id) > 0)
);

-- Whoever shows options or facets shows what stands for them, as he shows pictures.
CREATE TRIGGER touch_on_insert AFTER INSERT ON swatches
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION touch_one('media');
CREATE TRIGGER touch_on_update AFTER UPDATE ON swatches
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION touch_one('media');
CREATE TRIGGER touch_on_delete AFTER DELETE ON swatches
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION touch_one('media');
CREATE TRIGGER touch_on_truncate AFTER TRUNCATE ON swatches
    FOR EACH STATEMENT EXECUTE FUNCTION touch_everything();

-- Colours that somebody gave to single values are kept; of a name that has several, one.
INSERT INTO swatches (option_name, value_name, color)
SELECT DISTINCT ON (left(lower(o.name), 400), left(lower(v.name), 400)) o.name, v.name, v.swatch_color
FROM product_option_values v JOIN product_options o ON o.id = v.option_id WHERE v.swatch_color IS NOT NULL
ORDER BY left(lower(o.name), 400), left(lower(v.name), 400), v.id;

CREATE OR REPLACE FUNCTION index_product() RETURNS trigger LANGUAGE plpgsql AS $$
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
    PERFORM learn_words(NEW.names, NEW.search);
    RETURN NEW;
END $$;

-- product_option_values.swatch_color and facet_values.swatch_color are of no use any more; processes of the release before read
-- them still.
