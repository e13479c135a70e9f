-- Jobs that ended before their trigger did; rows alone are locked, not the table.
UPDATE jobs SET state = state WHERE finished_at IS NOT NULL AND (unique_key IS NOT NULL OR state = 'discarded');
