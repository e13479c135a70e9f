-- Refused once anything was sent: the schema before cannot say where those pieces are.
DO $$ BEGIN
    IF EXISTS (SELECT FROM fulfillments) THEN
        RAISE EXCEPTION 'parcels were sent already';
    END IF;
END $$;
DROP TRIGGER guard_order_line ON order_lines;
DROP FUNCTION guard_order_line;
DROP TABLE fulfillment_lines, fulfillments;
DROP FUNCTION apply_fulfillment_line;
ALTER TABLE order_lines DROP CONSTRAINT order_lines_of_order;
ALTER TABLE inventory_reservations
    DROP CONSTRAINT only_orders_ship,
    DROP CONSTRAINT shipped_within_quantity,
    DROP COLUMN shipped;
CREATE OR REPLACE FUNCTION apply_reservation() RETURNS trigger LANGUAGE plpgsql AS $$
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
