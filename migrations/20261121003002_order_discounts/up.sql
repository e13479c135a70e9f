-- What discounts took off an order, line by line, and what gift cards paid of it: frozen with the order, and each row
-- proves that its parts add up.
CREATE FUNCTION sum_of_amounts(parts jsonb) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(sum((part #>> '{amount,minor}')::bigint), 0)::bigint FROM jsonb_array_elements(parts) AS part
$$;

ALTER TABLE order_lines
    -- [{discount, amount}]: the place among the order's discounts, and how much.
    ADD COLUMN allocations jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(allocations) = 'array'),
    ADD CONSTRAINT allocations_add_up CHECK (discount_minor = sum_of_amounts(allocations));

ALTER TABLE orders
    ADD COLUMN discounts jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(discounts) = 'array'),
    ADD COLUMN shipping_allocations jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(shipping_allocations) = 'array'),
    ADD COLUMN gift_card_minor bigint NOT NULL DEFAULT 0,
    ADD CONSTRAINT discounts_add_up CHECK (sum_of_amounts(discounts) = discount_minor + sum_of_amounts(shipping_allocations)),
    ADD CONSTRAINT gift_cards_within_total CHECK (gift_card_minor BETWEEN 0 AND total_minor),
    DROP COLUMN financial_status;
-- What gift cards pay counts as paid.
ALTER TABLE orders ADD COLUMN financial_status text NOT NULL GENERATED ALWAYS AS (CASE
    WHEN refunded_minor > 0 AND refunded_minor >= captured_minor + gift_card_minor THEN 'REFUNDED'
    WHEN refunded_minor > 0 THEN 'PARTIALLY_REFUNDED'
    WHEN captured_minor + gift_card_minor >= total_minor THEN 'PAID'
    WHEN captured_minor + gift_card_minor > 0 THEN 'PARTIALLY_PAID'
    WHEN authorized_minor > 0 AND voided_minor >= authorized_minor THEN 'VOIDED'
    WHEN authorized_minor - voided_minor >= total_minor THEN 'AUTHORIZED'
    ELSE 'PENDING' END) STORED;
