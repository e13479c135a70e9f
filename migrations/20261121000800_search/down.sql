DROP INDEX products_by_type_key;
DROP INDEX products_by_vendor_key;
ALTER TABLE products DROP COLUMN search, DROP COLUMN tags_key;
DROP FUNCTION words_of(text[]);
DROP FUNCTION folded(text[]);
ALTER TABLE products ADD COLUMN search tsvector NOT NULL GENERATED ALWAYS AS (
    setweight(to_tsvector('simple', title), 'A')
    || setweight(to_tsvector('simple', vendor || ' ' || product_type), 'B')
    || setweight(to_tsvector('simple', description), 'D')) STORED;
CREATE INDEX products_search ON products USING gin (search);
CREATE INDEX products_tags ON products USING gin (tags);
