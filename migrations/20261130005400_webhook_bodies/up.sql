-- Bodies of webhooks are emptied some time after they were acted on; the rows stay, so that an event that is sent again is
-- known. The index has those whose bodies are still there.
CREATE INDEX webhook_bodies ON webhook_inbox (processed_at) WHERE body <> '' AND processed_at IS NOT NULL;
