-- A new e-mail address of an account waits in the link that was mailed to it: until the link is opened, the account keeps the
-- old one. So nobody gets an account's mail who has not asked for it, and a stranger's address can be neither taken nor used.
ALTER TABLE customer_link_tokens ADD COLUMN email text CHECK (length(email) BETWEEN 3 AND 254);
ALTER TABLE customer_link_tokens DROP CONSTRAINT customer_link_tokens_kind_check;
ALTER TABLE customer_link_tokens ADD CONSTRAINT customer_link_tokens_kind_check CHECK (kind IN ('activate', 'reset', 'email'));
ALTER TABLE customer_link_tokens ADD CONSTRAINT customer_link_tokens_email_of_kind CHECK ((kind = 'email') = (email IS NOT NULL));
ALTER TABLE customer_notices DROP CONSTRAINT customer_notices_kind_check;
ALTER TABLE customer_notices ADD CONSTRAINT customer_notices_kind_check CHECK (kind IN
    ('welcome', 'activate', 'known', 'recover', 'confirm_email', 'email_changed', 'password_changed'));
