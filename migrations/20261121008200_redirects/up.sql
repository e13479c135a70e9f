-- Paths that lead elsewhere. One target for a path, however it is spelt.
CREATE TABLE url_redirects (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    path text NOT NULL CHECK (path LIKE '/%' AND length(path) <= 2048),
    path_key text COLLATE "C" NOT NULL UNIQUE GENERATED ALWAYS AS (lower(path)) STORED,
    target text NOT NULL CHECK (length(target) BETWEEN 1 AND 2048),
    target_key text COLLATE "C" NOT NULL GENERATED ALWAYS AS (lower(target)) STORED,
    created_at timestamptz NOT NULL,
    CHECK (path_key <> target_key)
);
CREATE INDEX url_redirects_by_target ON url_redirects (target_key, id);
CREATE INDEX url_redirects_by_creation ON url_redirects (created_at, id);

-- Whoever keeps answers is told what changed.
CREATE TRIGGER touch_on_insert AFTER INSERT ON url_redirects
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION touch_one('content');
CREATE TRIGGER touch_on_update AFTER UPDATE ON url_redirects
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION touch_one('content');
CREATE TRIGGER touch_on_delete AFTER DELETE ON url_redirects
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION touch_one('content');
CREATE TRIGGER touch_on_truncate AFTER TRUNCATE ON url_redirects
    FOR EACH STATEMENT EXECUTE FUNCTION touch_everything();
