DROP TRIGGER cap_attempt_quantity ON checkout_attempts;
DROP FUNCTION cap_attempt_quantity();
