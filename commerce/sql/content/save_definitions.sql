-- Called by content::store::columns: makes the defined fields the given ones. What only a CSV's column made known stays.
-- $1 the definitions as JSON.
WITH given AS (
    SELECT * FROM jsonb_to_recordset($1::jsonb) AS g (owner_kind text, namespace text, key text, name text, kind text)),
unlisted AS (
    SELECT owner_kind, namespace, key FROM metafield_definitions WHERE kind IS NOT NULL
    EXCEPT SELECT owner_kind, namespace, key FROM given),
gone AS (
    DELETE FROM metafield_definitions d USING unlisted u
    WHERE d.owner_kind = u.owner_kind AND d.namespace = u.namespace AND d.key = u.key AND NOT d.is_column),
lifted AS (
    UPDATE metafield_definitions d SET kind = NULL FROM unlisted u
    WHERE d.owner_kind = u.owner_kind AND d.namespace = u.namespace AND d.key = u.key AND d.is_column)
INSERT INTO metafield_definitions AS d (owner_kind, namespace, key, name, kind)
SELECT owner_kind, namespace, key, name, kind FROM given
ON CONFLICT (owner_kind, namespace, key) DO UPDATE
    SET kind = excluded.kind, name = coalesce(excluded.name, d.name)
WHERE d.kind IS DISTINCT FROM excluded.kind OR d.name <> excluded.name OR d.name IS NULL AND excluded.name IS NOT NULL
