DROP TABLE job_schedules, jobs, events; DROP FUNCTION notify_jobs();
