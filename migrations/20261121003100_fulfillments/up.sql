-- What was sent of an order, parcel by parcel. What lines count as sent, how delivery of the order stands and what is left on
-- the shelf follow from it and from nothing else.
ALTER TABLE order_lines ADD CONSTRAINT order_lines_of_order UNIQUE (id, order_id);

CREATE TABLE fulfillments (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    order_id bigint NOT NULL REFERENCES orders,
    tracking_company text CHECK (length(tracking_company) BETWEEN 1 AND 255),
    tracking_number text CHECK (length(tracking_number) BETWEEN 1 AND 255),
    tracking_url text CHECK (tracking_url ~ '^https?://[^[:space:]]+$' AND length(tracking_url) <= 2048),
    created_at timestamptz NOT NULL,
    UNIQUE (id, order_id)
);
CREATE INDEX fulfillments_by_order ON fulfillments (order_id, id);

CREATE TABLE fulfillment_lines (
    fulfillment_id bigint NOT NULL,
    order_line_id bigint NOT NULL,
    -- A parcel holds what its own order bought.
    order_id bigint NOT NULL,
    quantity int NOT NULL CHECK (quantity > 0),
    PRIMARY KEY (fulfillment_id, order_line_id),
    FOREIGN KEY (fulfillment_id, order_id) REFERENCES fulfillments (id, order_id),
    FOREIGN KEY (order_line_id, order_id) REFERENCES order_lines (id, order_id)
);
CREATE INDEX fulfillment_lines_by_line ON fulfillment_lines (order_line_id);

CREATE TRIGGER forbid_change BEFORE UPDATE OR DELETE ON fulfillments FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER forbid_change BEFORE UPDATE OR DELETE ON fulfillment_lines FOR EACH ROW EXECUTE FUNCTION forbid_change();

-- How many of the pieces have left the shelf; the others are still promised.
ALTER TABLE inventory_reservations
    ADD COLUMN shipped int NOT NULL DEFAULT 0,
    ADD CONSTRAINT shipped_within_quantity CHECK (shipped BETWEEN 0 AND quantity),
    ADD CONSTRAINT only_orders_ship CHECK (shipped = 0 OR state <> 'held');

-- The counters of a level follow its reservations, and what is on the shelf loses what is sent of them.
CREATE OR REPLACE FUNCTION apply_reservation() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    d_reserved int := 0;
    d_committed int := 0;
    d_shipped int := 0;
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'reservations are never deleted' USING ERRCODE = 'check_violation', CONSTRAINT = 'reservation_is_kept';
    ELSIF TG_OP = 'INSERT' THEN
        IF NEW.shipped <> 0 THEN
            RAISE EXCEPTION 'what was sent follows the parcels' USING ERRCODE = 'check_violation', CONSTRAINT = 'shipped_follows_parcels';
        END IF;
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
        d_shipped := NEW.shipped - OLD.shipped;
        IF d_shipped < 0 OR (d_shipped > 0 AND pg_trigger_depth() = 1) THEN
            RAISE EXCEPTION 'what was sent follows the parcels' USING ERRCODE = 'check_violation', CONSTRAINT = 'shipped_follows_parcels';
        END IF;
        d_reserved := (CASE NEW.state WHEN 'held' THEN 1 ELSE 0 END - CASE OLD.state WHEN 'held' THEN 1 ELSE 0 END) * NEW.quantity;
        d_committed := CASE NEW.state WHEN 'committed' THEN NEW.quantity - NEW.shipped ELSE 0 END
            - CASE OLD.state WHEN 'committed' THEN OLD.quantity - OLD.shipped ELSE 0 END;
    END IF;
    IF d_reserved <> 0 OR d_committed <> 0 THEN
        UPDATE inventory_levels
        SET reserved = reserved + d_reserved, committed = committed + d_committed,
            -- What is not counted any more may be sent whatever the shelf said once.
            on_hand = on_hand - CASE WHEN (SELECT inventory_tracked FROM variants WHERE id = NEW.variant_id)
                THEN d_shipped ELSE least(on_hand, d_shipped) END
        WHERE variant_id = NEW.variant_id AND location_id = NEW.location_id;
    END IF;
    RETURN NEW;
END $$;

-- Stock before the order, as everywhere; whoever packs several lines has locked the levels before.
CREATE FUNCTION apply_fulfillment_line() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    promised record;
    left_over int := NEW.quantity;
    part int;
BEGIN
    FOR promised IN
        SELECT r.id, r.quantity - r.shipped AS pieces
        FROM order_lines l
        JOIN orders o ON o.id = l.order_id
        JOIN inventory_reservations r ON r.attempt_id = o.attempt_id AND r.variant_id = l.variant_id
        WHERE l.id = NEW.order_line_id AND r.state = 'committed' AND r.shipped < r.quantity
        ORDER BY r.location_id
    LOOP
        part := least(left_over, promised.pieces);
        EXIT WHEN part = 0;
        UPDATE inventory_reservations SET shipped = shipped + part WHERE id = promised.id;
        left_over := left_over - part;
    END LOOP;
    UPDATE order_lines SET fulfilled = fulfilled + NEW.quantity WHERE id = NEW.order_line_id;
    UPDATE orders SET fulfillment_status = CASE
        WHEN EXISTS (SELECT FROM order_lines WHERE order_id = NEW.order_id AND fulfilled + removed < quantity)
        THEN 'PARTIALLY_FULFILLED' ELSE 'FULFILLED' END
    WHERE id = NEW.order_id;
    RETURN NEW;
END $$;
CREATE TRIGGER apply_fulfillment_line AFTER INSERT ON fulfillment_lines
    FOR EACH ROW EXECUTE FUNCTION apply_fulfillment_line();

CREATE FUNCTION guard_order_line() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF pg_trigger_depth() = 1 AND NEW.fulfilled <> (CASE TG_OP WHEN 'INSERT' THEN 0 ELSE OLD.fulfilled END) THEN
        RAISE EXCEPTION 'what was sent of a line follows the parcels'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'line_follows_parcels';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER guard_order_line BEFORE INSERT OR UPDATE ON order_lines FOR EACH ROW EXECUTE FUNCTION guard_order_line();
