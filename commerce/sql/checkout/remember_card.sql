-- commerce::checkout::cards::remember: with which card an attempt is paid, once.
INSERT INTO payment_cards (attempt_id, card_hash, session_hash, created_at)
SELECT id, submission_hash('card ' || $2), submission_hash('session ' || (snapshot ->> 'session')), $3
FROM checkout_attempts WHERE id = $1
ON CONFLICT (attempt_id) DO NOTHING
