CREATE INDEX reservations_held ON inventory_reservations (variant_id, location_id) WHERE state = 'held';
DROP INDEX reservations_by_level;
DROP INDEX payment_operations_by_payment;
