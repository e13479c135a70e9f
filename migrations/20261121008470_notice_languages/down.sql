ALTER TABLE customer_notices DROP COLUMN lang;
