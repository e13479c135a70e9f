-- Called by content::store::save_blogs: makes the articles of blog $1 those of $2, which go with the pictures $3.
-- What does not differ is not touched. Answers the articles whose authors nobody knows; these are left out.
WITH given AS (
    SELECT g.*, au.id AS author_id, ($3::bigint[])[g.place] AS media_id
    FROM ROWS FROM (jsonb_to_recordset($2::jsonb) AS (
        handle text, title text, author text, content_html text, content text, excerpt_html text, excerpt text,
        tags text[], seo_title text, seo_description text, is_published bool, published_at timestamptz
    )) WITH ORDINALITY AS g (handle, title, author, content_html, content, excerpt_html, excerpt,
        tags, seo_title, seo_description, is_published, published_at, place)
    LEFT JOIN article_authors au ON au.handle = g.author
), saved AS (
    INSERT INTO articles AS a (blog_id, handle, title, author_id, content_html, content, excerpt_html, excerpt,
        tags, media_id, seo_title, seo_description, published_at, created_at, updated_at)
    SELECT $1, handle, title, author_id, content_html, content, excerpt_html, excerpt, tags, media_id, seo_title,
        seo_description, CASE WHEN is_published THEN coalesce(published_at, $4) END, coalesce(published_at, $4), $4
    FROM given WHERE author_id IS NOT NULL
        -- A conflict would use a number up, so those that are as they should be are not tried at all.
        AND NOT EXISTS (
            SELECT FROM articles b WHERE b.blog_id = $1 AND b.handle = given.handle
                AND (b.title, b.author_id, b.content_html, b.excerpt_html, b.tags, b.media_id, b.seo_title, b.seo_description)
                    IS NOT DISTINCT FROM (given.title, given.author_id, given.content_html, given.excerpt_html, given.tags,
                        given.media_id, given.seo_title, given.seo_description)
                AND b.published_at IS NOT DISTINCT FROM
                    CASE WHEN given.is_published THEN coalesce(given.published_at, b.published_at, $4) END)
    ORDER BY place
    ON CONFLICT (blog_id, handle) DO UPDATE SET
        title = excluded.title, author_id = excluded.author_id, content_html = excluded.content_html,
        content = excluded.content, excerpt_html = excluded.excerpt_html, excerpt = excluded.excerpt,
        tags = excluded.tags, media_id = excluded.media_id, seo_title = excluded.seo_title,
        seo_description = excluded.seo_description, updated_at = excluded.updated_at,
        published_at = CASE WHEN excluded.published_at IS NOT NULL THEN coalesce(
            (SELECT g.published_at FROM given g WHERE g.handle = a.handle), a.published_at, excluded.published_at) END
)
SELECT handle, author FROM given WHERE author_id IS NULL ORDER BY place
