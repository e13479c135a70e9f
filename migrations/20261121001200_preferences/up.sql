-- What a buyer prefers, kept for the storefront to show again; no rule asks for it.
ALTER TABLE carts ADD COLUMN preferences jsonb CHECK (jsonb_typeof(preferences) = 'object');
