ALTER TABLE products DROP COLUMN carried;
ALTER TABLE variants DROP COLUMN carried;
