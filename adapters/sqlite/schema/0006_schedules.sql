-- Messages to be posted later.
CREATE TABLE schedules (
    id INTEGER PRIMARY KEY,
    owner_id INTEGER NOT NULL,
    room_id INTEGER NOT NULL,
    content TEXT NOT NULL,
    first_local INTEGER NOT NULL,    -- milliseconds of a wall clock
    due_at INTEGER NOT NULL,
    repeat INTEGER NOT NULL,         -- 0: none, daily, weekly, monthly
    time_zone TEXT NOT NULL,         -- '': UTC
    occurrence INTEGER NOT NULL,     -- which one due_at is
    claimed INTEGER NOT NULL,        -- it is being posted
    state INTEGER NOT NULL,          -- 0: scheduled, sent, cancelled, failed
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX schedules_due ON schedules (due_at, id) WHERE state = 0;
CREATE INDEX schedules_open ON schedules (owner_id) WHERE state = 0;
CREATE INDEX schedules_owner ON schedules (owner_id, id);
INSERT INTO counters VALUES ('schedule', 0);

-- Work that one node does at a time.
CREATE TABLE leases (
    name TEXT PRIMARY KEY,
    owner TEXT NOT NULL,             -- '': nobody
    token INTEGER NOT NULL,          -- rises with each change of owner
    ends_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Whether a message moved its sender's read pointer; a schedule's does not.
ALTER TABLE messages ADD COLUMN moves_pointer INTEGER NOT NULL DEFAULT 1;
