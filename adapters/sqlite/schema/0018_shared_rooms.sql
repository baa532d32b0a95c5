-- The one shared group about a context, of those that stand.
ALTER TABLE rooms ADD COLUMN shared INTEGER NOT NULL DEFAULT 0;
CREATE UNIQUE INDEX rooms_shared ON rooms (context_type, context_id)
    WHERE shared = 1 AND deleted_at IS NULL;
