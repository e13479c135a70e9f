-- Discounts: what they take off, for whom and how often; and who used them.
CREATE TABLE discounts (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- What buyers see of a discount without a code; names it to the merchant, too.
    title text NOT NULL CHECK (length(title) BETWEEN 1 AND 255),
    method text NOT NULL CHECK (method IN ('code', 'automatic')),
    -- From what it takes: from some goods, from all goods together, or from delivery.
    class text NOT NULL CHECK (class IN ('product', 'order', 'shipping')),
    kind text NOT NULL CHECK (kind IN ('percentage', 'amount', 'free_shipping', 'buy_get')),
    -- Hundredths of a percent.
    basis_points int CHECK (basis_points BETWEEN 1 AND 10000),
    amount_minor bigint CHECK (amount_minor > 0),
    currency text NOT NULL REFERENCES shops (currency),
    -- Whether an amount is taken off every piece, or once off all of them.
    each_piece bool NOT NULL DEFAULT false,
    buys_quantity int CHECK (buys_quantity > 0),
    gets_quantity int CHECK (gets_quantity > 0),
    uses_per_order int CHECK (uses_per_order > 0),
    -- All goods, or those in discount_targets; said here, so that a target that goes does not make it all.
    gets_all bool NOT NULL DEFAULT true,
    buys_all bool NOT NULL DEFAULT true,
    minimum_subtotal_minor bigint CHECK (minimum_subtotal_minor > 0),
    minimum_quantity int CHECK (minimum_quantity > 0),
    -- Delivery that costs more is not free; two-letter codes, an empty list means every country.
    maximum_shipping_minor bigint CHECK (maximum_shipping_minor >= 0),
    countries text[] NOT NULL DEFAULT '{}',
    -- Everybody, or the customers in discount_customers and those with one of the tags.
    for_everyone bool NOT NULL DEFAULT true,
    customer_tags text[] NOT NULL DEFAULT '{}',
    once_per_customer bool NOT NULL DEFAULT false,
    usage_limit int CHECK (usage_limit > 0),
    -- Uses that are held or redeemed, kept by their trigger alone.
    usage_count int NOT NULL DEFAULT 0 CHECK (usage_count >= 0),
    -- Classes that may be used in the same order.
    combines_with text[] NOT NULL DEFAULT '{}' CHECK (combines_with <@ ARRAY['product', 'order', 'shipping']),
    active bool NOT NULL DEFAULT true,
    starts_at timestamptz NOT NULL,
    ends_at timestamptz,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    UNIQUE (id, method),
    CHECK (ends_at > starts_at),
    CHECK ((kind IN ('percentage', 'buy_get')) = (basis_points IS NOT NULL)),
    CHECK ((kind = 'amount') = (amount_minor IS NOT NULL)),
    CHECK ((kind = 'buy_get') = (buys_quantity IS NOT NULL AND gets_quantity IS NOT NULL)),
    CHECK ((kind = 'free_shipping') = (class = 'shipping')),
    CHECK (kind <> 'buy_get' OR class = 'product'),
    CHECK (class = 'product' OR (gets_all AND buys_all AND NOT each_piece)),
    CONSTRAINT usage_within_limit CHECK (usage_limit IS NULL OR usage_count <= usage_limit)
) WITH (fillfactor = 70);
CREATE UNIQUE INDEX discounts_title ON discounts (lower(title));
CREATE INDEX discounts_automatic ON discounts (starts_at) WHERE method = 'automatic' AND active;

CREATE TABLE discount_codes (
    discount_id bigint NOT NULL,
    -- Only a discount with codes has codes.
    method text NOT NULL DEFAULT 'code' CHECK (method = 'code'),
    code text NOT NULL CHECK (code = btrim(code) AND length(code) BETWEEN 1 AND 255),
    FOREIGN KEY (discount_id, method) REFERENCES discounts (id, method) ON DELETE CASCADE
);
-- A code leads to one discount, however it is spelt.
CREATE UNIQUE INDEX discount_codes_code ON discount_codes (lower(code));
CREATE INDEX discount_codes_by_discount ON discount_codes (discount_id);

CREATE TABLE discount_targets (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    discount_id bigint NOT NULL REFERENCES discounts ON DELETE CASCADE,
    -- Goods that it takes from, or goods that must be bought for it.
    role text NOT NULL CHECK (role IN ('gets', 'buys')),
    product_id bigint REFERENCES products ON DELETE CASCADE,
    collection_id bigint REFERENCES collections ON DELETE CASCADE,
    variant_id bigint REFERENCES variants ON DELETE CASCADE,
    CHECK (num_nonnulls(product_id, collection_id, variant_id) = 1),
    UNIQUE NULLS NOT DISTINCT (discount_id, role, product_id, collection_id, variant_id)
);
CREATE INDEX discount_targets_by_product ON discount_targets (product_id) WHERE product_id IS NOT NULL;
CREATE INDEX discount_targets_by_collection ON discount_targets (collection_id) WHERE collection_id IS NOT NULL;
CREATE INDEX discount_targets_by_variant ON discount_targets (variant_id) WHERE variant_id IS NOT NULL;

