DROP INDEX webhook_bodies;
