ALTER TABLE orders DROP COLUMN financial_status;
ALTER TABLE orders ADD COLUMN financial_status text NOT NULL GENERATED ALWAYS AS (CASE
    WHEN refunded_minor > 0 AND refunded_minor >= captured_minor THEN 'REFUNDED'
    WHEN refunded_minor > 0 THEN 'PARTIALLY_REFUNDED'
    WHEN captured_minor >= total_minor THEN 'PAID'
    WHEN captured_minor > 0 THEN 'PARTIALLY_PAID'
    WHEN authorized_minor > 0 AND voided_minor >= authorized_minor THEN 'VOIDED'
    WHEN authorized_minor - voided_minor >= total_minor THEN 'AUTHORIZED'
    ELSE 'PENDING' END) STORED;
ALTER TABLE orders
    DROP CONSTRAINT discounts_add_up,
    DROP CONSTRAINT gift_cards_within_total,
    DROP COLUMN gift_card_minor,
    DROP COLUMN shipping_allocations,
    DROP COLUMN discounts;
ALTER TABLE order_lines DROP CONSTRAINT allocations_add_up, DROP COLUMN allocations;
DROP FUNCTION sum_of_amounts;
