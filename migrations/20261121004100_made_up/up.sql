-- Files, things of kinds that the merchant makes up, and fields that the merchant adds to things.
CREATE TABLE files (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- Names the file in the shop's file.
    handle text NOT NULL UNIQUE CHECK (length(handle) BETWEEN 1 AND 255),
    kind text NOT NULL CHECK (kind IN ('image', 'video', 'model_3d', 'file')),
    -- What can be shown is a medium; any other file is described here.
    media_id bigint UNIQUE REFERENCES media,
    url text NOT NULL CHECK (url ~ '^https?://'),
    alt text,
    mime_type text,
    bytes int CHECK (bytes >= 0),
    CHECK ((kind = 'file') = (media_id IS NULL))
);

CREATE TABLE metaobject_definitions (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind text NOT NULL UNIQUE CHECK (length(kind) BETWEEN 1 AND 255),
    name text NOT NULL,
    -- Whether each is a page of its own, what search engines are told of it then (keys of its fields), and
    -- where it stands on the storefront.
    renderable bool NOT NULL DEFAULT false,
    seo_title_key text,
    seo_description_key text,
    url_handle text
);

CREATE TABLE metaobject_fields (
    definition_id bigint NOT NULL REFERENCES metaobject_definitions ON DELETE CASCADE,
    key text NOT NULL CHECK (length(key) BETWEEN 1 AND 255),
    kind text NOT NULL,
    position int NOT NULL,
    PRIMARY KEY (definition_id, key)
);

CREATE TABLE metaobjects (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    definition_id bigint NOT NULL REFERENCES metaobject_definitions ON DELETE CASCADE,
    handle text NOT NULL CHECK (length(handle) BETWEEN 1 AND 255),
    -- By the keys of the definition's fields, each as the text that clients get.
    fields jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(fields) = 'object'),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (definition_id, handle)
);
CREATE INDEX metaobjects_by_update ON metaobjects (definition_id, updated_at, id);

CREATE TABLE metafields (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    owner_kind text NOT NULL
        CHECK (owner_kind IN ('product', 'variant', 'collection', 'page', 'blog', 'article', 'location', 'shop')),
    owner_id bigint NOT NULL,
    namespace text NOT NULL CHECK (length(namespace) BETWEEN 1 AND 255),
    key text NOT NULL CHECK (length(key) BETWEEN 1 AND 255),
    kind text NOT NULL,
    value text NOT NULL,
    description text,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    -- A field goes with what it belongs to.
    product_id bigint GENERATED ALWAYS AS (CASE WHEN owner_kind = 'product' THEN owner_id END) STORED
        REFERENCES products ON DELETE CASCADE,
    variant_id bigint GENERATED ALWAYS AS (CASE WHEN owner_kind = 'variant' THEN owner_id END) STORED
        REFERENCES variants ON DELETE CASCADE,
    collection_id bigint GENERATED ALWAYS AS (CASE WHEN owner_kind = 'collection' THEN owner_id END) STORED
        REFERENCES collections ON DELETE CASCADE,
    page_id bigint GENERATED ALWAYS AS (CASE WHEN owner_kind = 'page' THEN owner_id END) STORED
        REFERENCES pages ON DELETE CASCADE,
    blog_id bigint GENERATED ALWAYS AS (CASE WHEN owner_kind = 'blog' THEN owner_id END) STORED
        REFERENCES blogs ON DELETE CASCADE,
    article_id bigint GENERATED ALWAYS AS (CASE WHEN owner_kind = 'article' THEN owner_id END) STORED
        REFERENCES articles ON DELETE CASCADE,
    location_id bigint GENERATED ALWAYS AS (CASE WHEN owner_kind = 'location' THEN owner_id END) STORED
        REFERENCES locations ON DELETE CASCADE,
    shop_id bigint GENERATED ALWAYS AS (CASE WHEN owner_kind = 'shop' THEN owner_id END) STORED
        REFERENCES shops ON DELETE CASCADE,
    UNIQUE (owner_kind, owner_id, namespace, key)
);
CREATE INDEX metafields_of_products ON metafields (product_id) WHERE product_id IS NOT NULL;
CREATE INDEX metafields_of_variants ON metafields (variant_id) WHERE variant_id IS NOT NULL;
CREATE INDEX metafields_of_collections ON metafields (collection_id) WHERE collection_id IS NOT NULL;
CREATE INDEX metafields_of_pages ON metafields (page_id) WHERE page_id IS NOT NULL;
CREATE INDEX metafields_of_blogs ON metafields (blog_id) WHERE blog_id IS NOT NULL;
CREATE INDEX metafields_of_articles ON metafields (article_id) WHERE article_id IS NOT NULL;

ALTER TABLE menu_items
    ADD COLUMN metaobject_id bigint REFERENCES metaobjects ON DELETE CASCADE,
    DROP CONSTRAINT menu_items_kind_check,
    ADD CONSTRAINT menu_items_kind_check CHECK (kind IN ('frontpage', 'catalog', 'search', 'collections', 'collection',
        'product', 'page', 'policy', 'http', 'blog', 'article', 'metaobject')),
    ADD CONSTRAINT menu_items_metaobject CHECK ((kind = 'metaobject') = (metaobject_id IS NOT NULL));

-- Where things lie, and where buyers may fetch them.
ALTER TABLE locations
    ADD COLUMN handle text UNIQUE CHECK (length(handle) BETWEEN 1 AND 255),
    ADD COLUMN name_key text COLLATE "C" NOT NULL GENERATED ALWAYS AS (lower(name)) STORED,
    ADD COLUMN address1 text,
    ADD COLUMN address2 text,
    ADD COLUMN city text,
    ADD COLUMN city_key text COLLATE "C" NOT NULL GENERATED ALWAYS AS (lower(coalesce(city, ''))) STORED,
    ADD COLUMN province text,
    ADD COLUMN country text CHECK (country ~ '^[A-Z]{2}$'),
    ADD COLUMN zip text,
    ADD COLUMN phone text,
    -- Degrees north and east.
    ADD COLUMN latitude double precision CHECK (latitude BETWEEN -90 AND 90),
    ADD COLUMN longitude double precision CHECK (longitude BETWEEN -180 AND 180),
    ADD CHECK ((latitude IS NULL) = (longitude IS NULL)),
    -- When what is bought can be fetched here, in words; nothing can where this is missing.
    ADD COLUMN pick_up_time text CHECK (pick_up_time <> '');
UPDATE locations SET handle = 'main' WHERE id = (SELECT min(id) FROM locations WHERE active);

-- Whoever keeps answers is told what changed.
DO $$
DECLARE
    watched text;
BEGIN
    FOREACH watched IN ARRAY ARRAY['files', 'metaobject_definitions', 'metaobject_fields', 'metaobjects', 'metafields',
        'locations'] LOOP
        EXECUTE format('CREATE TRIGGER touch_on_insert AFTER INSERT ON %I '
            'REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION touch_one(''content'')', watched);
        EXECUTE format('CREATE TRIGGER touch_on_update AFTER UPDATE ON %I '
            'REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows '
            'FOR EACH STATEMENT EXECUTE FUNCTION touch_one(''content'')', watched);
        EXECUTE format('CREATE TRIGGER touch_on_delete AFTER DELETE ON %I '
            'REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION touch_one(''content'')', watched);
        EXECUTE format('CREATE TRIGGER touch_on_truncate AFTER TRUNCATE ON %I '
            'FOR EACH STATEMENT EXECUTE FUNCTION touch_everything()', watched);
    END LOOP;
END $$;
