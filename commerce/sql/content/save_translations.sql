-- commerce::content::translations::save: stores the words of what exists, and answers what does not.
WITH given AS (
    SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::jsonb[]) AS g (kind, handle, language, fields)
), found AS MATERIALIZED (
    SELECT g.*, CASE g.kind
        WHEN 'product' THEN (SELECT id FROM products WHERE handle = g.handle)
        WHEN 'collection' THEN (SELECT id FROM collections WHERE handle = g.handle)
        WHEN 'page' THEN (SELECT id FROM pages WHERE handle = g.handle)
        WHEN 'policy' THEN (SELECT id FROM shop_policies WHERE kind = g.handle)
        WHEN 'blog' THEN (SELECT id FROM blogs WHERE handle = g.handle)
        ELSE (SELECT a.id FROM articles a JOIN blogs b ON b.id = a.blog_id
              WHERE b.handle = split_part(g.handle, '/', 1) AND a.handle = split_part(g.handle, '/', 2)) END AS id
    FROM given g
), saved AS (
    INSERT INTO translations (kind, language, resource_id, fields)
    SELECT kind, language, id, fields FROM found WHERE id IS NOT NULL
)
SELECT kind || ' `' || handle || '`' FROM found WHERE id IS NULL ORDER BY kind, handle LIMIT 1
