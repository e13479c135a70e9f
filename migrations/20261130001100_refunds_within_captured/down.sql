DROP INDEX refused_refunds;
DROP TRIGGER guard_refund_sum ON payment_operations;
DROP FUNCTION guard_refund_sum();
