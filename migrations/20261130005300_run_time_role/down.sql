ALTER FUNCTION number_orders_above(bigint) SECURITY INVOKER RESET search_path;
DROP FUNCTION grant_run_time(name);
