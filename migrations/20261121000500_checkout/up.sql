-- Attempts to buy a cart, the stock they hold, and the orders that come of them.
CREATE TABLE checkout_attempts (
    id uuid PRIMARY KEY,
    cart_id uuid NOT NULL REFERENCES carts,
    cart_version bigint NOT NULL,
    -- The client's attempt token: the same token gets the same result, always.
    token text NOT NULL CHECK (length(token) BETWEEN 1 AND 255),
    -- Lines, prices, delivery and addresses as the buyer accepted them.
    snapshot jsonb NOT NULL,
    amount_minor bigint NOT NULL CHECK (amount_minor >= 0),
    currency text NOT NULL REFERENCES shops (currency),
    state text NOT NULL CHECK (state IN
        ('awaiting_payment', 'action_required', 'processing', 'expiring', 'completed', 'failed', 'expired', 'refund_due')),
    failure_code text,
    failure_message text,
    -- Where the buyer must go, in action_required.
    action_url text,
    order_id bigint,
    expires_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    UNIQUE (cart_id, token),
    CHECK ((state = 'completed') = (order_id IS NOT NULL)),
    CHECK ((state = 'failed') = (failure_code IS NOT NULL)),
    CHECK (state <> 'action_required' OR action_url IS NOT NULL)
);
CREATE UNIQUE INDEX one_live_attempt_per_cart ON checkout_attempts (cart_id)
    WHERE state IN ('awaiting_payment', 'action_required', 'processing', 'expiring');
CREATE INDEX attempts_to_expire ON checkout_attempts (expires_at)
    WHERE state IN ('awaiting_payment', 'action_required', 'processing', 'expiring');

CREATE TABLE locations (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL,
    active bool NOT NULL DEFAULT true,
    priority int NOT NULL DEFAULT 0
);
INSERT INTO locations (name) VALUES ('Main');

CREATE TABLE inventory_levels (
    variant_id bigint NOT NULL REFERENCES variants,
    location_id bigint NOT NULL REFERENCES locations,
    on_hand int NOT NULL DEFAULT 0 CHECK (on_hand >= 0),
    unavailable int NOT NULL DEFAULT 0 CHECK (unavailable >= 0),
    incoming int NOT NULL DEFAULT 0 CHECK (incoming >= 0),
    -- Sums over the reservations, kept by their trigger alone.
    reserved int NOT NULL DEFAULT 0 CHECK (reserved >= 0),
    committed int NOT NULL DEFAULT 0 CHECK (committed >= 0),
    -- 0: never below zero; 2147483647: sell on when empty. Follows the variant's policy.
    backorder_limit int NOT NULL DEFAULT 0 CHECK (backorder_limit >= 0),
    -- Promised but not on the shelf, recorded by a stock-take; see set_stock.
    deficit_ack int NOT NULL DEFAULT 0 CHECK (deficit_ack >= 0),
    available int NOT NULL GENERATED ALWAYS AS (on_hand - unavailable - reserved - committed) STORED,
    PRIMARY KEY (variant_id, location_id),
    CONSTRAINT no_oversell CHECK (
        on_hand::bigint - unavailable - reserved - committed >= -(backorder_limit::bigint + deficit_ack))
) WITH (fillfactor = 70);

CREATE TABLE inventory_reservations (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    attempt_id uuid NOT NULL REFERENCES checkout_attempts,
    variant_id bigint NOT NULL,
    location_id bigint NOT NULL,
    quantity int NOT NULL CHECK (quantity > 0),
    state text NOT NULL DEFAULT 'held' CHECK (state IN ('held', 'committed', 'released')),
    FOREIGN KEY (variant_id, location_id) REFERENCES inventory_levels
);
-- What was released stays released: stock that is held again is a new row.
CREATE UNIQUE INDEX one_reservation_per_level ON inventory_reservations (attempt_id, variant_id, location_id)
    WHERE state <> 'released';
