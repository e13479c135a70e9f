DROP INDEX refused_refunds;
DROP TRIGGER guard_merchants_refund_again ON payment_operations;
DROP TRIGGER guard_refund_sum ON payment_operations;
DROP FUNCTION guard_refund_sum();
