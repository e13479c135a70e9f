-- A telephone number in the form of E.164 is one account's. Accounts that shared one before keep it, the first of them as its
-- owner; whoever changes theirs takes one that is free. Numbers in other forms are not compared.
ALTER TABLE customers ADD COLUMN phone_is_shared bool NOT NULL DEFAULT false;
UPDATE customers c SET phone_is_shared = true WHERE phone LIKE '+%'
    AND EXISTS (SELECT FROM customers o WHERE o.phone = c.phone AND o.id < c.id);
CREATE UNIQUE INDEX customers_phone ON customers (phone) WHERE phone LIKE '+%' AND NOT phone_is_shared;

CREATE FUNCTION own_phone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.phone IS DISTINCT FROM OLD.phone THEN
        NEW.phone_is_shared := false;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER own_phone BEFORE UPDATE OF phone ON customers FOR EACH ROW EXECUTE FUNCTION own_phone();
