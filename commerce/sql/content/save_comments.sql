-- Called by content::store::save_blogs: makes the comments on the articles of blog $1 those that $2 lists with each.
-- A comment that is there already keeps its number.
WITH given AS (
    SELECT a.id AS article_id, c.author_name, c.content_html, c.content, c.created_at, article.place, c.place AS at
    FROM jsonb_array_elements($2::jsonb) WITH ORDINALITY AS article (draft, place)
    JOIN articles a ON a.blog_id = $1 AND a.handle = article.draft ->> 'handle'
    CROSS JOIN LATERAL ROWS FROM (jsonb_to_recordset(article.draft -> 'comments') AS (
        author_name text, content_html text, content text, created_at timestamptz
    )) WITH ORDINALITY AS c (author_name, content_html, content, created_at, place)
), gone AS (
    DELETE FROM article_comments c USING articles a
    WHERE a.id = c.article_id AND a.blog_id = $1 AND NOT EXISTS (
        SELECT FROM given g WHERE (g.article_id, g.author_name, g.content_html, g.created_at)
            = (c.article_id, c.author_name, c.content_html, c.created_at))
)
INSERT INTO article_comments (article_id, author_name, content_html, content, created_at)
SELECT article_id, author_name, content_html, content, created_at FROM given g
WHERE NOT EXISTS (
    SELECT FROM article_comments c WHERE (g.article_id, g.author_name, g.content_html, g.created_at)
        = (c.article_id, c.author_name, c.content_html, c.created_at))
ORDER BY place, at
