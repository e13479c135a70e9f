-- Fields that storefronts add to carts. The order of a cart shows them, too: a cart that was bought does not change.
-- They are apart from the fields of the merchant, because only whoever holds the cart sees them: no kept answer shows one.
CREATE TABLE cart_metafields (
    -- Numbers no field of the merchant has.
    id bigint PRIMARY KEY DEFAULT nextval('metafields_id_seq'),
    cart_id uuid NOT NULL REFERENCES carts ON DELETE CASCADE,
    namespace text NOT NULL CHECK (length(namespace) BETWEEN 1 AND 255),
    key text NOT NULL CHECK (length(key) BETWEEN 1 AND 255),
    kind text NOT NULL,
    value text NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    UNIQUE (cart_id, namespace, key)
);
