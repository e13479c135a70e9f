DROP TABLE cart_metafields;
