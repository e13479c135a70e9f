DROP TABLE order_lines;
ALTER TABLE checkout_attempts DROP CONSTRAINT checkout_attempts_order_id_fkey;
DROP TABLE orders;
DROP SEQUENCE order_numbers;
DROP TABLE inventory_reservations, inventory_levels, locations, checkout_attempts;
DROP FUNCTION apply_reservation(), guard_level();
