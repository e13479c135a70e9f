-- commerce::gift_card::holds::hold: one row per card, in the order in which everybody locks cards. Refused as a whole by
-- held_within_balance.
INSERT INTO gift_card_holds (attempt_id, gift_card_id, amount_minor)
SELECT $1, part.id, part.minor
FROM unnest($2::bigint[], $3::bigint[]) AS part (id, minor)
ORDER BY part.id
