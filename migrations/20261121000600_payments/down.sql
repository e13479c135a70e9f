DROP TABLE webhook_inbox;
DROP TRIGGER guard_order ON orders;
DROP TABLE payment_facts, payment_operations, payments;
DROP FUNCTION guard_order(), copy_payment_to_order(), guard_payment(), apply_payment_fact(), forbid_change();
