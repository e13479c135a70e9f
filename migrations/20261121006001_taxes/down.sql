-- Refused once an order had duties added to its total.
ALTER TABLE orders
    DROP CONSTRAINT total_adds_up,
    ADD CONSTRAINT total_adds_up CHECK (total_minor =
        subtotal_minor - discount_minor + shipping_minor + CASE WHEN tax_inclusive THEN 0 ELSE tax_minor END),
    DROP CONSTRAINT shipping_tax_within_tax,
    DROP COLUMN duty_minor,
    DROP COLUMN shipping_tax_minor;
ALTER TABLE order_lines DROP COLUMN duty_minor;
DROP TABLE duty_rates, tax_rates;
