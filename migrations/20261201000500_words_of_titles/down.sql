ALTER TABLE article_authors DROP COLUMN search;
ALTER TABLE blogs DROP COLUMN search;
