DROP TABLE market_countries, markets;
