-- Pages and menus.
CREATE TABLE pages (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    handle text NOT NULL UNIQUE CHECK (length(handle) BETWEEN 1 AND 255),
    title text NOT NULL,
    title_key text COLLATE "C" NOT NULL GENERATED ALWAYS AS (lower(title)) STORED,
    body_html text NOT NULL DEFAULT '',
    -- The first words without markup.
    body_summary text NOT NULL DEFAULT '',
    seo_title text,
    seo_description text,
    published_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX pages_by_title ON pages (title_key, id) WHERE published_at IS NOT NULL;
CREATE INDEX pages_by_update ON pages (updated_at, id) WHERE published_at IS NOT NULL;

CREATE TABLE menus (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    handle text NOT NULL UNIQUE,
    title text NOT NULL
);

CREATE TABLE menu_items (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    menu_id bigint NOT NULL REFERENCES menus ON DELETE CASCADE,
    parent_id bigint REFERENCES menu_items ON DELETE CASCADE,
    position int NOT NULL,
    title text NOT NULL,
    tags text[] NOT NULL DEFAULT '{}',
    -- What the item leads to; at most one of the references below, or a path or URL of its own.
    kind text NOT NULL CHECK (kind IN ('frontpage', 'catalog', 'search', 'collections', 'collection', 'product', 'page', 'policy', 'http')),
    collection_id bigint REFERENCES collections ON DELETE CASCADE,
    product_id bigint REFERENCES products ON DELETE CASCADE,
    page_id bigint REFERENCES pages ON DELETE CASCADE,
    policy_id bigint REFERENCES shop_policies ON DELETE CASCADE,
    url text,
    CHECK ((kind = 'collection') = (collection_id IS NOT NULL)),
    CHECK ((kind = 'product') = (product_id IS NOT NULL)),
    CHECK ((kind = 'page') = (page_id IS NOT NULL)),
    CHECK ((kind = 'policy') = (policy_id IS NOT NULL)),
    CHECK ((kind = 'http') = (url IS NOT NULL)),
    UNIQUE NULLS NOT DISTINCT (menu_id, parent_id, position) DEFERRABLE INITIALLY DEFERRED
);
