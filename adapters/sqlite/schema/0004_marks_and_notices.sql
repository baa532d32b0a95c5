-- Reactions and the original of what was forwarded as chatcore::wire encodes them; NULL: none.
ALTER TABLE messages ADD COLUMN forwarded BLOB;
ALTER TABLE messages ADD COLUMN reactions BLOB;
ALTER TABLE messages ADD COLUMN pinned_by INTEGER;
ALTER TABLE messages ADD COLUMN pinned_at INTEGER;
CREATE INDEX messages_pinned ON messages (room_id, pinned_at) WHERE pinned_at IS NOT NULL;

-- Filtering by type; what is not text is rare.
CREATE INDEX messages_typed ON messages (room_id, type) WHERE type <> 0;

-- Roots of threads, newest first.
CREATE INDEX messages_roots ON messages (room_id) WHERE reply_count > 0;

ALTER TABLE rooms ADD COLUMN notice TEXT;
ALTER TABLE rooms ADD COLUMN notice_by INTEGER;
ALTER TABLE rooms ADD COLUMN notice_at INTEGER;
ALTER TABLE rooms ADD COLUMN pin_count INTEGER NOT NULL DEFAULT 0;

ALTER TABLE members ADD COLUMN banned INTEGER NOT NULL DEFAULT 0;
ALTER TABLE members ADD COLUMN gagged_until INTEGER;
ALTER TABLE members ADD COLUMN favorite INTEGER NOT NULL DEFAULT 0;
ALTER TABLE members ADD COLUMN muted INTEGER NOT NULL DEFAULT 0;
