-- What is bought together: counted anew from the orders by a job, the most frequent companions of each product.
CREATE TABLE product_companions (
    product_id bigint NOT NULL REFERENCES products ON DELETE CASCADE,
    companion_id bigint NOT NULL REFERENCES products ON DELETE CASCADE,
    -- Orders that have both.
    orders int NOT NULL CHECK (orders > 0),
    PRIMARY KEY (product_id, companion_id),
    CHECK (product_id <> companion_id)
);
CREATE INDEX product_companions_by_companion ON product_companions (companion_id);

CREATE TRIGGER touch_on_insert AFTER INSERT ON product_companions
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION touch_products_of_rows();
CREATE TRIGGER touch_on_update AFTER UPDATE ON product_companions
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION touch_products_of_rows();
CREATE TRIGGER touch_on_delete AFTER DELETE ON product_companions
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION touch_products_of_rows();
CREATE TRIGGER touch_on_truncate AFTER TRUNCATE ON product_companions
    FOR EACH STATEMENT EXECUTE FUNCTION touch_everything();
