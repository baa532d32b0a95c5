-- The words of a message are its bigrams, its room, its sender and, where it is not text, its type
-- (search_index.h); the row id is the message's. Nothing is stored but the index, so that taking a
-- message out needs the words it was put in with.
CREATE VIRTUAL TABLE search USING fts5(
    words, content = '', detail = none, columnsize = 0, tokenize = 'ascii'
);

-- Up to which message, and down from which, those that were there before are put in: see
-- search_index.h.
INSERT INTO counters
    SELECT 'search_filled', 0 WHERE EXISTS (SELECT 1 FROM messages);
INSERT INTO counters
    SELECT 'search_fill_end', max(id) FROM messages HAVING max(id) IS NOT NULL;

CREATE INDEX rooms_open ON rooms (id) WHERE open = 1;
