-- What lists are searched by is kept, and not made for each row of each query.
--
-- The words of blogs' titles and of authors' names, which were made anew for every article that `articles(query:)` looked at.
-- Both tables are small: the few columns are written at once.
ALTER TABLE blogs ADD COLUMN search tsvector NOT NULL
    GENERATED ALWAYS AS (setweight(to_tsvector('simple', plain(title)), 'A')) STORED;
ALTER TABLE article_authors ADD COLUMN search tsvector NOT NULL
    GENERATED ALWAYS AS (to_tsvector('simple', plain(first_name || ' ' || last_name))) STORED;
