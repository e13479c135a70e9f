-- Refunds and cancellations are entities: which pieces of which lines, whether and where they are restocked, why, by whom, under
-- which idempotency key, and which transactions pay the money back. What an order's lines and stock say of them follows by
-- trigger, and no more can be refunded, removed or restocked than was bought, sent or paid.

-- A command that a client or operator may send twice takes effect once.
CREATE TABLE idempotency_keys (
    key text PRIMARY KEY CHECK (length(key) BETWEEN 1 AND 255),
    command text NOT NULL CHECK (command IN ('refund', 'cancel', 'fulfill')),
    order_id bigint NOT NULL REFERENCES orders,
    -- SHA-256 of what was asked for: the same key with another request is refused.
    request_hash bytea NOT NULL CHECK (length(request_hash) = 32),
    created_at timestamptz NOT NULL DEFAULT db_now(),
    UNIQUE (key, order_id)
);
CREATE INDEX idempotency_keys_by_order ON idempotency_keys (order_id, created_at);

ALTER TABLE orders ADD CONSTRAINT orders_with_currency UNIQUE (id, currency);

CREATE TABLE refunds (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    order_id bigint NOT NULL,
    idempotency_key text NOT NULL UNIQUE,
    actor text NOT NULL CHECK (length(actor) BETWEEN 1 AND 255),
    reason text CHECK (reason IN ('CUSTOMER', 'DAMAGE', 'OTHER', 'RESTOCK')),
    note text CHECK (length(note) <= 255),
    currency text NOT NULL,
    shipping_minor bigint NOT NULL DEFAULT 0 CHECK (shipping_minor >= 0),
    shipping_tax_minor bigint NOT NULL DEFAULT 0 CHECK (shipping_tax_minor >= 0),
    -- What is paid back beyond (or, below zero, short of) what lines and delivery come to.
    adjustment_minor bigint NOT NULL DEFAULT 0,
    total_minor bigint NOT NULL CHECK (total_minor >= 0),
    -- Whether the buyer gets a mail once the money has moved.
    notify bool NOT NULL,
    created_at timestamptz NOT NULL,
    FOREIGN KEY (idempotency_key, order_id) REFERENCES idempotency_keys (key, order_id),
    -- Money of an order is in the order's currency.
    FOREIGN KEY (order_id, currency) REFERENCES orders (id, currency),
    UNIQUE (id, order_id),
    UNIQUE (id, order_id, currency)
);
CREATE INDEX refunds_by_order ON refunds (order_id, id);

CREATE TABLE refund_line_items (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    refund_id bigint NOT NULL,
    order_id bigint NOT NULL,
    order_line_id bigint NOT NULL,
    quantity int NOT NULL CHECK (quantity > 0),
    restock_type text NOT NULL CHECK (restock_type IN ('CANCEL', 'RETURN', 'NO_RESTOCK')),
    -- Whether these pieces had been sent. Those that had not are removed from the order.
    was_fulfilled bool NOT NULL,
    -- Where they are restocked; null where they are not, or where their stock is not counted.
    location_id bigint REFERENCES locations,
    -- With discounts on goods taken off, and with all discounts taken off.
    discounted_total_minor bigint NOT NULL CHECK (discounted_total_minor >= 0),
    subtotal_minor bigint NOT NULL CHECK (subtotal_minor >= 0),
    tax_minor bigint NOT NULL CHECK (tax_minor >= 0),
    duty_minor bigint NOT NULL CHECK (duty_minor >= 0),
    FOREIGN KEY (refund_id, order_id) REFERENCES refunds (id, order_id),
    FOREIGN KEY (order_line_id, order_id) REFERENCES order_lines (id, order_id),
    CONSTRAINT canceled_pieces_were_not_sent CHECK (restock_type <> 'CANCEL' OR NOT was_fulfilled),
    CONSTRAINT returned_pieces_were_sent CHECK (restock_type <> 'RETURN' OR was_fulfilled),
    CONSTRAINT only_restocked_pieces_have_a_location CHECK (location_id IS NULL OR restock_type <> 'NO_RESTOCK')
);
CREATE INDEX refund_line_items_by_refund ON refund_line_items (refund_id);
CREATE INDEX refund_line_items_by_line ON refund_line_items (order_line_id);

