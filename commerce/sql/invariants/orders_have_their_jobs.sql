-- Every order that was bought here has its event, and its confirmation was enqueued (jobs that ended are deleted after a while).
SELECT format('order %s has no event', o.id)
FROM orders o
WHERE o.carried IS NULL AND NOT EXISTS (SELECT FROM events e WHERE e.topic = 'orders/create' AND e.subject_id = o.id::text)
UNION ALL
SELECT format('order %s has no confirmation', o.id)
FROM orders o
WHERE o.carried IS NULL AND o.processed_at > db_now() - interval '1 day'
    AND NOT EXISTS (SELECT FROM jobs j WHERE j.kind = 'send_order_confirmation' AND j.args = jsonb_build_object('order_id', o.id))
