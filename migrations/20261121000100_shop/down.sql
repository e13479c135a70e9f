DROP TABLE delivery_rates, delivery_zones, shop_policies, shops;