CREATE TABLE discount_customers (
    discount_id bigint NOT NULL REFERENCES discounts ON DELETE CASCADE,
    customer_id bigint NOT NULL REFERENCES customers ON DELETE CASCADE,
    PRIMARY KEY (discount_id, customer_id)
);
CREATE INDEX discount_customers_by_customer ON discount_customers (customer_id);

-- Which of these variants a discount names.
CREATE FUNCTION discount_variants(discount bigint, wanted_role text, wanted bigint[]) RETURNS bigint[] LANGUAGE sql STABLE AS $$
    SELECT coalesce(array_agg(id ORDER BY id), '{}') FROM (
        SELECT v.id FROM variants v
        JOIN discount_targets t ON t.discount_id = discount AND t.role = wanted_role AND t.variant_id = v.id
        WHERE v.id = ANY (wanted)
        UNION
        SELECT v.id FROM variants v
        JOIN discount_targets t ON t.discount_id = discount AND t.role = wanted_role AND t.product_id = v.product_id
        WHERE v.id = ANY (wanted)
        UNION
        SELECT v.id FROM variants v
        JOIN collection_products c ON c.product_id = v.product_id
        JOIN discount_targets t ON t.discount_id = discount AND t.role = wanted_role AND t.collection_id = c.collection_id
        WHERE v.id = ANY (wanted)) named
$$;

-- Who used a discount: held by an attempt, then redeemed with its order or released.
CREATE TABLE discount_uses (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    discount_id bigint NOT NULL REFERENCES discounts,
    attempt_id uuid NOT NULL REFERENCES checkout_attempts,
    code text,
    amount_minor bigint NOT NULL CHECK (amount_minor >= 0),
    -- Whether a customer may use it once only, as it was when it was accepted.
    once bool NOT NULL,
    customer_id bigint REFERENCES customers ON DELETE SET NULL,
    -- SHA-256 of the address in lower case: enough to know it again, and no address.
    email_hash bytea NOT NULL CHECK (length(email_hash) = 32),
    state text NOT NULL DEFAULT 'held' CHECK (state IN ('held', 'redeemed', 'released'))
);
-- What was released stays released: a use that is held again is a new row.
CREATE UNIQUE INDEX one_use_per_attempt ON discount_uses (attempt_id, discount_id) WHERE state <> 'released';
CREATE UNIQUE INDEX one_use_per_customer ON discount_uses (discount_id, customer_id)
    WHERE once AND state <> 'released' AND customer_id IS NOT NULL;
CREATE UNIQUE INDEX one_use_per_email ON discount_uses (discount_id, email_hash) WHERE once AND state <> 'released';
CREATE INDEX discount_uses_by_discount ON discount_uses (discount_id);
CREATE INDEX discount_uses_by_customer ON discount_uses (customer_id) WHERE customer_id IS NOT NULL;

-- The count of a discount follows its uses and nothing else.
CREATE FUNCTION apply_discount_use() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'uses of discounts are never deleted' USING ERRCODE = 'check_violation', CONSTRAINT = 'discount_use_is_kept';
    ELSIF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'held' THEN
            RAISE EXCEPTION 'a use of a discount begins as held' USING ERRCODE = 'check_violation', CONSTRAINT = 'discount_use_goes_forward';
        END IF;
        UPDATE discounts SET usage_count = usage_count + 1 WHERE id = NEW.discount_id;
    ELSE
        IF (NEW.discount_id, NEW.attempt_id, NEW.code, NEW.amount_minor, NEW.once, NEW.email_hash)
            IS DISTINCT FROM (OLD.discount_id, OLD.attempt_id, OLD.code, OLD.amount_minor, OLD.once, OLD.email_hash)
            OR (NEW.customer_id IS NOT NULL AND NEW.customer_id IS DISTINCT FROM OLD.customer_id) THEN
            RAISE EXCEPTION 'only the state of a use changes' USING ERRCODE = 'check_violation', CONSTRAINT = 'discount_use_is_fixed';
        END IF;
        IF NEW.state <> OLD.state AND OLD.state <> 'held' THEN
            RAISE EXCEPTION 'a use of a discount cannot go from % to %', OLD.state, NEW.state
                USING ERRCODE = 'check_violation', CONSTRAINT = 'discount_use_goes_forward';
        END IF;
        IF NEW.state = 'released' AND OLD.state = 'held' THEN
            UPDATE discounts SET usage_count = usage_count - 1 WHERE id = NEW.discount_id;
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER apply_discount_use AFTER INSERT OR UPDATE OR DELETE ON discount_uses
    FOR EACH ROW EXECUTE FUNCTION apply_discount_use();

CREATE FUNCTION guard_discount() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF pg_trigger_depth() = 1 AND ((TG_OP = 'INSERT' AND NEW.usage_count <> 0)
        OR (TG_OP = 'UPDATE' AND NEW.usage_count <> OLD.usage_count)) THEN
        RAISE EXCEPTION 'the count of a discount follows its uses'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'count_follows_uses';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER guard_discount BEFORE INSERT OR UPDATE ON discounts FOR EACH ROW EXECUTE FUNCTION guard_discount();
