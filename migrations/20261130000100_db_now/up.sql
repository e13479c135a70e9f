-- The time, for all SQL of this shop: the moment the transaction began, by the database's clock. Deadlines and
-- schedules that several processes share go by one clock, however wrong those of their machines are.
--
-- It is a function so that a test database can replace it. Only its owner can, the role that runs the
-- migrations; a role that only serves requests may execute it, and neither replaces nor drops it. PostgreSQL puts
-- its body where it is called, so that it costs no more than `now()` and finds the same indexes.
CREATE FUNCTION db_now() RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE RETURN pg_catalog.now();
REVOKE ALL ON FUNCTION db_now() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION db_now() TO PUBLIC;
