-- Accounts: who buys, how they prove it, and what belongs to them. Passwords are stored as Argon2 hashes, every kind of
-- token as its SHA-256.
CREATE TABLE customers (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email text NOT NULL CHECK (length(email) BETWEEN 3 AND 254),
    -- Without one, nobody can sign in; the link in a mail sets it.
    password_hash text CHECK (password_hash LIKE '$argon2id$%'),
    -- Raised with every new password, never lowered. Whatever proves the customer's identity names it.
    password_version int NOT NULL DEFAULT 1,
    state text NOT NULL CHECK (state IN ('invited', 'enabled', 'disabled')),
    first_name text,
    last_name text,
    phone text,
    tags text[] NOT NULL DEFAULT '{}',
    -- The merchant's own; shown to nobody else.
    note text NOT NULL DEFAULT '',
    accepts_marketing bool NOT NULL DEFAULT false,
    -- When the customer last said yes or no to advertising.
    marketing_decided_at timestamptz,
    default_address_id bigint,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    UNIQUE (id, password_version),
    CHECK (state <> 'enabled' OR password_hash IS NOT NULL)
);
-- One account for an address, however it is spelt.
CREATE UNIQUE INDEX customers_email ON customers (lower(email));

CREATE TABLE customer_addresses (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    customer_id bigint NOT NULL REFERENCES customers ON DELETE CASCADE,
    address jsonb NOT NULL CHECK (jsonb_typeof(address) = 'object'),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    UNIQUE (id, customer_id)
);
CREATE INDEX customer_addresses_in_order ON customer_addresses (customer_id, id);
-- A default address is one of the customer's own.
ALTER TABLE customers ADD CONSTRAINT default_address_is_own
    FOREIGN KEY (default_address_id, id) REFERENCES customer_addresses (id, customer_id)
    ON DELETE SET NULL (default_address_id) DEFERRABLE INITIALLY DEFERRED;

-- The contract's opaque tokens. All that proves an identity refers to the password's version: a new password takes its
-- owner from it, and what has no owner opens nothing.
CREATE TABLE customer_access_tokens (
    token_hash bytea PRIMARY KEY CHECK (length(token_hash) = 32),
    customer_id bigint,
    password_version int,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    FOREIGN KEY (customer_id, password_version) REFERENCES customers (id, password_version)
        ON UPDATE SET NULL ON DELETE CASCADE
);
CREATE INDEX customer_access_tokens_by_customer ON customer_access_tokens (customer_id);
CREATE INDEX customer_access_tokens_by_end ON customer_access_tokens (expires_at);

-- A sign-in that lasts: a family of refresh tokens, each of which replaces the one before.
CREATE TABLE customer_sessions (
    id uuid PRIMARY KEY,
    customer_id bigint,
    password_version int,
    created_at timestamptz NOT NULL,
    -- The family ends then, however often it is refreshed.
    expires_at timestamptz NOT NULL,
    revoked_at timestamptz,
    revoked_for text CHECK (revoked_for IN ('sign_out', 'sign_out_everywhere', 'reuse')),
    CHECK ((revoked_at IS NULL) = (revoked_for IS NULL)),
    FOREIGN KEY (customer_id, password_version) REFERENCES customers (id, password_version)
        ON UPDATE SET NULL ON DELETE CASCADE
);
CREATE INDEX customer_sessions_by_customer ON customer_sessions (customer_id);
CREATE INDEX customer_sessions_by_end ON customer_sessions (expires_at);

CREATE TABLE customer_refresh_tokens (
    token_hash bytea PRIMARY KEY CHECK (length(token_hash) = 32),
    session_id uuid NOT NULL REFERENCES customer_sessions ON DELETE CASCADE,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at timestamptz
);
-- A family has one living branch at most.
CREATE UNIQUE INDEX one_live_refresh_token ON customer_refresh_tokens (session_id) WHERE used_at IS NULL;
CREATE INDEX customer_refresh_tokens_by_session ON customer_refresh_tokens (session_id);

-- What stands in the links of mails. Using one sets a password, which ends all of them.
CREATE TABLE customer_link_tokens (
    token_hash bytea PRIMARY KEY CHECK (length(token_hash) = 32),
    kind text NOT NULL CHECK (kind IN ('activate', 'reset')),
    customer_id bigint,
    password_version int,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    FOREIGN KEY (customer_id, password_version) REFERENCES customers (id, password_version)
        ON UPDATE SET NULL ON DELETE CASCADE
);
CREATE INDEX customer_link_tokens_by_customer ON customer_link_tokens (customer_id);
CREATE INDEX customer_link_tokens_by_end ON customer_link_tokens (expires_at);

-- What customers are written about their accounts: the job names the row. A row without a customer is a request for an
-- address that nobody has; it is stored all the same, so that both take the same time.
CREATE TABLE customer_notices (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    customer_id bigint REFERENCES customers ON DELETE CASCADE,
    kind text NOT NULL CHECK (kind IN
        ('welcome', 'activate', 'known', 'recover', 'email_changed', 'password_changed')),
    -- Where it goes: after a change of the address, to the old one too.
    email text,
    created_at timestamptz NOT NULL,
    CHECK ((customer_id IS NULL) = (email IS NULL))
);
CREATE INDEX customer_notices_by_customer ON customer_notices (customer_id);
CREATE INDEX customer_notices_by_time ON customer_notices (created_at);

CREATE FUNCTION guard_customer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.password_version < OLD.password_version THEN
        RAISE EXCEPTION 'the version of a password never falls'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'password_version_grows';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER guard_customer BEFORE UPDATE ON customers FOR EACH ROW EXECUTE FUNCTION guard_customer();

-- A cart, an attempt and an order belong to the customer who was signed in.
ALTER TABLE carts ADD COLUMN customer_id bigint REFERENCES customers ON DELETE SET NULL;
CREATE INDEX carts_by_customer ON carts (customer_id) WHERE customer_id IS NOT NULL;
ALTER TABLE checkout_attempts ADD COLUMN customer_id bigint REFERENCES customers ON DELETE SET NULL;
CREATE INDEX attempts_by_customer ON checkout_attempts (customer_id) WHERE customer_id IS NOT NULL;
ALTER TABLE orders ADD COLUMN customer_id bigint REFERENCES customers ON DELETE SET NULL;
CREATE INDEX orders_by_customer ON orders (customer_id, id) WHERE customer_id IS NOT NULL;

CREATE FUNCTION guard_order_customer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.customer_id IS DISTINCT FROM (SELECT customer_id FROM checkout_attempts WHERE id = NEW.attempt_id) THEN
        RAISE EXCEPTION 'an order belongs to whoever bought it'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'order_is_the_buyers';
    END IF;
    RETURN NEW;
END $$;
-- Orders of guests pay nothing for it.
CREATE TRIGGER guard_order_customer BEFORE INSERT OR UPDATE OF customer_id ON orders
    FOR EACH ROW WHEN (NEW.customer_id IS NOT NULL) EXECUTE FUNCTION guard_order_customer();
