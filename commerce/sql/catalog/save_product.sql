-- Called by catalog::store::product: inserts the product or changes what differs, and says which.
-- $1 the product as JSON, $2 the time. What the JSON has no key for stays as it is, and is usual for a new product.
WITH given AS (
    SELECT $1::jsonb AS told, g.* FROM jsonb_to_record($1::jsonb) AS g(
        handle text, title text, description_html text, description text, vendor text, product_type text, tags text[],
        seo_title text, seo_description text, is_gift_card bool, status text, published bool, carried jsonb,
        carried_columns text[])),
held AS MATERIALIZED (
    SELECT p.* FROM products p WHERE p.handle = (SELECT handle FROM given) FOR NO KEY UPDATE),
wanted AS (
    SELECT g.handle, coalesce(g.title, h.title) AS title,
        coalesce(g.description_html, h.description_html, '') AS description_html,
        coalesce(g.description, h.description, '') AS description,
        coalesce(g.vendor, h.vendor, '') AS vendor, coalesce(g.product_type, h.product_type, '') AS product_type,
        coalesce(g.tags, h.tags, '{}') AS tags,
        CASE WHEN g.told ? 'seo_title' THEN g.seo_title ELSE h.seo_title END AS seo_title,
        CASE WHEN g.told ? 'seo_description' THEN g.seo_description ELSE h.seo_description END AS seo_description,
        coalesce(g.is_gift_card, h.is_gift_card, false) AS is_gift_card, coalesce(g.status, h.status, 'active') AS status,
        merge_carried(h.carried, g.carried, g.carried_columns) AS carried,
        -- What is published already keeps its date.
        CASE WHEN coalesce(g.published, h.id IS NULL OR h.published_at IS NOT NULL)
            THEN coalesce(h.published_at, $2) END AS published_at
    FROM given g LEFT JOIN held h ON true),
written AS (
    INSERT INTO products AS p (handle, title, description_html, description, vendor, product_type, tags,
        seo_title, seo_description, is_gift_card, status, carried, published_at, created_at, updated_at)
    SELECT handle, title, description_html, description, vendor, product_type, tags,
        seo_title, seo_description, is_gift_card, status, carried, published_at, $2, $2
    FROM wanted
    ON CONFLICT (handle) DO UPDATE SET
        title = excluded.title, description_html = excluded.description_html, description = excluded.description,
        vendor = excluded.vendor, product_type = excluded.product_type, tags = excluded.tags,
        seo_title = excluded.seo_title, seo_description = excluded.seo_description,
        is_gift_card = excluded.is_gift_card, status = excluded.status, carried = excluded.carried,
        published_at = excluded.published_at, version = p.version + 1, updated_at = excluded.updated_at
    WHERE (p.title, p.description_html, p.description, p.vendor, p.product_type, p.tags,
            p.seo_title, p.seo_description, p.is_gift_card, p.status, p.carried, p.published_at)
        IS DISTINCT FROM (excluded.title, excluded.description_html, excluded.description, excluded.vendor,
            excluded.product_type, excluded.tags, excluded.seo_title, excluded.seo_description,
            excluded.is_gift_card, excluded.status, excluded.carried, excluded.published_at)
    -- Only a row that was there before carries the lock of ON CONFLICT.
    RETURNING p.id, p.xmax = 0 AS is_new)
SELECT id, is_new, true AS is_changed FROM written
UNION ALL
SELECT p.id, false, false FROM products p JOIN given USING (handle) WHERE NOT EXISTS (SELECT FROM written)
