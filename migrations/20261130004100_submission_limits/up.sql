-- Who submitted a cart, so that declined and undecided payments are counted for the address that they come from and for the buyer
-- there, whatever the cart. Neither is stored: what is kept is a hash with a key that is drawn here and is another one in each
-- database. The columns never change, so that an attempt is still updated in place.
DO $$
BEGIN
    EXECUTE format(
        'CREATE FUNCTION submission_hash(who text) RETURNS bytea LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS '
        || '$f$ SELECT sha256(convert_to(%L || who, ''UTF8'')) $f$',
        gen_random_uuid()::text || gen_random_uuid()::text);
END $$;
ALTER TABLE checkout_attempts
    ADD COLUMN client_hash bytea CHECK (length(client_hash) = 32),
    ADD COLUMN buyer_hash bytea CHECK (length(buyer_hash) = 32);
CREATE INDEX attempts_by_client ON checkout_attempts (client_hash, created_at) WHERE client_hash IS NOT NULL;
