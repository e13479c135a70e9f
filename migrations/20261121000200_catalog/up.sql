-- Products, their options and variants, pictures and collections.
CREATE TABLE media (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind text NOT NULL DEFAULT 'image' CHECK (kind IN ('image', 'video', 'external_video', 'model_3d')),
    url text NOT NULL CHECK (url ~ '^https?://'),
    alt text,
    width int CHECK (width > 0),
    height int CHECK (height > 0),
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE products (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    handle text NOT NULL UNIQUE CHECK (length(handle) BETWEEN 1 AND 255),
    title text NOT NULL,
    -- What titles are ordered by: bytewise, regardless of case, so that cursors compare alike everywhere.
    title_key text COLLATE "C" NOT NULL GENERATED ALWAYS AS (lower(title)) STORED,
    description_html text NOT NULL DEFAULT '',
    -- The description without markup, kept so that no request has to strip it.
    description text NOT NULL DEFAULT '',
    vendor text COLLATE "C" NOT NULL DEFAULT '',
    product_type text COLLATE "C" NOT NULL DEFAULT '',
    tags text[] NOT NULL DEFAULT '{}',
    seo_title text,
    seo_description text,
    is_gift_card bool NOT NULL DEFAULT false,
    status text NOT NULL DEFAULT 'draft' CHECK (status IN ('draft', 'active', 'archived')),
    published_at timestamptz,
    -- Over the variants that are not deleted; written by refresh_product_summary alone.
    price_min_minor bigint NOT NULL DEFAULT 0,
    price_max_minor bigint NOT NULL DEFAULT 0,
    compare_at_min_minor bigint,
    compare_at_max_minor bigint,
    -- Refreshed by a scheduled job from the orders of the last months.
    units_sold bigint NOT NULL DEFAULT 0,
    version int NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    search tsvector NOT NULL GENERATED ALWAYS AS (
        setweight(to_tsvector('simple', title), 'A')
        || setweight(to_tsvector('simple', vendor || ' ' || product_type), 'B')
        || setweight(to_tsvector('simple', description), 'D')) STORED
);
CREATE INDEX products_search ON products USING gin (search);
CREATE INDEX products_tags ON products USING gin (tags);
CREATE INDEX products_by_title ON products (title_key, id) WHERE status = 'active' AND published_at IS NOT NULL;
CREATE INDEX products_by_vendor ON products (vendor, id) WHERE status = 'active' AND published_at IS NOT NULL;
CREATE INDEX products_by_type ON products (product_type, id) WHERE status = 'active' AND published_at IS NOT NULL;
CREATE INDEX products_by_price ON products (price_min_minor, id) WHERE status = 'active' AND published_at IS NOT NULL;
CREATE INDEX products_by_sales ON products (units_sold, id) WHERE status = 'active' AND published_at IS NOT NULL;
CREATE INDEX products_by_creation ON products (created_at, id) WHERE status = 'active' AND published_at IS NOT NULL;
CREATE INDEX products_by_update ON products (updated_at, id) WHERE status = 'active' AND published_at IS NOT NULL;
CREATE INDEX products_visible ON products (id) WHERE status = 'active' AND published_at IS NOT NULL;

CREATE TABLE product_media (
    product_id bigint NOT NULL REFERENCES products ON DELETE CASCADE,
    media_id bigint NOT NULL REFERENCES media,
    position int NOT NULL,
    PRIMARY KEY (product_id, media_id),
    UNIQUE (product_id, position) DEFERRABLE INITIALLY DEFERRED
);

CREATE TABLE product_options (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    product_id bigint NOT NULL REFERENCES products ON DELETE CASCADE,
    name text NOT NULL,
    position smallint NOT NULL CHECK (position BETWEEN 1 AND 3),
    UNIQUE (product_id, position) DEFERRABLE INITIALLY DEFERRED,
    UNIQUE (product_id, name),
    UNIQUE (id, product_id)
);

CREATE TABLE product_option_values (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    option_id bigint NOT NULL,
    product_id bigint NOT NULL,
    name text NOT NULL,
    position smallint NOT NULL,
    swatch_color text CHECK (swatch_color ~ '^#[0-9a-f]{6}$'),
    FOREIGN KEY (option_id, product_id) REFERENCES product_options (id, product_id) ON DELETE CASCADE,
    UNIQUE (option_id, name),
    UNIQUE (id, product_id)
);
CREATE INDEX product_option_values_by_product ON product_option_values (product_id);

CREATE TABLE variants (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    product_id bigint NOT NULL REFERENCES products ON DELETE CASCADE,
    position int NOT NULL,
    title text NOT NULL,
    sku text,
    barcode text,
    -- Values of the options in positions 1 to 3; a value can only be one of the same product.
    value1_id bigint,
    value2_id bigint,
    value3_id bigint,
    price_minor bigint NOT NULL CHECK (price_minor >= 0),
    compare_at_minor bigint CHECK (compare_at_minor >= 0),
    currency text NOT NULL REFERENCES shops (currency),
    media_id bigint REFERENCES media,
    requires_shipping bool NOT NULL DEFAULT true,
    taxable bool NOT NULL DEFAULT true,
    grams int NOT NULL DEFAULT 0 CHECK (grams >= 0),
    weight_unit text NOT NULL DEFAULT 'kg' CHECK (weight_unit IN ('g', 'kg', 'oz', 'lb')),
    cost_minor bigint CHECK (cost_minor >= 0),
    -- Whether stock is counted at all, and whether it may be sold beyond zero.
    inventory_tracked bool NOT NULL DEFAULT false,
    inventory_policy text NOT NULL DEFAULT 'deny' CHECK (inventory_policy IN ('deny', 'continue')),
    -- Orders point at variants, so they are never deleted for good.
    deleted_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    FOREIGN KEY (value1_id, product_id) REFERENCES product_option_values (id, product_id),
    FOREIGN KEY (value2_id, product_id) REFERENCES product_option_values (id, product_id),
    FOREIGN KEY (value3_id, product_id) REFERENCES product_option_values (id, product_id),
    UNIQUE (id, product_id)
);
CREATE UNIQUE INDEX one_variant_per_combination ON variants (product_id, value1_id, value2_id, value3_id)
    NULLS NOT DISTINCT WHERE deleted_at IS NULL;
CREATE INDEX variants_by_product ON variants (product_id, position, id) WHERE deleted_at IS NULL;
-- For the foreign keys, and to find deleted variants again.
CREATE INDEX variants_with_deleted ON variants (product_id);
CREATE INDEX variants_by_sku ON variants (sku) WHERE deleted_at IS NULL AND sku IS NOT NULL;

CREATE FUNCTION refresh_product_summary(wanted bigint[]) RETURNS void LANGUAGE sql AS $$
    UPDATE products p SET
        price_min_minor = s.price_min, price_max_minor = s.price_max,
        compare_at_min_minor = s.compare_min, compare_at_max_minor = s.compare_max
    FROM (
        SELECT w.id, coalesce(min(v.price_minor), 0) AS price_min, coalesce(max(v.price_minor), 0) AS price_max,
               min(v.compare_at_minor) AS compare_min, max(v.compare_at_minor) AS compare_max
        FROM unnest(wanted) AS w(id)
        LEFT JOIN variants v ON v.product_id = w.id AND v.deleted_at IS NULL
        GROUP BY w.id) s
    WHERE p.id = s.id
$$;

CREATE TABLE collections (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    handle text NOT NULL UNIQUE CHECK (length(handle) BETWEEN 1 AND 255),
    title text NOT NULL,
    title_key text COLLATE "C" NOT NULL GENERATED ALWAYS AS (lower(title)) STORED,
    description_html text NOT NULL DEFAULT '',
    description text NOT NULL DEFAULT '',
    media_id bigint REFERENCES media,
    sort_order text NOT NULL DEFAULT 'manual'
        CHECK (sort_order IN ('manual', 'best_selling', 'title', 'price', 'created')),
    seo_title text,
    seo_description text,
    published_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX collections_by_title ON collections (title_key, id) WHERE published_at IS NOT NULL;
CREATE INDEX collections_by_update ON collections (updated_at, id) WHERE published_at IS NOT NULL;

CREATE TABLE collection_products (
    collection_id bigint NOT NULL REFERENCES collections ON DELETE CASCADE,
    product_id bigint NOT NULL REFERENCES products ON DELETE CASCADE,
    position bigint NOT NULL,
    PRIMARY KEY (collection_id, product_id)
);
CREATE INDEX collection_products_in_order ON collection_products (collection_id, position, product_id);
CREATE INDEX collection_products_by_product ON collection_products (product_id);
