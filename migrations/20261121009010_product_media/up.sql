-- Films and models have a picture that stands for them until they play, and say what files they are.
ALTER TABLE media
    ADD COLUMN preview_media_id bigint REFERENCES media,
    ADD COLUMN mime_type text,
    ADD COLUMN bytes int CHECK (bytes >= 0),
    ADD CONSTRAINT a_picture_is_its_own_preview CHECK (kind <> 'image' OR preview_media_id IS NULL);

UPDATE media m SET mime_type = f.mime_type, bytes = f.bytes FROM files f
WHERE f.media_id = m.id AND (f.mime_type IS NOT NULL OR f.bytes IS NOT NULL);

-- What the shop's file adds to a product stands behind the pictures of the product CSV, which leaves it alone.
ALTER TABLE product_media ADD COLUMN by_file bool NOT NULL DEFAULT false;
