DROP TABLE discount_uses, discount_customers, discount_targets, discount_codes, discounts;
DROP FUNCTION apply_discount_use, guard_discount, discount_variants;
