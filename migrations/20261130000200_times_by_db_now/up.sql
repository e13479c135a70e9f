-- Times that the database fills in come from `db_now()`.
ALTER TABLE shops ALTER updated_at SET DEFAULT db_now();
ALTER TABLE media ALTER created_at SET DEFAULT db_now();
ALTER TABLE products ALTER created_at SET DEFAULT db_now(), ALTER updated_at SET DEFAULT db_now();
ALTER TABLE variants ALTER created_at SET DEFAULT db_now(), ALTER updated_at SET DEFAULT db_now();
ALTER TABLE collections ALTER created_at SET DEFAULT db_now(), ALTER updated_at SET DEFAULT db_now();
ALTER TABLE pages ALTER created_at SET DEFAULT db_now(), ALTER updated_at SET DEFAULT db_now();
ALTER TABLE blogs ALTER created_at SET DEFAULT db_now(), ALTER updated_at SET DEFAULT db_now();
ALTER TABLE articles ALTER created_at SET DEFAULT db_now(), ALTER updated_at SET DEFAULT db_now();
ALTER TABLE metaobjects ALTER created_at SET DEFAULT db_now(), ALTER updated_at SET DEFAULT db_now();
ALTER TABLE metafields ALTER created_at SET DEFAULT db_now(), ALTER updated_at SET DEFAULT db_now();
ALTER TABLE article_comments ALTER created_at SET DEFAULT db_now();
ALTER TABLE gift_card_entries ALTER created_at SET DEFAULT db_now();
ALTER TABLE jobs ALTER run_at SET DEFAULT db_now(), ALTER created_at SET DEFAULT db_now();

CREATE OR REPLACE FUNCTION notify_jobs() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('jobs', queue) FROM (SELECT DISTINCT queue FROM added WHERE run_at <= db_now()) q;
    RETURN NULL;
END $$;
