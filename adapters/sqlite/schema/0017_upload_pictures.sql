-- The rooms and the people whose picture an upload is; the other of the two is 0.
CREATE TABLE upload_pictures (
    upload_id INTEGER NOT NULL,
    room_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    PRIMARY KEY (upload_id, room_id, user_id)
) STRICT, WITHOUT ROWID;

-- Uploads were named as pictures before, whosever they were, and nobody else found them. They are
-- in use now where who uploaded them leads the room, or is the person; what else was named is not.
INSERT INTO upload_pictures
SELECT up.id, r.id, 0 FROM rooms r
JOIN uploads up ON up.id = CAST(substr(r.image_url, 21) AS INTEGER)
JOIN members m ON m.room_id = r.id AND m.user_id = up.uploader_id AND m.active = 1 AND m.role < 2
WHERE r.image_url = '/api/v1/attachments/' || up.id AND up.condemned = 0
    AND up.content_type LIKE 'image/%';
INSERT INTO upload_pictures
SELECT up.id, 0, u.id FROM users u
JOIN uploads up ON up.id = CAST(substr(u.profile_image_url, 21) AS INTEGER)
    AND up.uploader_id = u.id
WHERE u.profile_image_url = '/api/v1/attachments/' || up.id AND up.condemned = 0
    AND up.content_type LIKE 'image/%';
UPDATE uploads SET unused_until = NULL, uses = uses +
    (SELECT count(*) FROM upload_pictures p WHERE p.upload_id = uploads.id)
WHERE id IN (SELECT upload_id FROM upload_pictures);
UPDATE rooms SET image_url = '' WHERE image_url LIKE '/api/v1/attachments/%'
    AND id NOT IN (SELECT room_id FROM upload_pictures);
UPDATE users SET profile_image_url = '' WHERE profile_image_url LIKE '/api/v1/attachments/%'
    AND id NOT IN (SELECT user_id FROM upload_pictures);
