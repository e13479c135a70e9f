-- What is on a gift card is the sum of its entries, and what is held of it the sum of its holds.
SELECT format('gift card %s: %s on it, entries %s; %s held, holds %s', g.id, g.balance_minor, e.balance, g.held_minor, h.held)
FROM gift_cards g
CROSS JOIN LATERAL (SELECT coalesce(sum(amount_minor), 0) AS balance FROM gift_card_entries WHERE gift_card_id = g.id) e
CROSS JOIN LATERAL (SELECT coalesce(sum(amount_minor), 0) AS held FROM gift_card_holds WHERE gift_card_id = g.id AND state = 'held') h
WHERE (g.balance_minor, g.held_minor) <> (e.balance, h.held)
    OR g.held_minor > g.balance_minor OR g.balance_minor NOT BETWEEN 0 AND g.initial_minor
