-- Uploaded files, besides their bytes. Ids are drawn at random.
CREATE TABLE uploads (
    id INTEGER PRIMARY KEY,
    uploader_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    size INTEGER NOT NULL,
    content_type TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    uses INTEGER NOT NULL,           -- messages that show it
    unused_until INTEGER,            -- when it may be cleared away; NULL: a message shows it
    condemned INTEGER NOT NULL       -- nothing finds it any more
) STRICT;
CREATE INDEX uploads_unused ON uploads (unused_until, id) WHERE unused_until IS NOT NULL;

-- The messages that show an upload, and the rooms they are in.
CREATE TABLE upload_uses (
    upload_id INTEGER NOT NULL,
    message_id INTEGER NOT NULL,
    room_id INTEGER NOT NULL,
    PRIMARY KEY (upload_id, message_id)
) STRICT, WITHOUT ROWID;
