-- A path that leads elsewhere is one path however it is written: with its letters encoded or not, composed or not, in whichever
-- case, with a slash at its end or without. What is stored and what is asked for are compared in this form.

-- A text of an address with its bytes decoded, but for those that would then mean something else; as it is where these are no text.
CREATE FUNCTION url_decoded(written text) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL RESTRICTED AS $$
DECLARE
    bytes bytea := '';
    part text;
BEGIN
    IF strpos(written, '%') = 0 THEN
        RETURN written;
    END IF;
    FOR part IN SELECT m[1] FROM regexp_matches(written, '(%[0-9A-Fa-f]{2}|[^%]+|%)', 'g') AS m LOOP
        bytes := bytes || CASE
            WHEN part = '%' THEN convert_to('%25', 'UTF8')
            WHEN upper(part) IN ('%00', '%23', '%25', '%2F', '%3F') THEN convert_to(upper(part), 'UTF8')
            WHEN left(part, 1) = '%' THEN decode(substr(part, 2), 'hex')
            ELSE convert_to(part, 'UTF8') END;
    END LOOP;
    RETURN convert_from(bytes, 'UTF8');
EXCEPTION WHEN character_not_in_repertoire OR untranslatable_character THEN
    RETURN written;
END $$;

-- The beginning of a path, or a whole one, as all its spellings have it.
CREATE FUNCTION redirect_text(written text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL RESTRICTED
SET search_path = public, pg_temp AS $$
    SELECT lower(normalize(url_decoded(written), NFC))
$$;

-- A path or an address as all its spellings have it; what stands behind the question mark belongs to it.
CREATE FUNCTION redirect_form(written text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL RESTRICTED
SET search_path = public, pg_temp AS $$
    SELECT coalesce(nullif(rtrim(redirect_text(split_part(written, '?', 1)), '/'), ''), '/')
        || coalesce('?' || nullif(redirect_text(substr(written, nullif(strpos(written, '?'), 0) + 1)), ''), '')
$$;

-- Forms may be longer than an index of pages in order takes.
ALTER TABLE url_redirects
    ADD COLUMN path_form text COLLATE "C" NOT NULL GENERATED ALWAYS AS (redirect_form(path)) STORED,
    ADD COLUMN target_form text COLLATE "C" NOT NULL GENERATED ALWAYS AS (redirect_form(target)) STORED,
    ADD CONSTRAINT leads_elsewhere CHECK (path_form <> target_form) NOT VALID;
CREATE INDEX url_redirects_by_path_form ON url_redirects USING hash (path_form);
CREATE INDEX url_redirects_by_target_form ON url_redirects USING hash (target_form);
