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
    UPDATE facet_values f SET swatch_color = v.swatch_color
    FROM product_option_values v JOIN product_options o ON o.id = v.option_id
    WHERE v.product_id = NEW.id AND v.swatch_color IS NOT NULL AND f.kind = 'option'
        AND f.name_key = left(lower(o.name), 400) AND f.label_key = left(lower(v.name), 400)
        AND f.swatch_color IS DISTINCT FROM v.swatch_color;
    PERFORM learn_words(NEW.names, NEW.search);
    RETURN NEW;
END $$;

UPDATE product_option_values v SET swatch_color = s.color FROM product_options o, swatches s
WHERE o.id = v.option_id AND s.color IS NOT NULL
    AND s.option_key = left(lower(o.name), 400) AND s.value_key = left(lower(v.name), 400);
UPDATE facet_values f SET swatch_color = s.color FROM swatches s
WHERE f.kind = 'option' AND s.option_key = f.name_key AND s.value_key = f.label_key;
DROP TABLE swatches;
