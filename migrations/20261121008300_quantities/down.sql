DROP TABLE price_breaks;
DROP TABLE quantity_rules;
DROP FUNCTION touch_products_of_variants();
