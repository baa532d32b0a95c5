-- Where a person's reading was told last. What was read before this is not told again.
ALTER TABLE members ADD COLUMN read_told_at INTEGER NOT NULL DEFAULT 0;
