-- What a discount counts is the number of its uses that are held or redeemed.
SELECT format('discount %s counts %s, used %s', d.id, d.usage_count, count(u.id))
FROM discounts d
LEFT JOIN discount_uses u ON u.discount_id = d.id AND u.state <> 'released'
GROUP BY d.id
HAVING d.usage_count <> count(u.id)
