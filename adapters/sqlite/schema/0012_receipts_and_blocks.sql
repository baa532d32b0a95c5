-- Up to where a person's client has confirmed receipt; written at leisure, and forward only.
CREATE TABLE deliveries (
    room_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    message_id INTEGER NOT NULL,
    PRIMARY KEY (room_id, user_id)
) STRICT, WITHOUT ROWID;

-- Who has blocked or unblocked somebody; the number of their last change, which tells whether what
-- a node knows is older. One writer commits, so numbers appear in their order.
INSERT INTO counters VALUES ('block', 0);
CREATE TABLE block_moves (
    user_id INTEGER PRIMARY KEY,
    number INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX block_moves_number ON block_moves (number);