CREATE INDEX reservations_held ON inventory_reservations (variant_id, location_id) WHERE state = 'held';

-- The counters of a level follow its reservations and nothing else.
CREATE FUNCTION apply_reservation() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    d_reserved int := 0;
    d_committed int := 0;
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'reservations are never deleted' USING ERRCODE = 'check_violation', CONSTRAINT = 'reservation_is_kept';
    ELSIF TG_OP = 'INSERT' THEN
        d_reserved := CASE NEW.state WHEN 'held' THEN NEW.quantity ELSE 0 END;
        d_committed := CASE NEW.state WHEN 'committed' THEN NEW.quantity ELSE 0 END;
    ELSE
        IF (NEW.attempt_id, NEW.variant_id, NEW.location_id, NEW.quantity)
            IS DISTINCT FROM (OLD.attempt_id, OLD.variant_id, OLD.location_id, OLD.quantity) THEN
            RAISE EXCEPTION 'only the state of a reservation changes' USING ERRCODE = 'check_violation', CONSTRAINT = 'reservation_is_fixed';
        END IF;
        IF (OLD.state, NEW.state) NOT IN (('held', 'committed'), ('held', 'released'), ('committed', 'released'))
            AND OLD.state <> NEW.state THEN
            RAISE EXCEPTION 'a reservation cannot go from % to %', OLD.state, NEW.state
                USING ERRCODE = 'check_violation', CONSTRAINT = 'reservation_goes_forward';
        END IF;
        d_reserved := (CASE NEW.state WHEN 'held' THEN 1 ELSE 0 END - CASE OLD.state WHEN 'held' THEN 1 ELSE 0 END) * NEW.quantity;
        d_committed := (CASE NEW.state WHEN 'committed' THEN 1 ELSE 0 END - CASE OLD.state WHEN 'committed' THEN 1 ELSE 0 END) * NEW.quantity;
    END IF;
    IF d_reserved <> 0 OR d_committed <> 0 THEN
        UPDATE inventory_levels SET reserved = reserved + d_reserved, committed = committed + d_committed
        WHERE variant_id = NEW.variant_id AND location_id = NEW.location_id;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER apply_reservation AFTER INSERT OR UPDATE OR DELETE ON inventory_reservations
    FOR EACH ROW EXECUTE FUNCTION apply_reservation();

-- Written by hand, the counters would drift from the reservations; only a trigger may move them.
CREATE FUNCTION guard_level() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF pg_trigger_depth() = 1 AND (
        (TG_OP = 'INSERT' AND (NEW.reserved, NEW.committed) <> (0, 0))
        OR (TG_OP = 'UPDATE' AND (NEW.reserved, NEW.committed) <> (OLD.reserved, OLD.committed))) THEN
        RAISE EXCEPTION 'reserved and committed follow the reservations'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'counters_follow_reservations';
    END IF;
    -- An acknowledged deficit shrinks as soon as stock recovers, or it would be a licence to oversell.
    NEW.deficit_ack := least(NEW.deficit_ack, greatest(0, -(NEW.on_hand - NEW.unavailable - NEW.reserved - NEW.committed)));
    RETURN NEW;
END $$;
CREATE TRIGGER guard_level BEFORE INSERT OR UPDATE ON inventory_levels
    FOR EACH ROW EXECUTE FUNCTION guard_level();

