-- Finer zones and rates: parts of countries, ways of delivery, and the parcels that a rate is for.
ALTER TABLE delivery_zones
    -- Parts of countries by their ISO 3166-2 codes, such as US-CA; they go before zones that name the whole country.
    ADD COLUMN provinces text[] NOT NULL DEFAULT '{}',
    ADD CONSTRAINT provinces_have_codes CHECK (array_to_string(provinces, ',') ~ '^([A-Z]{2}-[A-Z0-9]{1,3}(,|$))*$');

ALTER TABLE delivery_rates
    ADD COLUMN method text NOT NULL DEFAULT 'shipping' CHECK (method IN ('shipping', 'local', 'pick_up')),
    -- The goods' subtotals that the rate is for: from the first up to, and without, the second.
    ADD COLUMN subtotal_from_minor bigint NOT NULL DEFAULT 0 CHECK (subtotal_from_minor >= 0),
    ADD COLUMN subtotal_below_minor bigint,
    -- The parcel's weights that it is for, likewise.
    ADD COLUMN grams_from bigint NOT NULL DEFAULT 0 CHECK (grams_from >= 0),
    ADD COLUMN grams_below bigint,
    ADD CONSTRAINT subtotals_are_a_range CHECK (subtotal_below_minor > subtotal_from_minor),
    ADD CONSTRAINT weights_are_a_range CHECK (grams_below > grams_from);