-- How the money of a refund goes back: by the provider's operation, or as an entry of a gift card.
CREATE TABLE refund_transactions (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    refund_id bigint NOT NULL,
    order_id bigint NOT NULL,
    amount_minor bigint NOT NULL CHECK (amount_minor > 0),
    currency text NOT NULL,
    operation_id uuid UNIQUE REFERENCES payment_operations,
    gift_card_entry_id bigint UNIQUE REFERENCES gift_card_entries,
    FOREIGN KEY (refund_id, order_id, currency) REFERENCES refunds (id, order_id, currency),
    CONSTRAINT transactions_have_one_gateway CHECK (num_nonnulls(operation_id, gift_card_entry_id) = 1)
);
CREATE INDEX refund_transactions_by_refund ON refund_transactions (refund_id);
CREATE INDEX refund_transactions_by_order ON refund_transactions (order_id);

CREATE TABLE order_cancellations (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    order_id bigint NOT NULL REFERENCES orders,
    idempotency_key text NOT NULL UNIQUE,
    -- Whether the order is canceled, or some pieces of it.
    is_whole bool NOT NULL,
    reason text NOT NULL CHECK (reason IN ('CUSTOMER', 'DECLINED', 'FRAUD', 'INVENTORY', 'OTHER', 'STAFF')),
    staff_note text CHECK (length(staff_note) <= 255),
    actor text NOT NULL CHECK (length(actor) BETWEEN 1 AND 255),
    notify_customer bool NOT NULL,
    -- The pieces that are not sent any more, and the money that goes back for them.
    refund_id bigint,
    created_at timestamptz NOT NULL,
    FOREIGN KEY (idempotency_key, order_id) REFERENCES idempotency_keys (key, order_id),
    FOREIGN KEY (refund_id, order_id) REFERENCES refunds (id, order_id)
);
CREATE INDEX order_cancellations_by_order ON order_cancellations (order_id);
CREATE UNIQUE INDEX orders_are_canceled_once ON order_cancellations (order_id) WHERE is_whole;

ALTER TABLE fulfillments
    ADD COLUMN idempotency_key text UNIQUE,
    ADD COLUMN actor text CHECK (length(actor) BETWEEN 1 AND 255),
    ADD FOREIGN KEY (idempotency_key, order_id) REFERENCES idempotency_keys (key, order_id);

-- What merchants refunded before had no lines.
INSERT INTO idempotency_keys (key, command, order_id, request_hash, created_at)
SELECT 'operation:' || x.id, 'refund', o.id, sha256(convert_to(x.id::text, 'UTF8')), x.created_at
FROM payment_operations x JOIN payments p ON p.id = x.payment_id JOIN orders o ON o.attempt_id = p.attempt_id
WHERE x.by_merchant AND x.amount_minor > 0
UNION ALL
SELECT 'gift-card-entry:' || e.id, 'refund', o.id, sha256(convert_to(e.id::text, 'UTF8')), e.created_at
FROM gift_card_entries e JOIN orders o ON o.attempt_id = e.attempt_id
WHERE e.kind = 'refund';
INSERT INTO refunds (order_id, idempotency_key, actor, currency, adjustment_minor, total_minor, notify, created_at)
SELECT o.id, k.key, 'unknown', o.currency, coalesce(x.amount_minor, e.amount_minor), coalesce(x.amount_minor, e.amount_minor), false, k.created_at
FROM idempotency_keys k
JOIN orders o ON o.id = k.order_id
LEFT JOIN payment_operations x ON k.key = 'operation:' || x.id
LEFT JOIN gift_card_entries e ON k.key = 'gift-card-entry:' || e.id
ORDER BY k.created_at, k.key;
INSERT INTO refund_transactions (refund_id, order_id, amount_minor, currency, operation_id, gift_card_entry_id)
SELECT r.id, r.order_id, r.total_minor, r.currency, x.id, e.id
FROM refunds r
LEFT JOIN payment_operations x ON r.idempotency_key = 'operation:' || x.id
LEFT JOIN gift_card_entries e ON r.idempotency_key = 'gift-card-entry:' || e.id
ORDER BY r.id;

