DROP TRIGGER apply_inventory_policy ON variants;
DROP FUNCTION apply_inventory_policy();
CREATE OR REPLACE FUNCTION guard_level() RETURNS trigger LANGUAGE plpgsql AS $$
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
DROP FUNCTION backorder_limit_of(bool, text);
DROP TRIGGER stock_turned ON inventory_levels;
ALTER TABLE inventory_levels
    DROP CONSTRAINT no_oversell,
    DROP COLUMN available;
ALTER TABLE inventory_levels
    ALTER COLUMN on_hand TYPE int,
    ALTER COLUMN unavailable TYPE int,
    ALTER COLUMN incoming TYPE int,
    ALTER COLUMN reserved TYPE int,
    ALTER COLUMN committed TYPE int,
    ALTER COLUMN deficit_ack TYPE int,
    ADD COLUMN available int NOT NULL GENERATED ALWAYS AS (on_hand - unavailable - reserved - committed) STORED,
    ADD CONSTRAINT no_oversell CHECK (
        on_hand::bigint - unavailable - reserved - committed >= -(backorder_limit::bigint + deficit_ack));
CREATE TRIGGER stock_turned AFTER UPDATE ON inventory_levels FOR EACH ROW
    WHEN ((OLD.available > 0) IS DISTINCT FROM (NEW.available > 0)
        OR (OLD.available <> NEW.available AND least(OLD.available, NEW.available) < 0))
    EXECUTE FUNCTION stock_turned();
