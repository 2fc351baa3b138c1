-- What the scheduler remembers.

-- A row a task. The schedule is the one that the next run was computed from; without
-- a next run the task does not run by itself. What must not be done twice for one
-- period (a week's digest) is done in the batch that moves done_until.
CREATE TABLE task (
    name TEXT NOT NULL PRIMARY KEY,
    schedule TEXT NOT NULL,
    next_run_at BIGINT,
    done_until BIGINT NOT NULL
);

-- Every run, and every one that was missed. The detail is a JSON object of counts, or
-- of what went wrong.
CREATE TABLE task_run (
    id TEXT NOT NULL PRIMARY KEY,
    task TEXT NOT NULL,
    door TEXT NOT NULL,
    status TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    ended_at BIGINT,
    detail TEXT NOT NULL
);
CREATE INDEX task_run_task ON task_run (task, started_at, id);
CREATE INDEX task_run_started_at ON task_run (started_at, id);
CREATE INDEX task_run_running ON task_run (task, id) WHERE status = 'running';
