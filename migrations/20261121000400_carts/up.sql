-- What buyers put together before they pay.
CREATE TABLE carts (
    id uuid PRIMARY KEY,
    -- SHA-256 of the key that stands in the cart's public id; whoever has the key has the cart.
    secret_hash bytea NOT NULL CHECK (length(secret_hash) = 32),
    currency text NOT NULL REFERENCES shops (currency),
    country text CHECK (country ~ '^[A-Z]{2}$'),
    language text,
    email text,
    phone text,
    note text NOT NULL DEFAULT '',
    attributes jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(attributes) = 'array'),
    discount_codes text[] NOT NULL DEFAULT '{}',
    -- The chosen delivery rate's code, for the one delivery group.
    delivery_code text,
    billing_address jsonb,
    -- The vault's name for the buyer's card; never a card detail.
    payment_session text,
    payment_method text CHECK (payment_method IN ('card', 'free')),
    payment_amount_minor bigint CHECK (payment_amount_minor >= 0),
    version bigint NOT NULL DEFAULT 1,
    state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'completed')),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE INDEX carts_to_expire ON carts (expires_at) WHERE state = 'open';

CREATE TABLE cart_lines (
    id uuid PRIMARY KEY,
    cart_id uuid NOT NULL REFERENCES carts ON DELETE CASCADE,
    variant_id bigint NOT NULL REFERENCES variants,
    quantity int NOT NULL CHECK (quantity BETWEEN 0 AND 1000000),
    attributes jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(attributes) = 'array'),
    -- SHA-256 over merchandise and attributes: equal adds meet in one line, also concurrent ones.
    merge_key bytea NOT NULL CHECK (length(merge_key) = 32),
    position bigint GENERATED ALWAYS AS IDENTITY,
    UNIQUE (cart_id, merge_key)
);
CREATE INDEX cart_lines_in_order ON cart_lines (cart_id, position);

CREATE TABLE cart_addresses (
    id uuid PRIMARY KEY,
    cart_id uuid NOT NULL REFERENCES carts ON DELETE CASCADE,
    address jsonb NOT NULL CHECK (jsonb_typeof(address) = 'object'),
    selected bool NOT NULL DEFAULT false,
    one_time_use bool NOT NULL DEFAULT false,
    position bigint GENERATED ALWAYS AS IDENTITY
);
CREATE INDEX cart_addresses_in_order ON cart_addresses (cart_id, position);
CREATE UNIQUE INDEX one_selected_address_per_cart ON cart_addresses (cart_id) WHERE selected;
