-- The role that serves requests need not be the one that migrates: it owns nothing, so it can neither switch triggers off nor
-- replace functions, and it may write only what a shop writes. `api migrate` calls this each time, so that what a migration
-- adds is granted, too.
CREATE FUNCTION grant_run_time(role name) RETURNS void LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    granted record;
    frozen text[];
    columns text;
BEGIN
    EXECUTE format('GRANT USAGE ON SCHEMA public TO %I', role);
    EXECUTE format('REVOKE ALL ON ALL TABLES IN SCHEMA public FROM %I', role);
    FOR granted IN SELECT c.oid, c.relname AS name FROM pg_class c
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
    LOOP
        EXECUTE format('GRANT SELECT ON %I TO %I', granted.name, role);
        -- What only migrations and erasures write.
        CONTINUE WHEN granted.name IN ('__diesel_schema_migrations', 'erasures');
        EXECUTE format('GRANT INSERT ON %I TO %I', granted.name, role);
        -- What only grows.
        CONTINUE WHEN EXISTS (SELECT FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
            WHERE t.tgrelid = granted.oid AND p.proname = 'forbid_change' AND t.tgname = 'forbid_change');
        -- What is frozen of what goes on; the same columns as in migration `keep_history`.
        frozen := CASE granted.name
            WHEN 'orders' THEN ARRAY['id', 'number', 'attempt_id', 'cart_id', 'secret_hash', 'currency', 'subtotal_minor',
                'discount_minor', 'shipping_minor', 'tax_minor', 'shipping_tax_minor', 'duty_minor', 'tax_inclusive', 'total_minor',
                'discounts', 'shipping_allocations', 'gift_card_minor', 'processed_at', 'carried']
            WHEN 'order_lines' THEN ARRAY['id', 'order_id', 'variant_id', 'title', 'variant_title', 'sku', 'unit_price_minor',
                'quantity', 'discount_minor', 'tax_minor', 'duty_minor', 'requires_shipping', 'allocations']
            WHEN 'checkout_attempts' THEN ARRAY['id', 'cart_id', 'cart_version', 'token', 'snapshot', 'amount_minor', 'currency', 'created_at']
            WHEN 'payments' THEN ARRAY['id', 'attempt_id', 'provider', 'amount_minor', 'currency', 'created_at']
            WHEN 'payment_operations' THEN ARRAY['id', 'payment_id', 'kind', 'amount_minor', 'by_merchant', 'created_at']
            WHEN 'gift_cards' THEN ARRAY['id', 'code_hash', 'currency', 'initial_minor', 'created_at']
            ELSE '{}' END;
        IF frozen = '{}' THEN
            EXECUTE format('GRANT UPDATE, DELETE ON %I TO %I', granted.name, role);
            CONTINUE;
        END IF;
        SELECT string_agg(quote_ident(a.attname), ', ') INTO columns FROM pg_attribute a
        WHERE a.attrelid = granted.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' AND a.attname <> ALL (frozen);
        EXECUTE format('GRANT UPDATE (%s) ON %I TO %I', columns, granted.name, role);
    END LOOP;
    EXECUTE format('GRANT USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA public TO %I', role);
END $$;
REVOKE ALL ON FUNCTION grant_run_time(name) FROM PUBLIC;

-- Restarting a sequence takes its owner.
ALTER FUNCTION number_orders_above(bigint) SECURITY DEFINER SET search_path = public, pg_temp;
