-- No discount is used more often than it may be, by everybody or by one customer.
SELECT format('discount %s: %s uses of %s', id, usage_count, usage_limit) FROM discounts WHERE usage_count > usage_limit
UNION ALL
SELECT format('discount %s was used %s times by one customer', discount_id, count(*))
FROM discount_uses WHERE once AND state <> 'released' GROUP BY discount_id, email_hash HAVING count(*) > 1
