-- Goods that travel otherwise than the rest, such as furniture: a profile is a set of products with zones and rates of its own.
CREATE TABLE delivery_profiles (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL UNIQUE CHECK (name <> ''),
    position int NOT NULL UNIQUE DEFERRABLE INITIALLY DEFERRED
);

ALTER TABLE delivery_zones
    -- Absent for the general profile: zones for all products that are in no other.
    ADD COLUMN profile_id bigint REFERENCES delivery_profiles ON DELETE CASCADE,
    DROP CONSTRAINT delivery_zones_name_key,
    ADD CONSTRAINT delivery_zones_name_key UNIQUE NULLS NOT DISTINCT (profile_id, name);

-- A product is in one profile at most.
CREATE TABLE delivery_profile_products (
    product_id bigint PRIMARY KEY REFERENCES products ON DELETE CASCADE,
    profile_id bigint NOT NULL REFERENCES delivery_profiles ON DELETE CASCADE
);
CREATE INDEX delivery_profile_products_by_profile ON delivery_profile_products (profile_id);
