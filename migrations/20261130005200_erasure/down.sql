DROP FUNCTION export_person(text);
DROP FUNCTION erase_person(text, text);
DROP TABLE erasures;
DROP FUNCTION body_text(bytea);
DROP FUNCTION names_person(text, text[], text[], uuid[]);
DROP FUNCTION person_of(text);
-- The role may be of other databases, too, and stays.
