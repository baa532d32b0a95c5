-- What a direct room about a consultation has besides. The body is everything (include/chatcore/wire.h);
-- the other columns repeat of it what is looked for, and change seldom: a post writes the body alone.
-- State: 0 pending, 1 scheduled, 2 in progress, 3 completed, 4 rejected, 5 cancelled.
CREATE TABLE consultations (
    room_id INTEGER PRIMARY KEY,
    state INTEGER NOT NULL,
    requester_id INTEGER NOT NULL,
    recipient_id INTEGER NOT NULL,
    body BLOB NOT NULL
) STRICT;
CREATE INDEX consultations_active ON consultations (room_id) WHERE state IN (1, 2);
CREATE INDEX consultations_asked ON consultations (requester_id, room_id);
CREATE INDEX consultations_asked_in ON consultations (requester_id, state, room_id);
CREATE INDEX consultations_received ON consultations (recipient_id, room_id);
CREATE INDEX consultations_received_in ON consultations (recipient_id, state, room_id);
