-- commerce::gift_card::refunds::of_attempt: the gift cards that paid an attempt, locked in the order in which everybody locks cards:
-- what may be put back on each, whether it can still be used, and which one paid last.
SELECT c.id, c.last_characters, -e.paid, c.disabled_at IS NULL AND (c.expires_on IS NULL OR c.expires_on > shop_day($2)), e.last
FROM (SELECT gift_card_id, sum(amount_minor)::bigint AS paid, max(id) FILTER (WHERE kind = 'debit') AS last
      FROM gift_card_entries WHERE attempt_id = $1 GROUP BY gift_card_id) e
JOIN gift_cards c ON c.id = e.gift_card_id
WHERE e.paid < 0
ORDER BY c.id
FOR NO KEY UPDATE OF c
