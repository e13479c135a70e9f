-- Stock levels follow the policy of their variant at every location, and their counters do not overflow.
--
-- backorder_limit copies whether a variant is sold on when it is empty. Only whoever counted stock wrote the copy, at one
-- location: it stayed as it was at the others, and a variant that was no longer sold beyond its stock was. From here on
-- triggers alone write it. A level takes it from the variant when it is made, with the variant locked against a change of
-- its policy; a change of the policy reaches all levels of the variant.
--
-- The counters were int, and a few orders of a million pieces a line filled them: nobody could buy the product any more.
-- The release before reads none of them but `available`, which therefore stays an int, cut to what an int can say;
-- arithmetic on stock goes by the counters.
DROP TRIGGER stock_turned ON inventory_levels;
ALTER TABLE inventory_levels
    DROP CONSTRAINT no_oversell,
    DROP COLUMN available;
ALTER TABLE inventory_levels
    ALTER COLUMN on_hand TYPE bigint,
    ALTER COLUMN unavailable TYPE bigint,
    ALTER COLUMN incoming TYPE bigint,
    ALTER COLUMN reserved TYPE bigint,
    ALTER COLUMN committed TYPE bigint,
    ALTER COLUMN deficit_ack TYPE bigint,
    ADD COLUMN available int NOT NULL GENERATED ALWAYS AS (
        greatest(-2147483648, least(2147483647, on_hand - unavailable - reserved - committed))) STORED;
CREATE TRIGGER stock_turned AFTER UPDATE ON inventory_levels FOR EACH ROW
    WHEN ((OLD.available > 0) IS DISTINCT FROM (NEW.available > 0)
        OR (OLD.available <> NEW.available AND least(OLD.available, NEW.available) < 0))
    EXECUTE FUNCTION stock_turned();

-- How far the levels of a variant may be sold beyond what is there: not at all, or without an end.
CREATE FUNCTION backorder_limit_of(tracked bool, policy text) RETURNS int LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN tracked AND policy = 'deny' THEN 0 ELSE 2147483647 END
$$;

-- What was sold by a copy that had become stale is promised: acknowledged, as after a stock-take.
ALTER TABLE inventory_levels DISABLE TRIGGER guard_level;
UPDATE inventory_levels l SET
    backorder_limit = backorder_limit_of(v.inventory_tracked, v.inventory_policy),
    deficit_ack = CASE backorder_limit_of(v.inventory_tracked, v.inventory_policy) WHEN 0
        THEN greatest(0, l.unavailable + l.reserved + l.committed - l.on_hand) ELSE 0 END
FROM variants v
WHERE v.id = l.variant_id AND l.backorder_limit <> backorder_limit_of(v.inventory_tracked, v.inventory_policy);
ALTER TABLE inventory_levels ENABLE TRIGGER guard_level;

ALTER TABLE inventory_levels ADD CONSTRAINT no_oversell CHECK (backorder_limit = 2147483647
    OR on_hand - unavailable - reserved - committed >= -(backorder_limit + deficit_ack));

CREATE OR REPLACE FUNCTION guard_level() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    by_policy int;
BEGIN
    IF pg_trigger_depth() = 1 AND (
        (TG_OP = 'INSERT' AND (NEW.reserved, NEW.committed) <> (0, 0))
        OR (TG_OP = 'UPDATE' AND (NEW.reserved, NEW.committed) <> (OLD.reserved, OLD.committed))) THEN
        RAISE EXCEPTION 'reserved and committed follow the reservations'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'counters_follow_reservations';
    END IF;
    IF TG_OP = 'INSERT' THEN
        -- Whoever is changing the policy at this moment has not seen this level: the variant is waited for.
        SELECT backorder_limit_of(inventory_tracked, inventory_policy) INTO by_policy
        FROM variants WHERE id = NEW.variant_id FOR SHARE;
        NEW.backorder_limit := coalesce(by_policy, NEW.backorder_limit);
    ELSIF (NEW.variant_id, NEW.location_id) <> (OLD.variant_id, OLD.location_id) THEN
        RAISE EXCEPTION 'a level stays where it is' USING ERRCODE = 'check_violation', CONSTRAINT = 'level_is_fixed';
    ELSIF NEW.backorder_limit <> OLD.backorder_limit THEN
        SELECT backorder_limit_of(inventory_tracked, inventory_policy) INTO by_policy
        FROM variants WHERE id = NEW.variant_id;
        IF NEW.backorder_limit <> by_policy THEN
            RAISE EXCEPTION 'the backorder limit of a level follows the inventory policy of its variant'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'limit_follows_policy';
        END IF;
    END IF;
    -- An acknowledged deficit shrinks as soon as stock recovers, or it would be a licence to oversell.
    NEW.deficit_ack := least(NEW.deficit_ack, greatest(0, -(NEW.on_hand - NEW.unavailable - NEW.reserved - NEW.committed)));
    RETURN NEW;
END $$;

-- A change of the policy, or of whether stock is counted at all, reaches all levels of the variant. What is promised
-- beyond the stock when selling on ends is acknowledged: it stands, and nothing more can be reserved until stock has recovered.
CREATE FUNCTION apply_inventory_policy() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    changed bigint[];
BEGIN
    SELECT array_agg(n.id) INTO changed FROM new_rows n JOIN old_rows o ON o.id = n.id
    WHERE backorder_limit_of(n.inventory_tracked, n.inventory_policy)
        <> backorder_limit_of(o.inventory_tracked, o.inventory_policy);
    IF changed IS NULL THEN
        RETURN NULL;
    END IF;
    -- Levels are locked in this order everywhere.
    PERFORM FROM inventory_levels WHERE variant_id = ANY (changed) ORDER BY variant_id, location_id FOR NO KEY UPDATE;
    UPDATE inventory_levels l SET
        backorder_limit = backorder_limit_of(v.inventory_tracked, v.inventory_policy),
        deficit_ack = CASE backorder_limit_of(v.inventory_tracked, v.inventory_policy) WHEN 0
            THEN greatest(0, l.unavailable + l.reserved + l.committed - l.on_hand) ELSE 0 END
    FROM variants v WHERE v.id = l.variant_id AND l.variant_id = ANY (changed);
    PERFORM refresh_product_offers(x.product_id)
    FROM (SELECT DISTINCT product_id FROM variants WHERE id = ANY (changed) ORDER BY product_id) x;
    RETURN NULL;
END $$;
CREATE TRIGGER apply_inventory_policy AFTER UPDATE ON variants REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION apply_inventory_policy();