-- Entities are never changed.
DO $$
DECLARE
    ledger text;
BEGIN
    FOREACH ledger IN ARRAY ARRAY['idempotency_keys', 'refunds', 'refund_line_items', 'refund_transactions', 'order_cancellations'] LOOP
        EXECUTE format('CREATE TRIGGER forbid_change BEFORE UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION forbid_change()', ledger);
        EXECUTE format('CREATE TRIGGER forbid_truncate BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION forbid_change()', ledger);
    END LOOP;
END $$;

-- What becomes of the pieces that were promised: sent (`shipped`), of which some came back on the shelf (`returned`); not sent any
-- more, either for sale again (`restocked`) or gone from the shelf (`written_off`).
ALTER TABLE inventory_reservations
    ADD COLUMN restocked int NOT NULL DEFAULT 0 CHECK (restocked >= 0),
    ADD COLUMN written_off int NOT NULL DEFAULT 0 CHECK (written_off >= 0),
    ADD COLUMN returned int NOT NULL DEFAULT 0,
    ADD CONSTRAINT pieces_have_one_end CHECK (shipped + restocked + written_off <= quantity),
    ADD CONSTRAINT returned_within_shipped CHECK (returned BETWEEN 0 AND shipped),
    ADD CONSTRAINT only_orders_restock CHECK (restocked + written_off + returned = 0 OR state = 'committed');

CREATE FUNCTION apply_restock() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    d_restocked int := NEW.restocked - CASE TG_OP WHEN 'INSERT' THEN 0 ELSE OLD.restocked END;
    d_written_off int := NEW.written_off - CASE TG_OP WHEN 'INSERT' THEN 0 ELSE OLD.written_off END;
    d_returned int := NEW.returned - CASE TG_OP WHEN 'INSERT' THEN 0 ELSE OLD.returned END;
BEGIN
    IF (d_restocked, d_written_off, d_returned) = (0, 0, 0) THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'INSERT' OR pg_trigger_depth() = 1 OR least(d_restocked, d_written_off, d_returned) < 0 THEN
        RAISE EXCEPTION 'what is restocked follows the refunds' USING ERRCODE = 'check_violation', CONSTRAINT = 'restock_follows_refunds';
    END IF;
    UPDATE inventory_levels
    SET committed = committed - d_restocked - d_written_off,
        -- What was sold beyond what there was cannot be gone from the shelf.
        on_hand = on_hand - least(on_hand, d_written_off) + d_returned
    WHERE variant_id = NEW.variant_id AND location_id = NEW.location_id;
    RETURN NEW;
END $$;
CREATE TRIGGER apply_restock AFTER INSERT OR UPDATE OF restocked, written_off, returned ON inventory_reservations
    FOR EACH ROW EXECUTE FUNCTION apply_restock();

-- Pieces that are not sent any more are not packed.
CREATE OR REPLACE FUNCTION apply_fulfillment_line() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    promised record;
    left_over int := NEW.quantity;
    part int;
BEGIN
    FOR promised IN
        SELECT r.id, r.quantity - r.shipped - r.restocked - r.written_off AS pieces
        FROM order_lines l
        JOIN orders o ON o.id = l.order_id
        JOIN inventory_reservations r ON r.attempt_id = o.attempt_id AND r.variant_id = l.variant_id
        WHERE l.id = NEW.order_line_id AND r.state = 'committed' AND r.shipped + r.restocked + r.written_off < r.quantity
        ORDER BY r.location_id
    LOOP
        part := least(left_over, promised.pieces);
        EXIT WHEN part = 0;
        UPDATE inventory_reservations SET shipped = shipped + part WHERE id = promised.id;
        left_over := left_over - part;
    END LOOP;
    UPDATE order_lines SET fulfilled = fulfilled + NEW.quantity WHERE id = NEW.order_line_id;
    UPDATE orders SET fulfillment_status = CASE
        WHEN EXISTS (SELECT FROM order_lines WHERE order_id = NEW.order_id AND fulfilled + removed < quantity)
        THEN 'PARTIALLY_FULFILLED' ELSE 'FULFILLED' END
    WHERE id = NEW.order_id;
    RETURN NEW;
