-- Ids and positions are integers of 53 bits, times are milliseconds since 1970 (UTC), flags are 0
-- or 1. Foreign keys are not declared: each would cost a lookup a post.

-- The last value given out. Moved in the transaction that uses it, never read off with max(): a
-- deleted row and a restart would hand a position out twice.
CREATE TABLE counters (
    name TEXT PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO counters VALUES ('position', 0), ('user', 0);

-- What became of each worker's last batch, for the try after an unknown commit.
CREATE TABLE batches (
    worker INTEGER PRIMARY KEY,
    number INTEGER NOT NULL,
    record BLOB NOT NULL,
    at INTEGER NOT NULL
) STRICT;

CREATE TABLE rooms (
    id INTEGER PRIMARY KEY,
    kind INTEGER NOT NULL,
    open INTEGER NOT NULL,
    context_type TEXT NOT NULL,  -- '': none
    context_id TEXT NOT NULL,
    direct_low INTEGER,          -- NULL: a group
    direct_high INTEGER,
    created_by INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    metadata TEXT NOT NULL,
    title TEXT NOT NULL,
    updated_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    participant_count INTEGER NOT NULL,
    last_seq INTEGER NOT NULL,
    head INTEGER NOT NULL,
    last_activity_at INTEGER NOT NULL,
    preview_id INTEGER,          -- NULL: no message yet
    preview_sender INTEGER,
    preview_type INTEGER,
    preview_content TEXT,
    preview_created_at INTEGER
) STRICT;
CREATE UNIQUE INDEX rooms_direct ON rooms (direct_low, direct_high, context_type, context_id)
    WHERE direct_low IS NOT NULL;
CREATE INDEX rooms_head ON rooms (head);

CREATE TABLE members (
    room_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    role INTEGER NOT NULL,
    active INTEGER NOT NULL,
    removed INTEGER NOT NULL,
    silent INTEGER NOT NULL,
    joined_at INTEGER NOT NULL,
    left_at INTEGER,
    read_position INTEGER NOT NULL,
    read_seq INTEGER NOT NULL,
    read_at INTEGER,
    changed_at INTEGER NOT NULL,
    PRIMARY KEY (room_id, user_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX members_rooms_of ON members (user_id, room_id) WHERE active = 1;
CREATE INDEX members_changed ON members (room_id, changed_at);

CREATE TABLE messages (
    id INTEGER PRIMARY KEY,
    room_id INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    sender_id INTEGER NOT NULL,
    type INTEGER NOT NULL,
    content TEXT NOT NULL,
    client_key BLOB NOT NULL,
    digest INTEGER NOT NULL,     -- of the request, 64 bits
    parent_id INTEGER,
    attachments BLOB,            -- as chatcore::wire encodes them; NULL: none
    mentions BLOB,
    metadata TEXT,
    reply_count INTEGER NOT NULL,
    changed_at INTEGER NOT NULL, -- the id, until the first change
    created_at INTEGER NOT NULL,
    edited_at INTEGER,
    edit_count INTEGER NOT NULL,
    deleted_at INTEGER
) STRICT;
-- Every post pays for each index that it is in: the two that it must be in, and no other. The
-- first is in order of the id within a room, since the rowid ends every index entry.
CREATE INDEX messages_room ON messages (room_id);
CREATE UNIQUE INDEX messages_key ON messages (sender_id, client_key);
CREATE INDEX messages_changed ON messages (room_id, changed_at) WHERE changed_at <> id;
CREATE INDEX messages_deleted ON messages (room_id, seq) WHERE deleted_at IS NOT NULL;
CREATE INDEX messages_thread ON messages (parent_id) WHERE parent_id IS NOT NULL;
