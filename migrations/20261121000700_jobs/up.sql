-- What happened, and the work that follows; both are written in the transaction of the change.
CREATE TABLE events (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- Ids are given before commit; a reader that must miss nothing goes by this.
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    topic text NOT NULL,
    subject_id text NOT NULL,
    payload jsonb NOT NULL,
    occurred_at timestamptz NOT NULL
);
CREATE INDEX events_by_subject ON events (topic, subject_id);

CREATE TABLE jobs (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind text NOT NULL,
    queue text NOT NULL,
    args jsonb NOT NULL,
    state text NOT NULL DEFAULT 'available'
        CHECK (state IN ('available', 'scheduled', 'running', 'retryable', 'completed', 'cancelled', 'discarded')),
    -- Lower runs first.
    priority smallint NOT NULL DEFAULT 0,
    attempt int NOT NULL DEFAULT 0 CHECK (attempt >= 0),
    max_attempts int NOT NULL CHECK (max_attempts > 0),
    run_at timestamptz NOT NULL DEFAULT now(),
    -- While a job with this key is waiting or running, another is not added.
    unique_key text,
    locked_by text,
    heartbeat_at timestamptz,
    errors jsonb NOT NULL DEFAULT '[]',
    -- W3C trace context of whoever enqueued the job.
    trace text,
    created_at timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz,
    CONSTRAINT finished_jobs_say_when CHECK (
        (state IN ('completed', 'cancelled', 'discarded')) = (finished_at IS NOT NULL)),
    CONSTRAINT running_jobs_are_locked CHECK (
        (state = 'running') = (locked_by IS NOT NULL) AND (state = 'running') = (heartbeat_at IS NOT NULL))
) WITH (fillfactor = 80);
CREATE INDEX jobs_to_claim ON jobs (queue, priority, run_at, id) WHERE state IN ('available', 'scheduled', 'retryable');
CREATE INDEX jobs_running ON jobs (heartbeat_at) WHERE state = 'running';
CREATE INDEX jobs_finished ON jobs (finished_at) WHERE finished_at IS NOT NULL;
CREATE UNIQUE INDEX one_job_per_key ON jobs (unique_key)
    WHERE unique_key IS NOT NULL AND state IN ('available', 'scheduled', 'running', 'retryable');

CREATE FUNCTION notify_jobs() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('jobs', queue) FROM (SELECT DISTINCT queue FROM added WHERE run_at <= now()) q;
    RETURN NULL;
END $$;
CREATE TRIGGER notify_jobs AFTER INSERT ON jobs REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION notify_jobs();

-- When each schedule last ticked: whoever moves the row forward enqueues the job.
CREATE TABLE job_schedules (
    name text PRIMARY KEY,
    last_slot timestamptz NOT NULL
);
