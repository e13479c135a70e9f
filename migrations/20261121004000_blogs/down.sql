DELETE FROM menu_items WHERE kind IN ('blog', 'article');
ALTER TABLE menu_items
    DROP CONSTRAINT menu_items_blog,
    DROP CONSTRAINT menu_items_article,
    DROP CONSTRAINT menu_items_kind_check,
    ADD CONSTRAINT menu_items_kind_check CHECK (kind IN ('frontpage', 'catalog', 'search', 'collections', 'collection',
        'product', 'page', 'policy', 'http')),
    DROP COLUMN blog_id,
    DROP COLUMN article_id;
DROP TABLE article_comments, articles, article_authors, blogs;
