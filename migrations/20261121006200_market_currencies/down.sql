DROP TRIGGER guard_hold_currency ON gift_card_holds;
DROP FUNCTION guard_hold_currency;
ALTER TABLE orders
    DROP CONSTRAINT order_in_its_attempts_currency,
    ADD CONSTRAINT orders_currency_fkey FOREIGN KEY (currency) REFERENCES shops (currency);
ALTER TABLE payments
    DROP CONSTRAINT payment_in_its_attempts_currency,
    ADD CONSTRAINT payments_currency_fkey FOREIGN KEY (currency) REFERENCES shops (currency);
ALTER TABLE checkout_attempts
    DROP CONSTRAINT attempts_by_currency,
    DROP CONSTRAINT attempt_has_a_currency,
    ADD CONSTRAINT checkout_attempts_currency_fkey FOREIGN KEY (currency) REFERENCES shops (currency);
DROP TRIGGER settle_cart_currency ON carts;
DROP FUNCTION settle_cart_currency;
-- Carts go on in the shop's currency; orders in another one stand in the way of all this.
UPDATE carts SET currency = s.currency, payment_method = NULL, payment_session = NULL, payment_amount_minor = NULL
    FROM shops s WHERE carts.currency <> s.currency;
ALTER TABLE carts ADD CONSTRAINT carts_currency_fkey FOREIGN KEY (currency) REFERENCES shops (currency);
DROP FUNCTION exchange_in;
ALTER TABLE markets
    DROP CONSTRAINT a_rate_leads_elsewhere,
    DROP CONSTRAINT a_currency_has_a_rate,
    DROP COLUMN step_minor,
    DROP COLUMN rate_micros,
    DROP COLUMN own_currency,
    DROP COLUMN currency;
