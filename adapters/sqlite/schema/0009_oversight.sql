-- What people report. The message, where it is one, as it was then.
CREATE TABLE reports (
    id INTEGER PRIMARY KEY,
    reporter_id INTEGER NOT NULL,
    at INTEGER NOT NULL,
    kind INTEGER NOT NULL,           -- 0: a message, a person, a room
    target_id INTEGER NOT NULL,
    room_id INTEGER,
    reason TEXT NOT NULL,
    comment TEXT NOT NULL,
    sender_id INTEGER,               -- from here on NULL where it is no message
    type INTEGER,
    content TEXT,
    attachments BLOB,                -- as chatcore::wire encodes them; NULL: none
    forwarded BLOB,
    created_at INTEGER,
    edited_at INTEGER
) STRICT;
CREATE UNIQUE INDEX reports_once ON reports (reporter_id, kind, target_id);
CREATE INDEX reports_about ON reports (kind, target_id, id);

-- How many there are, moved in the transactions that add them. People are never taken away, so
-- theirs is the counter that their ids come from.
INSERT INTO counters SELECT 'rooms', count(*) FROM rooms;
INSERT INTO counters SELECT 'messages', coalesce(sum(last_seq), 0) FROM rooms;
INSERT INTO counters VALUES ('reports', 0);

-- Rooms come and go rarely, whoever makes and removes them; a room takes its messages with it.
CREATE TRIGGER rooms_come AFTER INSERT ON rooms BEGIN
    UPDATE counters SET value = value + 1 WHERE name = 'rooms';
END;
CREATE TRIGGER rooms_go AFTER DELETE ON rooms BEGIN
    UPDATE counters SET value = value - 1 WHERE name = 'rooms';
    UPDATE counters SET value = value - old.last_seq WHERE name = 'messages';
END;
