-- What a cart has from an account is told apart from what its buyer gave. The account's e-mail address is not copied any
-- more: it is the account's for as long as the cart is. Addresses that were copied from its address book say so, and leave
-- the cart with it. Whoever takes the cart over next, or goes on as a guest, inherits neither.

-- Where a cart's confirmation goes: to the address that the buyer gave, or else to the account's. What erasing a person left
-- in its place is nobody's address.
CREATE FUNCTION buyer_email(given text, customer bigint) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT coalesce(nullif(given, 'erased@erased.invalid'), (SELECT c.email FROM customers c WHERE c.id = customer))
$$;

-- Copies that were made before cannot be told from what was given, save that they say the same as the account.
UPDATE carts k SET email = NULL FROM customers c
WHERE k.state = 'open' AND c.id = k.customer_id AND lower(c.email) = lower(k.email);

ALTER TABLE cart_addresses ADD COLUMN customer_id bigint REFERENCES customers ON DELETE CASCADE;
CREATE INDEX cart_addresses_by_customer ON cart_addresses (customer_id) WHERE customer_id IS NOT NULL;

-- A cart that changes hands loses the addresses of the account that it leaves, also as the address of the invoice.
CREATE FUNCTION leave_account() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM cart_addresses a WHERE a.cart_id = OLD.id AND a.customer_id IS DISTINCT FROM NEW.customer_id
            AND a.customer_id IS NOT NULL AND a.address = NEW.billing_address) THEN
        NEW.billing_address := NULL;
    END IF;
    DELETE FROM cart_addresses a
    WHERE a.cart_id = OLD.id AND a.customer_id IS NOT NULL AND a.customer_id IS DISTINCT FROM NEW.customer_id;
    RETURN NEW;
END $$;
CREATE TRIGGER leave_account BEFORE UPDATE OF customer_id ON carts FOR EACH ROW
    WHEN (OLD.state = 'open' AND OLD.customer_id IS DISTINCT FROM NEW.customer_id) EXECUTE FUNCTION leave_account();
