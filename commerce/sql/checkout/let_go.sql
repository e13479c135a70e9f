-- commerce::checkout::store::let_go: an attempt that is over lets go of discounts, gift cards and stock, in one statement so
-- that the locks are short. Rows are locked in the one order first, because those below are not: each step counts the
-- one before.
WITH offers AS MATERIALIZED (
    SELECT d.id
    FROM discount_uses held
    JOIN discounts d ON d.id = held.discount_id
    WHERE held.attempt_id = $1 AND held.state = 'held'
    ORDER BY d.id
    FOR NO KEY UPDATE OF d
), cards AS MATERIALIZED (
    SELECT card.id
    FROM gift_card_holds held
    JOIN gift_cards card ON card.id = held.gift_card_id
    WHERE held.attempt_id = $1 AND held.state = 'held' AND (SELECT count(*) FROM offers) >= 0
    ORDER BY card.id
    FOR NO KEY UPDATE OF card
), levels AS MATERIALIZED (
    SELECT level.variant_id
    FROM inventory_reservations held
    JOIN inventory_levels level USING (variant_id, location_id)
    WHERE held.attempt_id = $1 AND held.state = 'held' AND (SELECT count(*) FROM cards) >= 0
    ORDER BY level.variant_id, level.location_id
    FOR NO KEY UPDATE OF level
), uses AS (
    UPDATE discount_uses SET state = 'released'
    WHERE attempt_id = $1 AND state = 'held' AND (SELECT count(*) FROM levels) >= 0
), holds AS (
    UPDATE gift_card_holds SET state = 'released'
    WHERE attempt_id = $1 AND state = 'held' AND (SELECT count(*) FROM levels) >= 0
)
UPDATE inventory_reservations SET state = 'released'
WHERE attempt_id = $1 AND state = 'held' AND (SELECT count(*) FROM levels) > 0
