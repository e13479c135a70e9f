-- History is not rewritten, whoever writes: what an order cost, what was bought and frozen, what was paid, and how far
-- something has come stay as they were recorded. What comes after a purchase (parcels, refunds, cancellations) is added, and
-- what is left of an order follows from it.
CREATE FUNCTION forbid_rewrite() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'history is not rewritten: % of %', TG_ARGV[0], TG_TABLE_NAME
        USING ERRCODE = 'check_violation', CONSTRAINT = TG_TABLE_NAME || '_keeps_history';
END $$;

-- What erasing a person makes of what was frozen of them: everything that leads to somebody becomes a marker; countries and
-- provinces stay where they are codes, because taxes follow from them.
CREATE FUNCTION erased_text(given text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN given = '' THEN '' WHEN given IS NOT NULL THEN '[erased]' END
$$;
CREATE FUNCTION erased_address(given jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN jsonb_typeof(given) = 'object' THEN coalesce((
        SELECT jsonb_object_agg(key, CASE
            WHEN key IN ('country', 'province') AND value #>> '{}' ~ '^[A-Z0-9]{1,3}$' THEN value
            WHEN value = 'null' THEN value
            ELSE '"[erased]"' END) FROM jsonb_each(given)), '{}') ELSE given END
$$;
CREATE FUNCTION erased_attributes(given jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN given IS NULL OR given IN ('[]', 'null') THEN given
        ELSE '[{"key": "[erased]", "value": "[erased]"}]' END
$$;
CREATE FUNCTION erased_lines(given jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN jsonb_typeof(given) = 'array' THEN coalesce((
        SELECT jsonb_agg(CASE WHEN line ? 'attributes'
            THEN line || jsonb_build_object('attributes', erased_attributes(line -> 'attributes')) ELSE line END ORDER BY place)
        FROM jsonb_array_elements(given) WITH ORDINALITY AS lines (line, place)), '[]') ELSE given END
$$;
CREATE FUNCTION erased_buyer(given jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN jsonb_typeof(given) = 'object' THEN coalesce((
        SELECT jsonb_object_agg(key, CASE
            WHEN value = 'null' THEN value
            WHEN key IN ('shipping_address', 'billing_address') THEN erased_address(value)
            WHEN key = 'attributes' THEN erased_attributes(value)
            WHEN key = 'email' THEN '"erased@erased.invalid"'
            ELSE to_jsonb(erased_text(value #>> '{}')) END) FROM jsonb_each(given)), '{}') ELSE given END
$$;
CREATE FUNCTION erased_snapshot(given jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(jsonb_object_agg(key, CASE
        WHEN key = 'session' THEN 'null'
        WHEN key IN ('cart', 'pricing') AND jsonb_typeof(value) = 'object' THEN value
            || CASE WHEN value ? 'buyer' THEN jsonb_build_object('buyer', erased_buyer(value -> 'buyer')) ELSE '{}' END
            || CASE WHEN value ? 'lines' THEN jsonb_build_object('lines', erased_lines(value -> 'lines')) ELSE '{}' END
            || CASE WHEN value ? 'items' THEN jsonb_build_object('items', erased_lines(value -> 'items')) ELSE '{}' END
        ELSE value END), '{}')
    FROM jsonb_each(given)
$$;

-- They come after every other trigger of the row, so that a narrower rule says what is wrong first.
CREATE TRIGGER keep_amounts AFTER UPDATE ON orders FOR EACH ROW
    WHEN ((OLD.id, OLD.number, OLD.attempt_id, OLD.cart_id, OLD.secret_hash, OLD.currency, OLD.subtotal_minor, OLD.discount_minor,
        OLD.shipping_minor, OLD.tax_minor, OLD.shipping_tax_minor, OLD.duty_minor, OLD.tax_inclusive, OLD.total_minor,
        OLD.discounts, OLD.shipping_allocations, OLD.gift_card_minor, OLD.processed_at)
        IS DISTINCT FROM (NEW.id, NEW.number, NEW.attempt_id, NEW.cart_id, NEW.secret_hash, NEW.currency, NEW.subtotal_minor,
        NEW.discount_minor, NEW.shipping_minor, NEW.tax_minor, NEW.shipping_tax_minor, NEW.duty_minor, NEW.tax_inclusive,
        NEW.total_minor, NEW.discounts, NEW.shipping_allocations, NEW.gift_card_minor, NEW.processed_at))
    EXECUTE FUNCTION forbid_rewrite('what was ordered');
CREATE TRIGGER keep_state AFTER UPDATE ON orders FOR EACH ROW
    WHEN ((OLD.canceled_at IS NOT NULL AND NEW.canceled_at IS DISTINCT FROM OLD.canceled_at)
        OR (OLD.fulfillment_status = 'FULFILLED' AND NEW.fulfillment_status <> 'FULFILLED')
        OR (OLD.fulfillment_status = 'PARTIALLY_FULFILLED' AND NEW.fulfillment_status NOT IN ('PARTIALLY_FULFILLED', 'FULFILLED')))
    EXECUTE FUNCTION forbid_rewrite('the state');

CREATE TRIGGER keep_amounts AFTER UPDATE ON order_lines FOR EACH ROW
    WHEN ((OLD.id, OLD.order_id, OLD.variant_id, OLD.title, OLD.variant_title, OLD.sku, OLD.unit_price_minor, OLD.quantity,
        OLD.discount_minor, OLD.tax_minor, OLD.duty_minor, OLD.requires_shipping, OLD.allocations)
        IS DISTINCT FROM (NEW.id, NEW.order_id, NEW.variant_id, NEW.title, NEW.variant_title, NEW.sku, NEW.unit_price_minor,
        NEW.quantity, NEW.discount_minor, NEW.tax_minor, NEW.duty_minor, NEW.requires_shipping, NEW.allocations))
    EXECUTE FUNCTION forbid_rewrite('what was ordered');
CREATE TRIGGER keep_state AFTER UPDATE ON order_lines FOR EACH ROW
    WHEN (NEW.fulfilled < OLD.fulfilled OR NEW.removed < OLD.removed OR NEW.returned < OLD.returned)
    EXECUTE FUNCTION forbid_rewrite('the state');

CREATE TRIGGER keep_amounts AFTER UPDATE ON checkout_attempts FOR EACH ROW
    WHEN ((OLD.id, OLD.cart_id, OLD.cart_version, OLD.token, OLD.amount_minor, OLD.currency, OLD.created_at)
        IS DISTINCT FROM (NEW.id, NEW.cart_id, NEW.cart_version, NEW.token, NEW.amount_minor, NEW.currency, NEW.created_at)
        OR (NEW.customer_id IS NOT NULL AND NEW.customer_id IS DISTINCT FROM OLD.customer_id))
    EXECUTE FUNCTION forbid_rewrite('what was accepted');
-- A snapshot changes in one way only: its person is erased.
CREATE TRIGGER keep_snapshot AFTER UPDATE OF snapshot ON checkout_attempts FOR EACH ROW
    WHEN (NEW.snapshot IS DISTINCT FROM OLD.snapshot AND NEW.snapshot IS DISTINCT FROM erased_snapshot(OLD.snapshot))
    EXECUTE FUNCTION forbid_rewrite('the snapshot');
-- An order and a refund are ends; an attempt that was given up can still become either when its money comes late.
CREATE TRIGGER keep_state AFTER UPDATE ON checkout_attempts FOR EACH ROW
    WHEN (NEW.state <> OLD.state AND (NEW.state = 'awaiting_payment'
        OR OLD.state IN ('completed', 'refund_due')
        OR (OLD.state IN ('failed', 'expired') AND NEW.state NOT IN ('completed', 'refund_due'))
        OR (OLD.state = 'expiring' AND NEW.state IN ('action_required', 'processing')))
        OR (OLD.order_id IS NOT NULL AND NEW.order_id IS DISTINCT FROM OLD.order_id))
    EXECUTE FUNCTION forbid_rewrite('the state');

CREATE TRIGGER keep_amounts AFTER UPDATE ON payments FOR EACH ROW
    WHEN ((OLD.id, OLD.attempt_id, OLD.provider, OLD.amount_minor, OLD.currency, OLD.created_at)
        IS DISTINCT FROM (NEW.id, NEW.attempt_id, NEW.provider, NEW.amount_minor, NEW.currency, NEW.created_at)
        OR (OLD.provider_ref IS NOT NULL AND NEW.provider_ref IS DISTINCT FROM OLD.provider_ref))
    EXECUTE FUNCTION forbid_rewrite('what is paid');

CREATE TRIGGER keep_amounts AFTER UPDATE ON payment_operations FOR EACH ROW
    WHEN ((OLD.id, OLD.payment_id, OLD.kind, OLD.amount_minor, OLD.by_merchant, OLD.created_at)
        IS DISTINCT FROM (NEW.id, NEW.payment_id, NEW.kind, NEW.amount_minor, NEW.by_merchant, NEW.created_at)
        OR (OLD.first_sent_at IS NOT NULL AND NEW.first_sent_at IS DISTINCT FROM OLD.first_sent_at))
    EXECUTE FUNCTION forbid_rewrite('what was asked of the provider');
CREATE TRIGGER keep_state AFTER UPDATE ON payment_operations FOR EACH ROW
    WHEN (OLD.state = 'succeeded' AND NEW.state <> 'succeeded')
    EXECUTE FUNCTION forbid_rewrite('the state');

CREATE TRIGGER keep_state AFTER UPDATE ON carts FOR EACH ROW
    WHEN (OLD.state = 'completed' AND NEW.state <> 'completed')
    EXECUTE FUNCTION forbid_rewrite('the state');

-- What a gift card is worth was said when it was issued, and its entries stand.
CREATE TRIGGER keep_amounts AFTER UPDATE ON gift_cards FOR EACH ROW
    WHEN ((OLD.id, OLD.code_hash, OLD.currency, OLD.initial_minor, OLD.created_at)
        IS DISTINCT FROM (NEW.id, NEW.code_hash, NEW.currency, NEW.initial_minor, NEW.created_at))
    EXECUTE FUNCTION forbid_rewrite('what was issued');

-- Nothing of it is deleted, row by row or at once.
CREATE TRIGGER forbid_change BEFORE UPDATE OR DELETE ON events FOR EACH ROW EXECUTE FUNCTION forbid_change();
DO $$
DECLARE
    kept text;
BEGIN
    FOREACH kept IN ARRAY ARRAY['orders', 'order_lines', 'checkout_attempts', 'payments', 'payment_operations', 'gift_cards'] LOOP
        EXECUTE format('CREATE TRIGGER forbid_delete BEFORE DELETE ON %I FOR EACH ROW EXECUTE FUNCTION forbid_rewrite(''rows'')', kept);
    END LOOP;
    FOREACH kept IN ARRAY ARRAY['orders', 'order_lines', 'checkout_attempts', 'payments', 'payment_operations', 'gift_cards',
        'payment_facts', 'gift_card_entries', 'gift_card_holds', 'discount_uses', 'inventory_reservations', 'fulfillments',
        'fulfillment_lines', 'events'] LOOP
        EXECUTE format('CREATE TRIGGER keep_rows BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION forbid_rewrite(''rows'')', kept);
    END LOOP;
END $$;
