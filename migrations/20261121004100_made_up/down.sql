DELETE FROM menu_items WHERE kind = 'metaobject';
ALTER TABLE menu_items
    DROP CONSTRAINT menu_items_metaobject,
    DROP CONSTRAINT menu_items_kind_check,
    ADD CONSTRAINT menu_items_kind_check CHECK (kind IN ('frontpage', 'catalog', 'search', 'collections', 'collection',
        'product', 'page', 'policy', 'http', 'blog', 'article')),
    DROP COLUMN metaobject_id;
DROP TABLE metafields, metaobjects, metaobject_fields, metaobject_definitions, files;
DROP TRIGGER touch_on_insert ON locations;
DROP TRIGGER touch_on_update ON locations;
DROP TRIGGER touch_on_delete ON locations;
DROP TRIGGER touch_on_truncate ON locations;
ALTER TABLE locations DROP COLUMN handle, DROP COLUMN name_key, DROP COLUMN address1, DROP COLUMN address2,
    DROP COLUMN city_key, DROP COLUMN city, DROP COLUMN province, DROP COLUMN country, DROP COLUMN zip,
    DROP COLUMN phone, DROP COLUMN latitude, DROP COLUMN longitude, DROP COLUMN pick_up_time;
