CREATE OR REPLACE FUNCTION note_changed_products(ids bigint[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF ids IS NULL OR ids = '{}' THEN
        RETURN;
    END IF;
    INSERT INTO changed_products (product_id) SELECT unnest(ids);
    INSERT INTO jobs (kind, queue, args, priority, max_attempts)
    SELECT 'fill_collections', 'maintenance', '{}', 10, 3
    WHERE NOT EXISTS (SELECT FROM jobs WHERE queue = 'maintenance' AND priority = 10 AND state = 'available'
        AND kind = 'fill_collections');
END $$;
CREATE INDEX jobs_to_claim ON jobs (queue, priority, run_at, id) WHERE state IN ('available', 'scheduled', 'retryable');
CREATE INDEX jobs_running ON jobs (heartbeat_at) WHERE state = 'running';
CREATE UNIQUE INDEX one_job_per_key ON jobs (unique_key)
    WHERE unique_key IS NOT NULL AND state IN ('available', 'scheduled', 'running', 'retryable');
CREATE INDEX jobs_given_up ON jobs (queue, kind) WHERE state = 'discarded';
DROP INDEX live_jobs, one_live_job_per_key, given_up_jobs;
