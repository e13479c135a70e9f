-- Indexes of jobs go by columns that a job keeps while it lives, so that claims and heartbeats are written in place. What a job was is
-- told by columns that are written when it ends: a key then makes room for the next job's, and a job that was given up is marked.
-- A trigger writes them, for processes of the release before, too.
ALTER TABLE jobs
    -- The key that a job had while it waited and ran.
    ADD COLUMN ended_key text,
    ADD COLUMN given_up bool NOT NULL DEFAULT false;

CREATE FUNCTION end_job() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.finished_at IS NULL THEN
        NEW.unique_key := coalesce(NEW.unique_key, NEW.ended_key);
        NEW.ended_key := NULL;
    ELSE
        NEW.ended_key := coalesce(NEW.unique_key, NEW.ended_key);
        NEW.unique_key := NULL;
    END IF;
    NEW.given_up := NEW.state = 'discarded';
    RETURN NEW;
END $$;
CREATE TRIGGER add_ended_job BEFORE INSERT ON jobs FOR EACH ROW
    WHEN (NEW.finished_at IS NOT NULL) EXECUTE FUNCTION end_job();
CREATE TRIGGER end_job BEFORE UPDATE ON jobs FOR EACH ROW
    WHEN (NEW.finished_at IS NOT NULL OR OLD.finished_at IS NOT NULL) EXECUTE FUNCTION end_job();
