DELETE FROM metafields WHERE owner_kind = 'customer';
ALTER TABLE metafields
    DROP COLUMN customer_id,
    DROP CONSTRAINT metafields_owner_kind_check,
    ADD CONSTRAINT metafields_owner_kind_check CHECK (owner_kind IN
        ('product', 'variant', 'collection', 'page', 'blog', 'article', 'location', 'shop'));
