-- The shop itself: one row, its policies, and where it delivers at what rate.
CREATE TABLE shops (
    id bigint PRIMARY KEY CHECK (id = 1),
    name text NOT NULL,
    description text NOT NULL DEFAULT '',
    currency text NOT NULL UNIQUE CHECK (currency ~ '^[A-Z]{3}$'),
    country text NOT NULL CHECK (country ~ '^[A-Z]{2}$'),
    -- Where the storefront lives, without a trailing slash; menus link there.
    primary_domain_url text NOT NULL CHECK (primary_domain_url ~ '^https?://[^/]+$'),
    money_format text NOT NULL DEFAULT '${{amount}}',
    email text NOT NULL DEFAULT '',
    updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE shop_policies (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind text NOT NULL UNIQUE
        CHECK (kind IN ('privacy', 'refund', 'shipping', 'terms', 'subscription', 'legal_notice', 'contact', 'terms_of_sale')),
    handle text NOT NULL UNIQUE,
    title text NOT NULL,
    body_html text NOT NULL
);

CREATE TABLE delivery_zones (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL UNIQUE,
    -- Two-letter codes; an empty list means every country that no other zone names.
    countries text[] NOT NULL DEFAULT '{}'
);

CREATE TABLE delivery_rates (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    zone_id bigint NOT NULL REFERENCES delivery_zones ON DELETE CASCADE,
    -- Names the rate to clients; stable across imports.
    code text NOT NULL,
    title text NOT NULL,
    description text,
    price_minor bigint NOT NULL CHECK (price_minor >= 0),
    currency text NOT NULL REFERENCES shops (currency),
    -- Free of charge from this subtotal on.
    free_from_minor bigint CHECK (free_from_minor >= 0),
    position int NOT NULL,
    UNIQUE (zone_id, code),
    UNIQUE (zone_id, position) DEFERRABLE INITIALLY DEFERRED
);