CREATE SEQUENCE order_numbers START 1001;
CREATE TABLE orders (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    number bigint NOT NULL UNIQUE DEFAULT nextval('order_numbers'),
    attempt_id uuid NOT NULL UNIQUE REFERENCES checkout_attempts,
    cart_id uuid NOT NULL UNIQUE REFERENCES carts,
    -- SHA-256 of the key in the order's status link.
    secret_hash bytea NOT NULL CHECK (length(secret_hash) = 32),
    email text NOT NULL,
    phone text,
    currency text NOT NULL REFERENCES shops (currency),
    subtotal_minor bigint NOT NULL CHECK (subtotal_minor >= 0),
    discount_minor bigint NOT NULL DEFAULT 0 CHECK (discount_minor >= 0),
    shipping_minor bigint NOT NULL CHECK (shipping_minor >= 0),
    tax_minor bigint NOT NULL CHECK (tax_minor >= 0),
    tax_inclusive bool NOT NULL DEFAULT false,
    total_minor bigint NOT NULL CHECK (total_minor >= 0),
    -- Copied from the payment by triggers alone.
    authorized_minor bigint NOT NULL DEFAULT 0,
    captured_minor bigint NOT NULL DEFAULT 0,
    voided_minor bigint NOT NULL DEFAULT 0,
    refunded_minor bigint NOT NULL DEFAULT 0,
    financial_status text NOT NULL GENERATED ALWAYS AS (CASE
        WHEN refunded_minor > 0 AND refunded_minor >= captured_minor THEN 'REFUNDED'
        WHEN refunded_minor > 0 THEN 'PARTIALLY_REFUNDED'
        WHEN captured_minor >= total_minor THEN 'PAID'
        WHEN captured_minor > 0 THEN 'PARTIALLY_PAID'
        WHEN authorized_minor > 0 AND voided_minor >= authorized_minor THEN 'VOIDED'
        WHEN authorized_minor - voided_minor >= total_minor THEN 'AUTHORIZED'
        ELSE 'PENDING' END) STORED,
    fulfillment_status text NOT NULL DEFAULT 'UNFULFILLED' CHECK (fulfillment_status IN
        ('UNFULFILLED', 'SCHEDULED', 'ON_HOLD', 'IN_PROGRESS', 'PARTIALLY_FULFILLED', 'FULFILLED')),
    shipping_address jsonb,
    billing_address jsonb,
    delivery_title text,
    note text NOT NULL DEFAULT '',
    attributes jsonb NOT NULL DEFAULT '[]',
    canceled_at timestamptz,
    version int NOT NULL DEFAULT 1,
    processed_at timestamptz NOT NULL,
    CONSTRAINT total_adds_up CHECK (total_minor =
        subtotal_minor - discount_minor + shipping_minor + CASE WHEN tax_inclusive THEN 0 ELSE tax_minor END),
    CONSTRAINT refunded_within_captured CHECK (refunded_minor <= captured_minor),
    CONSTRAINT captured_within_authorized CHECK (captured_minor + voided_minor <= authorized_minor)
);
CREATE INDEX orders_by_time ON orders (processed_at DESC, id DESC);
ALTER TABLE checkout_attempts ADD FOREIGN KEY (order_id) REFERENCES orders DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE order_lines (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    order_id bigint NOT NULL REFERENCES orders,
    variant_id bigint NOT NULL REFERENCES variants,
    title text NOT NULL,
    variant_title text NOT NULL,
    sku text,
    image_url text,
    unit_price_minor bigint NOT NULL CHECK (unit_price_minor >= 0),
    quantity int NOT NULL CHECK (quantity > 0),
    discount_minor bigint NOT NULL DEFAULT 0 CHECK (discount_minor >= 0),
    tax_minor bigint NOT NULL DEFAULT 0 CHECK (tax_minor >= 0),
    requires_shipping bool NOT NULL,
    attributes jsonb NOT NULL DEFAULT '[]',
    removed int NOT NULL DEFAULT 0 CHECK (removed >= 0),
    fulfilled int NOT NULL DEFAULT 0 CHECK (fulfilled >= 0),
    returned int NOT NULL DEFAULT 0 CHECK (returned >= 0),
    CHECK (fulfilled + removed <= quantity),
    CHECK (returned <= fulfilled),
    CHECK (discount_minor <= unit_price_minor * quantity)
);
CREATE INDEX order_lines_by_order ON order_lines (order_id, id);
CREATE INDEX order_lines_by_variant ON order_lines (variant_id);
