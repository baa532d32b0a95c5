-- What consultations were asked for under a key of the client's; they stay as the rooms do.
CREATE TABLE consultation_requests (
    requester_id INTEGER NOT NULL,
    client_key BLOB NOT NULL,        -- 16 bytes
    digest INTEGER NOT NULL,         -- of the request
    room_id INTEGER NOT NULL,
    PRIMARY KEY (requester_id, client_key)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX consultation_requests_of_rooms ON consultation_requests (room_id);
