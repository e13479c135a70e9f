-- commerce::checkout::cards::admit_card: charges of one card wait for each other until the commit, so that each counts those before
-- it. Nothing else is locked meanwhile.
SELECT count(pg_advisory_xact_lock(hashtextextended('card ' || $1, 0)))
