-- The picture of a group; empty: none.
ALTER TABLE rooms ADD COLUMN image_url TEXT NOT NULL DEFAULT '';
