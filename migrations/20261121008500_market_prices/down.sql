DROP FUNCTION price_list_in;
DROP TABLE market_prices;
