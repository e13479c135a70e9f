ALTER TABLE duty_rates DROP CONSTRAINT duty_rates_country_is_known;
ALTER TABLE tax_rates DROP CONSTRAINT tax_rates_country_is_known;
ALTER TABLE market_countries DROP CONSTRAINT market_countries_country_is_known;
ALTER TABLE discounts DROP CONSTRAINT discounts_countries_are_known;
ALTER TABLE delivery_zones DROP CONSTRAINT delivery_zones_provinces_are_known,
    DROP CONSTRAINT delivery_zones_countries_are_known;
ALTER TABLE customer_addresses DROP CONSTRAINT customer_addresses_country_is_known;
ALTER TABLE cart_addresses DROP CONSTRAINT cart_addresses_country_is_known;
ALTER TABLE carts DROP CONSTRAINT carts_billing_country_is_known, DROP CONSTRAINT carts_country_is_known;
ALTER TABLE locations DROP CONSTRAINT locations_country_is_known;
ALTER TABLE shops DROP CONSTRAINT shops_country_is_known;
DROP FUNCTION has_country(jsonb);
DROP FUNCTION are_parts(text[]);
DROP FUNCTION are_countries(text[]);
DROP FUNCTION is_country(text);
