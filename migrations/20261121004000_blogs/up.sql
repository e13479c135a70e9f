-- Blogs, their articles, who writes them and what readers say. A reader's e-mail address is not kept:
-- whatever stands here is public.
CREATE TABLE blogs (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    handle text NOT NULL UNIQUE CHECK (length(handle) BETWEEN 1 AND 255),
    handle_key text COLLATE "C" NOT NULL GENERATED ALWAYS AS (lower(handle)) STORED,
    title text NOT NULL,
    title_key text COLLATE "C" NOT NULL GENERATED ALWAYS AS (lower(title)) STORED,
    seo_title text,
    seo_description text,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE article_authors (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- Names the author in the shop's file.
    handle text NOT NULL UNIQUE CHECK (length(handle) BETWEEN 1 AND 255),
    first_name text NOT NULL,
    last_name text NOT NULL DEFAULT '',
    name_key text COLLATE "C" NOT NULL GENERATED ALWAYS AS (lower(rtrim(first_name || ' ' || last_name))) STORED,
    -- Where readers may write to; public.
    email text NOT NULL DEFAULT '',
    bio text
);

CREATE TABLE articles (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    blog_id bigint NOT NULL REFERENCES blogs ON DELETE CASCADE,
    handle text NOT NULL CHECK (length(handle) BETWEEN 1 AND 255),
    title text NOT NULL,
    title_key text COLLATE "C" NOT NULL GENERATED ALWAYS AS (lower(title)) STORED,
    author_id bigint NOT NULL REFERENCES article_authors,
    content_html text NOT NULL DEFAULT '',
    -- The text without markup, kept so that no request has to strip it.
    content text NOT NULL DEFAULT '',
    excerpt_html text,
    excerpt text,
    tags text[] NOT NULL DEFAULT '{}',
    tags_key text[] NOT NULL GENERATED ALWAYS AS (folded(tags)) STORED,
    media_id bigint REFERENCES media,
    seo_title text,
    seo_description text,
    published_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    search tsvector NOT NULL GENERATED ALWAYS AS (
        setweight(to_tsvector('simple', title), 'A')
        || setweight(to_tsvector('simple', words_of(tags)), 'C')
        || setweight(to_tsvector('simple', coalesce(excerpt, '') || ' ' || content), 'D')) STORED,
    UNIQUE (blog_id, handle)
);
CREATE INDEX articles_by_title ON articles (title_key, id) WHERE published_at IS NOT NULL;
CREATE INDEX articles_by_update ON articles (updated_at, id) WHERE published_at IS NOT NULL;
CREATE INDEX articles_by_publication ON articles (published_at, id) WHERE published_at IS NOT NULL;
CREATE INDEX articles_by_blog ON articles (blog_id, published_at, id) WHERE published_at IS NOT NULL;
CREATE INDEX articles_by_author ON articles (author_id);
CREATE INDEX articles_by_media ON articles (media_id) WHERE media_id IS NOT NULL;
CREATE INDEX articles_tags ON articles USING gin (tags_key);
CREATE INDEX articles_search ON articles USING gin (search);

CREATE TABLE article_comments (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    article_id bigint NOT NULL REFERENCES articles ON DELETE CASCADE,
    author_name text NOT NULL,
    content_html text NOT NULL,
    content text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX article_comments_by_article ON article_comments (article_id, id);

ALTER TABLE menu_items
    ADD COLUMN blog_id bigint REFERENCES blogs ON DELETE CASCADE,
    ADD COLUMN article_id bigint REFERENCES articles ON DELETE CASCADE,
    DROP CONSTRAINT menu_items_kind_check,
    ADD CONSTRAINT menu_items_kind_check CHECK (kind IN ('frontpage', 'catalog', 'search', 'collections', 'collection',
        'product', 'page', 'policy', 'http', 'blog', 'article')),
    ADD CONSTRAINT menu_items_blog CHECK ((kind = 'blog') = (blog_id IS NOT NULL)),
    ADD CONSTRAINT menu_items_article CHECK ((kind = 'article') = (article_id IS NOT NULL));

-- Whoever keeps answers is told what changed.
DO $$
DECLARE
    watched text;
BEGIN
    FOREACH watched IN ARRAY ARRAY['blogs', 'article_authors', 'articles', 'article_comments'] LOOP
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