END $$;

-- What so many of `quantity` pieces have of a sum, after `before` others: all pieces together have exactly all of it.
CREATE FUNCTION share_of_pieces(total bigint, before bigint, pieces bigint, quantity bigint) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT (div(total::numeric * (before + pieces), quantity) - div(total::numeric * before, quantity))::bigint
$$;

-- What the discounts on goods, those that are not on the whole order, take off a line.
CREATE FUNCTION discount_on_goods(allocations jsonb, discounts jsonb) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(sum((part #>> '{amount,minor}')::bigint), 0)::bigint
    FROM jsonb_array_elements(allocations) AS part
    WHERE discounts -> (part ->> 'discount')::int ->> 'class' = 'product'
$$;

-- Stock before the order, as everywhere; whoever refunds has locked the levels and the order before.
CREATE FUNCTION apply_refund_line_item() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    line record;
    taken record;
    before bigint;
    left_over int := NEW.quantity;
    part int;
BEGIN
    SELECT l.*, discount_on_goods(l.allocations, o.discounts) AS on_goods, o.attempt_id INTO line
    FROM order_lines l JOIN orders o ON o.id = l.order_id
    WHERE l.id = NEW.order_line_id;
    before := line.removed + line.returned;
    IF (NEW.discounted_total_minor, NEW.subtotal_minor, NEW.tax_minor, NEW.duty_minor) <> (
        line.unit_price_minor * NEW.quantity - share_of_pieces(line.on_goods, before, NEW.quantity, line.quantity),
        line.unit_price_minor * NEW.quantity - share_of_pieces(line.discount_minor, before, NEW.quantity, line.quantity),
        share_of_pieces(line.tax_minor, before, NEW.quantity, line.quantity),
        share_of_pieces(line.duty_minor, before, NEW.quantity, line.quantity)) THEN
        RAISE EXCEPTION 'a refunded line has its pieces'' share of price, discounts, taxes and duties'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'refund_line_item_is_its_share';
    END IF;
    FOR taken IN
        SELECT r.id, CASE WHEN NEW.was_fulfilled THEN r.shipped - r.returned
            ELSE r.quantity - r.shipped - r.restocked - r.written_off END AS pieces
        FROM inventory_reservations r
        WHERE r.attempt_id = line.attempt_id AND r.variant_id = line.variant_id AND r.state = 'committed'
            AND r.location_id = coalesce(NEW.location_id, r.location_id)
            AND NOT (NEW.was_fulfilled AND NEW.restock_type = 'NO_RESTOCK')
        ORDER BY r.location_id DESC
    LOOP
        part := least(left_over, taken.pieces);
        CONTINUE WHEN part = 0;
        UPDATE inventory_reservations SET
            restocked = restocked + CASE NEW.restock_type WHEN 'CANCEL' THEN part ELSE 0 END,
            written_off = written_off + CASE WHEN NEW.restock_type = 'NO_RESTOCK' AND NOT NEW.was_fulfilled THEN part ELSE 0 END,
            returned = returned + CASE NEW.restock_type WHEN 'RETURN' THEN part ELSE 0 END
        WHERE id = taken.id;
        left_over := left_over - part;
    END LOOP;
    IF NEW.location_id IS NOT NULL AND left_over > 0 THEN
        RAISE EXCEPTION 'more would be restocked at a location than was taken from it'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'restocked_within_taken';
    END IF;
    UPDATE order_lines SET
        removed = removed + CASE WHEN NEW.was_fulfilled THEN 0 ELSE NEW.quantity END,
        returned = returned + CASE WHEN NEW.was_fulfilled THEN NEW.quantity ELSE 0 END
    WHERE id = NEW.order_line_id;
    UPDATE orders SET fulfillment_status = CASE
        WHEN EXISTS (SELECT FROM order_lines WHERE order_id = NEW.order_id AND fulfilled + removed < quantity)
        THEN 'PARTIALLY_FULFILLED' ELSE 'FULFILLED' END
    WHERE id = NEW.order_id AND EXISTS (SELECT FROM order_lines WHERE order_id = NEW.order_id AND fulfilled > 0);
    RETURN NEW;
END $$;
CREATE TRIGGER apply_refund_line_item AFTER INSERT ON refund_line_items
    FOR EACH ROW EXECUTE FUNCTION apply_refund_line_item();

CREATE FUNCTION guard_refunded_pieces() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF pg_trigger_depth() = 1 AND (
        (TG_OP = 'INSERT' AND (NEW.removed, NEW.returned) <> (0, 0))
        OR (TG_OP = 'UPDATE' AND (NEW.removed, NEW.returned) <> (OLD.removed, OLD.returned))) THEN
        RAISE EXCEPTION 'what was removed and returned of a line follows the refunds'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'line_follows_refunds';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER guard_refunded_pieces BEFORE INSERT OR UPDATE ON order_lines
    FOR EACH ROW EXECUTE FUNCTION guard_refunded_pieces();

-- Delivery is refunded once, and its tax with it.
CREATE FUNCTION guard_refund() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    placed record;
    before bigint;
BEGIN
    SELECT shipping_minor, shipping_tax_minor INTO placed FROM orders WHERE id = NEW.order_id FOR NO KEY UPDATE;
    SELECT coalesce(sum(shipping_minor), 0) INTO before FROM refunds WHERE order_id = NEW.order_id AND id <> NEW.id;
    IF before + NEW.shipping_minor > placed.shipping_minor THEN
        RAISE EXCEPTION 'more would be refunded for delivery than it cost'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'refunded_shipping_within_shipping';
    END IF;
    IF NEW.shipping_tax_minor <> (CASE placed.shipping_minor WHEN 0 THEN 0
        ELSE share_of_pieces(placed.shipping_tax_minor, before, NEW.shipping_minor, placed.shipping_minor) END) THEN
        RAISE EXCEPTION 'the tax on delivery is refunded with its share'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'refunded_shipping_tax_is_its_share';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER guard_refund BEFORE INSERT ON refunds FOR EACH ROW EXECUTE FUNCTION guard_refund();

-- A transaction is its operation's or entry's amount, of its own order; what is pending counts as refunded.
CREATE FUNCTION guard_refund_transaction() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    placed record;
BEGIN
    SELECT attempt_id, currency, least(captured_minor, total_minor - gift_card_minor) + gift_card_minor AS paid
    INTO placed FROM orders WHERE id = NEW.order_id FOR NO KEY UPDATE;
    IF NOT EXISTS (
        SELECT FROM payment_operations x JOIN payments p ON p.id = x.payment_id
        WHERE x.id = NEW.operation_id AND x.by_merchant
            AND (p.attempt_id, p.currency, x.amount_minor) = (placed.attempt_id, NEW.currency, NEW.amount_minor)
        UNION ALL
        SELECT FROM gift_card_entries e JOIN gift_cards c ON c.id = e.gift_card_id
        WHERE e.id = NEW.gift_card_entry_id AND e.kind = 'refund'
            AND (e.attempt_id, c.currency, e.amount_minor) = (placed.attempt_id, NEW.currency, NEW.amount_minor)) THEN
        RAISE EXCEPTION 'a transaction has the amount and the currency of its operation or entry, for its own order'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'transaction_is_its_operation';
    END IF;
    IF NEW.amount_minor + (SELECT coalesce(sum(t.amount_minor), 0) FROM refund_transactions t
        LEFT JOIN payment_operations x ON x.id = t.operation_id
        WHERE t.order_id = NEW.order_id AND t.id <> NEW.id AND x.state IS DISTINCT FROM 'failed') > placed.paid THEN
        RAISE EXCEPTION 'more would be refunded of an order than was paid'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'refunded_within_paid';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER guard_refund_transaction BEFORE INSERT ON refund_transactions
    FOR EACH ROW EXECUTE FUNCTION guard_refund_transaction();

-- A refund that the provider refused counts again once it is asked for again.
CREATE TRIGGER guard_reopened_refund BEFORE UPDATE OF state ON payment_operations
    FOR EACH ROW WHEN (NEW.by_merchant AND OLD.state = 'failed' AND NEW.state <> 'failed') EXECUTE FUNCTION guard_merchants_refund();

-- At the end of the transaction, a refund is what its lines, delivery and adjustment come to, and what its transactions pay.
CREATE FUNCTION check_refund() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    of_refund bigint := coalesce((to_jsonb(NEW) ->> 'refund_id')::bigint, NEW.id);
BEGIN
    IF EXISTS (
        SELECT FROM refunds r
        JOIN orders o ON o.id = r.order_id
        WHERE r.id = of_refund AND (r.total_minor <> r.shipping_minor + r.adjustment_minor
                + CASE WHEN o.tax_inclusive THEN 0 ELSE r.shipping_tax_minor END
                + (SELECT coalesce(sum(l.subtotal_minor + CASE WHEN o.tax_inclusive THEN 0 ELSE l.tax_minor + l.duty_minor END), 0)
                   FROM refund_line_items l WHERE l.refund_id = r.id)
            OR r.total_minor <> (SELECT coalesce(sum(t.amount_minor), 0) FROM refund_transactions t WHERE t.refund_id = r.id))) THEN
        RAISE EXCEPTION 'a refund is what its lines, delivery and adjustment come to, and what its transactions pay'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'refund_adds_up';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER check_refund AFTER INSERT ON refunds
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_refund();
CREATE CONSTRAINT TRIGGER check_refund AFTER INSERT ON refund_line_items
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_refund();
CREATE CONSTRAINT TRIGGER check_refund AFTER INSERT ON refund_transactions
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_refund();

CREATE FUNCTION apply_cancellation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM order_lines WHERE order_id = NEW.order_id AND fulfilled + removed < quantity) THEN
        RAISE EXCEPTION 'a canceled order has nothing to send'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'canceled_orders_send_nothing';
    END IF;
    UPDATE orders SET canceled_at = NEW.created_at WHERE id = NEW.order_id AND canceled_at IS NULL;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'the order is canceled already'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'orders_are_canceled_once';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER apply_cancellation AFTER INSERT ON order_cancellations
    FOR EACH ROW WHEN (NEW.is_whole) EXECUTE FUNCTION apply_cancellation();

-- The buyer's mail about a refund is enqueued in the transaction in which the provider's answer is applied, as by
-- Job::SendRefundNotification.
CREATE FUNCTION enqueue_refund_notification() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO jobs (kind, queue, args, priority, max_attempts, unique_key)
    SELECT 'send_refund_notification', 'mail', jsonb_build_object('refund_id', r.id), 10, 25, 'send_refund_notification:' || r.id
    FROM refund_transactions t JOIN refunds r ON r.id = t.refund_id
    WHERE t.operation_id = NEW.id AND r.notify
    ON CONFLICT (unique_key) WHERE unique_key IS NOT NULL AND state IN ('available', 'scheduled', 'running', 'retryable') DO NOTHING;
    RETURN NEW;
END $$;
CREATE TRIGGER enqueue_refund_notification AFTER UPDATE OF state ON payment_operations
    FOR EACH ROW WHEN (NEW.by_merchant AND NEW.state = 'succeeded' AND OLD.state <> 'succeeded')
    EXECUTE FUNCTION enqueue_refund_notification();
