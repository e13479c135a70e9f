-- Products that only a link leads to, and imports of files that do not have all columns.
--
-- An unlisted product is for sale to whoever has its link. Whatever lists products asks for active ones, so that the releases
-- before and every list here leave it out; only what is asked for by its handle or id is found, and may be put into carts.
ALTER TABLE products
    DROP CONSTRAINT products_status_check,
    ADD CONSTRAINT products_status_check CHECK (status IN ('draft', 'active', 'archived', 'unlisted'));

-- Cells that are carried along with a product or variant, once a file was imported: those of its columns are the file's, and the
-- others stay. Headings are the same in any case; one that is there keeps its spelling. `columns` are in lower case.
CREATE FUNCTION merge_carried(held jsonb, given jsonb, columns text[]) RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN held IS NULL OR held = '{}' THEN given ELSE
        coalesce((SELECT jsonb_object_agg(key, value) FROM jsonb_each(held) WHERE lower(key) <> ALL (columns)), '{}')
        || coalesce((SELECT jsonb_object_agg(coalesce(h.key, g.key), g.value)
            FROM jsonb_each(given) g LEFT JOIN jsonb_each(held) h ON lower(h.key) = lower(g.key)), '{}') END
$$;

-- Orders of another shop are known by their names, which need not have a number in them.
CREATE INDEX orders_by_carried_name ON orders ((carried ->> 'name')) WHERE carried IS NOT NULL;
