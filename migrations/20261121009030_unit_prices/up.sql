-- How much of something a variant is, and for how much of it a price is told to compare with others: 750 ml, per
-- 1 l. Filled by the import from the product CSV's columns, whose cells are kept as they are for the export.
ALTER TABLE variants
    ADD COLUMN measure_thousandths bigint CHECK (measure_thousandths > 0),
    ADD COLUMN measure_unit text,
    ADD COLUMN reference_value int CHECK (reference_value > 0),
    ADD COLUMN reference_unit text,
    ADD CONSTRAINT a_measure_is_whole
        CHECK (num_nulls(measure_thousandths, measure_unit, reference_value, reference_unit) IN (0, 4));
