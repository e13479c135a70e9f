-- Every call of the provider looks for the operations of its payment, also those that are over.
CREATE INDEX payment_operations_by_payment ON payment_operations (payment_id);
-- A level that goes asks whether anything was ever reserved of it. What is held of it now is asked by nobody, and an
-- index of that tempts the planner to read all that is held in the shop in order to find what one attempt holds.
CREATE INDEX reservations_by_level ON inventory_reservations (variant_id, location_id);
DROP INDEX reservations_held;
