-- What is kept about a person can be read out whole, and erased: names, addresses, e-mail addresses and telephone numbers
-- become a marker in whatever an account, a cart, a purchase or a payment has of them, amounts stay, and prices still follow
-- from what was frozen. Erasing is a function of a role of its own, and each time is recorded.

-- Who a person is here: an e-mail address, its account, and all carts and orders that were made with either. An address that the
-- account was only asked to confirm may be another person's, and leads to nothing of theirs.
CREATE FUNCTION person_of(given text, OUT customer bigint, OUT emails text[], OUT carts uuid[], OUT attempts uuid[],
    OUT payments uuid[], OUT orders bigint[], OUT phones text[]) LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
BEGIN
    SELECT c.id INTO customer FROM public.customers c WHERE lower(c.email) = lower(given);
    emails := ARRAY[lower(given)];
    orders := ARRAY(SELECT o.id FROM public.orders o WHERE o.customer_id = customer OR lower(o.email) = ANY (emails) ORDER BY o.id);
    carts := ARRAY(SELECT k.id FROM public.carts k WHERE k.customer_id = customer OR lower(k.email) = ANY (emails)
        UNION SELECT o.cart_id FROM public.orders o WHERE o.id = ANY (orders) AND o.cart_id IS NOT NULL
        UNION SELECT a.cart_id FROM public.checkout_attempts a WHERE a.customer_id = customer
            OR lower(a.snapshot #>> '{cart,buyer,email}') = ANY (emails));
    attempts := ARRAY(SELECT a.id FROM public.checkout_attempts a WHERE a.cart_id = ANY (carts) ORDER BY a.id);
    payments := ARRAY(SELECT p.id FROM public.payments p WHERE p.attempt_id = ANY (attempts) ORDER BY p.id);
    phones := ARRAY(SELECT c.phone FROM public.customers c WHERE c.id = customer AND length(c.phone) >= 6 AND c.phone <> '[erased]'
        UNION SELECT k.phone FROM public.carts k WHERE k.id = ANY (carts) AND length(k.phone) >= 6 AND k.phone <> '[erased]'
        UNION SELECT o.phone FROM public.orders o WHERE o.id = ANY (orders) AND length(o.phone) >= 6 AND o.phone <> '[erased]');
END $$;

-- Whether a text names a person: by an e-mail address, a telephone number or a payment.
CREATE FUNCTION names_person(given text, emails text[], phones text[], payments uuid[]) RETURNS bool
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT EXISTS (SELECT FROM unnest(emails) AS name WHERE strpos(lower(given), name) > 0)
        OR EXISTS (SELECT FROM unnest(phones) AS name WHERE strpos(given, name) > 0)
        OR EXISTS (SELECT FROM unnest(payments) AS name WHERE strpos(given, name::text) > 0)
$$;

-- A webhook's body as text, whatever bytes it is of.
CREATE FUNCTION body_text(given bytea) RETURNS text LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
    RETURN convert_from(given, 'UTF8');
EXCEPTION WHEN others THEN
    RETURN encode(given, 'escape');
END $$;

-- Who erased whom, when, and how many rows of which table. A person is a random number, which leads to nobody.
CREATE TABLE erasures (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    person uuid NOT NULL UNIQUE DEFAULT gen_random_uuid(),
    actor text NOT NULL CHECK (length(actor) BETWEEN 1 AND 255),
    -- The database's role that asked for it.
    role text NOT NULL,
    counts jsonb NOT NULL CHECK (jsonb_typeof(counts) = 'object'),
    erased_at timestamptz NOT NULL
);
CREATE TRIGGER forbid_change BEFORE UPDATE OR DELETE ON erasures FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER keep_rows BEFORE TRUNCATE ON erasures FOR EACH STATEMENT EXECUTE FUNCTION forbid_rewrite('rows');

-- Refunds and cancellations change in one way only: what staff noted about a person is erased.
DO $$
DECLARE
    noted record;
BEGIN
    FOR noted IN SELECT * FROM (VALUES ('refunds', 'note'), ('order_cancellations', 'staff_note')) AS tables (name, note) LOOP
        EXECUTE format('DROP TRIGGER forbid_change ON %I', noted.name);
        EXECUTE format('CREATE TRIGGER forbid_delete BEFORE DELETE ON %I FOR EACH ROW EXECUTE FUNCTION forbid_change()', noted.name);
        EXECUTE format('CREATE TRIGGER forbid_change BEFORE UPDATE ON %1$I FOR EACH ROW
            WHEN (to_jsonb(NEW) IS DISTINCT FROM to_jsonb(OLD) || jsonb_build_object(%2$L, erased_text(OLD.%3$I)))
            EXECUTE FUNCTION forbid_change()', noted.name, noted.note, noted.note);
    END LOOP;
END $$;

-- Erases whoever has this e-mail address; answers the number of the erasure's person and what was erased. Rows are locked
-- in the one order: cart, attempt, payment, order.
CREATE FUNCTION erase_person(given text, actor text, OUT person uuid, OUT counts jsonb)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    who record;
    changed bigint;
BEGIN
    who := public.person_of(given);
    -- The marker is the address of everybody who was erased.
    IF given ILIKE '%@erased.invalid' OR (who.customer IS NULL AND cardinality(who.carts) = 0 AND cardinality(who.orders) = 0) THEN
        RAISE EXCEPTION 'no account, cart or order has this e-mail address' USING ERRCODE = 'no_data_found', CONSTRAINT = 'person_is_known';
    END IF;
    PERFORM FROM carts WHERE id = ANY (who.carts) ORDER BY id FOR UPDATE;
    PERFORM FROM checkout_attempts WHERE id = ANY (who.attempts) ORDER BY id FOR UPDATE;
    PERFORM FROM payments WHERE id = ANY (who.payments) ORDER BY id FOR UPDATE;
    PERFORM FROM orders WHERE id = ANY (who.orders) ORDER BY id FOR UPDATE;
    -- Whoever was locked out meanwhile may have begun another attempt.
    who := public.person_of(given);
    IF EXISTS (SELECT FROM checkout_attempts WHERE cart_id = ANY (who.carts)
            AND state IN ('awaiting_payment', 'action_required', 'processing', 'expiring'))
        OR EXISTS (SELECT FROM payment_operations WHERE payment_id = ANY (who.payments) AND state IN ('requested', 'unknown'))
        OR EXISTS (SELECT FROM webhook_inbox WHERE processed_at IS NULL
            AND names_person(body_text(body), who.emails, who.phones, who.payments))
        OR EXISTS (SELECT FROM unapplied_payment_reports WHERE resolved_at IS NULL AND (payment_id = ANY (who.payments)
            OR names_person(report::text || detail, who.emails, who.phones, who.payments))) THEN
        RAISE EXCEPTION 'a payment of this person is under way: erase when it has ended'
            USING ERRCODE = 'object_in_use', CONSTRAINT = 'payments_have_ended';
    END IF;
    counts := '{}';

    DELETE FROM customer_access_tokens WHERE customer_id = who.customer;
    DELETE FROM customer_link_tokens WHERE customer_id = who.customer OR lower(email) = ANY (who.emails);
    DELETE FROM customer_sessions WHERE customer_id = who.customer;
    DELETE FROM customer_notices WHERE customer_id = who.customer OR lower(email) = ANY (who.emails);
    GET DIAGNOSTICS changed = ROW_COUNT;
    counts := counts || jsonb_build_object('customer_notices', changed);
    UPDATE customers SET email = 'erased-' || id || '@erased.invalid', first_name = erased_text(first_name),
        last_name = erased_text(last_name), phone = erased_text(phone), note = erased_text(note), tags = '{}',
        accepts_marketing = false, password_hash = NULL, password_version = password_version + 1, state = 'disabled',
        default_address_id = NULL, updated_at = db_now()
    WHERE id = who.customer;
    GET DIAGNOSTICS changed = ROW_COUNT;
    counts := counts || jsonb_build_object('customers', changed);
    DELETE FROM customer_addresses WHERE customer_id = who.customer;
    GET DIAGNOSTICS changed = ROW_COUNT;
    counts := counts || jsonb_build_object('customer_addresses', changed);
    DELETE FROM metafields WHERE customer_id = who.customer;
    GET DIAGNOSTICS changed = ROW_COUNT;
    counts := counts || jsonb_build_object('metafields', changed);

    DELETE FROM cart_metafields WHERE cart_id = ANY (who.carts);
    GET DIAGNOSTICS changed = ROW_COUNT;
    counts := counts || jsonb_build_object('cart_metafields', changed);
    UPDATE cart_addresses SET address = erased_address(address) WHERE cart_id = ANY (who.carts);
    GET DIAGNOSTICS changed = ROW_COUNT;
    counts := counts || jsonb_build_object('cart_addresses', changed);
    UPDATE cart_lines SET attributes = erased_attributes(attributes) WHERE cart_id = ANY (who.carts);
    GET DIAGNOSTICS changed = ROW_COUNT;
    counts := counts || jsonb_build_object('cart_lines', changed);
    UPDATE carts SET email = CASE WHEN email IS NOT NULL THEN 'erased@erased.invalid' END, phone = erased_text(phone),
        note = erased_text(note), attributes = erased_attributes(attributes), billing_address = erased_address(billing_address),
        preferences = NULL, payment_session = NULL, payment_method = NULL, payment_amount_minor = NULL, customer_id = NULL,
        version = version + 1, updated_at = db_now()
    WHERE id = ANY (who.carts);
    GET DIAGNOSTICS changed = ROW_COUNT;
    counts := counts || jsonb_build_object('carts', changed);

    UPDATE checkout_attempts SET snapshot = erased_snapshot(snapshot), failure_message = erased_text(failure_message), action_url = NULL,
        client_hash = NULL, buyer_hash = NULL
    WHERE id = ANY (who.attempts);
    GET DIAGNOSTICS changed = ROW_COUNT;
    counts := counts || jsonb_build_object('checkout_attempts', changed);
    UPDATE orders SET email = 'erased@erased.invalid', phone = erased_text(phone), note = erased_text(note),
        attributes = erased_attributes(attributes), shipping_address = erased_address(shipping_address),
        billing_address = erased_address(billing_address), version = version + 1
    WHERE id = ANY (who.orders);
    GET DIAGNOSTICS changed = ROW_COUNT;
    counts := counts || jsonb_build_object('orders', changed);
    UPDATE order_lines SET attributes = erased_attributes(attributes) WHERE order_id = ANY (who.orders);
    GET DIAGNOSTICS changed = ROW_COUNT;
    counts := counts || jsonb_build_object('order_lines', changed);

    UPDATE refunds SET note = erased_text(note) WHERE order_id = ANY (who.orders);
    GET DIAGNOSTICS changed = ROW_COUNT;
    counts := counts || jsonb_build_object('refunds', changed);
    UPDATE order_cancellations SET staff_note = erased_text(staff_note) WHERE order_id = ANY (who.orders);
    GET DIAGNOSTICS changed = ROW_COUNT;
    counts := counts || jsonb_build_object('order_cancellations', changed);

    UPDATE webhook_inbox SET body = '[erased]'::bytea
    WHERE names_person(body_text(body), who.emails, who.phones, who.payments)
        OR names_person(body_text(body), ARRAY(SELECT lower(provider_ref) FROM payments
            WHERE id = ANY (who.payments) AND provider_ref IS NOT NULL), '{}', '{}');
    GET DIAGNOSTICS changed = ROW_COUNT;
    counts := counts || jsonb_build_object('webhook_inbox', changed);
    UPDATE unapplied_payment_reports SET detail = '[erased]', report = '{}' WHERE payment_id = ANY (who.payments)
        OR names_person(report::text || detail, who.emails, who.phones, who.payments);
    GET DIAGNOSTICS changed = ROW_COUNT;
    counts := counts || jsonb_build_object('unapplied_payment_reports', changed);
    -- Arguments of jobs are ids; what went wrong may quote more.
    UPDATE jobs SET errors = '[]',
        args = CASE WHEN names_person(args::text, who.emails, who.phones, '{}') THEN '{"erased": true}' ELSE args END
    WHERE names_person(args::text || errors::text, who.emails, who.phones, who.payments);
    GET DIAGNOSTICS changed = ROW_COUNT;
    counts := counts || jsonb_build_object('jobs', changed);
    UPDATE gift_cards SET note = '[erased]' WHERE names_person(note, who.emails, who.phones, '{}');
    GET DIAGNOSTICS changed = ROW_COUNT;
    counts := counts || jsonb_build_object('gift_cards', changed);

    INSERT INTO erasures (actor, role, counts, erased_at)
    VALUES (erase_person.actor, session_user, erase_person.counts, db_now())
    RETURNING erasures.person INTO erase_person.person;
END $$;

-- All that is kept about whoever has this e-mail address; null for nobody. What opens something (keys, hashes of passwords and
-- tokens, the vault's name for a card) is left out.
CREATE FUNCTION export_person(given text) RETURNS jsonb LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    who record;
BEGIN
    who := public.person_of(given);
    IF given ILIKE '%@erased.invalid' OR (who.customer IS NULL AND cardinality(who.carts) = 0 AND cardinality(who.orders) = 0) THEN
        RETURN NULL;
    END IF;
    RETURN jsonb_build_object(
        'customer', (SELECT to_jsonb(t) - 'password_hash' - 'password_version' FROM customers t WHERE id = who.customer),
        'customer_addresses', (SELECT coalesce(jsonb_agg(to_jsonb(t) ORDER BY id), '[]') FROM customer_addresses t WHERE customer_id = who.customer),
        'customer_metafields', (SELECT coalesce(jsonb_agg(to_jsonb(t) ORDER BY id), '[]') FROM metafields t WHERE customer_id = who.customer),
        'customer_sessions', (SELECT coalesce(jsonb_agg(to_jsonb(t) - 'password_version' ORDER BY id), '[]') FROM customer_sessions t WHERE customer_id = who.customer),
        'customer_notices', (SELECT coalesce(jsonb_agg(to_jsonb(t) ORDER BY id), '[]') FROM customer_notices t
            WHERE customer_id = who.customer OR lower(email) = ANY (who.emails)),
        'customer_link_tokens', (SELECT coalesce(jsonb_agg(to_jsonb(t) - 'token_hash' - 'password_version' ORDER BY created_at), '[]') FROM customer_link_tokens t
            WHERE customer_id = who.customer),
        'discount_uses', (SELECT coalesce(jsonb_agg(to_jsonb(t) - 'email_hash' ORDER BY id), '[]') FROM discount_uses t
            WHERE customer_id = who.customer OR attempt_id = ANY (who.attempts)),
        'carts', (SELECT coalesce(jsonb_agg(to_jsonb(t) - 'secret_hash' - 'payment_session' ORDER BY id), '[]') FROM carts t WHERE id = ANY (who.carts)),
        'cart_lines', (SELECT coalesce(jsonb_agg(to_jsonb(t) - 'merge_key' ORDER BY cart_id, position), '[]') FROM cart_lines t WHERE cart_id = ANY (who.carts)),
        'cart_addresses', (SELECT coalesce(jsonb_agg(to_jsonb(t) ORDER BY cart_id, position), '[]') FROM cart_addresses t WHERE cart_id = ANY (who.carts)),
        'cart_metafields', (SELECT coalesce(jsonb_agg(to_jsonb(t) ORDER BY id), '[]') FROM cart_metafields t WHERE cart_id = ANY (who.carts)),
        'checkout_attempts', (SELECT coalesce(jsonb_agg(to_jsonb(t) - 'token' || jsonb_build_object('snapshot', t.snapshot - 'key' - 'session') ORDER BY id), '[]')
            FROM checkout_attempts t WHERE id = ANY (who.attempts)),
        'orders', (SELECT coalesce(jsonb_agg(to_jsonb(t) - 'secret_hash' || jsonb_build_object('carried', t.carried - 'key') ORDER BY id), '[]')
            FROM orders t WHERE id = ANY (who.orders)),
        'order_lines', (SELECT coalesce(jsonb_agg(to_jsonb(t) ORDER BY id), '[]') FROM order_lines t WHERE order_id = ANY (who.orders)),
        'fulfillments', (SELECT coalesce(jsonb_agg(to_jsonb(t) ORDER BY id), '[]') FROM fulfillments t WHERE order_id = ANY (who.orders)),
        'refunds', (SELECT coalesce(jsonb_agg(to_jsonb(t) - 'idempotency_key' ORDER BY id), '[]') FROM refunds t WHERE order_id = ANY (who.orders)),
        'refund_line_items', (SELECT coalesce(jsonb_agg(to_jsonb(t) ORDER BY id), '[]') FROM refund_line_items t WHERE order_id = ANY (who.orders)),
        'refund_transactions', (SELECT coalesce(jsonb_agg(to_jsonb(t) ORDER BY id), '[]') FROM refund_transactions t WHERE order_id = ANY (who.orders)),
        'order_cancellations', (SELECT coalesce(jsonb_agg(to_jsonb(t) - 'idempotency_key' ORDER BY id), '[]') FROM order_cancellations t
            WHERE order_id = ANY (who.orders)),
        'unapplied_payment_reports', (SELECT coalesce(jsonb_agg(to_jsonb(t) ORDER BY id), '[]') FROM unapplied_payment_reports t
            WHERE payment_id = ANY (who.payments) OR names_person(report::text || detail, who.emails, who.phones, who.payments)),
        'payments', (SELECT coalesce(jsonb_agg(to_jsonb(t) ORDER BY id), '[]') FROM payments t WHERE id = ANY (who.payments)),
        'payment_operations', (SELECT coalesce(jsonb_agg(to_jsonb(t) ORDER BY id), '[]') FROM payment_operations t WHERE payment_id = ANY (who.payments)),
        'payment_facts', (SELECT coalesce(jsonb_agg(to_jsonb(t) ORDER BY id), '[]') FROM payment_facts t WHERE payment_id = ANY (who.payments)),
        'gift_card_entries', (SELECT coalesce(jsonb_agg(to_jsonb(t) ORDER BY id), '[]') FROM gift_card_entries t WHERE attempt_id = ANY (who.attempts)),
        'gift_cards', (SELECT coalesce(jsonb_agg(to_jsonb(t) - 'code_hash' ORDER BY id), '[]') FROM gift_cards t
            WHERE names_person(note, who.emails, who.phones, '{}')),
        'webhook_inbox', (SELECT coalesce(jsonb_agg(to_jsonb(t) || jsonb_build_object('body', body_text(t.body)) ORDER BY received_at), '[]') FROM webhook_inbox t
            WHERE names_person(body_text(body), who.emails, who.phones, who.payments)),
        'jobs', (SELECT coalesce(jsonb_agg(to_jsonb(t) ORDER BY id), '[]') FROM jobs t
            WHERE names_person(args::text || errors::text, who.emails, who.phones, who.payments)));
END $$;

-- Whoever may erase is granted this role; where the one that migrates may make no roles, docs/deployment.md says how.
REVOKE ALL ON FUNCTION erase_person(text, text) FROM PUBLIC;
REVOKE ALL ON FUNCTION export_person(text) FROM PUBLIC;
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'cartwright_eraser') THEN
        CREATE ROLE cartwright_eraser NOLOGIN;
    END IF;
EXCEPTION
    WHEN insufficient_privilege OR duplicate_object OR unique_violation THEN NULL;
END $$;
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'cartwright_eraser') THEN
        GRANT USAGE ON SCHEMA public TO cartwright_eraser;
        GRANT EXECUTE ON FUNCTION erase_person(text, text), export_person(text) TO cartwright_eraser;
    END IF;
END $$;
