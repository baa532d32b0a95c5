-- The host's own code for a person; '': none.
ALTER TABLE users ADD COLUMN external_id TEXT NOT NULL DEFAULT '';
CREATE UNIQUE INDEX users_external_id ON users (external_id) WHERE external_id <> '';

-- For ending all log-ins of a person.
CREATE INDEX refresh_tokens_user ON refresh_tokens (user_id);
