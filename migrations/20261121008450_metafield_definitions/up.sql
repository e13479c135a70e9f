-- What is known of fields that the merchant adds before any thing has one: the type of their values, what they are called.
CREATE TABLE metafield_definitions (
    owner_kind text NOT NULL CHECK (owner_kind IN
        ('product', 'variant', 'collection', 'page', 'blog', 'article', 'location', 'shop', 'customer')),
    namespace text NOT NULL CHECK (length(namespace) BETWEEN 1 AND 255),
    key text NOT NULL CHECK (length(key) BETWEEN 1 AND 255),
    -- What staff call it; what stands before the brackets in the heading of a CSV's column.
    name text,
    -- The type of its values, where the shop file says it.
    kind text,
    -- Whether a CSV had a column of it: the shop file then leaves alone what it does not list.
    is_column bool NOT NULL DEFAULT false,
    PRIMARY KEY (owner_kind, namespace, key)
);

-- Columns of metafields that were carried along so far become what they say, as text.
CREATE TEMPORARY TABLE carried_fields ON COMMIT DROP AS
SELECT v.product_id, v.position, v.id, c.value, m.name[1] AS namespace, m.name[2] AS key,
    btrim(regexp_replace(c.key, '\(product\.metafields\.[^()]+\)$', '', 'i')) AS heading
FROM variants v, jsonb_each_text(v.carried) c,
    regexp_match(c.key, '\(product\.metafields\.([^.()\s]+)\.([^()\s]+)\)$', 'i') AS m (name)
WHERE v.deleted_at IS NULL AND length(m.name[1]) <= 255 AND length(m.name[2]) <= 255;

INSERT INTO metafield_definitions (owner_kind, namespace, key, name, is_column)
SELECT DISTINCT ON (namespace, key) 'product', namespace, key, heading, true
FROM carried_fields ORDER BY namespace, key, heading;

INSERT INTO metafields (owner_kind, owner_id, namespace, key, kind, value)
SELECT DISTINCT ON (product_id, namespace, key) 'product', product_id, namespace, key,
    CASE WHEN value ~ E'[\n\r]' THEN 'multi_line_text_field' ELSE 'single_line_text_field' END, value
FROM carried_fields ORDER BY product_id, namespace, key, position, id
ON CONFLICT DO NOTHING;

UPDATE variants SET carried = (
    SELECT coalesce(jsonb_object_agg(c.key, c.value), '{}') FROM jsonb_each(carried) c
    WHERE c.key !~* '\(product\.metafields\.[^.()\s]+\.[^()\s]+\)$')
WHERE EXISTS (SELECT FROM jsonb_object_keys(carried) k WHERE k ~* '\(product\.metafields\.[^.()\s]+\.[^()\s]+\)$');
