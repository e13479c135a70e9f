-- An order belongs to the customer who was signed in when it was accepted, and a guest's to nobody.
SELECT format('order %s belongs to customer %s, its attempt to %s', o.id, o.customer_id, a.customer_id)
FROM orders o
JOIN checkout_attempts a ON a.id = o.attempt_id
WHERE o.customer_id IS DISTINCT FROM a.customer_id
