ALTER TABLE shops ALTER updated_at SET DEFAULT now();
ALTER TABLE media ALTER created_at SET DEFAULT now();
ALTER TABLE products ALTER created_at SET DEFAULT now(), ALTER updated_at SET DEFAULT now();
ALTER TABLE variants ALTER created_at SET DEFAULT now(), ALTER updated_at SET DEFAULT now();
ALTER TABLE collections ALTER created_at SET DEFAULT now(), ALTER updated_at SET DEFAULT now();
ALTER TABLE pages ALTER created_at SET DEFAULT now(), ALTER updated_at SET DEFAULT now();
ALTER TABLE blogs ALTER created_at SET DEFAULT now(), ALTER updated_at SET DEFAULT now();
ALTER TABLE articles ALTER created_at SET DEFAULT now(), ALTER updated_at SET DEFAULT now();
ALTER TABLE metaobjects ALTER created_at SET DEFAULT now(), ALTER updated_at SET DEFAULT now();
ALTER TABLE metafields ALTER created_at SET DEFAULT now(), ALTER updated_at SET DEFAULT now();
ALTER TABLE article_comments ALTER created_at SET DEFAULT now();
ALTER TABLE gift_card_entries ALTER created_at SET DEFAULT now();
ALTER TABLE jobs ALTER run_at SET DEFAULT now(), ALTER created_at SET DEFAULT now();

CREATE OR REPLACE FUNCTION notify_jobs() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('jobs', queue) FROM (SELECT DISTINCT queue FROM added WHERE run_at <= now()) q;
    RETURN NULL;
END $$;
