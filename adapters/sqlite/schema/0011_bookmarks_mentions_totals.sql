-- A person's own. Ids ascend in the order of putting; the bookmarks of a message go when it is
-- deleted.
CREATE TABLE bookmarks (
    user_id INTEGER NOT NULL,
    message_id INTEGER NOT NULL,
    room_id INTEGER NOT NULL,
    id INTEGER NOT NULL,
    PRIMARY KEY (user_id, message_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX bookmarks_newest ON bookmarks (user_id, id, room_id);
CREATE INDEX bookmarks_message ON bookmarks (message_id);
INSERT INTO counters VALUES ('bookmark', 0);

-- Whom messages name, of those that are not deleted: for counting what is unread of them. A message
-- that names everybody stands here once, for user 0.
CREATE TABLE mentions (
    user_id INTEGER NOT NULL,
    room_id INTEGER NOT NULL,
    seq INTEGER NOT NULL,        -- of the message
    sender_id INTEGER NOT NULL,
    PRIMARY KEY (user_id, room_id, seq)
) STRICT, WITHOUT ROWID;

-- Those of before are in the messages' column: behind a count of 8 bytes 24 for each, of which the
-- first 8 are the user, little-endian.
WITH RECURSIVE
    named (room_id, seq, sender_id, rest) AS (
        SELECT room_id, seq, sender_id, substr(mentions, 9) FROM messages
        WHERE mentions IS NOT NULL AND deleted_at IS NULL
        UNION ALL
        SELECT room_id, seq, sender_id, substr(rest, 25) FROM named WHERE length(rest) > 24
    ),
    bytes (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM bytes WHERE i < 6)
INSERT OR IGNORE INTO mentions (user_id, room_id, seq, sender_id)
SELECT (
    SELECT sum(((instr('0123456789ABCDEF', substr(hex(substr(rest, i + 1, 1)), 1, 1)) - 1) * 16
        + instr('0123456789ABCDEF', substr(hex(substr(rest, i + 1, 1)), 2, 1)) - 1) << (8 * i))
    FROM bytes
), room_id, seq, sender_id FROM named WHERE length(rest) >= 24;

-- For finding whom an '@' names.
CREATE INDEX users_named ON users (nickname_folded);

-- Of messages that are not deleted; kept with every post and deletion.
ALTER TABLE rooms ADD COLUMN message_count INTEGER NOT NULL DEFAULT 0;
ALTER TABLE rooms ADD COLUMN media_count INTEGER NOT NULL DEFAULT 0;   -- images and videos
ALTER TABLE rooms ADD COLUMN file_count INTEGER NOT NULL DEFAULT 0;
UPDATE rooms SET message_count = counted.messages, media_count = counted.media,
    file_count = counted.files
FROM (
    SELECT room_id, count(*) AS messages, sum(type IN (1, 2)) AS media, sum(type = 3) AS files
    FROM messages WHERE deleted_at IS NULL GROUP BY room_id
) counted WHERE counted.room_id = rooms.id;
