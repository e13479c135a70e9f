DROP INDEX products_by_publication, collections_by_publication, pages_by_publication;
DROP FUNCTION touch_answers(text[]), touch_everything(), touch_one(), touch_rows(), touch_products(),
    touch_products_of_rows(), touch_collection_products(), touch_stock() CASCADE;
