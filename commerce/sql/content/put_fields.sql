-- Called by content::store::columns: makes the fields of things what the cells of CSVs say, and answers whose changed.
-- A cell says what is kept when only outer white space and line ends differ; without a value it takes the field away.
-- A field whose type nobody settled keeps its type as long as its value stays.
-- $1 the cells as JSON, $2 what they belong to, $3 the time.
WITH given AS (
    SELECT g.*, f.id, f.kind AS old_kind,
        btrim(replace(replace(f.value, E'\r\n', E'\n'), E'\r', E'\n'), E' \t\n\f') AS old
    FROM jsonb_to_recordset($1::jsonb) AS g (owner_id bigint, namespace text, key text, kind text, settled bool, value text)
    LEFT JOIN metafields f
        ON f.owner_kind = $2 AND f.owner_id = g.owner_id AND f.namespace = g.namespace AND f.key = g.key),
gone AS (
    DELETE FROM metafields f USING given g WHERE f.id = g.id AND g.value IS NULL AND g.old <> ''
    RETURNING f.owner_id),
written AS (
    INSERT INTO metafields AS f (owner_kind, owner_id, namespace, key, kind, value, created_at, updated_at)
    SELECT $2, owner_id, namespace, key,
        CASE WHEN NOT settled AND old_kind = 'multi_line_text_field' THEN old_kind ELSE kind END, value, $3, $3
    FROM given
    WHERE value IS NOT NULL AND (id IS NULL OR settled AND old_kind <> kind OR old <> value)
    ORDER BY owner_id, namespace, key
    ON CONFLICT (owner_kind, owner_id, namespace, key) DO UPDATE
        SET kind = excluded.kind, value = excluded.value, updated_at = excluded.updated_at
    RETURNING f.owner_id)
SELECT owner_id FROM gone UNION SELECT owner_id FROM written
