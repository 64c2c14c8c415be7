-- depends: 0052.create-channel
ALTER TABLE decision
    MODIFY COLUMN image_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NULL
        COMMENT 'the image it is about; NULL when it is about an event, or a summary',
    MODIFY COLUMN camera_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL
        COMMENT 'as in its image or event: for filters; NULL when that has none',
    ADD COLUMN event_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NULL
        COMMENT 'the event it is about; NULL when it is about an image, or a summary' AFTER image_id,
    ADD UNIQUE KEY decision_event_once (event_id, rule),
    ADD CONSTRAINT decision_event FOREIGN KEY (event_id) REFERENCES event (id) ON DELETE CASCADE,
    ADD CONSTRAINT decision_about_one_thing CHECK (image_id IS NULL OR event_id IS NULL);
