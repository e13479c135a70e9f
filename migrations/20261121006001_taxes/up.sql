-- What states take of a purchase, by where it goes; and what they took of an order.
CREATE TABLE tax_rates (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    country text NOT NULL CHECK (country ~ '^[A-Z]{2}$'),
    -- An ISO 3166-2 code, such as US-CA; without one the tax is due in the whole country. Taxes of both add up.
    province text CHECK (province ~ '^[A-Z]{2}-[A-Z0-9]{1,3}$' AND left(province, 2) = country),
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 255),
    -- Parts of a million: 190000 is 19 %.
    rate_ppm int NOT NULL CHECK (rate_ppm BETWEEN 0 AND 1000000),
    -- Whether delivery is taxed, too.
    on_shipping bool NOT NULL DEFAULT true,
    UNIQUE NULLS NOT DISTINCT (country, province, name)
);

CREATE TABLE duty_rates (
    country text PRIMARY KEY CHECK (country ~ '^[A-Z]{2}$'),
    rate_ppm int NOT NULL CHECK (rate_ppm BETWEEN 0 AND 1000000),
    -- Goods that are worth less come in free.
    from_minor bigint NOT NULL DEFAULT 0 CHECK (from_minor >= 0),
    currency text NOT NULL REFERENCES shops (currency)
);

ALTER TABLE order_lines ADD COLUMN duty_minor bigint NOT NULL DEFAULT 0 CHECK (duty_minor >= 0);
ALTER TABLE orders
    -- The part of the tax that is due on delivery.
    ADD COLUMN shipping_tax_minor bigint NOT NULL DEFAULT 0,
    -- Null where none could be due.
    ADD COLUMN duty_minor bigint CHECK (duty_minor >= 0),
    ADD CONSTRAINT shipping_tax_within_tax CHECK (shipping_tax_minor BETWEEN 0 AND tax_minor),
    DROP CONSTRAINT total_adds_up,
    ADD CONSTRAINT total_adds_up CHECK (total_minor = subtotal_minor - discount_minor + shipping_minor
        + CASE WHEN tax_inclusive THEN 0 ELSE tax_minor + coalesce(duty_minor, 0) END);
