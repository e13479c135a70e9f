ALTER TABLE delivery_rates
    DROP COLUMN method,
    DROP COLUMN subtotal_from_minor,
    DROP COLUMN subtotal_below_minor,
    DROP COLUMN grams_from,
    DROP COLUMN grams_below;
ALTER TABLE delivery_zones DROP COLUMN provinces;
