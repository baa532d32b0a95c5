CREATE TABLE users (
    id INTEGER PRIMARY KEY,
    email TEXT NOT NULL UNIQUE,      -- case-folded
    nickname TEXT NOT NULL,
    nickname_folded TEXT NOT NULL,   -- for searching: case-folded and NFC
    profile_image_url TEXT NOT NULL,
    role INTEGER NOT NULL,
    status_text TEXT NOT NULL,
    last_seen_at INTEGER,
    password_hash TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    disabled INTEGER NOT NULL
) STRICT;

-- One log-in and all the tokens rotated from it.
CREATE TABLE token_families (
    family TEXT PRIMARY KEY,
    revoked_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX token_families_revoked ON token_families (revoked_at) WHERE revoked_at IS NOT NULL;

CREATE TABLE refresh_tokens (
    hash TEXT PRIMARY KEY,
    family TEXT NOT NULL,
    user_id INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    used INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX refresh_tokens_family ON refresh_tokens (family);
CREATE INDEX refresh_tokens_expiry ON refresh_tokens (expires_at);
