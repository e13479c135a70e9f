-- What storefronts show to be let in. A public token stands in a storefront's script, so that it can be
-- read again here; of a private one only the hash is kept.
CREATE TABLE access_tokens (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('public', 'private')),
    title text NOT NULL CHECK (title <> ''),
    token text,
    token_hash bytea NOT NULL UNIQUE CHECK (octet_length(token_hash) = 32),
    -- Points of each caller with this token; null for the installation's own figures.
    bucket int CHECK (bucket > 0),
    per_second int CHECK (per_second > 0),
    maximum int CHECK (maximum > 0),
    created_at timestamptz NOT NULL,
    revoked_at timestamptz,
    CONSTRAINT private_tokens_are_not_kept CHECK ((kind = 'public') = (token IS NOT NULL)),
    CONSTRAINT public_tokens_match_their_hash CHECK (token IS NULL OR sha256(token::bytea) = token_hash)
);
