-- depends: 0095.create-entry
CREATE TABLE held_alert (
    id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'UUIDv7',
    entry_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'what it waits for',
    image_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NULL COMMENT 'what it is about; NULL = an event',
    event_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NULL COMMENT 'what it is about; NULL = an image',
    rule VARCHAR(64) CHARACTER SET ascii NOT NULL COMMENT 'the rule that asked',
    request JSON NOT NULL COMMENT 'the alert/request as it came',
    held_at DATETIME(6) NOT NULL COMMENT 'UTC',
    PRIMARY KEY (id),
    UNIQUE KEY held_alert_image (image_id, rule),
    UNIQUE KEY held_alert_event (event_id, rule),
    CONSTRAINT held_alert_entry FOREIGN KEY (entry_id) REFERENCES entry (id),
    CONSTRAINT held_alert_of_image FOREIGN KEY (image_id) REFERENCES image (id) ON DELETE CASCADE,
    CONSTRAINT held_alert_of_event FOREIGN KEY (event_id) REFERENCES event (id) ON DELETE CASCADE,
    CONSTRAINT held_alert_about_one CHECK ((image_id IS NULL) <> (event_id IS NULL))
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'alerts that wait for the end of an entry delay; its row goes when it is decided on';
