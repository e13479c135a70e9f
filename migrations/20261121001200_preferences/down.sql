ALTER TABLE carts DROP COLUMN preferences;
