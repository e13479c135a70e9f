-- The language in which a mail about an account is written, as HTML names it; none counts as the shop's own.
ALTER TABLE customer_notices ADD COLUMN lang text CHECK (lang ~ '^[a-z]{2}$');
