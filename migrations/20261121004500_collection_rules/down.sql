-- What rules put into collections stays there, as if by hand.
DROP TRIGGER changed_on_insert ON inventory_levels;
DROP TRIGGER changed_on_update ON inventory_levels;
DROP TRIGGER changed_on_delete ON inventory_levels;
DROP TRIGGER changed_on_insert ON variants;
DROP TRIGGER changed_on_update ON variants;
DROP TRIGGER changed_on_delete ON variants;
DROP TRIGGER changed_on_insert ON products;
DROP TRIGGER changed_on_update ON products;
DROP FUNCTION stock_changed();
DROP FUNCTION variants_changed();
DROP FUNCTION products_changed();
DROP FUNCTION note_all_products();
DROP FUNCTION note_changed_products(bigint[]);
DROP FUNCTION fill_from_changes(int);
DROP TABLE changed_products;
DROP FUNCTION fill_collections(bigint[], bigint[]);
DROP FUNCTION number_meets(bigint, text, bigint);
DROP FUNCTION text_meets(text, text, text);
DROP TRIGGER collection_has_rules ON collections;
DROP TABLE collection_rules;
DROP FUNCTION collection_has_rules();
ALTER TABLE collection_products
    DROP COLUMN by_rules,
    ADD FOREIGN KEY (collection_id) REFERENCES collections ON DELETE CASCADE;
UPDATE collections SET sort_order = replace(sort_order, '_descending', '') WHERE sort_order LIKE '%\_descending';
ALTER TABLE collections
    DROP COLUMN by_rules,
    DROP COLUMN rules_match,
    DROP CONSTRAINT collections_sort_order_check,
    ADD CONSTRAINT collections_sort_order_check
        CHECK (sort_order IN ('manual', 'best_selling', 'title', 'price', 'created'));
DELETE FROM jobs WHERE kind = 'fill_collections';
DELETE FROM job_schedules WHERE name = 'fill_collections';
