-- A customer's latest orders: without it the planner walks through everybody's, latest first, until it has met enough of
-- this customer's.
CREATE INDEX orders_by_customer_and_time ON orders (customer_id, processed_at, id) WHERE customer_id IS NOT NULL;
