-- Called by search::wording: the words of a text, and those of the shop's words that may be meant by each.
-- $1 the text, $2 whether its last word may be the beginning of one.
WITH typed AS MATERIALIZED (
    -- What is longer than any word is cut off: PostgreSQL refuses very long ones.
    SELECT x.word, x.place, x.begins, stem_of(x.word) AS stem, misspelt(x.word) AS spellings
    FROM (
        SELECT left(w.word, 100) AS word, w.place, $2 AND w.place = max(w.place) OVER () AS begins
        FROM regexp_split_to_table(plain($1), ' ') WITH ORDINALITY AS w (word, place)
        WHERE w.word <> '' ORDER BY w.place LIMIT 32) x)
SELECT t.word, t.begins, ts_lexize('english_stem', t.word) = '{}', x.word, x.things, x.mistyped
FROM typed t LEFT JOIN LATERAL (
    -- The same word in other forms.
    (SELECT l.word, l.things, false AS mistyped FROM lexicon l
     WHERE l.stem = t.stem AND l.word <> t.word ORDER BY l.things DESC, l.word LIMIT 8)
    UNION ALL
    -- What looks like it, if it is no word of the shop. Words of two letters are too much like each other.
    (SELECT l.word, l.things, true FROM lexicon l
     WHERE l.spellings && t.spellings AND length(t.word) > 2
        AND NOT EXISTS (SELECT FROM lexicon k WHERE k.word = t.word)
        AND NOT EXISTS (SELECT FROM lexicon k WHERE k.stem = t.stem)
        AND NOT (t.begins AND EXISTS (SELECT FROM lexicon k WHERE k.word >= t.word AND k.word < t.word || chr(1114111)))
     LIMIT 300)) x ON true
ORDER BY t.place, x.mistyped, x.things DESC, x.word
