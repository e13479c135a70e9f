-- Columns of a merchant's product CSV that mean nothing to the shop, by heading: kept so that an export has them again.
ALTER TABLE products ADD COLUMN carried jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(carried) = 'object');
ALTER TABLE variants ADD COLUMN carried jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(carried) = 'object');
