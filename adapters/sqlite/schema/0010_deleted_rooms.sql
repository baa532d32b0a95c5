-- A deleted room stays as a row, so that its id is known for what it was. Its other rows are taken
-- away in pieces; to_clear says that there are some left.
ALTER TABLE rooms ADD COLUMN deleted_at INTEGER;
ALTER TABLE rooms ADD COLUMN to_clear INTEGER NOT NULL DEFAULT 0;
CREATE INDEX rooms_to_clear ON rooms (id) WHERE to_clear = 1;

-- What rooms are about: registered, or removed, which is remembered, or both in turn.
CREATE TABLE contexts (
    type TEXT NOT NULL,
    id TEXT NOT NULL,
    registered INTEGER NOT NULL,
    owner_id INTEGER NOT NULL,
    title TEXT NOT NULL,
    metadata TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    removed INTEGER NOT NULL,
    cut INTEGER NOT NULL,            -- rooms up to this id are doomed by the last removal
    pending INTEGER NOT NULL,        -- some of them may still be there
    PRIMARY KEY (type, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX contexts_pending ON contexts (type, id) WHERE pending = 1;
CREATE INDEX rooms_context ON rooms (context_type, context_id)
    WHERE context_type <> '' AND deleted_at IS NULL;

-- What goes with a room, and with a person's membership of it.
CREATE INDEX schedules_room ON schedules (room_id) WHERE state = 0;
CREATE INDEX notifications_room ON notifications (user_id, room_id) WHERE room_id IS NOT NULL;

-- The rooms that a person is in, or has left and still hears of. Who is in is neither removed nor
-- silent.
DROP INDEX members_rooms_of;
CREATE INDEX members_listed ON members (user_id, room_id) WHERE removed = 0 AND silent = 0;
