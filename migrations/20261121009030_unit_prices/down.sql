ALTER TABLE variants
    DROP COLUMN measure_thousandths, DROP COLUMN measure_unit, DROP COLUMN reference_value, DROP COLUMN reference_unit;
