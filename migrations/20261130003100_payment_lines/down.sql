ALTER TABLE carts DROP COLUMN payment_lines;
