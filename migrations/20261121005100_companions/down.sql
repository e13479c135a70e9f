DROP TABLE product_companions;
