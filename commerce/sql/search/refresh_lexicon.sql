-- Called by search::lexicon::refresh: how many things have each word. Words that nothing has go.
WITH counted AS (
    SELECT word, sum(ndoc)::int AS things FROM (
        SELECT word, ndoc FROM ts_stat('SELECT search FROM products')
        UNION ALL SELECT word, ndoc FROM ts_stat('SELECT search FROM collections')
        UNION ALL SELECT word, ndoc FROM ts_stat('SELECT search FROM pages')
        UNION ALL SELECT word, ndoc FROM ts_stat('SELECT search FROM articles')) each
    GROUP BY word),
-- A word that was added since this statement began is not in its sight, and so not gone.
gone AS (
    DELETE FROM lexicon l WHERE NOT EXISTS (SELECT FROM counted c WHERE c.word = l.word))
UPDATE lexicon l SET things = c.things FROM counted c WHERE c.word = l.word AND l.things <> c.things
