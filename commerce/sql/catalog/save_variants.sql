-- Called by catalog::store::variants: adds variants and changes what differs, by their combination of
-- values; counts both. $1 the product's id, $2 the variants as JSON, $3 the currency, $4 the time,
-- $5 the ids of the options in order, $6 the headings of columns that are carried along, in lower case.
-- What a variant's JSON has no key for stays as it is, and is usual for a new variant; one without a position stays where it
-- is, and comes behind the others when it is new.
WITH told AS (
    SELECT e.told, e.place, g.*, x1.id AS value1_id, x2.id AS value2_id, x3.id AS value3_id,
        (SELECT m.id FROM product_media pm JOIN media m ON m.id = pm.media_id
         WHERE pm.product_id = $1 AND m.url = g.image AND NOT pm.by_file) AS media_id
    FROM jsonb_array_elements($2::jsonb) WITH ORDINALITY AS e (told, place)
    CROSS JOIN LATERAL jsonb_to_record(e.told) AS g(
        position int, title text, "values" text[], sku text, barcode text, price_minor bigint,
        compare_at_minor bigint, cost_minor bigint, image text, requires_shipping bool, taxable bool, grams int,
        weight_unit text, inventory_tracked bool, inventory_policy text, has_measure bool, measure_thousandths bigint,
        measure_unit text, reference_value int, reference_unit text, carried jsonb)
    LEFT JOIN product_option_values x1 ON x1.option_id = ($5::bigint[])[1] AND x1.name = g."values"[1]
    LEFT JOIN product_option_values x2 ON x2.option_id = ($5::bigint[])[2] AND x2.name = g."values"[2]
    LEFT JOIN product_option_values x3 ON x3.option_id = ($5::bigint[])[3] AND x3.name = g."values"[3]),
given AS (
    SELECT coalesce(t.position, h.position, t.place + (
            SELECT coalesce(max(l.position), 0) FROM variants l WHERE l.product_id = $1 AND l.deleted_at IS NULL))::int AS position,
        t.title, t.value1_id, t.value2_id, t.value3_id,
        CASE WHEN t.told ? 'sku' THEN t.sku ELSE h.sku END AS sku,
        CASE WHEN t.told ? 'barcode' THEN t.barcode ELSE h.barcode END AS barcode,
        coalesce(t.price_minor, h.price_minor) AS price_minor,
        CASE WHEN t.told ? 'compare_at_minor' THEN t.compare_at_minor ELSE h.compare_at_minor END AS compare_at_minor,
        CASE WHEN t.told ? 'cost_minor' THEN t.cost_minor ELSE h.cost_minor END AS cost_minor,
        CASE WHEN t.told ? 'image' THEN t.media_id ELSE h.media_id END AS media_id,
        coalesce(t.requires_shipping, h.requires_shipping, true) AS requires_shipping,
        coalesce(t.taxable, h.taxable, true) AS taxable, coalesce(t.grams, h.grams, 0) AS grams,
        coalesce(t.weight_unit, h.weight_unit, 'kg') AS weight_unit,
        coalesce(t.inventory_tracked, h.inventory_tracked, false) AS inventory_tracked,
        coalesce(t.inventory_policy, h.inventory_policy, 'deny') AS inventory_policy,
        CASE WHEN t.has_measure THEN t.measure_thousandths ELSE h.measure_thousandths END AS measure_thousandths,
        CASE WHEN t.has_measure THEN t.measure_unit ELSE h.measure_unit END AS measure_unit,
        CASE WHEN t.has_measure THEN t.reference_value ELSE h.reference_value END AS reference_value,
        CASE WHEN t.has_measure THEN t.reference_unit ELSE h.reference_unit END AS reference_unit,
        merge_carried(h.carried, t.carried, $6) AS carried
    FROM told t
    LEFT JOIN variants h ON h.product_id = $1 AND h.deleted_at IS NULL AND h.value1_id IS NOT DISTINCT FROM t.value1_id
        AND h.value2_id IS NOT DISTINCT FROM t.value2_id AND h.value3_id IS NOT DISTINCT FROM t.value3_id),
written AS (
    INSERT INTO variants AS v (product_id, position, title, sku, barcode, value1_id, value2_id, value3_id,
        price_minor, compare_at_minor, cost_minor, currency, media_id, requires_shipping, taxable, grams,
        weight_unit, inventory_tracked, inventory_policy, measure_thousandths, measure_unit, reference_value,
        reference_unit, carried, created_at, updated_at)
    SELECT $1, position, title, sku, barcode, value1_id, value2_id, value3_id,
        price_minor, compare_at_minor, cost_minor, $3, media_id, requires_shipping, taxable, grams,
        weight_unit, inventory_tracked, inventory_policy, measure_thousandths, measure_unit, reference_value,
        reference_unit, carried, $4, $4
    FROM given ORDER BY position
    ON CONFLICT (product_id, value1_id, value2_id, value3_id) WHERE deleted_at IS NULL DO UPDATE SET
        position = excluded.position, title = excluded.title, sku = excluded.sku, barcode = excluded.barcode,
        price_minor = excluded.price_minor, compare_at_minor = excluded.compare_at_minor,
        cost_minor = excluded.cost_minor, currency = excluded.currency, media_id = excluded.media_id,
        requires_shipping = excluded.requires_shipping, taxable = excluded.taxable, grams = excluded.grams,
        weight_unit = excluded.weight_unit, inventory_tracked = excluded.inventory_tracked,
        inventory_policy = excluded.inventory_policy, measure_thousandths = excluded.measure_thousandths,
        measure_unit = excluded.measure_unit, reference_value = excluded.reference_value,
        reference_unit = excluded.reference_unit, carried = excluded.carried, updated_at = excluded.updated_at
    WHERE (v.position, v.title, v.sku, v.barcode, v.price_minor, v.compare_at_minor, v.cost_minor, v.currency,
            v.media_id, v.requires_shipping, v.taxable, v.grams, v.weight_unit, v.inventory_tracked,
            v.inventory_policy, v.measure_thousandths, v.measure_unit, v.reference_value, v.reference_unit, v.carried)
        IS DISTINCT FROM (excluded.position, excluded.title, excluded.sku, excluded.barcode, excluded.price_minor,
            excluded.compare_at_minor, excluded.cost_minor, excluded.currency, excluded.media_id,
            excluded.requires_shipping, excluded.taxable, excluded.grams, excluded.weight_unit,
            excluded.inventory_tracked, excluded.inventory_policy, excluded.measure_thousandths, excluded.measure_unit,
            excluded.reference_value, excluded.reference_unit, excluded.carried)
    RETURNING 1)
SELECT count(*) FROM written
