-- What the query language compares: tags regardless of case, also as words of the full text.
CREATE FUNCTION folded(texts text[]) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(array_agg(lower(t) ORDER BY place), '{}') FROM unnest(texts) WITH ORDINALITY AS u (t, place)
$$;
CREATE FUNCTION words_of(texts text[]) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT array_to_string(texts, ' ')
$$;

DROP INDEX products_search;
DROP INDEX products_tags;
ALTER TABLE products DROP COLUMN search;
ALTER TABLE products
    ADD COLUMN tags_key text[] NOT NULL GENERATED ALWAYS AS (folded(tags)) STORED,
    ADD COLUMN search tsvector NOT NULL GENERATED ALWAYS AS (
        setweight(to_tsvector('simple', title), 'A')
        || setweight(to_tsvector('simple', vendor || ' ' || product_type), 'B')
        || setweight(to_tsvector('simple', words_of(tags)), 'C')
        || setweight(to_tsvector('simple', description), 'D')) STORED;
CREATE INDEX products_search ON products USING gin (search);
CREATE INDEX products_tags ON products USING gin (tags_key);
CREATE INDEX products_by_vendor_key ON products (lower(vendor), id) WHERE status = 'active' AND published_at IS NOT NULL;
CREATE INDEX products_by_type_key ON products (lower(product_type), id) WHERE status = 'active' AND published_at IS NOT NULL;
