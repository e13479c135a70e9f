-- A payment was taken once.
SELECT format('payment %s was taken %s times', payment_id, count(*))
FROM payment_facts WHERE kind = 'captured' GROUP BY payment_id HAVING count(*) > 1
