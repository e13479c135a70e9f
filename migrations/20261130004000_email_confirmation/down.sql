DELETE FROM customer_notices WHERE kind = 'confirm_email';
ALTER TABLE customer_notices DROP CONSTRAINT customer_notices_kind_check;
ALTER TABLE customer_notices ADD CONSTRAINT customer_notices_kind_check CHECK (kind IN
    ('welcome', 'activate', 'known', 'recover', 'email_changed', 'password_changed'));
DELETE FROM customer_link_tokens WHERE kind = 'email';
ALTER TABLE customer_link_tokens DROP CONSTRAINT customer_link_tokens_email_of_kind;
ALTER TABLE customer_link_tokens DROP CONSTRAINT customer_link_tokens_kind_check;
ALTER TABLE customer_link_tokens ADD CONSTRAINT customer_link_tokens_kind_check CHECK (kind IN ('activate', 'reset'));
ALTER TABLE customer_link_tokens DROP COLUMN email;
