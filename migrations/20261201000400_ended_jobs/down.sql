DROP TRIGGER end_job ON jobs;
DROP TRIGGER add_ended_job ON jobs;
DROP FUNCTION end_job();
UPDATE jobs SET unique_key = ended_key WHERE unique_key IS NULL AND ended_key IS NOT NULL;
ALTER TABLE jobs DROP COLUMN given_up, DROP COLUMN ended_key;
