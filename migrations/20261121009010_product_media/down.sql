DELETE FROM product_media WHERE by_file;
ALTER TABLE product_media DROP COLUMN by_file;
ALTER TABLE media
    DROP CONSTRAINT a_picture_is_its_own_preview,
    DROP COLUMN preview_media_id, DROP COLUMN mime_type, DROP COLUMN bytes;
