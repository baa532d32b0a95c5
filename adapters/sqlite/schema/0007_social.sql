INSERT INTO counters VALUES ('friend_request', 0), ('notification', 0);

-- Each friendship stands here twice, once from either side.
CREATE TABLE friends (
    user_id INTEGER NOT NULL,
    friend_id INTEGER NOT NULL,
    since INTEGER NOT NULL,
    PRIMARY KEY (user_id, friend_id)
) STRICT, WITHOUT ROWID;

-- Those that wait for an answer; between two people one at most.
CREATE TABLE friend_requests (
    id INTEGER PRIMARY KEY,
    sender_id INTEGER NOT NULL,
    receiver_id INTEGER NOT NULL,
    at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX friend_requests_sent ON friend_requests (sender_id, receiver_id);
CREATE INDEX friend_requests_out ON friend_requests (sender_id, id);
CREATE INDEX friend_requests_in ON friend_requests (receiver_id, id);

CREATE TABLE blocks (
    user_id INTEGER NOT NULL,        -- who blocks
    blocked_id INTEGER NOT NULL,
    since INTEGER NOT NULL,
    PRIMARY KEY (user_id, blocked_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX blocks_blocked ON blocks (blocked_id, user_id);

CREATE TABLE notifications (
    user_id INTEGER NOT NULL,        -- who is told
    id INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    at INTEGER NOT NULL,
    read INTEGER NOT NULL,
    actor_id INTEGER NOT NULL,
    room_id INTEGER,
    message_id INTEGER,
    cause INTEGER NOT NULL,          -- position of the change, or id of the request, behind it
    PRIMARY KEY (user_id, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX notifications_cause ON notifications (user_id, kind, cause);
CREATE INDEX notifications_unread ON notifications (user_id) WHERE read = 0;
