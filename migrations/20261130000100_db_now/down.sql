DROP FUNCTION db_now();
