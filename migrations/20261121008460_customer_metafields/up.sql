-- Fields that the merchant adds to customers; only they themselves see them.
ALTER TABLE metafields
    DROP CONSTRAINT metafields_owner_kind_check,
    ADD CONSTRAINT metafields_owner_kind_check CHECK (owner_kind IN
        ('product', 'variant', 'collection', 'page', 'blog', 'article', 'location', 'shop', 'customer')),
    ADD COLUMN customer_id bigint GENERATED ALWAYS AS (CASE WHEN owner_kind = 'customer' THEN owner_id END) STORED
        REFERENCES customers ON DELETE CASCADE;
CREATE INDEX metafields_of_customers ON metafields (customer_id) WHERE customer_id IS NOT NULL;
