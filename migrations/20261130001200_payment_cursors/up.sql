-- How far a provider's list of changed charges was read, and the reports of it that could not be applied: they wait for a
-- person, and nothing behind them waits.
CREATE TABLE payment_cursors (
    provider text PRIMARY KEY,
    -- In the provider's words: behind the last page whose charges were all dealt with.
    cursor text NOT NULL,
    updated_at timestamptz NOT NULL
);

CREATE TABLE unapplied_payment_reports (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    provider text NOT NULL,
    -- The provider's name for the charge.
    reference text NOT NULL,
    -- As the provider says; it need not be a payment of ours.
    payment_id uuid,
    reason text NOT NULL CHECK (reason IN ('rejected', 'unknown_payment', 'unreadable')),
    -- What went wrong, for staff.
    detail text NOT NULL,
    -- What the provider said, as it is applied again; as it came where it cannot be read.
    report jsonb NOT NULL,
    tries int NOT NULL DEFAULT 1 CHECK (tries > 0),
    created_at timestamptz NOT NULL,
    tried_at timestamptz NOT NULL,
    resolved_at timestamptz,
    resolution text CHECK (resolution IN ('applied', 'dismissed')),
    CONSTRAINT resolved_reports_say_how CHECK ((resolved_at IS NULL) = (resolution IS NULL))
);
CREATE UNIQUE INDEX one_unapplied_report_per_charge ON unapplied_payment_reports (provider, reference)
    WHERE resolved_at IS NULL;
