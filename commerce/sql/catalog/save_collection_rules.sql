-- Called by catalog::store::collections: gives a collection that has none these rules, in this order.
-- $1 the collection's id, $2 a JSON array of rules.
INSERT INTO collection_rules (collection_id, position, rule_column, relation, text_value, number_value, currency)
SELECT $1, position, rule ->> 'rule_column', rule ->> 'relation', rule ->> 'text_value', (rule ->> 'number_value')::bigint,
    rule ->> 'currency'
FROM jsonb_array_elements($2::jsonb) WITH ORDINALITY AS x (rule, position)
