-- No index of jobs names a column that a claim, a heartbeat or a hand-over changes: PostgreSQL writes the new version of a row beside
-- the old one then, and no index learns of it (HOT). A job lives while `finished_at` is null; the state, which every step changes, is in no
-- index, and running jobs are found among those that live. Statements of the release before find the keys' index as well, because it
-- covers all that theirs did.
CREATE INDEX live_jobs ON jobs (queue, priority, run_at, id) WHERE finished_at IS NULL;
CREATE UNIQUE INDEX one_live_job_per_key ON jobs (unique_key) WHERE unique_key IS NOT NULL;
CREATE INDEX given_up_jobs ON jobs (ended_key) WHERE given_up;
DROP INDEX jobs_to_claim, jobs_running, one_job_per_key, jobs_given_up;

-- As before, through the new index.
CREATE OR REPLACE FUNCTION note_changed_products(ids bigint[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF ids IS NULL OR ids = '{}' THEN
        RETURN;
    END IF;
    INSERT INTO changed_products (product_id) SELECT unnest(ids);
    INSERT INTO jobs (kind, queue, args, priority, max_attempts)
    SELECT 'fill_collections', 'maintenance', '{}', 10, 3
    WHERE NOT EXISTS (SELECT FROM jobs WHERE queue = 'maintenance' AND priority = 10 AND finished_at IS NULL
        AND state = 'available' AND kind = 'fill_collections');
END $$;
