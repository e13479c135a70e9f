DROP TRIGGER leave_account ON carts;
DROP FUNCTION leave_account();
DROP INDEX cart_addresses_by_customer;
ALTER TABLE cart_addresses DROP COLUMN customer_id;
UPDATE carts k SET email = c.email FROM customers c WHERE k.state = 'open' AND c.id = k.customer_id AND k.email IS NULL;
DROP FUNCTION buyer_email(text, bigint);
