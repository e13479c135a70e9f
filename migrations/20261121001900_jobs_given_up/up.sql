-- Jobs that were given up are counted for every scrape; without this each count would read all that ever ran.
CREATE INDEX jobs_given_up ON jobs (queue, kind) WHERE state = 'discarded';
