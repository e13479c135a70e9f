-- The colours in which the shop's own pages stand: behind buttons and the mark, and upon it.
ALTER TABLE shops
    ADD COLUMN brand_background text CHECK (brand_background ~ '^#[0-9a-f]{6}$'),
    ADD COLUMN brand_foreground text CHECK (brand_foreground ~ '^#[0-9a-f]{6}$');
