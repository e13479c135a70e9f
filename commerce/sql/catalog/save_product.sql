-- Called by catalog::store::product: inserts the product or changes what differs, and says which.
-- $1 the product as JSON, $2 the time.
WITH given AS (
    SELECT * FROM jsonb_to_record($1::jsonb) AS g(
        handle text, title text, description_html text, description text, vendor text, product_type text, tags text[],
        seo_title text, seo_description text, is_gift_card bool, status text, published bool, carried jsonb)),
written AS (
    INSERT INTO products AS p (handle, title, description_html, description, vendor, product_type, tags,
        seo_title, seo_description, is_gift_card, status, carried, published_at, created_at, updated_at)
    SELECT handle, title, description_html, description, vendor, product_type, tags,
        seo_title, seo_description, is_gift_card, status, carried, CASE WHEN published THEN $2 END, $2, $2
    FROM given
    ON CONFLICT (handle) DO UPDATE SET
        title = excluded.title, description_html = excluded.description_html, description = excluded.description,
        vendor = excluded.vendor, product_type = excluded.product_type, tags = excluded.tags,
        seo_title = excluded.seo_title, seo_description = excluded.seo_description,
        is_gift_card = excluded.is_gift_card, status = excluded.status, carried = excluded.carried,
        -- What is published already keeps its date.
        published_at = CASE WHEN excluded.published_at IS NOT NULL
            THEN coalesce(p.published_at, excluded.published_at) END,
        version = p.version + 1, updated_at = excluded.updated_at
    WHERE (p.title, p.description_html, p.description, p.vendor, p.product_type, p.tags,
            p.seo_title, p.seo_description, p.is_gift_card, p.status, p.carried, p.published_at IS NULL)
        IS DISTINCT FROM (excluded.title, excluded.description_html, excluded.description, excluded.vendor,
            excluded.product_type, excluded.tags, excluded.seo_title, excluded.seo_description,
            excluded.is_gift_card, excluded.status, excluded.carried, excluded.published_at IS NULL)
    -- Only a row that was there before carries the lock of ON CONFLICT.
    RETURNING p.id, p.xmax = 0 AS is_new)
SELECT id, is_new, true AS is_changed FROM written
UNION ALL
SELECT p.id, false, false FROM products p JOIN given USING (handle) WHERE NOT EXISTS (SELECT FROM written)
