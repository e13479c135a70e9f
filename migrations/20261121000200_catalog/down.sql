DROP TABLE collection_products, collections;
DROP FUNCTION refresh_product_summary(bigint[]);
DROP TABLE variants, product_option_values, product_options, product_media, products, media;
