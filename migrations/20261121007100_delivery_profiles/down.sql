DROP TABLE delivery_profile_products;
DELETE FROM delivery_zones WHERE profile_id IS NOT NULL;
ALTER TABLE delivery_zones
    DROP CONSTRAINT delivery_zones_name_key,
    DROP COLUMN profile_id,
    ADD CONSTRAINT delivery_zones_name_key UNIQUE (name);
DROP TABLE delivery_profiles;
